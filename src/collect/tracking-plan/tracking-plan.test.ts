import { afterAll, beforeAll, expect, test } from 'vitest';
import type { IncomingEvent } from '../stream/contract.ts';
import type { PlanVerdict } from './contract.ts';
import { PLAN_FORMAT } from './contract.ts';
import { purgeFigures } from './purge-figures.ts';
import { Quarantine } from './quarantine.ts';
import { openTrackingPlan, planEvent, type TestPlan } from './testing/open-tracking-plan.ts';

let on: TestPlan;
beforeAll(async () => {
  on = await openTrackingPlan();
});
afterAll(() => on.close());

const meta = () => ({ receivedAt: on.clock.now(), source: 'gateway' });
const documentOf = (events: object, more: object = {}) => ({ format: PLAN_FORMAT, events, ...more });
const countIn = async (projectId: number, event: string) => {
  const rows = await on.kernel.clickhouse.query<{ time: number }>(
    'SELECT toUnixTimestamp64Milli(time) AS time FROM events WHERE project_id = {projectId:UInt32} AND event = {event:String}',
    { projectId, event },
  );
  return rows.map((row) => row.time);
};

/** What the gateway does with one request. */
async function take(projectId: number, events: readonly IncomingEvent[], at: { receivedAt?: number; sentAt?: number } = {}): Promise<PlanVerdict[]> {
  const checker = await on.plan.prepare(projectId);
  const verdicts = events.map((event) => checker.check(event));
  const around = { ...meta(), ...at };
  const aside = events.flatMap((event, index) => {
    const verdict = verdicts[index];
    return verdict && (verdict.action === 'quarantine' || verdict.action === 'refuse') ? [{ event, verdict, ...around }] : [];
  });
  await on.plan.quarantine(projectId, aside);
  const passed = events.filter((_, index) => ['pass', 'warn'].includes(verdicts[index]?.action ?? ''));
  await on.stream.accept(projectId, passed, around);
  on.plan.observe(projectId, passed);
  return verdicts;
}

test('what arrives is discovered: names, types, volumes by the day of the project, examples without what is personal', async () => {
  const projectId = await on.newProject();
  const late = Date.parse('2026-05-09T15:59:00Z');
  const midnight = Date.parse('2026-05-09T16:00:00Z');
  const properties = { total: 12.5, items: ['a'], email: 'li@example.com', note: 'call 13812345678', address: { city: '上海' }, when: '2026-05-01' };
  await take(projectId, [
    planEvent({ event: 'Order', properties, time: late }),
    planEvent({ event: 'Order', properties: { total: 3 }, time: midnight }),
  ]);
  await take(projectId, [planEvent({ event: '$identify', kind: 'identify', traits: { plan: 'pro', phone: '13812345678' } })]);
  await on.write();
  const { body: page } = await on.ask('GET', `${projectId}/tracking-plan/event?event=Order`);
  const days = page['days'] as { day: string; count: number }[];
  expect(days.slice(-2)).toEqual([
    { day: '2026-05-09', count: 1 },
    { day: '2026-05-10', count: 1 },
  ]);
  const seen = Object.fromEntries((page['properties'] as { name: string }[]).map((one) => [one.name, one]));
  expect(seen).toMatchObject({
    total: { types: { number: 1, integer: 1 }, count: 2, examples: ['12.5', '3'] },
    items: { types: { list: 1 } },
    email: { examples: [], looksPersonal: true },
    note: { examples: [] },
    when: { types: { datetime: 1 } },
    'address.city': { types: { string: 1 } },
  });
  expect(page['suggestion']).toMatchObject({
    properties: { total: { type: 'number' }, email: { type: 'string', personal: 'personal' }, address: { type: 'object' } },
  });
  const { body: traits } = await on.ask('GET', `${projectId}/tracking-plan/traits`);
  expect(traits['items']).toMatchObject([
    { name: 'phone', isInPlan: false, seen: { examples: [], looksPersonal: true } },
    { name: 'plan', seen: { examples: ['"pro"'] } },
  ]);
});

test('increments of several processes add up', async () => {
  const projectId = await on.newProject();
  const other = await on.another();
  for (const one of [on, other]) one.plan.observe(projectId, [planEvent({ event: 'Shared', properties: { n: 1 } }), planEvent({ event: 'Shared' })]);
  for (const one of [on, other]) (await one.plan.prepare(projectId)).check(planEvent({ event: 'Shared' }));
  await Promise.all([on.write(), other.write()]);
  const { body } = await on.ask('GET', `${projectId}/tracking-plan/events`);
  expect(body['items']).toMatchObject([{ event: 'Shared', status: 'unplanned', isInPlan: false }]);
  expect((body['items'] as { volume: number[] }[])[0]?.volume.at(-1)).toBe(4);
});

test('the plan comes from a document, with faults in words, and every version can be read again', async () => {
  const projectId = await on.newProject();
  const path = `${projectId}/tracking-plan/document`;
  const faulty = documentOf({
    Order: { properties: { total: { type: 'number', min: 5, max: 1, pattern: '(' }, colour: { type: 'string', enum: ['red', 3] } } },
  });
  const preview = await on.ask('POST', `${path}/preview`, faulty, 'zh-CN');
  expect((preview.body['faults'] as { path: string; message: string }[]).map((fault) => fault.path)).toEqual([
    'events.Order.properties.total.max',
    'events.Order.properties.total.pattern',
    'events.Order.properties.total.pattern',
    'events.Order.properties.colour.enum',
  ]);
  expect(JSON.stringify(preview.body)).toContain('最小值 5 大于最大值 1');
  const refused = await on.ask('PUT', path, faulty);
  expect(refused).toMatchObject({ status: 400, body: { error: { code: 'tracking-plan.document_faulty' } } });
  expect(JSON.stringify(refused.body)).toContain('body.events.Order.properties.total.max');
  for (const wrong of [
    '{',
    '[]',
    'null',
    '"x"',
    '{}',
    documentOf({ '': {} }),
    documentOf({ A: { unknown: 1 } }),
    documentOf({ A: { status: 'gone' } }),
  ])
    expect((await on.ask('PUT', path, wrong)).status).toBe(400);

  const first = documentOf({
    Order: { displayName: { 'zh-CN': '下单', en: '' }, tags: [], properties: { total: { type: 'number', required: true } } },
  });
  expect((await on.ask('PUT', `${path}?note=first`, first)).body).toMatchObject({
    version: 1,
    changes: [{ of: 'event', name: 'Order', before: null }],
  });
  expect((await on.ask('PUT', path, first)).body).toMatchObject({ version: 1, changes: [] });
  const second = documentOf({ Order: { properties: { total: { type: 'integer' } } }, View: {} }, { traits: { city: { type: 'string' } } });
  expect((await on.ask('POST', `${path}/preview`, second)).body).toMatchObject({
    faults: [],
    version: 1,
    changes: [{ name: 'Order' }, { name: 'View', before: null }, { of: 'trait' }],
  });
  expect((await on.ask('PUT', `${path}?ifVersion=0`, second)).status).toBe(409);
  expect((await on.ask('PUT', `${path}?ifVersion=1`, second)).status).toBe(200);
  expect((await on.ask('GET', path)).body).toEqual(second);
  expect((await on.ask('GET', `${path}?version=1`)).body).toEqual(
    documentOf({ Order: { displayName: { 'zh-CN': '下单' }, properties: { total: { type: 'number', required: true } } } }),
  );
  expect((await on.ask('GET', `${path}?version=0`)).body).toEqual({ format: PLAN_FORMAT });
  expect((await on.ask('GET', `${path}?version=3`)).status).toBe(404);
  expect((await on.ask('POST', `${projectId}/tracking-plan/versions/1/restoration`)).body).toMatchObject({ version: 3 });
  expect(await on.plan.labels(projectId, 'en')).toEqual({ events: { Order: '下单' }, properties: {}, traits: {} });
  const { body: versions } = await on.ask('GET', `${projectId}/tracking-plan/versions`);
  expect(versions['items']).toMatchObject([
    { version: 3, note: 'Back to version 1', author: 'li@example.com' },
    { version: 2 },
    { version: 1, note: 'first' },
  ]);
});

test('a change of the plan counts at once, here and in other processes', async () => {
  const projectId = await on.newProject();
  const other = await on.another();
  const actionIn = async (process: Pick<TestPlan, 'plan'>) => (await process.plan.prepare(projectId)).check(planEvent({ event: 'Spam' })).action;
  expect([await actionIn(on), await actionIn(other)]).toEqual(['pass', 'pass']);
  await on.ask('POST', `${projectId}/tracking-plan/statuses`, { events: ['Spam'], status: 'blocked' });
  expect(await actionIn(on)).toBe('drop');
  await expect.poll(() => actionIn(other)).toBe('drop');
});

test('an event is quarantined, the plan is mended, and the replay writes it once with its own time', async () => {
  const projectId = await on.newProject();
  await on.ask(
    'PUT',
    `${projectId}/tracking-plan/document`,
    documentOf({
      Order: { properties: { total: { type: 'number', required: true } }, rules: { wrong_type: 'quarantine', missing_required: 'refuse' } },
    }),
  );
  const time = on.clock.now() - 3_600_000;
  const wrong = planEvent({ event: 'Order', properties: { total: '12', odd: 'a\u0000b\ud800' }, time });
  const missing = planEvent({ event: 'Order', userId: 'wang' });
  const good = planEvent({ event: 'Order', properties: { total: 1 } });
  // The sender's clock is ten minutes slow.
  const sentAt = on.clock.now() - 600_000;
  expect((await take(projectId, [wrong, missing, good], { sentAt })).map((verdict) => verdict.action)).toEqual(['quarantine', 'refuse', 'pass']);
  await take(projectId, [wrong], { sentAt });
  const list = async (query = '') => (await on.ask('GET', `${projectId}/tracking-plan/quarantine${query}`)).body;
  expect(await list()).toMatchObject({
    items: [
      { state: 'refused', userId: 'wang' },
      { state: 'quarantined', library: 'test-client' },
    ],
    counts: { refused: 1, quarantined: 1 },
  });
  expect((await list('?kind=wrong_type'))['items']).toHaveLength(1);
  expect((await list('?search=wang'))['items']).toHaveLength(1);
  expect((await list('?search=ord&state=refused'))['items']).toHaveLength(1);
  expect((await list('?event=View'))['items']).toHaveLength(0);
  const replays = `${projectId}/tracking-plan/quarantine/replays`;
  expect((await on.ask('POST', replays, { filter: {} })).body).toEqual({ replayed: 0, duplicates: 0, waiting: 2 });
  await on.ask('PUT', `${projectId}/tracking-plan/event`, { event: 'Order', definition: { properties: { total: {} } } });
  const [kept] = (await list('?kind=wrong_type'))['items'] as { id: number }[];
  expect((await on.ask('GET', `${projectId}/tracking-plan/quarantine/${kept?.id}`)).body).toMatchObject({
    now: [],
    body: { properties: { odd: 'a\u0000b\ud800' } },
  });
  expect((await on.ask('POST', replays, { ids: [kept?.id] })).body).toEqual({ replayed: 1, duplicates: 0, waiting: 0 });
  // A process that died between writing and settling leaves the entry waiting: the next replay finds the message in the stream.
  await on.kernel.postgres.pool.query(`UPDATE quarantined_events SET state = 'quarantined', settled_at = NULL WHERE id = $1`, [kept?.id]);
  expect((await on.ask('POST', replays, { filter: {} })).body).toEqual({ replayed: 1, duplicates: 1, waiting: 0 });
  expect((await countIn(projectId, 'Order')).sort()).toEqual([time + 600_000, good.time + 600_000, missing.time + 600_000].sort());
  expect(await list('?state=replayed')).toMatchObject({ items: [{ outcome: 'accepted' }, { outcome: 'duplicate' }] });
});

test('discarding can be taken back; strangers see nothing', async () => {
  const projectId = await on.newProject();
  const stranger = await on.newProject();
  await on.ask('PUT', `${projectId}/tracking-plan/rules`, { rules: { unplanned_event: 'quarantine' } });
  await take(projectId, [planEvent({ event: 'A' }), planEvent({ event: 'B' })]);
  const path = `${projectId}/tracking-plan/quarantine`;
  const { body } = await on.ask('POST', `${path}/discards`, { filter: { event: 'A' } });
  const ids = body['discarded'] as number[];
  expect(ids).toHaveLength(1);
  expect((await on.ask('POST', `${path}/replays`, { ids })).body).toEqual({ replayed: 0, duplicates: 0, waiting: 0 });
  expect((await on.ask('POST', `${stranger}/tracking-plan/quarantine/restorations`, { ids })).body).toEqual({ restored: 0 });
  expect((await on.ask('GET', `${stranger}/tracking-plan/quarantine/${ids[0]}`)).status).toBe(404);
  expect((await on.ask('POST', `${path}/restorations`, { ids })).body).toEqual({ restored: 1 });
  expect((await on.ask('GET', path)).body).toMatchObject({ counts: { quarantined: 2 } });
  for (const wrong of [{}, { ids: [] }, { ids: ['x'] }, { filter: { event: 'a\u0000' } }])
    expect((await on.ask('POST', `${path}/replays`, wrong)).status).toBe(400);
});

test("erasing a person takes their kept events with them, and nobody else's", async () => {
  const projectId = await on.newProject();
  await on.ask('PUT', `${projectId}/tracking-plan/rules`, { rules: { unplanned_event: 'quarantine' } });
  const own = [
    planEvent({ userId: 'wang' }),
    planEvent({ userId: 'x', ids: [{ kind: 'email', value: 'w@x.cn' }] }),
    planEvent({ kind: 'alias', userId: 'n', previousId: 'wang' }),
  ];
  await take(projectId, [...own, planEvent({ userId: 'li' })]);
  const [eraser] = on.erasers;
  const scope = {
    projectId,
    numbers: [],
    externalIds: [
      { kind: 'user', value: 'wang' },
      { kind: 'email', value: 'w@x.cn' },
    ],
    texts: [],
  };
  expect(await eraser?.count(scope)).toEqual([{ store: 'postgres', table: 'quarantined_events', rows: 3 }]);
  await eraser?.erase(scope);
  expect(await eraser?.count(scope)).toEqual([{ store: 'postgres', table: 'quarantined_events', rows: 0 }]);
  expect((await on.ask('GET', `${projectId}/tracking-plan/quarantine`)).body).toMatchObject({ items: [{ userId: 'li' }] });
});

test('everything that a filter matches is replayed in the background, one at a time, gone on with where it stood, and stopped', async () => {
  const projectId = await on.newProject();
  const plan = (type: string) => documentOf({ Big: { properties: { n: { type } }, rules: { wrong_type: 'quarantine' } } });
  await on.ask('PUT', `${projectId}/tracking-plan/document`, plan('string'));
  const count = 2_100;
  const events = Array.from({ length: count }, (_, n) => planEvent({ event: 'Big', properties: { n: n % 700 === 0 ? 'text' : n } }));
  await take(projectId, [...events, planEvent({ event: 'Big', userId: 'other', properties: { n: 5 } })]);
  await on.ask('PUT', `${projectId}/tracking-plan/document`, plan('integer'));
  expect(await countIn(projectId, 'Big')).toHaveLength(3);
  const path = `${projectId}/tracking-plan/quarantine/background-replays`;
  const first = await on.ask('POST', path, { filter: {} });
  expect(first).toMatchObject({ status: 202, body: { state: 'running', total: count - 2 } });
  expect((await on.ask('POST', `${path}/${first.body.id}/stops`)).body).toMatchObject({ state: 'stopped', replayed: 0 });
  expect((await on.ask('POST', `${path}/00000000-0000-4000-8000-000000000000/stops`)).status).toBe(404);
  const begun = await on.ask('POST', path, { filter: { event: 'Big', search: 'li' } });
  expect(begun.body).toMatchObject({ state: 'running', total: count - 3, replayed: 0 });
  expect((await on.ask('POST', path, { filter: {} })).body.id).toBe(begun.body.id);
  // As a crash leaves it: a part is written and settled, and the replay does not know.
  await on.ask('POST', `${projectId}/tracking-plan/quarantine/replays`, { filter: { event: 'Big', search: 'li' } });
  await on.startWorkers();
  const states = async () => ((await on.ask('GET', path)).body.items as { state: string }[]).map(({ state }) => state);
  await expect.poll(states, { timeout: 45_000 }).toEqual(['done', 'stopped']);
  expect((await on.ask('GET', path)).body).toMatchObject({ items: [{ total: count - 3, replayed: count - 1_003, duplicates: 0, waiting: 0 }, {}] });
  expect(await countIn(projectId, 'Big')).toHaveLength(count);
  // Nobody stays named in it.
  const kept = await on.kernel.postgres.pool.query(`SELECT filter FROM quarantine_replays WHERE project_id = $1 AND state = 'done'`, [projectId]);
  expect(kept.rows).toEqual([{ filter: { event: 'Big' } }]);
});

test('violations are counted by event, property, kind and client, without what is personal', async () => {
  const projectId = await on.newProject();
  const properties = { total: { type: 'number' }, secret: { type: 'number', personal: 'personal' } };
  await on.ask(
    'PUT',
    `${projectId}/tracking-plan/document`,
    documentOf({ Order: { properties }, Old: { status: 'deprecated' }, Bad: { status: 'blocked' } }),
  );
  const other = { library: { name: 'posthog-js' } };
  await take(projectId, [
    planEvent({ event: 'Order', properties: { total: 'x', secret: 'mine' } }),
    planEvent({ event: 'Order', properties: { total: 'y' } }),
    planEvent({ event: 'Order', properties: { total: 'z' }, context: other }),
    planEvent({ event: 'Old' }),
    planEvent({ event: 'Bad' }),
  ]);
  await on.write();
  const { body } = await on.ask('GET', `${projectId}/tracking-plan/violations`);
  const rows = (body['items'] as { event: string; kind: string; name: string; library: string; count: number; sample: object }[]).map(
    ({ event, kind, name, library, count, sample }) => ({ at: `${event} ${kind} ${name} ${library} ${count}`, sample }),
  );
  expect(rows).toEqual([
    { at: 'Order wrong_type total test-client 2', sample: expect.objectContaining({ expected: 'number', found: '"x"' }) },
    { at: 'Bad blocked_event  test-client 1', sample: expect.anything() },
    { at: 'Old deprecated_event  test-client 1', sample: expect.anything() },
    { at: 'Order wrong_type secret test-client 1', sample: expect.not.objectContaining({ found: expect.anything() }) },
    { at: 'Order wrong_type total posthog-js 1', sample: expect.objectContaining({ found: '"z"' }) },
  ]);
  expect(await countIn(projectId, 'Bad')).toEqual([]);
});

test('what came before is found in the stream, and past days are brought in line with it', async () => {
  const projectId = await on.newProject();
  const yesterday = on.clock.now() - 86_400_000;
  const events = Array.from({ length: 30 }, (_, index) => planEvent({ event: 'Imported', time: yesterday, properties: { n: index, city: '上海' } }));
  await on.stream.accept(projectId, [...events, planEvent({ event: '$identify', kind: 'identify', traits: { level: 3 } })], {
    ...meta(),
    source: 'import',
  });
  // Counted twice, as when a sender sends again.
  for (let time = 0; time < 2; time += 1) on.plan.observe(projectId, events);
  await on.write();
  expect((await on.ask('POST', `${projectId}/tracking-plan/surveys`)).body).toEqual({ isDone: true });
  expect((await on.ask('POST', `${projectId}/tracking-plan/surveys`)).body).toEqual({ isDone: false });
  const { body } = await on.ask('GET', `${projectId}/tracking-plan/events`);
  const rows = body['items'] as { event: string; volume: number[] }[];
  expect(rows.map((row) => [row.event, row.volume.at(-2)])).toEqual([
    ['$identify', 0],
    ['Imported', 30],
  ]);
  const { body: traits } = await on.ask('GET', `${projectId}/tracking-plan/traits`);
  expect(traits['items']).toMatchObject([{ name: 'level', seen: { types: { integer: 1 } } }]);
});

test('seen events are adopted as they are, and what is marked sensitive is hashed at the door', async () => {
  const projectId = await on.newProject();
  on.plan.observe(projectId, [
    planEvent({ event: 'Order', properties: { total: 3, idCard: 'x1' } }),
    planEvent({ event: 'Order', properties: { total: 2.5 } }),
  ]);
  await on.write();
  await on.ask('POST', `${projectId}/tracking-plan/adoptions`, { events: ['Order'] });
  const plan = await on.plan.plan(projectId);
  expect(plan).toMatchObject({
    version: 1,
    events: { Order: { properties: { total: { type: 'number' }, idCard: { type: 'string', personal: 'personal' } } } },
  });
  await on.ask('PUT', `${projectId}/tracking-plan/event`, {
    event: 'Order',
    definition: { properties: { total: { type: 'number' }, idCard: { type: 'integer', personal: 'sensitive', required: true } } },
  });
  const event = planEvent({ event: 'Order', properties: { total: 1, idCard: 'x1' } });
  (await on.enrichment.prepare(projectId)).apply(event, { ip: '', receivedAt: on.clock.now() });
  expect(event.properties['idCard']).not.toBe('x1');
  expect((await on.plan.prepare(projectId)).check(event).action).toBe('pass');
});

test('kept events and figures go with their age', async () => {
  const projectId = await on.newProject();
  await on.ask('PUT', `${projectId}/tracking-plan/rules`, { rules: { unplanned_event: 'quarantine', wrong_type: 'refuse' } });
  await on.ask('PUT', `${projectId}/tracking-plan/event`, { event: 'Known', definition: { properties: { n: { type: 'number' } } } });
  await take(projectId, [
    planEvent({ event: 'New' }),
    planEvent({ event: 'Known', properties: { n: 'x' } }),
    planEvent({ event: 'Known', properties: { n: 1 } }),
  ]);
  await on.write();
  const counts = async () => (await on.ask('GET', `${projectId}/tracking-plan/quarantine`)).body['counts'];
  const after = (days: number) => ({ ...on.kernel, clock: { now: () => on.clock.now() + days * 86_400_000 } });
  expect(await counts()).toEqual({ quarantined: 1, refused: 1 });
  await new Quarantine(after(6)).purge();
  expect(await counts()).toEqual({ quarantined: 1, refused: 1 });
  await new Quarantine(after(8)).purge();
  expect(await counts()).toEqual({ quarantined: 1 });
  await new Quarantine(after(31)).purge();
  expect(await counts()).toEqual({});
  const violations = async () => (await on.ask('GET', `${projectId}/tracking-plan/violations?days=90`)).body['items'] as object[];
  await purgeFigures(after(89));
  expect(await violations()).toHaveLength(2);
  await purgeFigures(after(92));
  expect(await violations()).toHaveLength(0);
});
