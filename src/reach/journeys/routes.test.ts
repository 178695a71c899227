import { join } from 'node:path';
import fc from 'fast-check';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createServer } from '../../kernel/http/server.ts';
import { loadTexts } from '../../kernel/http/texts.ts';
import { createMetrics } from '../../kernel/metrics.ts';
import { openTestJourneys, type TestJourneys } from './testing/open-journeys.ts';

let on: TestJourneys;
let app: FastifyInstance;
let projectId: number;
let otherProjectId: number;
beforeAll(async () => {
  on = await openTestJourneys();
  projectId = await on.newProject();
  otherProjectId = await on.newProject();
  const source = join(import.meta.dirname, '../..');
  const folders = { journeys: 'reach/journeys', gate: 'reach/gate', templates: 'reach/templates', operations: 'try/operations', http: 'kernel' };
  app = await createServer({
    routes: on.routes,
    plugins: [],
    guard: { authenticate: async () => ({ kind: 'member', memberId: 'm1', email: 'm@example.com' }), authorise: async (principal) => principal },
    texts: loadTexts(Object.entries(folders).map(([name, folder]) => ({ name, folder: join(source, folder) }))),
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

type Verb = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
async function ask(method: Verb, path: string, body?: unknown, inProject = projectId) {
  const answer = await app.inject({
    method,
    url: `/api/projects/${inProject}/${path}`,
    headers: { 'accept-language': 'zh-CN', ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { payload: JSON.stringify(body) }),
  });
  return { status: answer.statusCode, body: answer.body === '' ? undefined : answer.json() };
}

const end = { id: 'end', kind: 'exit', exits: {} };
const draft = {
  trigger: { kind: 'event', event: 'Viewed', where: [] },
  start: 'mail',
  nodes: [
    { id: 'mail', kind: 'email', subject: 'Hi {{ person.name }}', body: 'Look at {{ event.item }}', category: 'marketing', exits: { next: 'end' } },
    end,
  ],
  goal: { event: 'Bought', where: [], windowDays: 7 },
  controlPercent: 0,
  reentry: { kind: 'once' },
};

test('a journey over HTTP, from its draft to its results, people and messages', async () => {
  const made = await ask('POST', 'journeys', { name: '召回', draft });
  expect(made).toMatchObject({ status: 201, body: { state: 'draft', faults: [], version: null } });
  const id = made.body.id;
  expect(await ask('POST', 'journeys', { name: '召回' })).toMatchObject({ status: 409, body: { error: { code: 'journeys.name_taken' } } });
  expect((await ask('POST', `journeys/${id}/publication`)).body).toMatchObject({ state: 'live', version: 1, hasUnpublishedChanges: false });
  const [person = 0] = await on.accept(projectId, [
    { kind: 'identify', event: '$identify', userId: 'li', traits: { name: '李华', email: 'li@example.com' } },
    { userId: 'li', event: 'Viewed', properties: { item: '茶' } },
  ]);
  await on.settle();
  const results = (await ask('GET', `journeys/${id}/results`)).body;
  expect(results).toMatchObject({ runs: { entered: 1, finished: 1 }, comparison: { result: null, reason: 'no_control' } });
  expect((await ask('GET', `journeys/${id}/people?node=mail`)).body.items).toMatchObject([{ personId: person, name: '李华', outcome: 'finished' }]);
  const why = (await ask('GET', `journeys/${id}/people/${person}`)).body;
  expect(why).toMatchObject({ arm: 'treatment', deliveries: [{ state: 'outbox', subject: 'Hi 李华' }] });
  const deliveryId = why.deliveries[0].id;
  expect((await ask('GET', `deliveries/${deliveryId}`)).body).toMatchObject({
    text: expect.stringContaining('Look at 茶'),
    messageId: expect.stringMatching(/^<\w+@example.com>$/),
  });
  expect((await ask('GET', 'deliveries?state=outbox')).body).toMatchObject({ items: [{ id: deliveryId }], counts: { outbox: 1 } });
  expect(await ask('POST', `deliveries/${deliveryId}/attempts`)).toMatchObject({ status: 409, body: { error: { code: 'gate.no_mail_server' } } });
  expect((await ask('GET', 'operations')).body.items).toMatchObject([
    { operation: `journey:${id}`, goal: { event: 'Bought', windowDays: 7 }, controlPercent: 0, endedAt: null },
  ]);
  for (const path of [
    `journeys/${id}`,
    `journeys/${id}/results`,
    `journeys/${id}/people`,
    `journeys/${id}/people/${person}`,
    `deliveries/${deliveryId}`,
  ])
    expect([path, (await ask('GET', path, undefined, otherProjectId)).status]).toEqual([path, 404]);
  for (const path of [`journeys/${id}/publication`, `journeys/${id}/pause`, `journeys/${id}/archive`, `deliveries/${deliveryId}/attempts`])
    expect([path, (await ask('POST', path, undefined, otherProjectId)).status]).toEqual([path, 404]);
});

test('what is wrong is said where and why, in the language of the reader', async () => {
  const broken = { ...draft, nodes: [{ ...draft.nodes[0], body: 'one\n{{ two' }, end] };
  const refused = await ask('POST', 'journeys', { name: 'Broken', draft: broken });
  expect(refused).toMatchObject({
    status: 400,
    body: { error: { code: 'journeys.broken_template', details: { node: 'mail', part: 'body', line: 2 } } },
  });
  expect(refused.body.error.message).toContain('第 2 行');
  expect(refused.body.error.issues[0].path).toBe('body.draft.nodes.0.body');
  const made = await ask('POST', 'journeys', { name: 'No goal', draft: { ...draft, goal: null, nodes: [...draft.nodes, { ...end, id: 'lost' }] } });
  const unpublished = await ask('POST', `journeys/${made.body.id}/publication`);
  expect(unpublished.status).toBe(422);
  expect(unpublished.body.error.issues.map((issue: { message: string }) => issue.message)).toEqual([
    '请设置目标：哪个事件算成功。',
    '没有用户能走到这一步，请连接或删除。',
  ]);
  expect((await ask('POST', 'templates/check', { subject: '{{ person.a }}', body: '{% if' })).body).toMatchObject({
    faults: [{ part: 'body', line: 1 }],
    variables: ['person.a'],
  });
  expect((await ask('POST', 'templates/preview', { subject: 'x', body: '{{ event.a }}', event: { a: 7 } })).body.email.text).toBe('7');
});

test('settings, blocked addresses and consent', async () => {
  const settings = {
    quietHours: { from: '22:00', to: '08:00' },
    capPerDay: 2,
    capPerWeek: null,
    fromName: '小店',
    fromAddress: 'shop@example.cn',
    replyTo: null,
  };
  expect(await ask('PUT', 'delivery-settings', settings)).toMatchObject({ status: 200, body: settings });
  expect((await ask('GET', 'delivery-settings')).body).toMatchObject({ settings, mailServer: { isConfigured: false }, timeZone: 'Asia/Shanghai' });
  expect((await ask('PUT', 'delivery-settings', { ...settings, quietHours: { from: '22:00', to: '22:00' } })).body.error.code).toBe(
    'gate.quiet_hours_empty',
  );
  expect((await ask('POST', 'suppressions', { address: 'Gone@Example.com' })).status).toBe(201);
  expect((await ask('GET', 'suppressions?search=GONE')).body.items).toMatchObject([{ address: 'gone@example.com', reason: 'manual' }]);
  expect((await ask('DELETE', 'suppressions/Gone%40example.com')).status).toBe(204);
  expect((await ask('DELETE', 'suppressions/gone%40example.com')).status).toBe(404);
  const [person = 0] = await on.accept(projectId, [{ kind: 'identify', event: '$identify', userId: 'consent', traits: { email: 'c@example.com' } }]);
  expect((await ask('PUT', `people/${person}/consent`, { channel: 'email', isOptedOut: true })).body.items).toMatchObject([
    { isOptedOut: true, source: 'member' },
  ]);
  expect((await ask('PUT', `people/${person}/consent`, { channel: 'email', isOptedOut: false })).body.items).toMatchObject([{ isOptedOut: false }]);
  expect((await ask('GET', `people/${person}/consent`, undefined, otherProjectId)).status).toBe(404);
});

test('no body and no query makes the server stumble', async () => {
  const bodies: [Verb, string][] = [
    ['POST', 'journeys'],
    ['PATCH', 'journeys/1'],
    ['POST', 'journeys/1/dry-run'],
    ['POST', 'templates/check'],
    ['POST', 'templates/preview'],
    ['PUT', 'delivery-settings'],
    ['POST', 'suppressions'],
    ['PUT', 'people/1/consent'],
  ];
  // What PostgreSQL cannot hold: a character, and half of one.
  for (const nul of ['\u0000', '\ud83d'])
    for (const [method, path] of bodies)
      for (const body of [
        { name: `a${nul}b`, draft: { ...draft, trigger: { kind: 'event', event: `x${nul}`, where: [] } } },
        { subject: nul, body: nul, personId: 1 },
        { address: `${nul}@example.com`, channel: 'email', isOptedOut: true },
        { quietHours: null, capPerDay: null, capPerWeek: null, fromName: nul, fromAddress: null, replyTo: null },
      ])
        expect([path, (await ask(method, path, body)).status < 500]).toEqual([path, true]);
  for (const path of [
    'journeys?search=%00',
    'deliveries?operation=%00',
    'deliveries?cursor=%00',
    'journeys/1/people?node=%00',
    'suppressions?search=%00',
  ])
    expect([path, (await ask('GET', path)).status < 500]).toEqual([path, true]);
  expect((await ask('DELETE', 'suppressions/%00')).status).toBeLessThan(500);
  const near = fc.record(
    {
      name: fc.oneof(fc.string(), fc.constant('n')),
      draft: fc.record(
        {
          trigger: fc.oneof(fc.constant(draft.trigger), fc.jsonValue()),
          start: fc.oneof(fc.string(), fc.constant(null)),
          nodes: fc.oneof(fc.constant(draft.nodes), fc.array(fc.jsonValue())),
          goal: fc.jsonValue(),
          controlPercent: fc.integer(),
          reentry: fc.jsonValue(),
        },
        { requiredKeys: [] },
      ),
      subject: fc.string(),
      body: fc.string(),
      personId: fc.integer(),
      event: fc.dictionary(fc.string(), fc.jsonValue()),
      address: fc.string(),
      channel: fc.constantFrom('email', 'sms'),
      isOptedOut: fc.boolean(),
    },
    { requiredKeys: [] },
  );
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...bodies), fc.oneof(fc.jsonValue(), near), async ([method, path], body) => {
      const answer = await ask(method, path, body);
      expect([path, body, answer.status < 500]).toEqual([path, body, true]);
    }),
    { numRuns: 250 },
  );
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('deliveries', 'journeys', 'journeys/1/people', 'journeys/1/results', 'suppressions'),
      fc.constantFrom('cursor', 'state', 'limit', 'version', 'node', 'outcome', 'search', 'personId'),
      fc.string(),
      async (path, key, value) => {
        expect((await ask('GET', `${path}?${key}=${encodeURIComponent(value)}`)).status).toBeLessThan(500);
      },
    ),
    { numRuns: 150 },
  );
});
