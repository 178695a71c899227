import { AppError } from '../../../kernel/errors/errors.ts';
import type { ItemChange } from '../../items/contract.ts';
import { checkItem } from '../../items/index.ts';
import { refuseGateway } from '../contract.ts';
import type { Dialect, DialectAnswer, DialectBatch, DialectMessage, DialectReply, DialectRequest, DialectResult } from '../dialect.ts';
import { isObject, parseJson, unpack } from '../read-body.ts';
import { idOf, numberOf, objectOf, readEach, textOf } from './read-fields.ts';
import { namingFaults } from './sensors-names.ts';
import { readSensorsRecord } from './sensors-record.ts';

/** Unpacked bytes of one request. */
const BODY_MAX_BYTES = 4 * 1024 * 1024;
/** A transparent picture of one dot: what the SDK in the page waits for. */
const DOT = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');

/** Sensors Analytics (神策分析): `data` or `data_list` of every SDK, by picture, form or beacon, and the debug mode. */
export const sensors: Dialect = {
  name: 'sensors',
  routes: [
    ...['/sa', '/sa.gif'].map((path) => ({
      methods: ['GET', 'POST'] as const,
      path,
      bodySizeMaxBytes: BODY_MAX_BYTES,
      read: readRecords,
      answer: (_result: DialectResult, request: DialectRequest) => taken(request),
      fail: failRecords,
    })),
    { methods: ['GET', 'POST'], path: '/debug', bodySizeMaxBytes: BODY_MAX_BYTES, read: readDebug, answer: answerDebug, fail: failDebug },
  ],
};

interface Form {
  field(name: string): string | undefined;
}

/** Fields stand in the query of a picture and in the form of anything else. */
function formOf(request: DialectRequest): Form {
  const isForm = request.body.length > 0 && request.body[0] !== 0x7b && request.body[0] !== 0x5b;
  const parts = isForm ? request.body.toString('latin1').split('&') : [];
  const inBody = (name: string): string | undefined => {
    const part = parts.find((one) => one.startsWith(`${name}=`));
    return part === undefined ? undefined : unescaped(part.slice(name.length + 1));
  };
  return { field: (name) => inBody(name) ?? request.query.get(name) ?? undefined };
}

/** base64 escapes three letters only; looking for these is several times faster than to decode a large text. */
function unescaped(text: string): string {
  const plain = text.replaceAll('%2B', '+').replaceAll('%2F', '/').replaceAll('%3D', '=');
  if (!plain.includes('%')) return plain;
  return new URLSearchParams(`value=${text}`).get('value') ?? '';
}

/** `token` says the project; `project` may be it too, because some SDKs have no field for a token. */
function tokenOf({ field }: Form, raws: readonly unknown[]): string | undefined {
  const inRecord = raws.find((raw) => isObject(raw) && typeof raw.token === 'string') as { token: string } | undefined;
  const project = field('project');
  return field('token') || inRecord?.token || (project?.startsWith('wk_') ? project : undefined);
}

async function recordsOf(request: DialectRequest, { field }: Form): Promise<unknown[]> {
  if (request.body[0] === 0x7b || request.body[0] === 0x5b) return asList(request.json());
  const packed = field('data_list') ?? field('data');
  if (packed === undefined || packed === '') throw refuseGateway('field_invalid', { details: { field: 'data', wanted: 'base64' } });
  // A `+` that was not escaped reads as a blank in a form.
  const text = packed.replaceAll(' ', '+');
  const crc = numberOf(field('crc') ?? new URLSearchParams(field('ext') ?? '').get('crc') ?? undefined);
  if (crc !== undefined && crc !== javaHash(text))
    throw refuseGateway('field_invalid', { details: { field: 'crc', wanted: String(javaHash(text)) } });
  if (field('gzip') === '9') throw refuseGateway('field_invalid', { details: { field: 'gzip', wanted: '0 / 1' } });
  return asList(parseJson(await unpack(Buffer.from(text, 'base64'), BODY_MAX_BYTES)));
}

function asList(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [value];
}

/** `String.hashCode()` of Java, by which the SDKs let the server see a damaged text. */
export function javaHash(text: string): number {
  let hash = 0;
  for (let place = 0; place < text.length; place += 1) hash = (Math.imul(hash, 31) + text.charCodeAt(place)) | 0;
  return hash;
}

async function readRecords(request: DialectRequest): Promise<DialectBatch> {
  const form = formOf(request);
  const raws = await recordsOf(request, form);
  const items: ItemChange[] = [];
  const messages = raws.flatMap((raw, sequence): DialectMessage[] => {
    if (!isItem(raw))
      return readEach([raw], (record) => readSensorsRecord(record, { sequence, receivedAt: request.receivedAt, newId: request.newId }));
    try {
      items.push(itemOf(raw));
      return [];
    } catch (error) {
      if (error instanceof AppError) return [{ raw, error }];
      throw error;
    }
  });
  const batch: DialectBatch = { messages, isFromServer: raws.every(isFromServer) };
  const token = tokenOf(form, raws);
  if (token !== undefined) batch.token = token;
  const sentAt = flushTimeOf(raws);
  if (sentAt !== undefined) batch.sentAt = sentAt;
  if (items.length > 0) batch.items = items;
  return batch;
}

function isItem(raw: unknown): raw is Record<string, unknown> {
  return isObject(raw) && (raw.type === 'item_set' || raw.type === 'item_delete');
}

function itemOf(raw: Record<string, unknown>): ItemChange {
  const type = idOf(raw.item_type, 'item_type');
  const id = idOf(raw.item_id, 'item_id');
  if (type === undefined || id === undefined)
    throw refuseGateway('field_invalid', { details: { field: type === undefined ? 'item_type' : 'item_id', wanted: 'text' } });
  const change: ItemChange =
    raw.type === 'item_delete'
      ? { operation: 'delete', type, id }
      : { operation: 'set', type, id, properties: objectOf(raw.properties, 'properties') };
  checkItem(change);
  return change;
}

/** The SDKs for servers: their address is not the person's. */
const serverLibraries = /^(node|java|python|php|ruby|golang|csharp|\.net|c\+\+|cpp|logagent|hdfsimporter|batchimporter|erlang|rust)/i;

function isFromServer(raw: unknown): boolean {
  const lib = isObject(raw) && isObject(raw.lib) ? textOf(raw.lib.$lib) : undefined;
  return lib !== undefined && serverLibraries.test(lib);
}

/** When the client sent, by its own clock. */
function flushTimeOf(raws: readonly unknown[]): number | undefined {
  let last: number | undefined;
  for (const raw of raws) {
    const time = isObject(raw) ? numberOf(raw._flush_time) : undefined;
    if (time !== undefined && (last === undefined || time > last)) last = time;
  }
  return last;
}

/**
 * What breaks a rule is answered like what does not: the SDKs keep and send again whatever is not answered with 2xx, and would do so for ever. It
 * stands in the live view, and the debug mode tells it.
 */
function taken(request: DialectRequest): DialectAnswer {
  if (request.method === 'POST') return { status: 200 };
  return { status: 200, headers: { 'content-type': 'image/gif', 'cache-control': 'no-store' }, body: DOT };
}

/** 403 for a key that is not known: the SDKs for phones keep their records then, and lose them at any other 4xx. */
function failRecords(error: AppError): DialectAnswer {
  return { status: error.status === 401 ? 403 : error.status, body: `${error.code}: ${error.message}` };
}

async function readDebug(request: DialectRequest): Promise<DialectBatch | DialectReply> {
  const batch = await readRecords(request);
  if (String(request.headers['dry-run']).toLowerCase() !== 'true') return batch;
  const faults = faultsOf(batch.messages);
  const answer = debugAnswer(faults, { count: batch.messages.length + (batch.items?.length ?? 0), isDryRun: true, request });
  return { answer, ...(batch.token !== undefined && { token: batch.token }) };
}

interface Fault {
  /** Which record, in the sender's words. */
  record: string;
  reason: string;
}

function recordOf({ raw }: DialectMessage): string {
  return isObject(raw) ? [raw.type, raw.event ?? raw.item_type].filter((word) => typeof word === 'string').join(' ') : '';
}

function faultsOf(messages: readonly DialectMessage[]): Fault[] {
  return messages.flatMap((message) => {
    const reasons = 'error' in message ? [wordsOf(message.error)] : namingFaults(message.raw);
    return reasons.map((reason) => ({ record: recordOf(message), reason }));
  });
}

function wordsOf(error: AppError): string {
  const { field, wanted } = error.details;
  return typeof field === 'string' ? `${error.message}: ${field}${typeof wanted === 'string' ? ` (${wanted})` : ''}` : error.message;
}

function answerDebug(result: DialectResult, request: DialectRequest): DialectAnswer {
  const { messages, items = [] } = result.batch;
  const refused = result.refused.flatMap(({ index, message: reason }) => {
    const message = messages[index];
    return message && !('error' in message) ? [{ record: recordOf(message), reason }] : [];
  });
  return debugAnswer([...faultsOf(messages), ...refused], { count: messages.length + items.length, isDryRun: false, request });
}

/**
 * The SDK in the page takes an empty object for "all is well" and shows anything else; the others take the status for it and show the text.
 */
function debugAnswer(
  faults: readonly Fault[],
  { count, isDryRun, request }: { count: number; isDryRun: boolean; request: DialectRequest },
): DialectAnswer {
  if (request.method === 'GET') return { status: 200, body: faults.length === 0 ? {} : { errors: faults } };
  if (faults.length === 0) return { status: 200, body: `${count} valid, ${isDryRun ? 'nothing stored (dry run)' : 'stored'}` };
  const lines = faults.map(({ record, reason }) => `${record}: ${reason}`);
  return { status: 400, body: [`${lines.length} faults in ${count} records`, ...lines].join('\n') };
}

function failDebug(error: AppError, request: DialectRequest): DialectAnswer {
  if (request.method === 'GET' && error.status < 429) return { status: 200, body: { errors: [{ reason: wordsOf(error) }] } };
  return { status: error.status, body: `${error.code}: ${wordsOf(error)}` };
}
