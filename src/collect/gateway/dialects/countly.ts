import type { IncomingEvent, TraitChange } from '../../stream/contract.ts';
import { refuseGateway } from '../contract.ts';
import type { Dialect, DialectAnswer, DialectBatch, DialectReply, DialectRequest } from '../dialect.ts';
import { isObject, parseForm, parseJson } from '../read-body.ts';
import { numberOf, readEach, said, textOf } from './read-fields.ts';

type Fields = Record<string, unknown>;

const REQUESTS_MAX = 1_000;
const SUCCESS: DialectAnswer = { status: 200, body: { result: 'Success' } };

/** Countly: `/i`, `/i/bulk` and the configuration. `app_key` is the write key. Every answer has a `result`: without it the SDKs' queues stand still. */
export const countly: Dialect = {
  name: 'countly',
  routes: [
    ...['/i', '/i/bulk'].map((path) => ({
      methods: ['GET', 'POST'] as const,
      path,
      read: readRequests,
      answer: () => SUCCESS,
      fail: (error: { status: number; code: string; message: string }) => ({
        status: error.status === 401 ? 400 : error.status,
        body: { result: error.code === 'gateway.key_unknown' ? 'App does not exist' : error.message },
      }),
    })),
    { methods: ['GET', 'POST'], path: '/o/sdk', read: () => ({ answer: { status: 200, body: { v: 1, t: 1, c: {} } } }), answer: () => SUCCESS },
  ],
};

/** Fields of the query, the form, or JSON; `requests` of a bulk holds many. */
function readRequests(request: DialectRequest): DialectBatch | DialectReply {
  const outer = fieldsOf(request);
  const parts: Fields[] =
    outer.requests === undefined
      ? [outer]
      : listOf(outer.requests).map((part) => (isObject(part) ? { app_key: outer.app_key, device_id: outer.device_id, ...part } : {}));
  if (parts.length > REQUESTS_MAX) throw refuseGateway('body_too_large', { details: { max: REQUESTS_MAX } });
  const token = parts.map((part) => textOf(part.app_key)).find((key) => key !== undefined);
  const raws = parts.flatMap((part) => tellingsOf(part));
  const named = token === undefined ? {} : { token };
  if (raws.length === 0) return { ...named, answer: SUCCESS };
  return { ...named, messages: readEach(raws, (raw, sequence) => readTelling(raw as unknown as Telling, request, sequence)) };
}

function fieldsOf(request: DialectRequest): Fields {
  const query = Object.fromEntries(request.query);
  if (request.body.length === 0) return query;
  const body = request.body[0] === 0x7b ? request.json() : Object.fromEntries(parseForm(request.body));
  return { ...query, ...(isObject(body) ? body : {}) };
}

function listOf(value: unknown): unknown[] {
  const list = typeof value === 'string' ? parseJson(value) : value;
  if (!Array.isArray(list)) throw refuseGateway('batch_missing');
  return list;
}

/** One thing that a request tells; a request may tell several. */
interface Telling extends Fields {
  what: 'event' | 'start' | 'end' | 'user' | 'merge';
  part: Fields;
  event: Fields;
}

function tellingsOf(part: Fields): Telling[] {
  const tellings: Telling[] = [];
  const tell = (what: Telling['what'], event: Fields = {}): void => void tellings.push({ what, part, event });
  if (textOf(part.old_device_id) !== undefined) tell('merge');
  if (String(part.begin_session) === '1') tell('start');
  if (part.events !== undefined) for (const event of listOf(part.events)) if (isObject(event)) tell('event', event);
  if (part.user_details !== undefined) tell('user');
  if (String(part.end_session) === '1') tell('end');
  return tellings;
}

function readTelling({ what, part, event: sent }: Telling, request: DialectRequest, sequence: number): IncomingEvent {
  const device = textOf(part.device_id);
  const time = timeOf(sent.timestamp ?? part.timestamp) ?? request.receivedAt;
  const stamp = textOf(sent.timestamp ?? part.timestamp);
  // A request that is sent again brings the same instant: with device and name it is the id.
  const id =
    stamp === undefined || device === undefined
      ? request.newId()
      : `countly:${device}:${what}:${textOf(sent.key) ?? ''}:${stamp}:${sequence}`.slice(0, 255);
  const around = { messageId: id, time, sequence, context: contextOf(part), ...(device !== undefined && { anonymousId: device }) };
  if (what === 'start') return { ...around, kind: 'track', event: '$session_start', preset: true, properties: {} };
  if (what === 'end')
    return { ...around, kind: 'track', event: '$session_end', preset: true, properties: said({ duration: numberOf(part.session_duration) }) ?? {} };
  if (what === 'merge') return merged(around, device, textOf(part.old_device_id));
  if (what === 'user') return detailsOf(around, part.user_details);
  return { ...around, ...eventOf(sent) };
}

type Around = Pick<IncomingEvent, 'messageId' | 'time' | 'sequence' | 'context' | 'anonymousId'>;

/** A device id that was changed with its history: the new one names the person from now on, so both its readings are this person's. */
function merged(around: Around, device: string | undefined, before: string | undefined): IncomingEvent {
  const ids = device === undefined ? [] : [{ kind: 'anonymous', value: device }];
  const person = { ...(device !== undefined && { userId: device }), ...(before !== undefined && { anonymousId: before }) };
  return { ...around, ...person, ids, kind: 'identify', event: '$identify', properties: {} };
}

/** Seconds or milliseconds. */
function timeOf(value: unknown): number | undefined {
  const time = numberOf(value);
  return time === undefined ? undefined : Math.round(time < 1e11 ? time * 1_000 : time);
}

function eventOf(sent: Fields): Pick<IncomingEvent, 'kind' | 'event' | 'preset' | 'properties'> {
  const key = textOf(sent.key) ?? '';
  const segmentation = isObject(sent.segmentation) ? sent.segmentation : {};
  const count = numberOf(sent.count);
  const properties = { ...segmentation, ...said({ count: count === 1 ? undefined : count, sum: numberOf(sent.sum), duration: numberOf(sent.dur) }) };
  if (key === '[CLY]_view') return viewOf(segmentation, sent);
  if (key === '[CLY]_action') return { kind: 'track', event: '$click', preset: true, properties };
  return { kind: 'track', event: key, properties };
}

/** A view is told when it begins (`visit`) and again, with its length, when it ends. */
function viewOf(segmentation: Fields, sent: Fields): Pick<IncomingEvent, 'kind' | 'event' | 'preset' | 'properties'> {
  const { name, visit, segment, ...rest } = segmentation;
  const isWeb = segment === undefined || /^web|browser/i.test(String(segment)) || String(name ?? '').startsWith('/');
  if (String(visit) !== '1')
    return { kind: 'track', event: '$page_leave', preset: true, properties: { ...rest, ...said({ name, duration: numberOf(sent.dur) }) } };
  return isWeb
    ? { kind: 'page', event: '$page', properties: { ...rest, ...said({ path: name, title: segmentation.title }) } }
    : { kind: 'screen', event: '$screen', properties: { ...rest, ...said({ name }) } };
}

const operations: Readonly<Record<string, TraitChange['operation']>> = {
  $inc: 'increment',
  $setOnce: 'set_once',
  $push: 'append',
  $addToSet: 'union',
  $pull: 'remove',
};

function detailsOf(around: Around, sent: unknown): IncomingEvent {
  const details = typeof sent === 'string' ? parseJson(sent) : sent;
  if (!isObject(details)) throw refuseGateway('field_invalid', { details: { field: 'user_details', wanted: 'object' } });
  const { custom, ...plain } = details;
  const changes: TraitChange[] = [];
  for (const [name, value] of [...Object.entries(plain), ...Object.entries(isObject(custom) ? custom : {})]) changes.push(...changesOf(name, value));
  return { ...around, kind: 'identify', event: '$identify', properties: plain, traitChanges: changes, passive: true };
}

function changesOf(name: string, value: unknown): TraitChange[] {
  const found = isObject(value) ? Object.entries(value).filter(([key]) => key in operations) : [];
  if (found.length === 0) return value === null || value === '' ? [{ operation: 'unset', name }] : [{ operation: 'set', name, value }];
  return found.flatMap(([key, part]) =>
    (Array.isArray(part) ? part : [part]).map((one: unknown) => ({ operation: operations[key] ?? 'set', name, value: one })),
  );
}

function contextOf(part: Fields): Fields {
  const sent = typeof part.metrics === 'string' && part.metrics !== '' ? parseJson(part.metrics) : part.metrics;
  const metrics = isObject(sent) ? sent : {};
  const [width, height] = String(metrics._resolution ?? '')
    .split('x')
    .map(Number);
  return (
    said({
      library: said({ name: textOf(part.sdk_name) ?? 'countly', version: textOf(part.sdk_version) }),
      ip: textOf(part.ip_address),
      userAgent: textOf(metrics._ua),
      locale: textOf(metrics._locale),
      app: said({ version: metrics._app_version }),
      os: said({ name: metrics._os, version: metrics._os_version }),
      device: said({ model: metrics._device, manufacturer: metrics._manufacturer }),
      screen: said({ width: width || undefined, height: height || undefined }),
      network: said({ carrier: metrics._carrier }),
      location: said({ country: part.country_code, city: part.city }),
    }) ?? {}
  );
}
