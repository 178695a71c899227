import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { testForm } from '../../kernel/testing/test-form.ts';
import type { Condition } from '../audiences/index.ts';
import { sweep } from './jobs.ts';
import { openTestSegments, type TestProcess, type TestSegments } from './testing/open-segments.ts';

const DAY = 86_400_000;
const STEPS_DRAWN = testForm === 'server' ? 45 : 90;
let on: TestSegments;
beforeAll(async () => {
  on = await openTestSegments();
});
afterAll(() => on.close());

const bought = (times: number): Condition => ({
  kind: 'event',
  event: 'Order Completed',
  where: [],
  measure: { of: 'count', op: 'greater_or_equal', value: times },
  window: { kind: 'last', amount: 30, unit: 'days' },
});
const city = (value: string): Condition => ({ kind: 'trait', trait: 'city', test: { op: 'equals', value } });

async function membersOf(projectId: number, segmentId: number): Promise<number[]> {
  const { sql, parameters } = await on.segments.membersSql(projectId, segmentId);
  const rows = await on.kernel.clickhouse.query<{ person_id: number }>(sql, parameters);
  return rows.map((row) => row.person_id).sort((a, b) => a - b);
}

async function factsOf(projectId: number): Promise<string[]> {
  const rows = await on.kernel.clickhouse.query<{ fact: string }>(
    `SELECT concat(event, ' ', toString(properties.segmentId), ' ', toString(person_id)) AS fact FROM events
     WHERE project_id = {projectId:UInt32} AND event IN ('$segment_entered', '$segment_left') ORDER BY fact`,
    { projectId },
  );
  return rows.map((row) => row.fact);
}

test('a new segment is built at once, quietly, and then follows the stream', async () => {
  const projectId = await on.newProject('Asia/Shanghai');
  const li = await on.send(projectId, { user: 'li', event: 'Order Completed' });
  await on.send(projectId, { user: 'li', event: 'Order Completed' });
  const wang = await on.send(projectId, { user: 'wang', event: 'Order Completed' });
  const { id } = await on.segments.create({ projectId, name: 'Buyers', condition: bought(2) });
  expect(await on.work(projectId)).toBe('done');
  expect(await membersOf(projectId, id)).toEqual([li]);
  expect(await factsOf(projectId)).toEqual([]);
  expect(await on.segments.row(projectId, id)).toMatchObject({ size: 1, built_version: 1, fault: null });

  on.clock.advance(1_000);
  await on.send(projectId, { user: 'wang', event: 'Order Completed' });
  await on.work(projectId);
  await on.work(projectId);
  expect(await membersOf(projectId, id)).toEqual([li, wang]);
  expect(await factsOf(projectId)).toEqual([`$segment_entered ${id} ${wang}`]);
  expect((await on.segments.row(projectId, id)).size).toBe(2);
});

test('people leave when a window passes over their events, at the next sweep', async () => {
  const projectId = await on.newProject();
  const li = await on.send(projectId, { user: 'li', event: 'Order Completed', time: on.clock.now() - 29 * DAY });
  const { id } = await on.segments.create({ projectId, name: 'Recent', condition: bought(1) });
  await on.work(projectId);
  expect(await membersOf(projectId, id)).toEqual([li]);
  on.clock.advance(60_000);
  await on.send(projectId, { user: 'somebody else' });
  await on.work(projectId);
  on.clock.advance(2 * DAY);
  await on.work(projectId);
  expect(await membersOf(projectId, id)).toEqual([li]);
  expect(await sweep(on.kernel)).toContain(projectId);
  await on.work(projectId);
  expect(await membersOf(projectId, id)).toEqual([]);
  expect(await factsOf(projectId)).toEqual([`$segment_left ${id} ${li}`]);
  expect((await on.segments.row(projectId, id)).size).toBe(0);
});

test('an event ahead of the clock counts when its time has come', async () => {
  const projectId = await on.newProject();
  const ever: Condition = { kind: 'event', event: 'Booked', where: [], measure: { of: 'did' }, window: { kind: 'ever' } };
  const { id } = await on.segments.create({ projectId, name: 'Booked', condition: ever });
  await on.work(projectId);
  const li = await on.send(projectId, { user: 'li', event: 'Booked', time: on.clock.now() + 1_800_000 });
  await on.work(projectId);
  expect(await membersOf(projectId, id)).toEqual([]);
  on.clock.advance(1_860_000);
  await sweep(on.kernel);
  await on.work(projectId);
  expect(await membersOf(projectId, id)).toEqual([li]);
});

test('a merge moves membership to the winner and tells nothing that did not happen', async () => {
  const projectId = await on.newProject();
  const device = await on.send(projectId, { anonymous: 'phone', event: 'Order Completed' });
  const known = await on.send(projectId, { user: 'li' });
  const { id } = await on.segments.create({ projectId, name: 'Buyers', condition: bought(1) });
  await on.work(projectId);
  expect(await membersOf(projectId, id)).toEqual([device]);
  on.clock.advance(1_000);
  await on.send(projectId, { user: 'li', anonymous: 'phone', traits: { city: '上海' } });
  const winner = (await on.identity.person(projectId, known))?.personId;
  await on.work(projectId);
  expect(await membersOf(projectId, id)).toEqual([winner]);
  expect(await factsOf(projectId)).toEqual([]);
  expect((await on.segments.row(projectId, id)).size).toBe(1);
});

test('a merge in which only the one who goes was a member, and the rule no longer holds, is told once for the winner', async () => {
  const projectId = await on.newProject();
  await on.send(projectId, { anonymous: 'tablet' });
  const known = await on.send(projectId, { user: 'li', traits: { city: '北京' } });
  const { id } = await on.segments.create({ projectId, name: 'Unknown city', condition: { kind: 'not', condition: city('北京') } });
  await on.work(projectId);
  expect((await membersOf(projectId, id)).length).toBe(1);
  on.clock.advance(1_000);
  await on.send(projectId, { user: 'li', anonymous: 'tablet', traits: {} });
  await on.work(projectId);
  const winner = (await on.identity.person(projectId, known))?.personId;
  expect(await membersOf(projectId, id)).toEqual([]);
  expect(await factsOf(projectId)).toEqual([`$segment_left ${id} ${winner}`]);
});

test('segments of segments follow in one go', async () => {
  const projectId = await on.newProject();
  const inner = await on.segments.create({ projectId, name: 'Inner', condition: city('上海') });
  const outer = await on.segments.create({
    projectId,
    name: 'Outer',
    condition: { kind: 'not', condition: { kind: 'segment', segmentId: inner.id } },
  });
  const li = await on.send(projectId, { user: 'li', traits: { city: '上海' } });
  const wang = await on.send(projectId, { user: 'wang', traits: { city: '北京' } });
  await on.work(projectId);
  expect([await membersOf(projectId, inner.id), await membersOf(projectId, outer.id)]).toEqual([[li], [wang]]);
  on.clock.advance(1_000);
  await on.send(projectId, { user: 'wang', traits: { city: '上海' } });
  await on.work(projectId);
  expect([await membersOf(projectId, inner.id), await membersOf(projectId, outer.id)]).toEqual([[li, wang], []]);
  expect(await on.audiences.matchesNow(projectId, li, { kind: 'segment', segmentId: inner.id })).toBe(true);
  await on.segments.update(projectId, inner.id, { condition: city('北京') });
  await on.work(projectId);
  expect([await membersOf(projectId, inner.id), await membersOf(projectId, outer.id)]).toEqual([[], [li, wang]]);
});

test('what a crash wrote and did not tell is told once, by whoever comes next', async () => {
  const projectId = await on.newProject();
  const li = await on.send(projectId, { user: 'li', traits: { city: '北京' } });
  const { id } = await on.segments.create({ projectId, name: 'Shanghai', condition: city('上海') });
  await on.work(projectId);
  on.clock.advance(1_000);
  await on.send(projectId, { user: 'li', traits: { city: '上海' } });
  const dying: TestProcess = await on.another();
  const record = dying.parts.stream.record;
  dying.parts.stream = { ...dying.parts.stream, record: () => Promise.reject(new Error('killed before the facts')) };
  await expect(dying.work(projectId)).rejects.toThrow('killed');
  expect(await membersOf(projectId, id)).toEqual([li]);
  expect(await factsOf(projectId)).toEqual([]);
  dying.parts.stream = {
    ...dying.parts.stream,
    record: async (project, facts) => {
      await record(project, facts);
      throw new Error('killed after the facts');
    },
  };
  await expect(dying.work(projectId)).rejects.toThrow('killed');
  await on.work(projectId);
  expect(await factsOf(projectId)).toEqual([`$segment_entered ${id} ${li}`]);
  await on.work(projectId);
  expect(await factsOf(projectId)).toHaveLength(1);
});

test('of several processes only one works at a time, and nothing is told twice', async () => {
  const projectId = await on.newProject();
  const others = await Promise.all([on.another(), on.another()]);
  const { id } = await on.segments.create({ projectId, name: 'Shanghai', condition: city('上海') });
  await on.work(projectId);
  const people = [];
  for (let round = 0; round < 5; round += 1) {
    on.clock.advance(1_000);
    people.push(await on.send(projectId, { user: `u${round}`, traits: { city: '上海' } }));
    const outcomes = await Promise.all([on, ...others].map((process) => process.work(projectId)));
    expect(outcomes).toContain('done');
  }
  await on.work(projectId);
  expect(await membersOf(projectId, id)).toEqual(people);
  expect(await factsOf(projectId)).toEqual(people.map((person) => `$segment_entered ${id} ${person}`));
});

test('live membership always is what evaluating everybody one by one gives', async () => {
  const projectId = await on.newProject('America/Sao_Paulo');
  const conditions: Condition[] = [
    bought(2),
    { kind: 'not', condition: bought(1) },
    { kind: 'any', conditions: [city('上海'), { kind: 'all', conditions: [bought(1), { kind: 'not', condition: city('北京') }] }] },
    { kind: 'event', event: '*', where: [], measure: { of: 'did_not' }, window: { kind: 'days', count: 2 } },
    {
      kind: 'event',
      event: 'Order Completed',
      where: [],
      measure: { of: 'sum', property: 'revenue', op: 'greater', value: 0.3 },
      window: { kind: 'ever' },
    },
  ];
  const ids: number[] = [];
  for (const [index, condition] of conditions.entries()) ids.push((await on.segments.create({ projectId, name: `Rule ${index}`, condition })).id);
  const steps = fc.sample(
    fc.record({
      user: fc.option(
        fc.integer({ min: 0, max: 8 }).map((n) => `u${n}`),
        { nil: undefined },
      ),
      anonymous: fc.option(
        fc.integer({ min: 0, max: 8 }).map((n) => `a${n}`),
        { nil: undefined },
      ),
      kind: fc.constantFrom('order', 'order', 'view', 'city'),
      revenue: fc.constantFrom(0.1, 0.2, 0.3, -0.1),
      city: fc.constantFrom('上海', '北京', null),
      daysAgo: fc.integer({ min: 0, max: 31 }),
    }),
    { numRuns: STEPS_DRAWN, seed: 4_711 },
  );
  for (const [index, step] of steps.entries()) {
    const who =
      step.user === undefined && step.anonymous === undefined
        ? { anonymous: 'a0' }
        : { ...(step.user && { user: step.user }), ...(step.anonymous && { anonymous: step.anonymous }) };
    const what =
      step.kind === 'city'
        ? { traits: { city: step.city } }
        : { event: step.kind === 'order' ? 'Order Completed' : 'Viewed', properties: { revenue: step.revenue } };
    await on.send(projectId, { ...who, ...what, time: on.clock.now() - step.daysAgo * DAY });
    on.clock.advance(7_000);
    if (index % 15 === 14) {
      await on.work(projectId);
      await sweep(on.kernel);
      await on.work(projectId);
      await agree(projectId, ids, conditions);
    }
  }
});

async function agree(projectId: number, ids: readonly number[], conditions: readonly Condition[]): Promise<void> {
  const everybody = await on.audiences.peopleOf(projectId, { kind: 'all', conditions: [] });
  for (const [index, condition] of conditions.entries()) {
    const expected = [];
    for (const person of everybody) if (await on.audiences.matchesNow(projectId, person, condition)) expected.push(person);
    const id = ids[index] ?? 0;
    expect(await membersOf(projectId, id), JSON.stringify(condition)).toEqual(expected.sort((a, b) => a - b));
    expect((await on.segments.row(projectId, id)).size).toBe(expected.length);
    const [someone = 0] = everybody;
    const isMember = (await on.segments.source.segmentsOf(projectId, someone, [id])).has(id);
    expect(isMember).toBe(expected.includes(someone));
  }
}
