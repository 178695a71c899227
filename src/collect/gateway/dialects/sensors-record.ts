import { createHash } from 'node:crypto';
import { eventLimits, type IncomingEvent, type TraitChange } from '../../stream/contract.ts';
import { refuseGateway } from '../contract.ts';
import { instantOf } from '../segment-message.ts';
import { idOf, numberOf, objectOf, pageOf, said, textOf } from './read-fields.ts';
import { personOf, unboundOf } from './sensors-identity.ts';
import { codeOf, presetEvents, saysNothing } from './sensors-presets.ts';

type Fields = Record<string, unknown>;

export interface RecordSurroundings {
  sequence: number;
  receivedAt: number;
  newId(): string;
}

/** Properties that steer the record and say nothing about what happened. */
const steering = new Set(['$lib', '$lib_version', '$lib_method', '$lib_detail', '$is_login_id', '$project', '$token', '$time', '$time_free', '$ip']);

const profileOperations: Readonly<Record<string, TraitChange['operation']>> = {
  profile_set: 'set',
  profile_set_once: 'set_once',
  profile_increment: 'increment',
  profile_append: 'append',
  profile_unset: 'unset',
  profile_delete: 'unset_all',
};

/** Reads one record of Sensors Analytics that is about a person. Items are read by `sensors.ts`. */
export function readSensorsRecord(raw: Fields, around: RecordSurroundings): IncomingEvent {
  const type = textOf(raw.type) ?? '';
  const sent = objectOf(raw.properties, 'properties');
  const base = { ...whenAndWhich(raw, sent, around), context: contextOf(raw, sent) };
  if (type in profileOperations) return readProfile(raw, type, { ...base, ...personOf(raw, sent) });
  if (type === 'track_id_unbind') {
    const { person, unlink } = unboundOf(raw);
    return { ...base, ...person, kind: 'track', event: '$unlink', preset: true, passive: true, properties: { ids: unlink }, unlink };
  }
  const person = personOf(raw, sent);
  if (type === 'track_signup' || type === 'track_id_bind')
    return { ...base, ...person, kind: 'identify', event: '$identify', properties: propertiesOf(sent) };
  if (type !== 'track') throw refuseGateway('type_unknown', { details: { type: type.slice(0, 40) } });
  return { ...base, ...person, ...naming(raw.event), properties: eventProperties(raw, sent) };
}

function naming(name: unknown): Pick<IncomingEvent, 'kind' | 'event' | 'preset'> {
  if (name === undefined || name === null) return { kind: 'track', event: '' };
  if (typeof name !== 'string') throw refuseGateway('field_invalid', { details: { field: 'event', wanted: 'text' } });
  const event = presetEvents[name] ?? name;
  if (event === '$page') return { kind: 'page', event };
  if (event === '$screen') return { kind: 'screen', event };
  return event.startsWith('$') ? { kind: 'track', event, preset: true } : { kind: 'track', event };
}

/** The id is made of what a record that is sent again has in common with itself: its number, its time and whom it is about. */
function whenAndWhich(raw: Fields, sent: Fields, around: RecordSurroundings): Pick<IncomingEvent, 'messageId' | 'time' | 'sequence'> {
  const value = raw.time ?? sent.$time;
  const time = value === undefined || value === null || value === '' ? around.receivedAt : timeOf(value);
  if (time === undefined) throw refuseGateway('field_invalid', { details: { field: 'time', wanted: 'milliseconds' } });
  const trackId = idOf(raw._track_id, '_track_id');
  if (trackId === undefined) return { messageId: around.newId(), time, sequence: around.sequence };
  const id = ['sensors', trackId, raw.type, raw.event ?? '', time, raw.distinct_id ?? ''].join(':');
  const messageId = id.length <= eventLimits.idLengthMax ? id : `sensors:${trackId}:${createHash('sha256').update(id).digest('hex')}`;
  return { messageId, time, sequence: around.sequence };
}

function timeOf(value: unknown): number | undefined {
  return numberOf(value) ?? instantOf(value);
}

function readProfile(raw: Fields, type: string, base: Omit<IncomingEvent, 'kind' | 'event' | 'properties'>): IncomingEvent {
  const operation = profileOperations[type] ?? 'set';
  const values = propertiesOf(objectOf(raw.properties, 'properties'));
  const changes: TraitChange[] =
    operation === 'unset_all' ? [{ operation, name: '' }] : Object.entries(values).flatMap((entry) => change(operation, entry));
  // Nothing happened to the person: profiles are often written by servers at night.
  return {
    ...base,
    kind: 'identify',
    event: '$identify',
    properties: operation === 'set' ? values : { operation: type },
    traitChanges: changes,
    passive: true,
  };
}

function change(operation: TraitChange['operation'], [name, value]: [string, unknown]): TraitChange[] {
  if (operation === 'unset') return [{ operation, name }];
  if (value === undefined || value === null) return [];
  if (operation === 'append' && Array.isArray(value)) return value.map((part) => ({ operation, name, value: part as unknown }));
  return [{ operation, name, value }];
}

/** Properties without those that steer, preset values as codes. */
function propertiesOf(sent: Fields): Fields {
  const properties: Fields = {};
  for (const name in sent) if (!steering.has(name)) properties[name] = name.startsWith('$') ? codeOf(name, sent[name]) : sent[name];
  return properties;
}

const pageNames: Readonly<Record<string, string>> = { $url: 'url', $url_path: 'path', $title: 'title', $referrer: 'referrer' };
const screenNames: Readonly<Record<string, string>> = { $screen_name: 'name', $url_path: 'name', $title: 'title', $referrer: 'referrer' };

/** Properties of an event; those of `$page` and `$screen` in the words that everybody uses. */
function eventProperties(raw: Fields, sent: Fields): Fields {
  const event = typeof raw.event === 'string' ? presetEvents[raw.event] : undefined;
  const properties = propertiesOf(sent);
  if (event !== '$page' && event !== '$screen') return properties;
  const names = event === '$page' ? pageNames : screenNames;
  for (const [preset, name] of Object.entries(names)) {
    if (!(preset in properties)) continue;
    if (!saysNothing(sent[preset])) properties[name] ??= properties[preset];
    delete properties[preset];
  }
  if (event === '$page') {
    const search = pageOf(properties.url)?.search;
    if (search !== undefined) properties.search = search;
  }
  return properties;
}

/** Surroundings in Segment's words. */
function contextOf(raw: Fields, sent: Fields): Fields {
  const lib = objectOf(raw.lib, 'lib');
  const name = textOf(lib.$lib) ?? textOf(sent.$lib);
  const kept = (value: unknown): string | undefined => (saysNothing(value) ? undefined : textOf(value));
  return (
    said({
      library: said({ name: name && `sensors-${name.toLowerCase()}`, version: textOf(lib.$lib_version) ?? textOf(sent.$lib_version) }),
      ip: textOf(sent.$ip),
      userAgent: textOf(sent.$user_agent),
      page: pageOf(sent.$url, { title: sent.$title, referrer: kept(sent.$referrer) }),
      campaign: said({
        source: textOf(sent.$utm_source),
        medium: textOf(sent.$utm_medium),
        name: textOf(sent.$utm_campaign),
        content: textOf(sent.$utm_content),
        term: textOf(sent.$utm_term),
      }),
      app: said({ name: textOf(sent.$app_name), version: textOf(sent.$app_version) ?? textOf(lib.$app_version), namespace: textOf(sent.$app_id) }),
      os: said({ name: textOf(sent.$os), version: textOf(sent.$os_version) }),
      device: said({ id: textOf(sent.$device_id), brand: textOf(sent.$brand), manufacturer: textOf(sent.$manufacturer), model: textOf(sent.$model) }),
      screen: said({ width: numberOf(sent.$screen_width) || undefined, height: numberOf(sent.$screen_height) || undefined }),
      network: said({
        carrier: codeOf('$carrier', sent.$carrier),
        wifi: typeof sent.$wifi === 'boolean' ? sent.$wifi : undefined,
        type: textOf(sent.$network_type),
      }),
      location: said({ country: kept(sent.$country), region: kept(sent.$province), city: kept(sent.$city) }),
    }) ?? {}
  );
}
