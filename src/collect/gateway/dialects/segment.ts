import { AppError, type ErrorStatus } from '../../../kernel/errors/errors.ts';
import { type EventKind, refuseStream } from '../../stream/contract.ts';
import { refuseGateway } from '../contract.ts';
import type { Dialect, DialectAnswer, DialectBatch, DialectMessage, DialectRequest, DialectResult, DialectRoute } from '../dialect.ts';
import { isFromServer } from '../from-server.ts';
import { isObject } from '../read-body.ts';
import { instantOf, type MessageSurroundings, readMessage } from '../segment-message.ts';

/** Paths below /v1 and the calls that they mean; the short ones are those of Segment's browser library. */
export const segmentCalls: Readonly<Record<string, EventKind | 'batch'>> = {
  track: 'track',
  identify: 'identify',
  page: 'page',
  screen: 'screen',
  group: 'group',
  alias: 'alias',
  batch: 'batch',
  import: 'batch',
  t: 'track',
  i: 'identify',
  p: 'page',
  s: 'screen',
  g: 'group',
  a: 'alias',
  b: 'batch',
};

/** Segment's HTTP API (https://segment.com/docs/connections/sources/catalog/libraries/server/http-api/): its own clients, our browser snippet, curl. */
export const segment: Dialect = {
  name: 'segment',
  routes: [...Object.entries(segmentCalls).map(([path, kind]) => callRoute(`/v1/${path}`, kind)), settingsRoute()],
};

/** A route that takes one call, or a batch of them. */
export function callRoute(path: string, kind: EventKind | 'batch'): DialectRoute {
  return { methods: ['POST'], path, read: (request) => readCalls(request, kind), answer: (result) => answerCalls(result, kind) };
}

/** Reads a body of Segment's protocol. Throws `gateway.body_unreadable`, `gateway.batch_missing`. */
export function readCalls(request: DialectRequest, kind: EventKind | 'batch'): DialectBatch {
  const body = request.json();
  if (!isObject(body)) throw refuseGateway('body_unreadable');
  const messages: unknown = kind === 'batch' ? body.batch : [body];
  if (!Array.isArray(messages)) throw refuseGateway('batch_missing');
  const token = tokenOf(request, body);
  const batch = readMessages(messages, {
    kind: kind === 'batch' ? undefined : kind,
    receivedAt: request.receivedAt,
    sentAt: instantOf(body.sentAt ?? (isObject(messages[0]) ? messages[0].sentAt : undefined)),
    newId: request.newId,
  });
  const isFromServer = isSentByServer(messages[0], request);
  // What was parsed lives as long as the request: its messages need not.
  if (kind === 'batch') body.batch = [];
  return { ...batch, isFromServer, ...(token !== undefined && { token }) };
}

/** Reads a list of Segment's messages; what cannot be read stands in its place with its error. */
export function readMessages(messages: readonly unknown[], around: Omit<MessageSurroundings, 'sequence'>): DialectBatch {
  const read = messages.map((raw, sequence): DialectMessage => {
    try {
      return { raw, event: readMessage(raw, { ...around, sequence }), isLetGo: true };
    } catch (error) {
      if (error instanceof AppError) return { raw, error };
      throw error;
    }
  });
  return { messages: read, ...(around.sentAt !== undefined && { sentAt: around.sentAt }) };
}

function isSentByServer(message: unknown, request: DialectRequest): boolean {
  if (!isObject(message)) return false;
  if (message.channel === 'server') return true;
  const library = isObject(message.context) && isObject(message.context.library) ? message.context.library.name : undefined;
  return isFromServer(library, request);
}

/** The key of a request: Basic user, Bearer, `X-Write-Key`, `writeKey` in the body or the query (beacons carry no headers). */
export function tokenOf(request: DialectRequest, body: Record<string, unknown> = {}): string | undefined {
  const { authorization } = request.headers;
  const named = authorization === undefined ? undefined : tokenOfHeader(authorization);
  if (named !== undefined) return named;
  for (const candidate of [request.headers['x-write-key'], body.writeKey]) if (typeof candidate === 'string' && candidate !== '') return candidate;
  return request.query.get('writeKey') || undefined;
}

const headersKept = 1_000;
const HEADER_KEPT_MAX = 256;
const tokensOfHeaders = new Map<string, string | undefined>();

/** Few clients send many requests: what their header says is remembered. */
function tokenOfHeader(authorization: string): string | undefined {
  const known = tokensOfHeaders.get(authorization);
  if (known !== undefined || tokensOfHeaders.has(authorization)) return known;
  const [scheme = '', value = ''] = authorization.split(' ');
  let token: string | undefined;
  if (/^basic$/i.test(scheme)) [token] = Buffer.from(value, 'base64').toString('utf8').split(':');
  else if (/^bearer$/i.test(scheme)) token = value;
  if (token === '') token = undefined;
  if (tokensOfHeaders.size >= headersKept) tokensOfHeaders.clear();
  if (authorization.length <= HEADER_KEPT_MAX) tokensOfHeaders.set(authorization, token);
  return token;
}

/** 200 unless nothing of the request can be taken; refused messages of a batch are named with their reasons. */
function answerCalls(result: DialectResult, kind: EventKind | 'batch'): DialectAnswer {
  const { refused } = result;
  const [first] = refused;
  if (kind !== 'batch') {
    if (first) throw refusalError(first, {});
    return { status: 200, body: { success: true } };
  }
  if (first && refused.length === result.batch.messages.length) {
    const code = refused.every((refusal) => refusal.code === first.code) ? first.code : 'gateway.nothing_usable';
    throw refusalError({ code, details: first.details }, { refused });
  }
  return { status: 200, body: { success: true, accepted: result.accepted, duplicates: result.duplicates, refused } };
}

function refusalError(refusal: { code: string; details: Record<string, unknown> }, more: Record<string, unknown>): AppError {
  const [, reason = ''] = refusal.code.split('.');
  const known = { ...refuseStream.catalogue, ...refuseGateway.catalogue } as Record<string, { status: ErrorStatus; message: string }>;
  const entry = known[reason] ?? { status: 400, message: 'The message cannot be taken' };
  return new AppError(refusal.code, entry.status, entry.message, { details: { ...refusal.details, ...more } });
}

/** Segment's browser library asks for this first and sends nothing without `integrations["Segment.io"]`. */
function settingsRoute(): DialectRoute {
  return {
    methods: ['GET'],
    path: '/v1/projects/:key/settings',
    read: ({ params, origin, mount }) => ({ token: params.key ?? '', answer: settingsDocument(params.key ?? '', new URL(`${origin}${mount}`)) }),
    answer: () => ({ status: 200 }),
  };
}

function settingsDocument(key: string, place: URL): DialectAnswer {
  const path = place.pathname.replace(/\/$/, '');
  return {
    status: 200,
    headers: { 'cache-control': 'no-cache' },
    body: {
      integrations: {
        'Segment.io': {
          apiKey: key,
          apiHost: `${place.host}${path}/v1`,
          protocol: place.protocol.slice(0, -1),
          unbundledIntegrations: [],
          addBundledMetadata: true,
        },
      },
      plan: {
        track: { __default: { enabled: true, integrations: {} } },
        identify: { __default: { enabled: true } },
        group: { __default: { enabled: true } },
      },
      edgeFunction: {},
      enabledMiddleware: {},
      remotePlugins: [],
      metrics: { sampleRate: 0 },
      legacyVideoPluginsEnabled: false,
    },
  };
}
