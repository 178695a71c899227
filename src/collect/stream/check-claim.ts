import { comparableId } from '../identity/contract.ts';
import type { IdentityClaim } from '../identity/index.ts';
import { eventLimits, type GroupClaim, type IncomingEvent, type LinkedId, refuseStream, type TraitChange } from './contract.ts';
import { isPlaceholder } from './placeholder.ts';

const controlCharacters = /\p{Cc}/u;
/** Kinds of ids and types of groups become columns and labels. */
const word = /^[A-Za-z$_][\w$.:-]*$/;
const WORD_LENGTH_MAX = 64;
/** Further ids, groups or changes of traits that one event may carry. */
const IDS_MAX = 20;
const GROUPS_MAX = 20;

/** Reads whom an event names and what it says about them. Throws the refusal of the first rule that it breaks. */
export function claimOf(incoming: IncomingEvent, projectId: number): IdentityClaim {
  const claim: IdentityClaim = { projectId, act: incoming.kind === 'identify' || incoming.kind === 'alias' ? incoming.kind : 'other', at: 0 };
  if (isGiven(incoming.userId)) claim.userId = checkId(incoming.userId, 'userId');
  if (isGiven(incoming.anonymousId)) claim.anonymousId = checkId(incoming.anonymousId, 'anonymousId');
  if (isGiven(incoming.previousId)) claim.previousId = checkId(incoming.previousId, 'previousId');
  if (incoming.sessionId !== undefined) checkId(incoming.sessionId, 'sessionId');
  if (incoming.kind === 'alias' && (claim.previousId === undefined || claim.userId === undefined))
    throw placeholderRefusal(incoming) ?? refuseStream('previous_id_missing');
  if (incoming.ids !== undefined && incoming.ids.length > 0) {
    const ids = checkIds(incoming.ids, 'ids').filter(({ value }) => !isPlaceholder(value));
    if (ids.length > 0) claim.ids = ids;
  }
  if (claim.userId === undefined && claim.anonymousId === undefined && claim.ids === undefined)
    throw placeholderRefusal(incoming) ?? refuseStream('person_missing');
  if (incoming.unlink !== undefined && incoming.unlink.length > 0) claim.unlink = checkIds(incoming.unlink, 'unlink');
  if (incoming.traits) claim.traits = incoming.traits;
  if (incoming.traitChanges !== undefined && incoming.traitChanges.length > 0) claim.changes = checkChanges(incoming.traitChanges, 'traitChanges');
  if (incoming.groups !== undefined && incoming.groups.length > 0) claim.groups = checkGroups(incoming.groups);
  return claim;
}

/** A placeholder is taken as no id at all. */
function isGiven(value: string | undefined): value is string {
  return value !== undefined && !isPlaceholder(value);
}

/** The refusal that names the placeholder because of which an event names nobody; undefined when it holds none. */
function placeholderRefusal({ userId, anonymousId, previousId, ids = [] }: IncomingEvent): Error | undefined {
  const named = [
    ['userId', userId],
    ['anonymousId', anonymousId],
    ['previousId', previousId],
    ...ids.map(({ kind, value }) => [kind, value]),
  ] as const;
  for (const [field, id] of named) if (id !== undefined && isPlaceholder(id)) return refuseStream('id_meaningless', { details: { field, id } });
  return undefined;
}

/** A text that can be an id of anything. Throws `stream.id_too_long` or `stream.id_invalid`. */
export function checkId(value: string, field: string): string {
  if (value.length > eventLimits.idLengthMax)
    throw refuseStream('id_too_long', { details: { field, max: eventLimits.idLengthMax, length: value.length } });
  if (value.trim() === '' || controlCharacters.test(value) || !value.isWellFormed()) throw refuseStream('id_invalid', { details: { field } });
  return value;
}

function checkIds(ids: readonly LinkedId[], field: string): readonly LinkedId[] {
  if (ids.length > IDS_MAX) throw refuseStream('too_many_properties', { details: { field, max: IDS_MAX } });
  return ids.map(({ kind, value }) => {
    checkWord(kind, `${field}.kind`);
    return { kind, value: checkId(comparableId(kind, value), `${field}.${kind}`) };
  });
}

function checkWord(value: string, field: string): void {
  if (value.length > WORD_LENGTH_MAX) throw refuseStream('id_too_long', { details: { field, max: WORD_LENGTH_MAX, length: value.length } });
  if (!word.test(value)) throw refuseStream('id_invalid', { details: { field } });
}

function checkGroups(groups: readonly GroupClaim[]): readonly GroupClaim[] {
  if (groups.length > GROUPS_MAX) throw refuseStream('too_many_properties', { details: { field: 'groups', max: GROUPS_MAX } });
  for (const { type, id, changes } of groups) {
    // Types of groups are names that people chose ("公司"), so they are as free as names of events.
    if (type.length > eventLimits.nameLengthMax)
      throw refuseStream('id_too_long', { details: { field: 'groups.type', max: eventLimits.nameLengthMax, length: type.length } });
    checkId(type, 'groups.type');
    checkId(id, 'groups.id');
    if (changes) checkChanges(changes, 'groups.changes');
  }
  return groups;
}

function checkChanges(changes: readonly TraitChange[], field: string): readonly TraitChange[] {
  if (changes.length > eventLimits.propertiesMax) throw refuseStream('too_many_properties', { details: { field, max: eventLimits.propertiesMax } });
  for (const change of changes) {
    if (change.name.length > eventLimits.nameLengthMax)
      throw refuseStream('property_name_too_long', { details: { field, max: eventLimits.nameLengthMax, name: `${change.name.slice(0, 40)}…` } });
    if (change.operation !== 'unset_all' && change.name.trim() === '') throw refuseStream('id_invalid', { details: { field: `${field}.name` } });
    checkShape(change.value, field);
  }
  return changes;
}

/** Depth, number of properties and length of their names. Throws `stream.too_deep`, `too_many_properties` or `property_name_too_long`. */
export function checkShape(value: unknown, field: string): void {
  if (typeof value === 'object' && value !== null) walk(value, 1, { field, count: 0 });
}

function walk(part: object, depth: number, met: { field: string; count: number }): void {
  const { field } = met;
  if (depth > eventLimits.depthMax) throw refuseStream('too_deep', { details: { field, max: eventLimits.depthMax } });
  if (Array.isArray(part)) {
    for (const item of part) if (typeof item === 'object' && item !== null) walk(item, depth + 1, met);
    return;
  }
  for (const name in part) {
    met.count += 1;
    if (name.length > eventLimits.nameLengthMax)
      throw refuseStream('property_name_too_long', { details: { field, max: eventLimits.nameLengthMax, name: `${name.slice(0, 40)}…` } });
    const inner = (part as Record<string, unknown>)[name];
    if (typeof inner === 'object' && inner !== null) walk(inner, depth + 1, met);
  }
  if (met.count > eventLimits.propertiesMax) throw refuseStream('too_many_properties', { details: { field, max: eventLimits.propertiesMax } });
}
