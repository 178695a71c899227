import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createServer } from '../../kernel/http/server.ts';
import { loadTexts } from '../../kernel/http/texts.ts';
import { createMetrics } from '../../kernel/metrics.ts';
import { door as audit } from '../../workspace/audit/index.ts';
import { openTestSegments, type TestSegments } from '../segments/testing/open-segments.ts';
import { door } from './index.ts';

let on: TestSegments;
let app: FastifyInstance;
let projectId: number;
beforeAll(async () => {
  on = await openTestSegments();
  projectId = await on.newProject('Asia/Shanghai');
  const { api: auditApi } = await audit.start({ kernel: on.kernel, config: undefined, uses: undefined });
  const uses = { audit: auditApi, stream: on.stream, identity: on.identity, audiences: on.audiences, segments: on.segments };
  const { routes } = await door.start({ kernel: on.kernel, config: undefined, uses });
  const source = join(import.meta.dirname, '../..');
  app = await createServer({
    routes: [...(routes ?? [])],
    plugins: [],
    guard: { authenticate: async () => ({ kind: 'member', memberId: 'm1', email: 'm@example.com' }), authorise: async (principal) => principal },
    texts: loadTexts([
      { name: 'people', folder: import.meta.dirname },
      { name: 'identity', folder: join(source, 'collect/identity') },
      { name: 'http', folder: join(source, 'kernel') },
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

async function ask(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown) {
  const answer = await app.inject({
    method,
    url: `/api/projects/${projectId}/${path}`,
    headers: { 'accept-language': 'zh-CN', ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { payload: JSON.stringify(body) }),
  });
  return { status: answer.statusCode, body: answer.body === '' ? undefined : answer.json() };
}

const auditActions = async (): Promise<string[]> =>
  (
    await on.kernel.postgres.pool.query<{ action: string }>('SELECT action FROM audit_entries WHERE project_id = $1 ORDER BY at', [projectId])
  ).rows.map((row) => row.action);

test('two people are joined, looked at and taken apart again; each change is in the audit trail', async () => {
  const [ann, bob] = [await on.send(projectId, { user: 'ann' }), await on.send(projectId, { user: 'bob' })];
  expect((await ask('POST', `people/${ann}/identity/merges`, { loser: bob })).body).toEqual({ personId: ann });
  const graph = await ask('GET', `people/${bob}/identity`);
  expect(graph.body).toMatchObject({
    ids: [
      { kind: 'user', value: 'ann', isShared: false },
      { kind: 'user', value: 'bob', isShared: false },
    ],
    merges: [{ loser: bob, directWinner: ann, ids: [{ kind: 'user', value: 'bob' }], memberId: 'm1' }],
    history: [{ action: 'merged_by_hand', personId: ann, otherId: bob, memberId: 'm1' }],
    groups: [],
  });
  expect((await ask('POST', `people/${ann}/identity/parting-preview`, { merge: bob })).body).toMatchObject({ otherId: bob, eventsGoing: 1 });
  expect((await ask('POST', `people/${ann}/identity/parting`, { merge: bob })).body).toEqual({ otherId: bob });
  expect((await ask('GET', 'people/lookup?id=bob')).body).toEqual({ personId: bob });
  const timeline = await ask('GET', `people/${bob}/timeline`);
  expect(timeline.body.items.map((item: { event: string }) => item.event)).toContain('$split');
  expect((await auditActions()).sort()).toEqual(['people.join', 'people.part']);
  const again = await ask('POST', `people/${ann}/identity/parting`, { merge: bob });
  expect([again.status, again.body.error?.code ?? again.body.code]).toEqual([404, 'identity.merge_unknown']);
});

test('rules are read, decided and taken back; what is no rule is refused', async () => {
  const before = (await ask('GET', 'identity/rules')).body.items;
  expect(before.map((rule: { kind: string }) => rule.kind)).toEqual(['user', 'unionid', 'openid', 'phone', 'email', 'anonymous', 'cookie', 'device']);
  const body = { holders: 'several', perPersonMax: null, rank: 5, joins: false, onConflict: 'keep' };
  const saved = await ask('PUT', 'identity/rules/member_no', body);
  expect(saved.body.items.at(-1)).toEqual({ kind: 'member_no', ...body, isDefault: false });
  expect((await ask('DELETE', 'identity/rules/member_no')).body.items).toEqual(before);
  for (const wrong of [{ ...body, rank: -1 }, { ...body, holders: 'all' }, { ...body, perPersonMax: 0 }, { ...body, more: 1 }, {}])
    expect((await ask('PUT', 'identity/rules/member_no', wrong)).status).toBe(400);
  expect((await ask('PUT', 'identity/rules/1%20x', body)).status).toBe(400);
});

test('wrong input is told, in words; nobody of another project is shown or changed', async () => {
  const person = await on.send(projectId, { user: 'carl', anonymous: 'd' });
  const other = await on.send(await on.newProject(), { user: 'far' });
  for (const [path, body, status] of [
    [`people/${other}/identity/merges`, { loser: person }, 404],
    [`people/${person}/identity/merges`, { loser: other }, 404],
    [`people/${person}/identity/merges`, { loser: person }, 400],
    [`people/${person}/identity/merges`, {}, 400],
    [`people/${person}/identity/parting`, { merge: other }, 404],
    [`people/${person}/identity/parting`, { ids: [] }, 400],
    [`people/${person}/identity/parting`, { ids: [{ kind: 'user', value: 'nobody' }] }, 400],
    [
      `people/${person}/identity/parting`,
      {
        ids: [
          { kind: 'user', value: 'carl' },
          { kind: 'anonymous', value: 'd' },
        ],
      },
      400,
    ],
    [`people/${other}/identity/parting-preview`, { merge: 1 }, 404],
    ['people/0/identity/merges', { loser: person }, 400],
  ] as const)
    expect([path, body, (await ask('POST', path, body)).status]).toEqual([path, body, status]);
  expect((await ask('GET', `people/${other}/identity`)).status).toBe(404);
  expect((await ask('GET', `people/${other}/traits?at=1`)).status).toBe(404);
  expect((await ask('GET', `people/${person}/traits?at=yesterday`)).status).toBe(400);
  expect((await ask('GET', `people/${person}/traits`)).body).toEqual({ traits: {}, history: [] });
  expect((await ask('GET', 'identity/conflicts')).body).toEqual({ items: [], traits: [] });
});

test('groups are listed page by page and shown with their people', async () => {
  for (let index = 0; index < 3; index += 1)
    await on.identity.resolve([
      {
        projectId,
        act: 'other',
        at: on.clock.now() + index,
        userId: `g${index}`,
        groups: [{ type: '公司', id: `c/${index}`, changes: [{ operation: 'set', name: 'name', value: `Company ${index}` }] }],
      },
    ]);
  const first = await ask('GET', 'groups?limit=2');
  expect(first.body.items.map((group: { id: string }) => group.id)).toEqual(['c/2', 'c/1']);
  const second = await ask('GET', `groups?limit=2&cursor=${first.body.nextCursor}`);
  expect([second.body.items.length, second.body.nextCursor]).toEqual([1, undefined]);
  expect((await ask('GET', 'groups?search=company%200')).body.items).toMatchObject([{ id: 'c/0', members: 1 }]);
  const one = await ask('GET', `groups/${encodeURIComponent('公司')}/${encodeURIComponent('c/1')}`);
  expect(one.body).toMatchObject({ traits: { name: 'Company 1' }, people: [{ label: 'g1' }], history: [{ trait: 'name', value: 'Company 1' }] });
  expect((await ask('GET', 'groups/x/y')).status).toBe(404);
  expect((await ask('GET', 'groups?cursor=x')).status).toBe(400);
});
