import type { Environment } from './environment.ts';
import type { AliasCall, ChangeTraitsCall, Common, GroupCall, IdentifyCall, PageCall, Properties, TrackCall, TraitChange } from './types.ts';
import { VERSION } from './version.ts';

/** The calls of Segment's protocol and their own fields. */
export type Call =
  | ({ type: 'track' } & TrackCall)
  | ({ type: 'page' | 'screen' } & PageCall)
  | ({ type: 'identify'; traitChanges?: TraitChange[] } & IdentifyCall)
  | ({ type: 'group' } & GroupCall)
  | ({ type: 'alias' } & AliasCall);

/** The message of a call, as it goes over the wire. Throws a `TypeError` for what a program gets wrong: no person, no name. */
export function messageOf(call: Call, environment: Pick<Environment, 'now' | 'newId'>): Properties {
  const { type, userId, anonymousId, timestamp, messageId, context, ...own } = call;
  if (!userId && !anonymousId) throw new TypeError(`${type} needs a userId or an anonymousId`);
  if (type === 'track' && !(call.event ?? '').trim()) throw new TypeError('track needs the name of an event');
  if (type === 'group' && !call.groupId) throw new TypeError('group needs a groupId');
  if (type === 'alias' && !call.previousId) throw new TypeError('alias needs a previousId');
  return {
    type,
    messageId: messageId ?? environment.newId(),
    timestamp: timeText(timestamp, environment.now()),
    ...(userId && { userId }),
    ...(anonymousId && { anonymousId }),
    ...own,
    ...(type === 'group' && { groupType: call.groupType ?? 'company' }),
    context: { library: { name: 'perennial-node', version: VERSION }, ...context },
  };
}

/** Changes of traits as a call of `identify`. */
export function changesCall(call: ChangeTraitsCall): Call {
  const { set, setOnce, increment, append, prepend, union, remove, unset, ...person } = call;
  const traitChanges: TraitChange[] = [
    ...changesOf('set_once', setOnce),
    ...changesOf('increment', increment),
    ...changesOf('append', append),
    ...changesOf('prepend', prepend),
    ...changesOf('union', union),
    ...changesOf('remove', remove),
    ...(unset ?? []).map((name): TraitChange => ({ operation: 'unset', name })),
  ];
  return { type: 'identify', ...(person as Common), traits: set ?? {}, ...(traitChanges.length > 0 && { traitChanges }) };
}

function changesOf(operation: TraitChange['operation'], values: Properties | undefined): TraitChange[] {
  return Object.entries(values ?? {}).map(([name, value]) => ({ operation, name, value }));
}

function timeText(given: Common['timestamp'], now: number): string {
  const time = given === undefined ? now : new Date(given).getTime();
  if (Number.isNaN(time)) throw new TypeError(`timestamp is no time: ${String(given)}`);
  return new Date(time).toISOString();
}
