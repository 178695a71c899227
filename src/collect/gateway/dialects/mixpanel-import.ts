import { AppError } from '../../../kernel/errors/errors.ts';
import { refuseGateway } from '../contract.ts';
import type { DialectAnswer, DialectBatch, DialectMessage, DialectRequest, DialectResult, DialectRoute } from '../dialect.ts';
import { isObject, parseJson } from '../read-body.ts';
import { sentValue, tokenOf } from './mixpanel-body.ts';
import { isSomebody, readMixpanelEvent } from './mixpanel-event.ts';
import { textOf } from './read-fields.ts';

/** Limits of the import API (https://developer.mixpanel.com/reference/import-events). */
const BODY_MAX_BYTES = 10 * 1024 * 1024;
const EVENTS_MAX = 2_000;
const insertIdForm = /^[A-Za-z0-9-]{1,36}$/;
const statusTexts: Readonly<Record<number, string>> = {
  200: 'OK',
  400: 'Bad Request',
  401: 'Unauthorized',
  413: 'Request Entity Too Large',
  429: 'Too Many Requests',
};

/** `/import`: a list or lines of JSON with strict answers; or, from old libraries, `data` as at `/track` with their answer `1`. */
export function importRoute(): DialectRoute {
  return {
    methods: ['GET', 'POST'],
    path: '/import',
    bodySizeMaxBytes: BODY_MAX_BYTES,
    read: readImport,
    answer: answerImport,
    fail: (error, request) => {
      if (!isModern(request)) return { status: error.status, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: '0' };
      return { status: error.status, body: { code: error.status, error: error.message, status: statusTexts[error.status] ?? 'Error' } };
    },
  };
}

/** The body is the list itself. */
function isModern(request: DialectRequest): boolean {
  const [first] = request.body;
  return first === 0x5b || first === 0x7b || first === undefined ? !request.query.has('data') : false;
}

function readImport(request: DialectRequest): DialectBatch {
  const raws = isModern(request) ? listed(request) : [sentValue(request)].flat();
  if (raws.length > EVENTS_MAX) throw refuseGateway('too_many_messages', { details: { max: EVENTS_MAX, count: raws.length } });
  const isStrict = request.query.get('strict') === '1';
  const messages = raws.map((raw, sequence): DialectMessage => {
    try {
      if (!isObject(raw)) throw refuseGateway('message_not_object');
      if (isStrict) checkStrictly(raw);
      return { raw, event: readMixpanelEvent(raw, { sequence, receivedAt: request.receivedAt, newId: request.newId }) };
    } catch (error) {
      if (error instanceof AppError) return { raw, error };
      throw error;
    }
  });
  const token = keyOf(request) ?? tokenOf(raws[0]);
  return { messages, isFromServer: true, ...(token !== undefined && { token }) };
}

function listed(request: DialectRequest): unknown[] {
  if (request.body.length === 0) throw refuseGateway('body_unreadable');
  if (request.body[0] === 0x5b) return request.json() as unknown[];
  const lines = request.body.toString('utf8').split('\n');
  return lines.filter((line) => line.trim() !== '').map((line) => parseJson(line));
}

/** What strict imports are refused for, beside what every event is. */
function checkStrictly(raw: Record<string, unknown>): void {
  const sent = isObject(raw.properties) ? raw.properties : {};
  const invalid = (field: string, wanted: string): AppError => refuseGateway('field_invalid', { details: { field, wanted } });
  if (typeof raw.event !== 'string' || raw.event === '') throw invalid('event', 'text');
  if (sent.time === undefined) throw invalid('properties.time', 'seconds or milliseconds since 1970');
  if (typeof sent.$insert_id !== 'string' || !insertIdForm.test(sent.$insert_id)) throw invalid('properties.$insert_id', '1-36 letters, digits, -');
  const id = textOf(sent.distinct_id);
  if (id !== undefined && !isSomebody(id)) throw invalid('properties.distinct_id', 'an id of one person');
}

/** The key among the user and the password of basic authentication: a service account's are both free. */
function keyOf(request: DialectRequest): string | undefined {
  const [scheme = '', value = ''] = request.headers.authorization?.split(' ') ?? [];
  if (!/^basic$/i.test(scheme)) return undefined;
  const parts = Buffer.from(value, 'base64').toString('utf8').split(':');
  return parts.find((part) => /^(wk|sk)_[0-9a-f]{32}$/.test(part));
}

function answerImport(result: DialectResult, request: DialectRequest): DialectAnswer {
  const { refused, batch } = result;
  const imported = batch.messages.length - refused.length;
  if (!isModern(request)) {
    const isNone = imported === 0 && refused.length > 0;
    return { status: isNone ? 400 : 200, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: isNone ? '0' : '1' };
  }
  if (refused.length === 0 || request.query.get('strict') !== '1')
    return { status: 200, body: { code: 200, num_records_imported: imported, status: 'OK' } };
  const failed = refused.map(({ index, details, message }) => {
    const raw = batch.messages[index]?.raw;
    const sent = isObject(raw) && isObject(raw.properties) ? raw.properties : {};
    return { index, insert_id: textOf(sent.$insert_id) ?? '', field: textOf(details.field) ?? '', message };
  });
  return {
    status: 400,
    body: {
      code: 400,
      error: 'some data points in the request failed validation',
      failed_records: failed,
      num_records_imported: imported,
      status: 'Bad Request',
    },
  };
}
