import type { AppError } from '../../../kernel/errors/errors.ts';
import type { GroupClaim, IncomingEvent } from '../../stream/contract.ts';
import { refuseGateway } from '../contract.ts';
import type { Dialect, DialectAnswer, DialectBatch, DialectRequest, DialectResult } from '../dialect.ts';
import { isObject, parseForm, parseJson } from '../read-body.ts';
import { instantOf } from '../segment-message.ts';
import { changesOf, readAmplitudeEvent, refuseShortIds } from './amplitude-event.ts';
import { idOf, objectOf, readEach } from './read-fields.ts';

/** Limits of Amplitude's HTTP API (https://amplitude.com/docs/apis/analytics/http-v2, .../batch-event-upload). */
const EVENTS_MAX = 2_000;
const HTTP_BODY_MAX_BYTES = 1024 * 1024;
const BATCH_BODY_MAX_BYTES = 20 * 1024 * 1024;

/** Amplitude: HTTP API V2, Batch API, Identify and Group Identify, which its SDKs of all platforms send to. */
export const amplitude: Dialect = {
  name: 'amplitude',
  routes: [
    { methods: ['POST'], path: '/2/httpapi', bodySizeMaxBytes: HTTP_BODY_MAX_BYTES, read: readEvents, answer: answerEvents, fail: failEvents },
    {
      methods: ['POST'],
      path: '/batch',
      bodySizeMaxBytes: BATCH_BODY_MAX_BYTES,
      claims: hasEvents,
      read: readEvents,
      answer: answerEvents,
      fail: failEvents,
    },
    { methods: ['GET', 'POST'], path: '/identify', read: readIdentify, answer: answerForm, fail: failForm },
    { methods: ['GET', 'POST'], path: '/groupidentify', read: readGroupIdentify, answer: answerForm, fail: failForm },
  ],
};

/** PostHog's batches share the path; theirs hold `batch`. */
function hasEvents(request: DialectRequest): boolean {
  try {
    const body = request.json();
    return isObject(body) && Array.isArray(body.events);
  } catch {
    return false;
  }
}

function readEvents(request: DialectRequest): DialectBatch {
  const body = request.json();
  if (!isObject(body)) throw refuseGateway('body_unreadable');
  if (!Array.isArray(body.events)) throw refuseGateway('batch_missing');
  if (body.events.length > EVENTS_MAX) throw refuseGateway('body_too_large', { details: { max: EVENTS_MAX } });
  const options = isObject(body.options) ? body.options : {};
  const idLengthMin = typeof options.min_id_length === 'number' ? options.min_id_length : 0;
  const batch: DialectBatch = {
    messages: readEach(body.events, (raw, sequence) => {
      refuseShortIds(raw, idLengthMin);
      return readAmplitudeEvent(raw, { sequence, receivedAt: request.receivedAt, newId: request.newId });
    }),
  };
  const token = idOf(body.api_key, 'api_key');
  const sentAt = instantOf(body.client_upload_time);
  if (token !== undefined) batch.token = token;
  if (sentAt !== undefined) batch.sentAt = sentAt;
  // What a server sends for people names their address in `ip`; browsers and phones write "$remote".
  if (body.events.every((raw) => isObject(raw) && raw.ip !== '$remote' && !isFromDevice(raw))) batch.isFromServer = true;
  return batch;
}

function isFromDevice(raw: Record<string, unknown>): boolean {
  return typeof raw.library === 'string' && !/node|python|java\/|go\/|http|ruby|php/i.test(raw.library);
}

function answerEvents(result: DialectResult, request: DialectRequest): DialectAnswer {
  if (result.refused.length === 0)
    return {
      status: 200,
      body: {
        code: 200,
        events_ingested: result.accepted + result.duplicates,
        payload_size_bytes: request.body.length,
        server_upload_time: request.receivedAt,
      },
    };
  return { status: 400, body: refusedBody(result) };
}

/** The SDKs drop the events that are named by their places and send the others again; those are known by their `insert_id`. */
function refusedBody(result: DialectResult): Record<string, unknown> {
  const missing: Record<string, number[]> = {};
  const invalid: Record<string, number[]> = {};
  const short: Record<string, number[]> = {};
  for (const { index, code, details } of result.refused) {
    const reason = code.split('.').at(-1) ?? code;
    if (reason === 'event_name_missing') note(missing, 'event_type', index);
    else if (reason === 'person_missing') note(missing, 'user_id', index);
    else if (details.wanted === 'longer id') note(short, String(details.field), index);
    else note(invalid, typeof details.field === 'string' ? details.field : reason, index);
  }
  return {
    code: 400,
    error: result.refused[0]?.message ?? 'Request contains invalid events',
    events_with_missing_fields: missing,
    events_with_invalid_fields: invalid,
    events_with_invalid_id_lengths: short,
    silenced_events: [],
    silenced_devices: [],
    events_ingested: result.accepted + result.duplicates,
  };
}

function note(places: Record<string, number[]>, field: string, index: number): void {
  places[field] ??= [];
  places[field].push(index);
}

function failEvents(error: AppError, request: DialectRequest): DialectAnswer {
  if (error.code === 'gateway.key_missing')
    return { status: 400, body: { code: 400, error: 'Request missing required field', missing_field: 'api_key' } };
  // The SDKs look for exactly these words, and then stop trying.
  if (error.code === 'gateway.key_unknown') return { status: 400, body: { code: 400, error: 'Invalid API key: the key is unknown or revoked' } };
  if (error.code === 'gateway.batch_missing')
    return { status: 400, body: { code: 400, error: 'Request missing required field', missing_field: 'events' } };
  if (error.status === 413) return { status: 413, body: { code: 413, error: 'Payload too large' } };
  if (error.status === 429) return { status: 429, body: tooMany(request) };
  return { status: error.status, body: { code: error.status, error: error.message } };
}

/** Every event is named as throttled, so that the SDKs wait 30 s with all of them instead of trying at once. */
function tooMany(request: DialectRequest): Record<string, unknown> {
  const events = hasEvents(request) ? ((request.json() as { events: unknown[] }).events.length ?? 0) : 0;
  return {
    code: 429,
    error: 'Too many requests for some devices and users',
    eps_threshold: 0,
    throttled_devices: {},
    throttled_users: {},
    exceeded_daily_quota_devices: {},
    exceeded_daily_quota_users: {},
    throttled_events: Array.from({ length: events }, (_, index) => index),
  };
}

/** `api_key` and `identification` (an object or a list, as JSON text) of a form, a query or a JSON body. */
function identifications(request: DialectRequest): { token: string | undefined; raws: unknown[] } {
  const isJson = request.body[0] === 0x7b;
  const body = isJson ? request.json() : undefined;
  const form = request.method === 'GET' ? request.query : parseForm(request.body);
  const field = (name: string): unknown => (isObject(body) ? body[name] : (form.get(name) ?? request.query.get(name)));
  const sent = field('identification');
  if (sent === null || sent === undefined || sent === '') throw refuseGateway('batch_missing');
  const value = typeof sent === 'string' ? parseJson(sent) : sent;
  return { token: idOf(field('api_key'), 'api_key'), raws: Array.isArray(value) ? value : [value] };
}

function readIdentify(request: DialectRequest): DialectBatch {
  const { token, raws } = identifications(request);
  const around = { receivedAt: request.receivedAt, newId: request.newId };
  return {
    ...(token !== undefined && { token }),
    isFromServer: true,
    messages: readEach(raws, (raw, sequence) => readAmplitudeEvent({ ...raw, event_type: '$identify' }, { ...around, sequence })),
  };
}

/** `{ group_type, group_value, group_properties }` each: what is known about a group, without a person. */
function readGroupIdentify(request: DialectRequest): DialectBatch {
  const { token, raws } = identifications(request);
  const read = (raw: Record<string, unknown>, sequence: number): IncomingEvent => {
    const type = idOf(raw.group_type, 'group_type');
    const id = idOf(raw.group_value, 'group_value');
    if (type === undefined) throw refuseGateway('field_invalid', { details: { field: 'group_type', wanted: 'text' } });
    if (id === undefined) throw refuseGateway('field_invalid', { details: { field: 'group_value', wanted: 'text' } });
    const properties = objectOf(raw.group_properties, 'group_properties');
    const group: GroupClaim = { type, id, changes: changesOf(properties) };
    const event = { messageId: request.newId(), kind: 'group' as const, event: '$group', time: request.receivedAt, sequence };
    return { ...event, properties: { type, groupId: id }, context: {}, groups: [group], passive: true };
  };
  return { ...(token !== undefined && { token }), isFromServer: true, messages: readEach(raws, read) };
}

/** Both forms answer the one word `success`. */
function answerForm(result: DialectResult): DialectAnswer {
  const first = result.refused[0];
  return first ? { status: 400, body: `invalid_identification: ${first.message}` } : { status: 200, body: 'success' };
}

function failForm(error: AppError): DialectAnswer {
  if (error.code === 'gateway.key_missing') return { status: 400, body: 'missing_argument: api_key' };
  if (error.code === 'gateway.key_unknown') return { status: 400, body: 'invalid_api_key' };
  if (error.code === 'gateway.batch_missing') return { status: 400, body: 'missing_argument: identification' };
  return { status: error.status, body: error.message };
}
