import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from '../../kernel/clock.ts';
import { AppError, type ErrorStatus } from '../../kernel/errors/errors.ts';
import type { RawPlugin } from '../../kernel/http/server.ts';
import { localeOf, type Texts } from '../../kernel/http/texts.ts';
import type { Ids } from '../../kernel/ids.ts';
import type { ProjectsApi } from '../../workspace/projects/index.ts';
import { type EventKind, eventLimits, refuseStream } from '../stream/contract.ts';
import type { StreamApi } from '../stream/index.ts';
import type { Arrivals } from './arrivals.ts';
import { refuseGateway } from './contract.ts';
import { readBody } from './read-body.ts';
import { type Refusal, type TakenRequest, takeRequest } from './take-request.ts';

export interface GatewayParts {
  stream: Pick<StreamApi, 'accept'>;
  projects: Pick<ProjectsApi, 'keyByToken'>;
  arrivals: Arrivals;
  clock: Clock;
  ids: Ids;
  texts: Texts;
}

/** Paths below /v1 and the calls that they mean; the short ones are those of Segment's browser library. */
const calls: Record<string, EventKind | 'batch'> = {
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

const corsHeaders = {
  'access-control-allow-origin': '*',
  'access-control-allow-methods': 'GET, POST, OPTIONS',
  'access-control-allow-headers': 'authorization, content-type, content-encoding, x-write-key, anonymousid',
  'access-control-expose-headers': 'retry-after',
  'access-control-max-age': '86400',
  'cross-origin-resource-policy': 'cross-origin',
};

const SNIPPET_FILE = join(import.meta.dirname, 'snippet', 'perennial.js');

/** Segment's HTTP API, for its own clients and ours, from any origin. Bodies are read as bytes, because clients send wrong content types. */
export function gatewayPlugin(parts: GatewayParts): RawPlugin {
  return {
    name: 'gateway',
    roles: ['collect'],
    register(app) {
      app.removeAllContentTypeParsers();
      app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
      app.addHook('onRequest', async (_request, reply) => {
        reply.headers(corsHeaders);
      });
      app.addHook('onSend', async (_request, reply, payload) => markFailure(reply, payload));
      app.setErrorHandler((error) => {
        throw (error as { code?: string }).code === 'FST_ERR_CTP_BODY_TOO_LARGE' ? bodyTooLarge() : error;
      });
      addCalls(app, parts);
      addBrowserParts(app, parts);
    },
  };
}

function addCalls(app: FastifyInstance, parts: GatewayParts): void {
  app.options('/v1/*', async (_request, reply) => reply.status(204).send());
  for (const [path, kind] of Object.entries(calls))
    app.post(`/v1/${path}`, { bodyLimit: eventLimits.batchSizeMaxBytes }, async (request, reply) => {
      const receivedAt = parts.clock.now();
      const body = await readBody(Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0));
      const token = tokenOf(request, body);
      if (token === undefined) throw refuseGateway('key_missing');
      const key = await parts.projects.keyByToken(token);
      if (!key) throw refuseGateway('key_unknown');
      const taken = await takeRequest({ key, token, kind, body, receivedAt }, { ...parts, newId: () => parts.ids.uuid() });
      return answer(request, reply, { taken, kind, texts: parts.texts });
    });
}

/** 200 unless nothing of the request can be taken; refused messages of a batch are named with their reasons. */
function answer(
  request: FastifyRequest,
  reply: FastifyReply,
  { taken, kind, texts }: { taken: TakenRequest; kind: EventKind | 'batch'; texts: Texts },
): FastifyReply {
  const { refused } = taken;
  if (refused.length === 0 && kind !== 'batch') return reply.send({ success: true });
  const locale = localeOf(request.headers['accept-language']);
  const told = refused.map(({ index, code, details }) => {
    const [slice = '', reason = ''] = code.split('.');
    return { index, code, message: texts.text(locale, `${slice}.errors.${reason}`, details) ?? code, details };
  });
  const first = refused[0];
  if (first && kind !== 'batch') throw refusalError(first, {});
  if (first && refused.length === taken.count)
    throw refusalError({ index: 0, code: allSame(refused) ?? 'gateway.nothing_usable', details: first.details }, { refused: told });
  return reply.send({ success: true, accepted: taken.accepted, duplicates: taken.duplicates, refused: told });
}

function allSame(refused: readonly Refusal[]): string | undefined {
  const code = refused[0]?.code;
  return refused.every((refusal) => refusal.code === code) ? code : undefined;
}

function refusalError(refusal: Refusal, more: Record<string, unknown>): AppError {
  const [, reason = ''] = refusal.code.split('.');
  const known = { ...refuseStream.catalogue, ...refuseGateway.catalogue } as Record<string, { status: ErrorStatus; message: string }>;
  const entry = known[reason] ?? { status: 400, message: 'The message cannot be taken' };
  return new AppError(refusal.code, entry.status, entry.message, { details: { ...refusal.details, ...more } });
}

function bodyTooLarge(): AppError {
  return refuseGateway('body_too_large', { details: { max: eventLimits.batchSizeMaxBytes } });
}

/** Segment's clients read `success`. */
function markFailure(reply: FastifyReply, payload: unknown): unknown {
  return reply.statusCode >= 400 && typeof payload === 'string' && payload.startsWith('{"error"') ? `{"success":false,${payload.slice(1)}` : payload;
}

/** The key of a request: Basic user, Bearer, `X-Write-Key`, `writeKey` in the body or the query (beacons carry no headers). */
function tokenOf(request: FastifyRequest, body: Record<string, unknown>): string | undefined {
  const { authorization } = request.headers;
  const [scheme = '', value = ''] = authorization?.split(' ') ?? [];
  if (/^basic$/i.test(scheme)) {
    const [user = ''] = Buffer.from(value, 'base64').toString('utf8').split(':');
    if (user !== '') return user;
  }
  if (/^bearer$/i.test(scheme) && value !== '') return value;
  const { writeKey } = request.query as { writeKey?: unknown };
  for (const candidate of [request.headers['x-write-key'], body.writeKey, writeKey])
    if (typeof candidate === 'string' && candidate !== '') return candidate;
  return undefined;
}

function addBrowserParts(app: FastifyInstance, parts: GatewayParts): void {
  const snippet = readFileSync(SNIPPET_FILE, 'utf8');
  app.get('/perennial.js', async (_request, reply) =>
    reply.type('text/javascript; charset=utf-8').header('cache-control', 'public, max-age=3600').send(snippet),
  );
  // Segment's browser library asks for this first and sends nothing without `integrations["Segment.io"]`.
  app.get('/v1/projects/:key/settings', async (request, reply) => {
    const { key } = request.params as { key: string };
    if (!(await parts.projects.keyByToken(key))) throw refuseGateway('key_unknown');
    return reply.header('cache-control', 'no-cache').send({
      integrations: {
        'Segment.io': { apiKey: key, apiHost: `${request.host}/v1`, protocol: request.protocol, unbundledIntegrations: [], addBundledMetadata: true },
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
    });
  });
}
