import { existsSync } from 'node:fs';
import { join } from 'node:path';
import compress from '@fastify/compress';
import cookie from '@fastify/cookie';
import helmet from '@fastify/helmet';
import staticFiles from '@fastify/static';
import fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import type { Ids } from '../ids.ts';
import { refuseHttp } from './errors.ts';
import { addReference } from './reference.ts';
import { replyWithError } from './reply-errors.ts';
import { addRoute } from './route.ts';
import type { PluginTools, RawPlugin, ServerParts } from './server-parts.ts';
import { shedLoad } from './shed-load.ts';

export type { Guard, GuardedRequest, PluginTools, RawPlugin, ServerParts } from './server-parts.ts';

const EVENT_LOOP_DELAY_MAX_MS = 2_000;
const RETRY_AFTER_SECONDS = 5;

/** Builds the HTTP server: JSON routes of the contracts, wire plugins, health, metrics, reference pages and the console. Does not listen. */
export async function createServer(parts: ServerParts): Promise<FastifyInstance> {
  const app = fastify({
    logger: false,
    genReqId: requestIds(parts.ids),
    trustProxy: parts.trustedProxies && parts.trustedProxies.length > 0 ? [...parts.trustedProxies] : false,
    bodyLimit: 1_048_576,
    forceCloseConnections: 'idle',
    routerOptions: { ignoreTrailingSlash: true },
  });
  app.setErrorHandler((error, request, reply) => replyWithError(error, request, reply, parts));
  app.setValidatorCompiler(() => () => true);
  app.setSerializerCompiler(() => (value) => JSON.stringify(value));
  acceptJson(app);
  const tools = toolsOf(parts);
  await mount(app, { plugins: parts.plugins.filter(({ isDirect }) => isDirect), tools });
  // A scope of its own, because hooks hold for everything below the scope that they are added to, also for what was there before.
  await app.register(async (scope) => addRoutes(scope, parts, tools));
  return app;
}

async function mount(app: FastifyInstance, { plugins, tools }: { plugins: readonly RawPlugin[]; tools: PluginTools }): Promise<void> {
  for (const plugin of plugins) await app.register(async (scope) => plugin.register(scope, tools), plugin.prefix ? { prefix: plugin.prefix } : {});
}

/** Everything but what is direct. */
async function addRoutes(app: FastifyInstance, parts: ServerParts, tools: PluginTools): Promise<void> {
  await app.register(cookie);
  app.addHook('onResponse', (request, reply, done) => {
    tools.timed(request.routeOptions.url ?? 'none', reply.statusCode, reply.elapsedTime / 1_000);
    done();
  });
  addHealth(app, parts);
  await mount(app, { plugins: parts.plugins.filter(({ isDirect }) => !isDirect), tools });
  await app.register(async (scope) => {
    shedLoad(scope, { delayMaxMs: EVENT_LOOP_DELAY_MAX_MS, retryAfterSeconds: RETRY_AFTER_SECONDS });
    await scope.register(compress, { threshold: 2_048, encodings: ['gzip'] });
    await scope.register(helmet, { contentSecurityPolicy: false, hsts: false });
    await addReference(scope, parts.routes);
    for (const bound of parts.routes) addRoute(scope, bound, parts);
  });
  await addConsole(app, parts);
}

/** Names of requests: unlike those of every other process, and cheap to make. */
function requestIds(ids: Ids): () => string {
  const process = ids.uuid().slice(-12);
  let count = 0;
  return () => {
    count += 1;
    return `${process}-${count.toString(36)}`;
  };
}

function toolsOf({ metrics }: ServerParts): PluginTools {
  const buckets = [0.005, 0.025, 0.1, 0.5, 1, 5, 30];
  const seconds = metrics.histogram('perennial_http_request_seconds', 'Time to answer', buckets, ['route', 'status']);
  return { timed: (route, status, took) => seconds.observe({ route, status: String(status) }, took) };
}

/** JSON bodies; an empty one is no body, and a `__proto__` key is refused. */
function acceptJson(app: FastifyInstance): void {
  const parseJson = app.getDefaultJsonParser('error', 'error');
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null, undefined);
    else void parseJson(request, String(body), done);
  });
}

function addHealth(app: FastifyInstance, parts: ServerParts): void {
  app.get('/healthz', async () => ({ status: 'ok' }));
  app.get('/readyz', async (_, reply) => {
    const checks = await parts.isReady();
    const isReady = Object.values(checks).every(Boolean);
    return reply.status(isReady ? 200 : 503).send({ status: isReady ? 'ready' : 'not ready', checks });
  });
  app.get('/metrics', async (_, reply) => reply.type('text/plain; version=0.0.4; charset=utf-8').send(await parts.metrics.text()));
}

const CONSOLE_POLICY = {
  useDefaults: false,
  directives: {
    defaultSrc: ["'self'"],
    styleSrc: ["'self'", "'unsafe-inline'"],
    imgSrc: ["'self'", 'data:', 'blob:'],
    fontSrc: ["'self'", 'data:'],
    frameSrc: ["'self'", 'data:', 'blob:'],
    connectSrc: ["'self'"],
    objectSrc: ["'none'"],
    frameAncestors: ["'none'"],
    baseUri: ["'self'"],
    formAction: ["'self'"],
  },
};

async function addConsole(app: FastifyInstance, parts: ServerParts): Promise<void> {
  const folder = parts.consoleFolder;
  const isBuilt = folder !== undefined && existsSync(join(folder, 'index.html'));
  const isPage = (request: FastifyRequest): boolean =>
    request.method === 'GET' && (request.headers.accept ?? '').includes('text/html') && !/^\/(api|v1|assets)\//.test(request.url);
  if (isBuilt) {
    await app.register(async (scope) => {
      await scope.register(helmet, { contentSecurityPolicy: CONSOLE_POLICY, hsts: false, crossOriginEmbedderPolicy: false });
      await scope.register(staticFiles, { root: folder, serve: false, cacheControl: false });
      scope.get('/*', (request, reply) => {
        // Built files have their content's hash in their names; every other page is the console's, which routes by itself.
        const path = decodeURI(request.url.split('?')[0] ?? '/');
        if (path.startsWith('/assets/')) return reply.header('cache-control', 'public, max-age=31536000, immutable').sendFile(path.slice(1));
        reply.header('cache-control', 'no-cache');
        if (isPage(request)) return reply.sendFile('index.html');
        return path === '/' || path.includes('.') ? reply.sendFile(path === '/' ? 'index.html' : path.slice(1)) : notFound(request, reply, parts);
      });
    });
  }
  app.setNotFoundHandler((request, reply) => notFound(request, reply, parts));
}

function notFound(request: FastifyRequest, reply: Parameters<typeof replyWithError>[2], parts: ServerParts) {
  const path = request.url.split('?')[0];
  return replyWithError(refuseHttp('unknown_route', { details: { method: request.method, path } }), request, reply, parts);
}
