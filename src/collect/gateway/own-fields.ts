import type { GroupClaim, IncomingEvent, TraitChange } from '../stream/contract.ts';
import { refuseGateway } from './contract.ts';
import { isObject } from './read-body.ts';

/** Events that our own SDKs record by themselves with `track`: these names may begin with `$`. */
const presets: ReadonlySet<string> = new Set(
  '$page_leave $click $form_submit $rage_click $dead_click $session_start $app_open $app_close $app_install $app_crash'.split(' '),
);
const operations: ReadonlySet<unknown> = new Set<TraitChange['operation']>([
  'set',
  'set_once',
  'increment',
  'append',
  'prepend',
  'union',
  'remove',
  'unset',
  'unset_all',
]);
const changesMax = 250;
/** The type of a group in Segment's protocol, which knows only one. */
const DEFAULT_GROUP_TYPE = 'company';

/**
 * Adds to an event what our SDKs say beyond Segment's protocol: `traitChanges` of an `identify`, `groupType` of a `group`, the groups that a person acts in (`context.groups`: ids by
 * type), and preset names of `track`. Throws `gateway.field_invalid`.
 */
export function addOwnFields(event: IncomingEvent, message: Record<string, unknown>): void {
  if (event.kind === 'track' && presets.has(event.event)) event.preset = true;
  if (message.traitChanges !== undefined && message.traitChanges !== null) event.traitChanges = changesOf(message.traitChanges);
  const groups = event.kind === 'group' ? ownGroup(event, message) : actingGroups(event.context.groups);
  if (groups.length > 0) event.groups = groups;
}

function changesOf(value: unknown): TraitChange[] {
  if (!Array.isArray(value) || value.length > changesMax) throw invalid('traitChanges', 'list');
  return value.map((change: unknown) => {
    if (!isObject(change) || !operations.has(change.operation)) throw invalid('traitChanges.operation', [...operations].join(', '));
    const { operation, name = '', value: given } = change as { operation: TraitChange['operation']; name?: unknown; value?: unknown };
    if (typeof name !== 'string' || (name === '' && operation !== 'unset_all')) throw invalid('traitChanges.name', 'text');
    return { operation, name, ...(given !== undefined && { value: given }) };
  });
}

function ownGroup(event: IncomingEvent, message: Record<string, unknown>): GroupClaim[] {
  const { groupId } = event.properties;
  if (typeof groupId !== 'string' || groupId === '') return [];
  const type = typeof message.groupType === 'string' && message.groupType !== '' ? message.groupType : DEFAULT_GROUP_TYPE;
  event.properties.groupType = type;
  const changes = Object.entries(isObject(message.traits) ? message.traits : {}).map(([name, value]): TraitChange => {
    return value === null ? { operation: 'unset', name } : { operation: 'set', name, value };
  });
  return [changes.length > 0 ? { type, id: groupId, changes } : { type, id: groupId }];
}

function actingGroups(value: unknown): GroupClaim[] {
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([type, id]) => (typeof id === 'string' && id !== '' && type !== '' ? [{ type, id }] : []));
}

function invalid(field: string, wanted: string): Error {
  return refuseGateway('field_invalid', { details: { field, wanted } });
}
