import type { GroupClaim, IncomingEvent, TraitChange } from '../../stream/contract.ts';
import { refuseGateway } from '../contract.ts';
import { isObject } from '../read-body.ts';
import { instantOf } from '../segment-message.ts';
import { campaignOf, idOf, money, numberOf, objectOf, pageOf, said, textOf } from './read-fields.ts';

type Fields = Record<string, unknown>;

export interface EventSurroundings {
  sequence: number;
  receivedAt: number;
  newId(): string;
}

/** Names that Amplitude's SDKs give and the ones that everybody uses here. */
const presetNames: Record<string, string> = {
  '[Amplitude] Page Viewed': '$page',
  '[Amplitude] Screen Viewed': '$screen',
  '[Amplitude] Element Clicked': '$click',
  '[Amplitude] Form Submitted': '$form_submit',
  '[Amplitude] Rage Click': '$rage_click',
  '[Amplitude] Dead Click': '$dead_click',
  '[Amplitude] Application Opened': '$app_open',
  '[Amplitude] Application Backgrounded': '$app_close',
  '[Amplitude] Application Installed': '$app_install',
  session_start: '$session_start',
};

/** Properties of its automatic events, in the words of `$page` and of money. */
const presetProperties: Record<string, string> = {
  '[Amplitude] Page Location': 'url',
  '[Amplitude] Page Path': 'path',
  '[Amplitude] Page Title': 'title',
  '[Amplitude] Screen Name': 'name',
  $price: 'price',
  $quantity: 'quantity',
  $productId: 'productId',
  $revenue: 'revenue',
  $revenueType: 'revenueType',
  $currency: 'currency',
};

/** Written by the browser SDK where there was nothing. */
const NOTHING = 'EMPTY';

/** Throws for ids that are shorter than the request allows (`options.min_id_length`); without that option every length is taken. */
export function refuseShortIds(raw: Fields, idLengthMin: number): void {
  if (idLengthMin <= 0) return;
  for (const field of ['user_id', 'device_id']) {
    const id = textOf(raw[field]);
    if (id !== undefined && id.length < idLengthMin)
      throw refuseGateway('field_invalid', { details: { field, wanted: 'longer id', min: idLengthMin } });
  }
}

/** Reads one event of the HTTP API (keys: https://amplitude.com/docs/apis/analytics/http-v2#keys-for-the-event-argument). */
export function readAmplitudeEvent(raw: Fields, around: EventSurroundings): IncomingEvent {
  const type = raw.event_type === undefined || raw.event_type === null ? '' : raw.event_type;
  if (typeof type !== 'string') throw refuseGateway('field_invalid', { details: { field: 'event_type', wanted: 'text' } });
  const event: IncomingEvent = { ...naming(type), ...whenAndWhich(raw, around), properties: {}, context: contextOf(raw) };
  const userId = idOf(raw.user_id, 'user_id');
  const deviceId = idOf(raw.device_id, 'device_id');
  if (userId !== undefined) event.userId = userId;
  if (deviceId !== undefined) event.anonymousId = deviceId;
  const sessionId = numberOf(raw.session_id);
  if (sessionId !== undefined && sessionId > 0) event.sessionId = String(sessionId);
  event.properties = propertiesOf(raw, event);
  const groups = groupsOf(raw);
  if (groups.length > 0) event.groups = groups;
  const user = objectOf(raw.user_properties, 'user_properties');
  if (event.kind === 'identify') event.properties = plainSet(user);
  const changes = changesOf(user);
  if (changes.length > 0) event.traitChanges = changes;
  return event;
}

function naming(type: string): Pick<IncomingEvent, 'kind' | 'event' | 'preset'> {
  if (type === '$identify') return { kind: 'identify', event: '$identify' };
  if (type === '$groupidentify') return { kind: 'group', event: '$group' };
  const name = presetNames[type];
  if (name === '$page') return { kind: 'page', event: name };
  if (name === '$screen') return { kind: 'screen', event: name };
  if (name !== undefined) return { kind: 'track', event: name, preset: true };
  return type.startsWith('$') ? { kind: 'track', event: type, preset: true } : { kind: 'track', event: type };
}

function whenAndWhich(raw: Fields, around: EventSurroundings): Pick<IncomingEvent, 'messageId' | 'time' | 'sequence'> {
  const time = raw.time === undefined || raw.time === null ? around.receivedAt : instantOf(raw.time);
  if (time === undefined) throw refuseGateway('field_invalid', { details: { field: 'time', wanted: 'milliseconds' } });
  return { messageId: idOf(raw.insert_id, 'insert_id') ?? around.newId(), time, sequence: around.sequence };
}

function propertiesOf(raw: Fields, event: IncomingEvent): Fields {
  const sent = objectOf(raw.event_properties, 'event_properties');
  const properties: Fields = {};
  for (const name in sent) properties[presetProperties[name] ?? name] = sent[name];
  for (const name of ['price', 'quantity', 'revenue', 'productId', 'revenueType', 'currency'])
    if (raw[name] !== undefined && raw[name] !== null) properties[name] = raw[name];
  const revenue = numberOf(properties.revenue) ?? productOf(properties);
  if (revenue !== undefined) properties.revenue = revenue;
  const page = pageOf(properties.url ?? sent['[Amplitude] Page URL'], {
    title: properties.title,
    referrer: sent.referrer === NOTHING ? undefined : sent.referrer,
  });
  if (page?.url !== undefined && isWebEvent(event, sent)) event.context.page = page;
  if (event.event === '$page') {
    Object.assign(properties, page);
    const campaign = campaignOf((name) => (sent[name] === NOTHING ? undefined : sent[name]));
    if (campaign) event.context.campaign = campaign;
  }
  return properties;
}

function isWebEvent(event: IncomingEvent, sent: Fields): boolean {
  return event.event === '$page' || '[Amplitude] Page URL' in sent || '[Amplitude] Page Location' in sent;
}

/** The revenue that Amplitude reckons itself: price times quantity, when the event is one of money. */
function productOf(properties: Fields): number | undefined {
  const price = numberOf(properties.price);
  if (price === undefined) return undefined;
  return money(price * (numberOf(properties.quantity) ?? 1));
}

function contextOf(raw: Fields): Fields {
  const [libraryName, libraryVersion] = splitLibrary(textOf(raw.library));
  return (
    said({
      library: said({ name: libraryName, version: libraryVersion }),
      ip: raw.ip === '$remote' ? undefined : textOf(raw.ip),
      userAgent: textOf(raw.user_agent),
      locale: textOf(raw.language),
      app: said({ version: textOf(raw.app_version), build: textOf(raw.version_name) }),
      os: said({ name: textOf(raw.os_name), version: textOf(raw.os_version) }),
      device: said({
        id: textOf(raw.idfv) ?? textOf(raw.android_id),
        advertisingId: textOf(raw.idfa) ?? textOf(raw.adid),
        brand: textOf(raw.device_brand),
        manufacturer: textOf(raw.device_manufacturer),
        model: textOf(raw.device_model),
        type: textOf(raw.platform),
      }),
      network: said({ carrier: textOf(raw.carrier) }),
      location: said({
        country: textOf(raw.country),
        region: textOf(raw.region),
        city: textOf(raw.city),
        latitude: numberOf(raw.location_lat),
        longitude: numberOf(raw.location_lng),
      }),
    }) ?? {}
  );
}

/** `amplitude-node-ts/1.5.73` */
function splitLibrary(library: string | undefined): [string | undefined, string | undefined] {
  const slash = library?.lastIndexOf('/') ?? -1;
  return library === undefined || slash < 0 ? [library, undefined] : [library.slice(0, slash), library.slice(slash + 1)];
}

/** `groups: { company: "15", team: ["a", "b"] }`; the properties of `$groupidentify` belong to them. */
function groupsOf(raw: Fields): GroupClaim[] {
  const changes = changesOf(objectOf(raw.group_properties, 'group_properties'));
  return Object.entries(objectOf(raw.groups, 'groups')).flatMap(([type, ids]) =>
    (Array.isArray(ids) ? ids : [ids]).flatMap((sent) => {
      const id = idOf(sent, `groups.${type}`);
      return id === undefined ? [] : [{ type, id, ...(changes.length > 0 && { changes }) }];
    }),
  );
}

const operations: Record<string, TraitChange['operation']> = {
  $set: 'set',
  $setOnce: 'set_once',
  $add: 'increment',
  $append: 'append',
  $prepend: 'prepend',
  $preInsert: 'union',
  $postInsert: 'union',
  $remove: 'remove',
  $unset: 'unset',
};

/** Changes that `user_properties` or `group_properties` mean: operations, or plain values that set. `$clearAll` stands alone, as in Amplitude. */
export function changesOf(sent: Fields): TraitChange[] {
  if ('$clearAll' in sent) return [{ operation: 'unset_all', name: '' }];
  const changes: TraitChange[] = [];
  for (const key in sent) {
    const operation = operations[key];
    const value = sent[key];
    if (operation === undefined) add(changes, 'set', key, value);
    else if (isObject(value)) for (const name in value) add(changes, operation, name, value[name]);
  }
  return changes;
}

function add(changes: TraitChange[], operation: TraitChange['operation'], name: string, value: unknown): void {
  if (operation === 'unset') changes.push({ operation, name });
  else if (value === undefined || value === null || value === NOTHING) return;
  else if (Array.isArray(value) && (operation === 'append' || operation === 'prepend' || operation === 'union' || operation === 'remove'))
    for (const part of operation === 'prepend' ? value.toReversed() : value) changes.push({ operation, name, value: part });
  else changes.push({ operation, name, value });
}

/** What the timeline shows of an `$identify`: the values that it sets. */
function plainSet(user: Fields): Fields {
  const shown: Fields = {};
  for (const { operation, name, value } of changesOf(user)) if (operation === 'set') shown[name] = value;
  return shown;
}
