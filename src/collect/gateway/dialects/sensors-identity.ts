import type { IncomingEvent, LinkedId } from '../../stream/contract.ts';
import { idOf, objectOf } from './read-fields.ts';

type Fields = Record<string, unknown>;

/** Kinds of ids here for the SDK's names; what is not named keeps its own without `$identity_`. */
const kinds: Readonly<Record<string, string>> = {
  $identity_login_id: 'user',
  $identity_anonymous_id: 'anonymous',
  $identity_cookie_id: 'cookie',
  $identity_email: 'email',
  $identity_mobile: 'phone',
  $identity_idfv: 'device',
  $identity_idfa: 'device',
  $identity_android_id: 'device',
  $identity_android_uuid: 'device',
  $identity_oaid: 'device',
  $identity_imei: 'device',
  $identity_harmony_id: 'device',
  $identity_distinct_id: 'anonymous',
};

function kindOf(name: string): string {
  const kind = kinds[name];
  if (kind !== undefined) return kind;
  if (name.endsWith('_openid')) return 'openid';
  if (name.endsWith('_unionid')) return 'unionid';
  return name.replace(/^\$identity_/, '').slice(0, 60);
}

/** Whom a record names. */
export type SensorsPerson = Pick<IncomingEvent, 'userId' | 'anonymousId' | 'ids'>;

/**
 * Reads `identities`, `login_id`, `anonymous_id`, `distinct_id` and `original_id`. A `distinct_id` about which nothing more is said is kept as an
 * anonymous id, as Sensors keeps a `first_id`; `track_signup`, which declares it a login id, makes both the same person.
 */
export function personOf(raw: Fields, properties: Fields): SensorsPerson {
  const found = sorted(objectOf(raw.identities, 'identities'));
  const loginKey = idOf(raw.login_id, 'login_id');
  let userId = found.userId ?? (loginKey !== undefined && !isKeyed(loginKey, found.keyed) ? loginKey : undefined);
  let anonymousId = found.anonymousId ?? idOf(raw.anonymous_id, 'anonymous_id');
  const ids = found.ids;
  const distinctId = idOf(raw.distinct_id, 'distinct_id');
  const isSignup = raw.type === 'track_signup';
  if (isSignup) {
    userId ??= distinctId;
    anonymousId ??= idOf(raw.original_id, 'original_id');
    if (distinctId !== undefined && distinctId === userId && distinctId !== anonymousId) ids.push({ kind: 'anonymous', value: distinctId });
  } else if (distinctId !== undefined && distinctId !== userId && distinctId !== anonymousId && !isKeyed(distinctId, found.keyed)) {
    if (properties.$is_login_id === true && userId === undefined) userId = distinctId;
    else if (anonymousId === undefined) anonymousId = distinctId;
  }
  const person: SensorsPerson = {};
  if (userId !== undefined) person.userId = userId;
  if (anonymousId !== undefined) person.anonymousId = anonymousId;
  const further = ids.filter(({ kind, value }) => !(kind === 'cookie' && value === anonymousId));
  if (further.length > 0) person.ids = further;
  return person;
}

/** The ids that `track_id_unbind` takes away; the person is who else is named, or whoever holds them. */
export function unboundOf(raw: Fields): { person: SensorsPerson; unlink: LinkedId[] } {
  const identities = objectOf(raw.identities, 'identities');
  const unlink = Object.entries(identities).flatMap(([name, value]) => {
    const id = idOf(value, `identities.${name}`);
    return id === undefined ? [] : [{ kind: kindOf(name), value: id }];
  });
  const person = personOf({ ...raw, identities: undefined }, {});
  const isTaken = (kind: string, value: string | undefined): boolean => unlink.some((id) => id.kind === kind && id.value === value);
  if (isTaken('user', person.userId)) delete person.userId;
  if (isTaken('anonymous', person.anonymousId) || isTaken('cookie', person.anonymousId)) delete person.anonymousId;
  if (person.anonymousId !== undefined && Object.entries(identities).some(([name, value]) => person.anonymousId === `${name}+${String(value)}`))
    delete person.anonymousId;
  if (person.userId === undefined && person.anonymousId === undefined) person.ids = unlink;
  return { person, unlink };
}

interface SortedIds {
  userId?: string;
  anonymousId?: string;
  ids: LinkedId[];
  /** `$identity_mobile+13800000000`: how the SDKs write an id of another kind as `distinct_id` and `login_id`. */
  keyed: Set<string>;
}

function sorted(identities: Fields): SortedIds {
  const found: SortedIds = { ids: [], keyed: new Set() };
  let cookie: string | undefined;
  for (const name in identities) {
    const value = idOf(identities[name], `identities.${name}`);
    if (value === undefined) continue;
    found.keyed.add(`${name}+${value}`);
    if (name === '$identity_login_id') found.userId = value;
    else if (name === '$identity_anonymous_id') found.anonymousId = value;
    else if (name === '$identity_cookie_id') cookie = value;
    else found.ids.push({ kind: kindOf(name), value });
  }
  if (cookie !== undefined && found.anonymousId === undefined) found.anonymousId = cookie;
  else if (cookie !== undefined && cookie !== found.anonymousId) found.ids.push({ kind: 'cookie', value: cookie });
  return found;
}

function isKeyed(id: string, keyed: ReadonlySet<string>): boolean {
  return keyed.has(id);
}
