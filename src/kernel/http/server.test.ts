import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { AppError } from '../errors/errors.ts';
import { randomIds } from '../ids.ts';
import { createLog } from '../log.ts';
import { createMetrics } from '../metrics.ts';
import { defineRoute } from './contract.ts';
import { handle } from './handle.ts';
import { readWholeBody } from './read-whole-body.ts';
import { createServer, type RawPlugin } from './server.ts';
import { loadTexts, localeOf } from './texts.ts';

const echo = defineRoute({
  id: 'echo.say',
  method: 'POST',
  path: '/api/projects/:projectId/echo',
  summary: 'Says it again.',
  access: 'echo.write',
  params: z.object({ projectId: z.coerce.number() }),
  query: z.object({ times: z.coerce.number().int().min(1).max(3).default(1) }),
  body: z.object({ word: z.string().min(2), list: z.array(z.object({ n: z.number() })).optional() }),
  reply: z.object({ words: z.array(z.string()) }),
  status: 201,
  bodySizeMax: 500,
});
const deep = defineRoute({
  id: 'echo.deep',
  method: 'POST',
  path: '/api/deep',
  summary: 'Takes an object.',
  access: 'public',
  body: z.object({ any: z.unknown() }),
  reply: z.object({}),
});
const broken = defineRoute({ id: 'echo.break', method: 'GET', path: '/api/broken', summary: 'Breaks.', access: 'public', reply: z.object({}) });
const away = defineRoute({ id: 'echo.away', method: 'GET', path: '/api/away', summary: 'Store away.', access: 'public', reply: z.object({}) });

const direct: RawPlugin = {
  name: 'direct',
  isDirect: true,
  register(scope, { timed }) {
    scope.post('/direct', {
      onRequest: (request, reply, _goOn) =>
        readWholeBody(request.raw, 8, (body) => {
          timed('/direct', 200, 0.5);
          reply.hijack();
          reply.raw.end(JSON.stringify({ body: 'bytes' in body ? body.bytes.toString() : null, cookies: request.cookies ?? null }));
        }),
      handler: () => 'not reached',
    });
  },
};

let app: FastifyInstance;
let guarded: { projectId: number | undefined }[] = [];
beforeAll(async () => {
  app = await createServer({
    routes: [
      handle(echo, async ({ body, query }) => ({ words: Array.from({ length: query.times }, () => body.word) })),
      handle(deep, async () => ({})),
      handle(broken, async () => {
        throw new TypeError('secret detail');
      }),
      handle(away, async () => {
        throw Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
      }),
    ],
    plugins: [direct],
    guard: {
      authenticate: async ({ headers }) => (headers.authorization ? { kind: 'member', memberId: 'm', email: 'm@x' } : { kind: 'anonymous' }),
      authorise: async (principal, route, projectId) => {
        guarded.push({ projectId });
        if (route.access !== 'public' && principal.kind === 'anonymous') throw new AppError('access.sign_in', 401, 'sign in');
        return principal;
      },
    },
    texts: loadTexts([{ name: 'http', folder: join(import.meta.dirname, '..') }]),
    log: createLog('silent'),
    metrics: createMetrics(),
    ids: randomIds,
    isReady: async () => ({ postgres: true, clickhouse: false }),
    checkReplies: true,
  });
});
afterAll(() => app.close());

const post = (payload: unknown, headers: Record<string, string> = {}, query = '') =>
  app.inject({
    method: 'POST',
    url: `/api/projects/7/echo${query}`,
    payload: payload as string,
    headers: { authorization: 'x', 'content-type': 'application/json', ...headers },
  });

test('a right call is answered with its status', async () => {
  guarded = [];
  const reply = await post({ word: 'hi' }, {}, '?times=2');
  expect([reply.statusCode, reply.json()]).toEqual([201, { words: ['hi', 'hi'] }]);
  expect(guarded).toEqual([{ projectId: 7 }]);
});

test('wrong values are listed with their place, in the language of the reader', async () => {
  const reply = await post({ word: 'x', list: [{ n: 'one' }] }, { 'accept-language': 'zh-CN,zh;q=0.9,en;q=0.5' }, '?times=9');
  expect(reply.statusCode).toBe(400);
  const { error } = reply.json();
  expect(error.issues.map((issue: { path: string }) => issue.path)).toEqual(['query.times', 'body.word', 'body.list.0.n']);
  expect(error.message).toMatch(/填得不对/);
  expect((await post({ word: 'x' })).json().error.message).toMatch(/not right/);
});

test('who may call is asked before the body is read for faults', async () => {
  const reply = await post({}, { authorization: '' });
  expect([reply.statusCode, reply.json().error.code]).toEqual([401, 'access.sign_in']);
});

test.each([
  ['{"word": ', 400, 'http.invalid_json'],
  ['{"__proto__": {"x": 1}, "word": "abc"}', 400, 'http.invalid_json'],
  ['', 400, 'http.invalid_input'],
  ['[]', 400, 'http.invalid_input'],
  ['null', 400, 'http.invalid_input'],
  [JSON.stringify({ word: 'w'.repeat(600) }), 413, 'http.too_large'],
])('body %s is refused with %i', async (body, status, code) => {
  const reply = await post(body);
  expect([reply.statusCode, reply.json().error.code]).toEqual([status, code]);
});

test('a NUL is refused where it stands, and depth is no danger', async () => {
  const reply = await post('{"word": "ab", "list": [{"n": 1, "note": "a\\u0000b"}]}');
  expect([reply.statusCode, reply.json().error.issues[0].path]).toEqual([400, 'body.list.0.note']);
  expect(
    (
      await app.inject({
        method: 'POST',
        url: '/api/deep',
        payload: '['.repeat(200_000) + ']'.repeat(200_000),
        headers: { 'content-type': 'application/json' },
      })
    ).statusCode,
  ).toBe(400);
});

test('another content type is refused with 415', async () => {
  expect((await post('<a/>', { 'content-type': 'text/xml' })).statusCode).toBe(415);
});

test('a fault of ours tells nothing but the request, a store that is away says when to come back', async () => {
  const reply = await app.inject('/api/broken');
  expect(reply.statusCode).toBe(500);
  expect(reply.body).not.toMatch(/secret detail/);
  expect(reply.json().error.code).toBe('http.unexpected');
  const later = await app.inject('/api/away');
  expect([later.statusCode, later.headers['retry-after']]).toEqual([503, '5']);
});

test('a direct plugin stands outside the hooks, reads its bodies up to a limit and counts its answers itself', async () => {
  const said = async (payload: string | Readable) =>
    (await app.inject({ method: 'POST', url: '/direct', payload, headers: { cookie: 'a=1' } })).json();
  expect(await said('12345678')).toEqual({ body: '12345678', cookies: null });
  expect(await said(Readable.from([Buffer.from('1234'), Buffer.from('567')]))).toEqual({ body: '1234567', cookies: null });
  expect(await said('123456789')).toEqual({ body: null, cookies: null });
  expect(await said(Readable.from([Buffer.from('12345'), Buffer.from('6789')]))).toEqual({ body: null, cookies: null });
  await app.inject('/api/nothing');
  const metrics = (await app.inject('/metrics')).body;
  expect(metrics).toMatch(/perennial_http_request_seconds_count\{route="\/direct",status="200"\} 4/);
  expect(metrics).toMatch(/perennial_http_request_seconds_count\{route="none",status="404"\} \d/);
});

test('unknown addresses, health, readiness, metrics and the OpenAPI document', async () => {
  expect((await app.inject('/api/nothing')).json().error.code).toBe('http.unknown_route');
  expect((await app.inject('/healthz')).statusCode).toBe(200);
  expect((await app.inject('/readyz')).statusCode).toBe(503);
  expect((await app.inject('/metrics')).body).toMatch(/perennial_http_request_seconds/);
  const document = (await app.inject('/openapi.json')).json();
  expect(document.openapi).toBe('3.1.0');
  expect(Object.keys(document.paths)).toContain('/api/projects/{projectId}/echo');
  expect(document.paths['/api/projects/{projectId}/echo'].post.requestBody.content['application/json'].schema.required).toEqual(['word']);
});

test.each([
  [undefined, 'en'],
  ['zh', 'zh-CN'],
  ['fr-FR,zh-TW;q=0.4,en;q=0.3', 'zh-CN'],
  ['en-GB,zh;q=0.9', 'en'],
  ['zh;q=0, en', 'en'],
  ['de', 'en'],
])('language of %s is %s', (header, locale) => {
  expect(localeOf(header)).toBe(locale);
});
