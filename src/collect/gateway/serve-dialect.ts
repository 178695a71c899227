import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from '../../kernel/clock.ts';
import { AppError } from '../../kernel/errors/errors.ts';
import { localeOf, type Texts } from '../../kernel/http/texts.ts';
import type { Ids } from '../../kernel/ids.ts';
import type { KeyOfToken, ProjectsApi } from '../../workspace/projects/index.ts';
import type { ItemsApi } from '../items/index.ts';
import { eventLimits, refuseStream } from '../stream/contract.ts';
import { refuseGateway } from './contract.ts';
import type { Dialect, DialectAnswer, DialectBatch, DialectMessage, DialectRequest, DialectResult, DialectRoute } from './dialect.ts';
import type { Quotas } from './quotas/quotas.ts';
import { isPacked, unpack } from './read-body.ts';
import type { Sending } from './sending.ts';
import { refuseAll, type Taken, type TakeParts, takeMessages } from './take-messages.ts';
import { WireRequest } from './wire-request.ts';

export interface GatewayParts extends TakeParts {
  projects: Pick<ProjectsApi, 'keyByToken'>;
  quotas: Pick<Quotas, 'spend'>;
  items: Pick<ItemsApi, 'change'>;
  clock: Clock;
  ids: Ids;
  texts: Texts;
}

/** A route with the dialect that it belongs to. */
export interface Claimant {
  dialect: Dialect;
  route: DialectRoute;
}

const NO_BODY = Buffer.alloc(0);
/** Whoever waits longer is told to come again: a store stands still. What was sent goes on, and is known as a duplicate when it comes again. */
const ANSWER_WITHIN_MS = 20_000;
const RETRY_AFTER_SECONDS = 2;

/** Answers a request that one of `claimants` understands; `mountedAs` is the dialect of its `/c/<dialect>/<write key>`. */
export async function serveDialect(
  wire: { request: FastifyRequest; reply: FastifyReply },
  claimants: readonly Claimant[],
  parts: GatewayParts,
  mountedAs?: string,
): Promise<FastifyReply> {
  const receivedAt = parts.clock.now();
  const sent = Buffer.isBuffer(wire.request.body) ? wire.request.body : NO_BODY;
  let body = sent;
  let unreadable: Error | undefined;
  try {
    if (isPacked(sent)) body = await unpack(sent, Math.max(...claimants.map(({ route }) => bodySizeMax(route))));
  } catch (error) {
    // The client is told in its own form; which client it is stands in what can be read without the body.
    unreadable = error instanceof Error ? error : new Error(String(error));
    body = NO_BODY;
  }
  const request = new WireRequest(wire.request, { body, mountedAs, receivedAt, newId: () => parts.ids.uuid() });
  const claimant = claimantOf(claimants, request);
  try {
    if (unreadable) throw unreadable;
    if (body.length > bodySizeMax(claimant.route)) throw refuseGateway('body_too_large', { details: { max: bodySizeMax(claimant.route) } });
    return send(wire.reply, await inTime(understand(claimant, request, parts)));
  } catch (error) {
    return fail(error, wire.reply, { claimant, request });
  }
}

async function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_resolve, reject) => {
    const refusal = { retryAfterSeconds: RETRY_AFTER_SECONDS, details: { seconds: RETRY_AFTER_SECONDS } };
    timer = setTimeout(() => reject(refuseStream('store_unavailable', refusal)), ANSWER_WITHIN_MS);
  });
  try {
    return await Promise.race([work, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}

/** Answers a request whose body was not read, in the form of the client that it is from. Throws the error where there is none. */
export function failDialect(
  error: AppError,
  { request, reply }: { request: FastifyRequest; reply: FastifyReply },
  { claimants, mountedAs, parts }: { claimants: readonly Claimant[]; mountedAs: string | undefined; parts: GatewayParts },
): FastifyReply {
  if (claimants.length === 0) throw error;
  const wire = new WireRequest(request, { body: NO_BODY, mountedAs, receivedAt: parts.clock.now(), newId: () => parts.ids.uuid() });
  return fail(error, reply, { claimant: claimantOf(claimants, wire), request: wire });
}

function fail(error: unknown, reply: FastifyReply, { claimant, request }: { claimant: Claimant; request: DialectRequest }): FastifyReply {
  if (!(error instanceof AppError)) throw error;
  // Segment's name for the end of the wait, which other clients read as well.
  if (error.status === 429 && error.retryAfterSeconds !== undefined)
    reply.header('x-ratelimit-reset', String(Math.ceil(request.receivedAt / 1_000) + error.retryAfterSeconds));
  if (!claimant.route.fail) throw error;
  if (error.retryAfterSeconds !== undefined) reply.header('retry-after', String(error.retryAfterSeconds));
  return send(reply, claimant.route.fail(error, request));
}

export function bodySizeMax(route: DialectRoute): number {
  return route.bodySizeMaxBytes ?? eventLimits.batchSizeMaxBytes;
}

function claimantOf(claimants: readonly Claimant[], request: DialectRequest): Claimant {
  const [first] = claimants;
  if (!first) throw new Error('A path without a dialect was mounted');
  if (claimants.length === 1) return first;
  return claimants.find(({ route }) => route.claims?.(request) ?? true) ?? first;
}

async function understand({ dialect, route }: Claimant, request: DialectRequest, parts: GatewayParts): Promise<DialectAnswer> {
  const reading = route.read(request);
  const said = reading instanceof Promise ? await reading : reading;
  const token = request.token ?? said.token;
  if ('answer' in said) {
    if (token !== undefined) await liveKey(token, parts);
    return said.answer;
  }
  if (token === undefined) throw refuseGateway('key_missing');
  const { key, token: known } = await liveKey(token, parts);
  if (said.items) await parts.items.change(key.projectId, said.items);
  const sending = sendingOf({ key, token: known, dialect, request, said });
  await withinLimits(sending, said.messages, parts);
  const taken = await takeMessages(sending, said.messages, parts);
  return route.answer(resultOf(taken, said, request, parts.texts), request);
}

/** Counts the messages against what the key may send; beyond it the request is refused whole, which the live view and the figures show. */
async function withinLimits(sending: Sending, messages: readonly DialectMessage[], parts: GatewayParts): Promise<void> {
  try {
    await parts.quotas.spend(sending.key, messages.length);
  } catch (error) {
    if (error instanceof AppError) refuseAll(sending, messages, { error, parts });
    throw error;
  }
}

/** The key that a token means: `wk_...` itself, its 32 digits alone, or these as a UUID. Throws `gateway.key_unknown`. */
async function liveKey(token: string, { projects }: Pick<GatewayParts, 'projects'>): Promise<{ key: KeyOfToken; token: string }> {
  const digits = token.length === 36 || token.length === 32 ? token.replaceAll('-', '').toLowerCase() : '';
  const known = /^[0-9a-f]{32}$/.test(digits) ? `wk_${digits}` : token;
  const key = await projects.keyByToken(known);
  if (!key) throw refuseGateway('key_unknown');
  return { key, token: known };
}

const hintNames = [
  'sec-ch-ua',
  'sec-ch-ua-full-version-list',
  'sec-ch-ua-mobile',
  'sec-ch-ua-model',
  'sec-ch-ua-platform',
  'sec-ch-ua-platform-version',
];

interface SendingParts {
  key: KeyOfToken;
  token: string;
  dialect: Dialect;
  request: DialectRequest;
  said: DialectBatch;
}

function sendingOf({ key, token, dialect, request, said }: SendingParts): Sending {
  const sending: Sending = {
    key,
    keyShown: `${token.slice(0, 10)}…`,
    source: dialect.name,
    receivedAt: request.receivedAt,
    sentAt: said.sentAt,
    ip: '',
  };
  if (said.isFromServer || key.kind === 'secret') return sending;
  sending.ip = request.ip;
  sending.userAgent = request.headers['user-agent'];
  if (request.headers['sec-ch-ua'] !== undefined) sending.hints = hintsOf(request);
  return sending;
}

function hintsOf({ headers }: DialectRequest): Record<string, string> {
  const hints: Record<string, string> = {};
  for (const name of hintNames) {
    const value = headers[name];
    if (typeof value === 'string') hints[name] = value;
  }
  return hints;
}

function resultOf(taken: Taken, batch: DialectBatch, request: DialectRequest, texts: Texts): DialectResult {
  if (taken.refused.length === 0) return { accepted: taken.accepted, duplicates: taken.duplicates, refused: [], batch };
  const locale = localeOf(request.headers['accept-language']);
  const refused = taken.refused.map(({ index, code, details }) => {
    const [slice = '', reason = ''] = code.split('.');
    return { index, code, details, message: texts.text(locale, `${slice}.errors.${reason}`, details) ?? code };
  });
  return { accepted: taken.accepted, duplicates: taken.duplicates, refused, batch };
}

function send(reply: FastifyReply, answer: DialectAnswer): FastifyReply {
  reply.status(answer.status);
  if (answer.headers) reply.headers(answer.headers);
  if (answer.body === undefined) return reply.send();
  if (typeof answer.body === 'string' && !reply.hasHeader('content-type')) reply.type('text/plain; charset=utf-8');
  return reply.send(answer.body);
}
