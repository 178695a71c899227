import { isbot } from 'isbot';
import type { AppError } from '../../../kernel/errors/errors.ts';
import { refuseGateway } from '../contract.ts';
import type { Dialect, DialectAnswer, DialectBatch, DialectMessage, DialectReply, DialectRequest, DialectResult } from '../dialect.ts';
import { isObject } from '../read-body.ts';
import { readEach, textOf } from './read-fields.ts';
import { readUmamiMessage } from './umami-message.ts';
import { uuidOf, visitorOfRequest } from './visitor.ts';

/** Messages of one `/api/batch`. */
const BATCH_MAX = 1_000;
const VISIT_MS = 30 * 60_000;

/** Umami: `/api/send` of its tracker and of `@umami/node`, and `/api/batch`. The website's id is the write key's digits as a UUID. */
export const umami: Dialect = {
  name: 'umami',
  routes: [
    { methods: ['POST'], path: '/api/send', read: readOne, answer: answerOne, fail: failed },
    { methods: ['POST'], path: '/api/batch', read: readBatch, answer: answerBatch, fail: failed },
  ],
};

function payloadOf(raw: unknown): Record<string, unknown> {
  return isObject(raw) && isObject(raw.payload) ? raw.payload : {};
}

/** What the browser calls itself, or what the message says that it does. */
function agentOf(raw: unknown, request: DialectRequest): string {
  return textOf(payloadOf(raw).userAgent) ?? request.headers['user-agent'] ?? '';
}

function tokenOf(raws: readonly unknown[]): string | undefined {
  for (const raw of raws) {
    const website = textOf(payloadOf(raw).website);
    if (website !== undefined) return website;
  }
  return undefined;
}

/** Umami takes nothing from robots and answers them this. */
const toBots: DialectAnswer = { status: 200, body: { beep: 'boop' } };

function readOne(request: DialectRequest): DialectBatch | DialectReply {
  const raw = request.json();
  if (!isObject(raw)) throw refuseGateway('body_unreadable');
  const token = tokenOf([raw]);
  const named = token === undefined ? {} : { token };
  if (isbot(agentOf(raw, request))) return { ...named, answer: toBots };
  const messages = readMessages([raw], request);
  const [message] = messages;
  if (message && 'error' in message && isRequestFault(message.error)) throw message.error;
  return { ...named, messages };
}

function isRequestFault(error: AppError): boolean {
  return error.code === 'gateway.type_unknown' || error.code === 'gateway.field_invalid';
}

/** Messages are taken one after the other; robots among them are left out. */
function readBatch(request: DialectRequest): DialectBatch {
  const raws = request.json();
  if (!Array.isArray(raws)) throw refuseGateway('batch_missing');
  if (raws.length > BATCH_MAX) throw refuseGateway('body_too_large', { details: { max: BATCH_MAX } });
  const token = tokenOf(raws);
  const people = raws.filter((raw: unknown) => !isbot(agentOf(raw, request)));
  return { ...(token !== undefined && { token }), messages: readMessages(people, request) };
}

function readMessages(raws: readonly unknown[], request: DialectRequest): DialectMessage[] {
  const cache = cacheOf(request);
  return readEach(raws, (raw, sequence) =>
    readUmamiMessage(raw, {
      sequence,
      receivedAt: request.receivedAt,
      newId: request.newId,
      userAgent: agentOf(raw, request),
      visitor: cache?.sessionId ?? visitorOf(raw, request),
      isBrowser: request.headers.origin !== undefined,
    }),
  );
}

function visitorOf(raw: unknown, request: DialectRequest): string {
  const payload = payloadOf(raw);
  return visitorOfRequest(request, { site: textOf(payload.website), ip: textOf(payload.ip), userAgent: textOf(payload.userAgent) });
}

interface Cache {
  websiteId: string;
  sessionId: string;
  visitId: string;
  /** Seconds. */
  iat: number;
}

/** What we answered last; the tracker sends it back, so that a visitor whose address changes stays the same. */
function cacheOf(request: DialectRequest): Cache | undefined {
  const sent = request.headers['x-umami-cache'];
  if (typeof sent !== 'string' || sent.length > 1_000) return undefined;
  try {
    const cache: unknown = JSON.parse(Buffer.from(sent.split('.')[1] ?? '', 'base64url').toString('utf8'));
    if (!isObject(cache) || typeof cache.sessionId !== 'string' || !/^[0-9a-f-]{36}$/.test(cache.sessionId)) return undefined;
    return { websiteId: String(cache.websiteId), sessionId: cache.sessionId, visitId: String(cache.visitId), iat: Number(cache.iat) || 0 };
  } catch {
    return undefined;
  }
}

/** The form of a JWT, as the tracker expects; it holds nothing that needs a signature, because a client says by itself who it is. */
function cacheText(cache: Cache): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'none', typ: 'JWT' })}.${part(cache)}.`;
}

function visitOf(result: DialectResult, request: DialectRequest): { cache: string; sessionId: string; visitId: string } {
  const raw = result.batch.messages.at(-1)?.raw;
  const before = cacheOf(request);
  const sessionId = before?.sessionId ?? visitorOf(raw, request);
  const isSame = before !== undefined && request.receivedAt - before.iat * 1_000 < VISIT_MS;
  const visitId = isSame ? before.visitId : uuidOf(`${sessionId}\n${Math.floor(request.receivedAt / VISIT_MS)}`);
  const websiteId = textOf(payloadOf(raw).website) ?? '';
  return { sessionId, visitId, cache: cacheText({ websiteId, sessionId, visitId, iat: Math.floor(request.receivedAt / 1_000) }) };
}

function answerOne(result: DialectResult, request: DialectRequest): DialectAnswer {
  const first = result.refused[0];
  return first ? badRequest(first.message) : { status: 200, body: visitOf(result, request) };
}

function answerBatch(result: DialectResult, request: DialectRequest): DialectAnswer {
  const errors = result.refused.length;
  const size = (request.json() as unknown[]).length;
  const details = result.refused.map(({ index, message }) => ({ index, response: badRequest(message).body }));
  return { status: 200, body: { size, processed: size - errors, errors, details, cache: visitOf(result, request).cache } };
}

function badRequest(message: string, code = 'bad-request', status = 400): DialectAnswer {
  return { status, body: { error: { message, code, status } } };
}

function failed(error: AppError): DialectAnswer {
  if (error.code === 'gateway.key_unknown' || error.code === 'gateway.key_missing') return badRequest('Website not found.');
  if (error.status === 413 || error.status >= 429) return badRequest(error.message, error.code.split('.').at(-1), error.status);
  const { field } = error.details;
  return badRequest(typeof field === 'string' ? `${error.message}: ${field}` : error.message);
}
