import { join } from 'node:path';
import fc from 'fast-check';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createServer } from '../../kernel/http/server.ts';
import { loadTexts } from '../../kernel/http/texts.ts';
import { createMetrics } from '../../kernel/metrics.ts';
import { openTestSegments, type TestSegments } from './testing/open-segments.ts';

let on: TestSegments;
let app: FastifyInstance;
let projectId: number;
beforeAll(async () => {
  on = await openTestSegments();
  projectId = await on.newProject('Asia/Shanghai');
  const know = join(import.meta.dirname, '..');
  app = await createServer({
    routes: on.running.flatMap((slice) => [...(slice.routes ?? [])]),
    plugins: [],
    guard: { authenticate: async () => ({ kind: 'member', memberId: 'm1', email: 'm@example.com' }), authorise: async (principal) => principal },
    texts: loadTexts([
      { name: 'segments', folder: join(know, 'segments') },
      { name: 'audiences', folder: join(know, 'audiences') },
      { name: 'http', folder: join(know, '../kernel') },
    ]),
    log: on.kernel.log,
    metrics: createMetrics(),
    ids: on.kernel.ids,
    isReady: async () => ({}),
    checkReplies: true,
  });
});
afterAll(async () => {
  await app.close();
  await on.close();
});

type Verb = 'GET' | 'POST' | 'PATCH' | 'DELETE';
async function ask(method: Verb, path: string, body?: unknown, language = 'zh-CN') {
  const answer = await app.inject({
    method,
    url: `/api/projects/${projectId}/${path}`,
    headers: { 'accept-language': language, ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { payload: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return { status: answer.statusCode, body: answer.body === '' ? undefined : answer.json() };
}

const shanghai = { kind: 'trait', trait: 'city', test: { op: 'equals', value: '上海' } };

test('a segment from its preview to its deletion', async () => {
  const li = await on.send(projectId, { user: 'li', traits: { city: '上海', name: '李华', email: 'li@example.com' } });
  await on.send(projectId, { user: 'wang', traits: { city: '北京' } });
  const preview = await ask('POST', 'audiences/preview', { condition: shanghai });
  expect(preview).toMatchObject({
    status: 200,
    body: {
      size: 1,
      total: 2,
      shareBasisPoints: 5_000,
      sentence: '「city」等于「上海」',
      sample: [{ personId: li, label: '李华', note: 'li@example.com' }],
    },
  });
  const made = await ask('POST', 'segments', { name: '上海用户', condition: shanghai });
  expect(made).toMatchObject({ status: 201, body: { version: 1, state: 'live', sentence: '「city」等于「上海」', isComputing: true } });
  const id = made.body.segmentId;
  await on.work(projectId);
  const got = await ask('GET', `segments/${id}`, undefined, 'en');
  expect(got.body).toMatchObject({ size: 1, isComputing: false, sentence: '“city” is “上海”', usedBy: [] });
  expect(got.body.history).toHaveLength(30);
  expect(got.body.history.at(-1)).toMatchObject({ size: 1, entered: 1, left: 0 });
  expect(got.body.history.at(-2)).toMatchObject({ size: 0, entered: 0, left: 0 });
  expect((await ask('GET', `segments/${id}/members`)).body).toEqual({
    items: [{ personId: li, label: '李华', note: 'li@example.com', enteredAt: on.clock.now() }],
  });
  expect((await ask('GET', `segments/${id}/export`)).body.items).toMatchObject([{ personId: li, userIds: ['li'], traits: { city: '上海' } }]);
  const list = await ask('GET', 'segments?search=上海');
  expect(list.body.items).toMatchObject([{ segmentId: id, size: 1 }]);
  expect(list.body.items[0].sizes.at(-1)).toBe(1);
  expect(await ask('PATCH', `segments/${id}`, { description: '看看', version: 7 })).toMatchObject({
    status: 409,
    body: { error: { code: 'segments.version_conflict' } },
  });
  expect(await ask('PATCH', `segments/${id}`, { condition: { kind: 'not', condition: shanghai }, version: 1 })).toMatchObject({
    status: 200,
    body: { version: 2, isComputing: true },
  });
  await on.work(projectId);
  expect((await ask('GET', `segments/${id}/members`)).body.items).toHaveLength(1);
  expect(await ask('POST', `segments/${id}/archival`)).toMatchObject({ status: 200, body: { state: 'archived', size: 0 } });
  await on.work(projectId);
  expect((await ask('GET', `segments/${id}/members`)).body.items).toEqual([]);
  expect(await ask('POST', 'audiences/preview', { condition: { kind: 'segment', segmentId: id } })).toMatchObject({ status: 400 });
  expect(await ask('DELETE', `segments/${id}/archival`)).toMatchObject({ status: 200, body: { state: 'live' } });
  await on.work(projectId);
  expect((await ask('GET', `segments/${id}`)).body).toMatchObject({ size: 1 });
  expect(await ask('DELETE', `segments/${id}`)).toMatchObject({ status: 204 });
  expect(await ask('GET', `segments/${id}`)).toMatchObject({ status: 404, body: { error: { code: 'segments.unknown_segment' } } });
  const rows = await on.kernel.clickhouse.query('SELECT 1 FROM segment_changes WHERE project_id = {projectId:UInt32} AND segment_id = {id:UInt32}', {
    projectId,
    id,
  });
  expect(rows).toEqual([]);
});

test('members are found by text in a trait and by external id, page by page', async () => {
  const clever = await on.send(projectId, { user: 'buyer-1', traits: { plan: 'gold', name: 'Zhāng "Ace" Wěi' } });
  const others = [];
  for (const user of ['buyer-2', 'buyer-3', 'buyer-4']) others.push(await on.send(projectId, { user, traits: { plan: 'gold', city: 'Suzhou' } }));
  await on.send(projectId, { user: 'buyer-5', traits: { plan: 'free', city: 'Suzhou' } });
  const condition = { kind: 'trait', trait: 'plan', test: { op: 'equals', value: 'gold' } };
  const id = (await ask('POST', 'segments', { name: 'Gold', condition })).body.segmentId;
  await on.work(projectId);
  const found = async (query: string) => (await ask('GET', `segments/${id}/members?${query}`)).body;
  const people = (items: { personId: number }[]) => items.map((item) => item.personId);
  expect(people((await found('search=ACE')).items)).toEqual([clever]);
  expect(people((await found(`search=${encodeURIComponent('"ace"')}`)).items)).toEqual([clever]);
  expect(people((await found('search=buyer-3')).items)).toEqual([others[1]]);
  expect((await found('search=city')).items).toEqual([]);
  expect((await found('search=buyer-5')).items).toEqual([]);
  const first = await found('search=suzhou&limit=2');
  const second = await found(`search=suzhou&limit=2&cursor=${first.nextCursor}`);
  expect(new Set([...people(first.items), ...people(second.items)])).toEqual(new Set(others));
  expect(second.nextCursor).toBeUndefined();
});

test('who entered and left last is listed, the first computation is not', async () => {
  const stays = await on.send(projectId, { user: 'stays', traits: { tier: 'a' } });
  const condition = { kind: 'trait', trait: 'tier', test: { op: 'equals', value: 'a' } };
  const id = (await ask('POST', 'segments', { name: 'Tier A', condition })).body.segmentId;
  await on.work(projectId);
  expect((await ask('GET', `segments/${id}/changes`)).body).toEqual({ items: [] });
  on.clock.advance(60_000);
  const enteredAt = on.clock.now();
  const comes = await on.send(projectId, { user: 'comes', traits: { tier: 'a', name: '小周' } });
  await on.work(projectId);
  on.clock.advance(60_000);
  await on.send(projectId, { user: 'stays', traits: { tier: 'b' } });
  await on.work(projectId);
  expect((await ask('GET', `segments/${id}/changes`)).body.items).toEqual([
    { personId: stays, label: 'stays', note: '', hasEntered: false, at: on.clock.now() },
    { personId: comes, label: '小周', note: 'comes', hasEntered: true, at: enteredAt },
  ]);
  expect((await ask('GET', `segments/${id}/changes?limit=1`)).body.items).toHaveLength(1);
});

test('names are taken once, circles are refused, and what is used stays', async () => {
  const inner = (await ask('POST', 'segments', { name: 'Inner', condition: shanghai })).body.segmentId;
  const outer = (await ask('POST', 'segments', { name: 'Outer', condition: { kind: 'segment', segmentId: inner } })).body.segmentId;
  expect(await ask('POST', 'segments', { name: 'INNER', condition: shanghai })).toMatchObject({
    status: 409,
    body: { error: { code: 'segments.name_taken' } },
  });
  expect(await ask('PATCH', `segments/${outer}`, { name: 'inner' })).toMatchObject({ status: 409 });
  const circle = await ask('PATCH', `segments/${inner}`, { condition: { kind: 'not', condition: { kind: 'segment', segmentId: outer } } });
  expect(circle).toMatchObject({ status: 400, body: { error: { code: 'segments.circle' } } });
  expect(await ask('PATCH', `segments/${inner}`, { condition: { kind: 'segment', segmentId: inner } })).toMatchObject({ status: 400 });
  on.segments.registerUser({ kind: 'journey', usesOf: async (_, segmentId) => (segmentId === outer ? [{ id: '7', name: 'Welcome' }] : []) });
  for (const [id, user] of [
    [inner, 'Outer'],
    [outer, 'Welcome'],
  ]) {
    const refused = await ask('DELETE', `segments/${id}`, undefined, 'en');
    expect(refused).toMatchObject({ status: 409, body: { error: { code: 'segments.in_use' } } });
    expect(refused.body.error.message).toContain(user);
    expect(await ask('POST', `segments/${id}/archival`)).toMatchObject({ status: 409 });
  }
  expect((await ask('GET', `segments/${outer}`)).body.usedBy).toEqual([{ kind: 'journey', id: '7', name: 'Welcome' }]);
});

test('another project sees nothing of it', async () => {
  const id = (await ask('POST', 'segments', { name: 'Ours', condition: shanghai })).body.segmentId;
  const own = projectId;
  projectId = await on.newProject();
  for (const [method, path] of [
    ['GET', `segments/${id}`],
    ['PATCH', `segments/${id}`],
    ['DELETE', `segments/${id}`],
    ['GET', `segments/${id}/members`],
    ['GET', `segments/${id}/changes`],
    ['GET', `segments/${id}/export`],
    ['POST', `segments/${id}/archival`],
    ['DELETE', `segments/${id}/archival`],
    ['POST', `segments/${id}/computation`],
  ] as const) {
    expect(await ask(method, path, method === 'PATCH' ? { name: 'x' } : undefined), path).toMatchObject({ status: 404 });
  }
  expect(await ask('POST', 'audiences/preview', { condition: { kind: 'segment', segmentId: id } })).toMatchObject({ status: 400 });
  projectId = own;
});

test('wrong input is answered with what is wrong where, in the language of the reader', async () => {
  let deep: unknown = shanghai;
  for (let level = 0; level < 9; level += 1) deep = { kind: 'not', condition: deep };
  let absurd = '{"kind":"trait"}';
  for (let level = 0; level < 20_000; level += 1) absurd = `{"kind":"not","condition":${absurd}}`;
  const wrong: [unknown, string, string][] = [
    [{ kind: 'segment', segmentId: 9_999_999 }, 'body.condition.segmentId', '不存在'],
    [{ kind: 'trait', trait: 'a..b', test: { op: 'is_set' } }, 'body.condition.trait', '属性名'],
    [{ kind: 'trait', trait: 'a', test: { op: 'between', from: 2, to: 2 } }, 'body.condition.test', '早于'],
    [{ kind: 'all', conditions: [shanghai, { kind: 'event', event: '' }] }, 'body.condition.conditions.1.event', ''],
    [{ kind: 'event', event: 'x', window: { kind: 'days', count: 0 } }, 'body.condition.window.count', ''],
    [{ kind: 'nobody' }, 'body.condition.kind', ''],
    [deep, 'body.condition', '8 层'],
    [
      { kind: 'all', conditions: Array.from({ length: 3 }, () => ({ kind: 'any', conditions: Array.from({ length: 40 }, () => shanghai) })) },
      'body.condition',
      '100',
    ],
  ];
  for (const [condition, path, words] of wrong) {
    const answer = await ask('POST', 'audiences/preview', { condition });
    expect(answer.status).toBe(400);
    expect(answer.body.error.issues).toEqual(expect.arrayContaining([{ path, message: expect.stringContaining(words) }]));
  }
  expect(await ask('POST', 'audiences/preview', `{"condition":${absurd}}`)).toMatchObject({
    status: 400,
    body: { error: { issues: [{ path: 'body.condition' }] } },
  });
  expect(await ask('GET', `segments/1/members?cursor=zzz`)).toMatchObject({ status: expect.any(Number), body: { error: expect.anything() } });
});

test('no body makes the server fail', async () => {
  const leaf = fc.constantFrom<unknown>(
    shanghai,
    'x',
    5,
    null,
    [],
    {},
    { kind: 'event', event: 'a\0b' },
    { kind: 'trait', trait: '`', test: { op: 'contains', value: "'" } },
  );
  const key = fc.constantFrom(
    'kind',
    'conditions',
    'condition',
    'trait',
    'event',
    'test',
    'op',
    'value',
    'window',
    'where',
    'measure',
    'property',
    '__proto__x',
  );
  const word = fc.constantFrom('all', 'any', 'not', 'trait', 'event', 'segment', 'equals', 'in', 'sum', 'last', 'days', 'between', '上海', '');
  const body = fc.letrec((tie) => ({
    tree: fc.oneof({ maxDepth: 6 }, leaf, word, fc.array(tie('tree'), { maxLength: 3 }), fc.dictionary(key, tie('tree'), { maxKeys: 4 })),
  })).tree;
  for (const condition of fc.sample(body, { numRuns: 150, seed: 11 })) {
    const answer = await ask('POST', 'audiences/preview', { condition });
    expect([200, 400], JSON.stringify({ condition, answer })).toContain(answer.status);
  }
  for (const query of [
    'event=x',
    'event=',
    'event=%00',
    `event=${'x'.repeat(201)}`,
    'name=a.b',
    'name=a`b',
    'name=a..b',
    'name=.',
    "name='&event=%5C",
    'name=x&search=%27',
  ]) {
    for (const path of ['properties', 'values'])
      expect([200, 400], `${path}?${query}`).toContain((await ask('GET', `audiences/${path}?${query}`)).status);
  }
});
