import type { GroupClaim, IncomingEvent, TraitChange } from '../../stream/contract.ts';
import { refuseGateway } from '../contract.ts';
import { isObject } from '../read-body.ts';
import { type MixpanelSurroundings, peopleOf, timeOf } from './mixpanel-event.ts';
import { idOf, numberOf, objectOf, said, textOf } from './read-fields.ts';

type Fields = Record<string, unknown>;

/** Its reserved properties of people, in the words that the rest of the product (mail, above all) looks for. */
const traitNames: Readonly<Record<string, string>> = {
  $email: 'email',
  $phone: 'phone',
  $name: 'name',
  $first_name: 'firstName',
  $last_name: 'lastName',
  $avatar: 'avatar',
  $created: 'createdAt',
  $city: 'city',
  $region: 'region',
  $country_code: 'country',
  $timezone: 'timezone',
};
const operations: Readonly<Record<string, TraitChange['operation']>> = {
  $set: 'set',
  $set_once: 'set_once',
  $add: 'increment',
  $append: 'append',
  $union: 'union',
  $remove: 'remove',
};
/** Where `track_charge` writes down what was paid. */
const CHARGES = '$transactions';

/** Reads one update of a profile (https://developer.mixpanel.com/reference/profile-set). A payment in it becomes an event with revenue. */
export function readProfileUpdate(raw: Fields, around: MixpanelSurroundings): IncomingEvent {
  const base = {
    messageId: idOf(raw.$insert_id, '$insert_id') ?? around.newId(),
    time: timeOf(raw.$time, '$time') ?? around.receivedAt,
    sequence: around.sequence,
    context: contextOf(raw),
    ...peopleOf(raw, raw.$distinct_id),
  };
  const charge = chargeOf(raw);
  if (charge) return { ...base, kind: 'track', event: '$charge', preset: true, time: charge.time ?? base.time, properties: charge.properties };
  const changes = changesOf(raw);
  const set = renamed(objectOf(raw.$set, '$set'));
  return {
    ...base,
    kind: 'identify',
    event: '$identify',
    passive: true,
    properties: set,
    ...(Object.keys(set).length > 0 && { traits: set }),
    ...(changes.length > 0 && { traitChanges: changes }),
  };
}

/** Reads one update of a group: it names no person. */
export function readGroupUpdate(raw: Fields, around: MixpanelSurroundings): IncomingEvent {
  const type = idOf(raw.$group_key, '$group_key');
  const id = idOf(raw.$group_id, '$group_id');
  if (type === undefined || id === undefined) throw refuseGateway('field_invalid', { details: { field: '$group_key, $group_id', wanted: 'text' } });
  const set = objectOf(raw.$set, '$set');
  const changes: TraitChange[] = [...Object.entries(set).map(([name, value]): TraitChange => ({ operation: 'set', name, value })), ...changesOf(raw)];
  const group: GroupClaim = { type, id, changes };
  return {
    messageId: idOf(raw.$insert_id, '$insert_id') ?? around.newId(),
    kind: 'group',
    event: '$group',
    time: timeOf(raw.$time, '$time') ?? around.receivedAt,
    sequence: around.sequence,
    properties: { ...set, groupType: type, groupId: id },
    context: contextOf(raw),
    passive: true,
    groups: [group],
  };
}

/** Everything but `$set`, which is told as traits. */
function changesOf(raw: Fields): TraitChange[] {
  const changes: TraitChange[] = [];
  if (raw.$delete !== undefined) changes.push({ operation: 'unset_all', name: '' });
  for (const [key, operation] of Object.entries(operations)) {
    if (key === '$set' || raw[key] === undefined) continue;
    for (const [name, value] of Object.entries(objectOf(raw[key], key))) changes.push({ operation, name: traitNames[name] ?? name, value });
  }
  if (Array.isArray(raw.$unset))
    for (const name of raw.$unset) if (typeof name === 'string' && name !== '') changes.push({ operation: 'unset', name: traitNames[name] ?? name });
  return changes;
}

function renamed(set: Fields): Fields {
  const traits: Fields = {};
  for (const name in set) traits[traitNames[name] ?? name] = set[name];
  return traits;
}

function chargeOf(raw: Fields): { properties: Fields; time: number | undefined } | undefined {
  const charge = isObject(raw.$append) ? raw.$append[CHARGES] : undefined;
  if (!isObject(charge)) return undefined;
  const revenue = numberOf(charge.$amount);
  const { $amount: _amount, $time: time, ...rest } = charge;
  return { properties: { ...rest, ...(revenue !== undefined && { revenue }) }, time: timeOf(time, '$time') };
}

function contextOf(raw: Fields): Fields {
  const ip = textOf(raw.$ip);
  return said({ library: { name: 'mixpanel' }, ip: ip !== undefined && /[.:]/.test(ip) ? ip : undefined }) ?? {};
}
