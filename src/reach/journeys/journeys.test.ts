import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { assignArm } from '../../try/operations/index.ts';
import type { JourneyDefinition } from './contract.ts';
import { dryRunOf } from './dry-run.ts';
import { archiveJourney, createJourney, publishJourney, setPaused, updateJourney } from './journeys.ts';
import { peopleOfJourney, personInJourney } from './queries/journey-people.ts';
import { resultsOf } from './queries/journey-results.ts';
import { openTestJourneys, type TestJourneys } from './testing/open-journeys.ts';

const DAY = 86_400_000;
let on: TestJourneys;
let projectId: number;
beforeAll(async () => {
  on = await openTestJourneys();
});
afterAll(() => on.close());
beforeEach(async () => {
  projectId = await on.newProject();
});

const mail = (id: string, next: string, over: object = {}): JourneyDefinition['nodes'][number] => ({
  id,
  kind: 'email',
  subject: 'Hi {{ person.name }}',
  body: 'You looked at {{ event.item }}',
  category: 'marketing',
  exits: { next },
  ...over,
});
const end: JourneyDefinition['nodes'][number] = { id: 'end', kind: 'exit', exits: {} };

function drawn(over: Partial<JourneyDefinition> = {}): JourneyDefinition {
  return {
    trigger: { kind: 'event', event: 'Viewed', where: [] },
    start: 'mail',
    nodes: [mail('mail', 'end'), end],
    goal: { event: 'Bought', where: [], windowDays: 7 },
    exitOnGoal: true,
    controlPercent: 0,
    reentry: { kind: 'once' },
    ...over,
  };
}

async function published(over: Partial<JourneyDefinition> = {}): Promise<number> {
  const journey = await createJourney(on.parts, { projectId, name: `J ${Math.random()}`, draft: drawn(over) });
  await publishJourney(on.parts, projectId, journey.id, 'en');
  return journey.id;
}

const identify = (userId: string, traits: Record<string, unknown> = {}) =>
  on.accept(projectId, [{ kind: 'identify', event: '$identify', userId, traits: { email: `${userId}@example.com`, name: userId, ...traits } }]);
const did = (userId: string, event: string, properties: Record<string, unknown> = {}, time?: number) =>
  on.accept(projectId, [{ userId, event, properties, ...(time === undefined ? {} : { time }) }]);
const stepsOf = async (journeyId: number, personId: number) =>
  (await personInJourney(on.parts, projectId, journeyId, personId)).steps.map((step) => `${step.node}:${step.outcome}`);
const deliveriesOf = async (journeyId: number, personId: number) => (await personInJourney(on.parts, projectId, journeyId, personId)).deliveries;

test('an event brings a person in, the mail is rendered from traits and event, and the stream tells every step', async () => {
  const journeyId = await published({
    trigger: { kind: 'event', event: 'Viewed', where: [{ property: 'price', test: { op: 'greater', value: 50 } }] },
  });
  const [person = 0] = await identify('lihua', { name: '李华' });
  await did('lihua', 'Viewed', { item: 'cheap', price: 5 });
  await did('lihua', 'Viewed', { item: 'tea', price: 80 });
  await on.settle();
  const [delivery] = await deliveriesOf(journeyId, person);
  expect(delivery).toMatchObject({ state: 'outbox', subject: 'Hi 李华', address: 'lihua@example.com' });
  expect(await stepsOf(journeyId, person)).toEqual(['mail:queued', 'end:exited']);
  const told = await on.kernel.clickhouse.query<{ event: string; n: number }>(
    `SELECT event, toUInt32(count()) AS n FROM events WHERE project_id = {projectId:UInt32} AND person_id = {person:UInt32} AND startsWith(event, '$') AND event != '$identify' GROUP BY event ORDER BY event`,
    { projectId, person },
  );
  expect(told).toEqual([
    { event: '$journey_entered', n: 1 },
    { event: '$journey_exited', n: 1 },
    { event: '$journey_step', n: 2 },
    { event: '$message_sent', n: 1 },
  ]);
});

test('the goal ends a run inside a 30-day wait at once and takes back what waits to be sent', async () => {
  const journeyId = await published({
    start: 'wait',
    nodes: [{ id: 'wait', kind: 'wait', duration: { amount: 30, unit: 'days' }, exits: { next: 'mail' } }, mail('mail', 'end'), end],
    goal: { event: 'Bought', where: [{ property: 'total', test: { op: 'greater_or_equal', value: 10 } }], windowDays: 60 },
  });
  const [person = 0] = await identify('a');
  await did('a', 'Viewed');
  await on.settle();
  on.clock.advance(3 * DAY);
  await did('a', 'Bought', { total: 5 });
  await on.settle();
  expect((await personInJourney(on.parts, projectId, journeyId, person)).runs[0]?.outcome).toBe('active');
  await did('a', 'Bought', { total: 20 });
  // The clock stands still: the order itself ends the run, no step that is due.
  await on.settle();
  expect((await personInJourney(on.parts, projectId, journeyId, person)).runs[0]).toMatchObject({ outcome: 'goal_reached', wakeAt: null });
  on.clock.advance(40 * DAY);
  await on.settle();
  expect(await deliveriesOf(journeyId, person)).toEqual([]);
});

test('a wait for an event takes one exit when it comes and the other when time runs out', async () => {
  const journeyId = await published({
    start: 'ask',
    nodes: [
      {
        id: 'ask',
        kind: 'wait_until',
        event: 'Opened',
        where: [{ property: 'page', test: { op: 'equals', value: 'x' } }],
        atMost: { amount: 2, unit: 'days' },
        exits: { met: 'end', timeout: 'mail' },
      },
      mail('mail', 'end'),
      end,
    ],
  });
  const [a = 0] = await identify('a');
  const [b = 0] = await identify('b');
  await did('a', 'Viewed');
  await did('b', 'Viewed');
  await on.settle();
  on.clock.advance(DAY);
  await did('a', 'Opened', { page: 'x' });
  await did('b', 'Opened', { page: 'other' });
  await on.settle();
  expect(await stepsOf(journeyId, a)).toEqual(['ask:met', 'end:exited']);
  expect(await stepsOf(journeyId, b)).toEqual([]);
  on.clock.advance(DAY);
  await on.settle();
  expect(await stepsOf(journeyId, b)).toEqual(['ask:timeout', 'mail:queued', 'end:exited']);
});

test('an event that comes together with the trigger is heard by the wait behind it', async () => {
  const journeyId = await published({
    start: 'ask',
    nodes: [
      { id: 'ask', kind: 'wait_until', event: 'Opened', where: [], atMost: { amount: 2, unit: 'days' }, exits: { met: 'end', timeout: 'mail' } },
      mail('mail', 'end'),
      end,
    ],
  });
  const [person = 0] = await on.accept(projectId, [
    { userId: 'q', event: 'Viewed', time: on.clock.now() - 2 },
    { userId: 'q', event: 'Opened', time: on.clock.now() - 1 },
  ]);
  await on.settle();
  expect(await stepsOf(journeyId, person)).toEqual(['ask:met', 'end:exited']);
});

test('a branch decides a batch by the audience language, with what has just happened', async () => {
  const journeyId = await published({
    start: 'ask',
    nodes: [
      {
        id: 'ask',
        kind: 'branch',
        condition: {
          kind: 'any',
          conditions: [
            { kind: 'trait', trait: 'vip', test: { op: 'equals', value: true } },
            { kind: 'event', event: 'Viewed', where: [], measure: { of: 'count', op: 'greater_or_equal', value: 2 }, window: { kind: 'ever' } },
          ],
        },
        exits: { yes: 'mail', no: 'end' },
      },
      mail('mail', 'end'),
      end,
    ],
    trigger: { kind: 'event', event: 'Asked', where: [] },
  });
  const people = new Map<string, number>();
  for (let index = 0; index < 12; index += 1) {
    const userId = `u${index}`;
    const [person = 0] = await identify(userId, { vip: index % 3 === 0 });
    people.set(userId, person);
    await on.accept(projectId, [...Array.from({ length: index % 2 === 0 ? 2 : 1 }, () => ({ userId, event: 'Viewed' })), { userId, event: 'Asked' }]);
  }
  await on.settle();
  for (const [userId, person] of people) {
    const index = Number(userId.slice(1));
    expect([userId, (await stepsOf(journeyId, person))[0]]).toEqual([userId, index % 3 === 0 || index % 2 === 0 ? 'ask:yes' : 'ask:no']);
  }
});

test('people enter again only as the rule says, and the refusal is kept', async () => {
  const once = await published();
  const again = await published({ reentry: { kind: 'after_exit' } });
  const later = await published({ reentry: { kind: 'after_days', days: 3 } });
  const [person = 0] = await identify('a');
  for (let day = 0; day < 5; day += 1) {
    await did('a', 'Viewed');
    await on.settle();
    on.clock.advance(DAY);
  }
  const runs = async (journeyId: number) => (await personInJourney(on.parts, projectId, journeyId, person)).runs.length;
  expect([await runs(once), await runs(again), await runs(later)]).toEqual([1, 5, 2]);
  expect((await personInJourney(on.parts, projectId, once, person)).refusals).toMatchObject([{ reason: 'once', times: 4 }]);
  expect((await personInJourney(on.parts, projectId, later, person)).refusals).toMatchObject([{ reason: 'too_soon', times: 3 }]);
});

test('the control group walks without mails; results sum up exactly and name the reasons', async () => {
  const journeyId = await published({ controlPercent: 50 });
  const people: number[] = [];
  for (let index = 0; index < 40; index += 1) {
    const [person = 0] = await on.accept(projectId, [
      { kind: 'identify', event: '$identify', userId: `c${index}`, traits: index % 10 === 0 ? {} : { email: `c${index}@example.com` } },
    ]);
    people.push(person);
  }
  await on.accept(
    projectId,
    people.map((_, index) => ({ userId: `c${index}`, event: 'Viewed', properties: { item: 'x' } })),
  );
  await on.settle();
  on.clock.advance(DAY);
  const buyers = people.map((person, index) => ({ person, index })).filter(({ index }) => index % 4 === 0);
  await on.accept(
    projectId,
    buyers.map(({ index }) => ({ userId: `c${index}`, event: 'Bought' })),
  );
  await on.settle();
  const results = await resultsOf(on.parts, projectId, journeyId, undefined);
  const armOf = (personId: number) => assignArm({ projectId, operation: `journey:${journeyId}`, personId, controlPercent: 50 });
  const control = people.filter((person) => armOf(person) === 'control');
  expect(results.comparison.control).toMatchObject({
    n: control.length,
    successes: buyers.filter(({ person }) => armOf(person) === 'control').length,
  });
  expect(results.comparison.treatment).toMatchObject({
    n: 40 - control.length,
    successes: buyers.filter(({ person }) => armOf(person) === 'treatment').length,
  });
  expect(results.comparison.result).not.toBeNull();
  const node = results.nodes.find((one) => one.node === 'mail');
  const delivered = node?.deliveries.outbox ?? 0;
  const reasons = Object.values(node?.reasons ?? {}).reduce((sum, count) => sum + count, 0);
  expect(delivered + reasons).toBe(40);
  expect(node?.reasons.no_address).toBe(4);
  expect(node?.reasons.control).toBe(control.length - people.filter((person, index) => index % 10 === 0 && armOf(person) === 'control').length);
  expect(results.runs).toMatchObject({ entered: 40, active: 0, finished: 40, goalReached: 10 });
  const held = await peopleOfJourney(on.parts, projectId, journeyId, { node: 'mail', outcome: 'control', limit: 50 });
  expect(held.items.every((item) => item.arm === 'control')).toBe(true);
  expect(held.items).toHaveLength(node?.reasons.control ?? -1);
});

test('a run stays in its version; a draft with faults is refused with reasons', async () => {
  const journeyId = await published({
    start: 'wait',
    nodes: [
      { id: 'wait', kind: 'wait', duration: { amount: 1, unit: 'days' }, exits: { next: 'mail' } },
      mail('mail', 'end', { subject: 'one' }),
      end,
    ],
  });
  const [a = 0] = await identify('a');
  const [b = 0] = await identify('b');
  await did('a', 'Viewed');
  await on.settle();
  await updateJourney(on.parts, projectId, journeyId, { draft: drawn({ nodes: [mail('mail', 'end', { subject: 'two' }), end] }) });
  await publishJourney(on.parts, projectId, journeyId, 'en');
  await did('b', 'Viewed');
  on.clock.advance(DAY);
  await on.settle();
  expect((await deliveriesOf(journeyId, a))[0]?.subject).toBe('one');
  expect((await deliveriesOf(journeyId, b))[0]?.subject).toBe('two');
  await expect(
    updateJourney(on.parts, projectId, journeyId, { draft: drawn({ nodes: [mail('mail', 'end', { body: 'a\n{{ x' }), end] }) }),
  ).rejects.toMatchObject({
    code: 'journeys.broken_template',
    details: { node: 'mail', part: 'body', line: 2 },
  });
  const broken = drawn({ goal: null, nodes: [mail('mail', 'mail2'), mail('lost', 'end'), mail('mail2', 'mail'), end] });
  await updateJourney(on.parts, projectId, journeyId, { draft: broken });
  const refusal = await publishJourney(on.parts, projectId, journeyId, 'zh-CN').catch(
    (error: unknown) => error as { details: { faults: { reason: string; node: string | null }[] }; issues: { message: string }[] },
  );
  expect(
    (refusal as { details: { faults: { reason: string; node: string | null }[] } }).details.faults.map(
      (fault) => `${fault.reason}:${fault.node ?? ''}`,
    ),
  ).toEqual(['no_goal:', 'unreachable_step:lost', 'unreachable_step:end', 'loop_without_wait:mail', 'loop_without_wait:mail2']);
  expect((refusal as { issues: { message: string }[] }).issues[0]?.message).toContain('目标');
});

test('pausing holds people, resuming lets them go on, archiving ends them', async () => {
  const journeyId = await published({
    start: 'wait',
    nodes: [{ id: 'wait', kind: 'wait', duration: { amount: 1, unit: 'days' }, exits: { next: 'mail' } }, mail('mail', 'end'), end],
  });
  const [a = 0] = await identify('a');
  const [b = 0] = await identify('b');
  await did('a', 'Viewed');
  await on.settle();
  await setPaused(on.parts, projectId, journeyId, true);
  await did('b', 'Viewed');
  on.clock.advance(5 * DAY);
  await on.settle();
  expect(await stepsOf(journeyId, a)).toEqual([]);
  await setPaused(on.parts, projectId, journeyId, false);
  await on.settle();
  expect(await stepsOf(journeyId, a)).toEqual(['wait:waited', 'mail:queued', 'end:exited']);
  expect((await personInJourney(on.parts, projectId, journeyId, b)).runs).toEqual([]);
  await did('b', 'Viewed');
  await on.settle();
  await archiveJourney(on.parts, projectId, journeyId);
  expect((await personInJourney(on.parts, projectId, journeyId, b)).runs[0]?.outcome).toBe('archived');
  await expect(setPaused(on.parts, projectId, journeyId, false)).rejects.toMatchObject({ code: 'journeys.wrong_state' });
});

test('a merged person goes on under the winner and counts once', async () => {
  const journeyId = await published({
    start: 'wait',
    nodes: [{ id: 'wait', kind: 'wait', duration: { amount: 1, unit: 'days' }, exits: { next: 'mail' } }, mail('mail', 'end'), end],
  });
  await on.accept(projectId, [{ anonymousId: 'device', event: 'Viewed' }]);
  await identify('m');
  await did('m', 'Viewed');
  await on.settle();
  expect((await resultsOf(on.parts, projectId, journeyId, undefined)).comparison.treatment.n).toBe(2);
  const [winner = 0] = await on.accept(projectId, [{ kind: 'identify', event: '$identify', userId: 'm', anonymousId: 'device', traits: {} }]);
  await on.settle();
  on.clock.advance(DAY);
  await on.settle();
  const results = await resultsOf(on.parts, projectId, journeyId, undefined);
  expect(results.comparison.treatment.n).toBe(1);
  expect((await deliveriesOf(journeyId, winner)).map((delivery) => delivery.state)).toEqual(['outbox']);
  expect((await personInJourney(on.parts, projectId, journeyId, winner)).runs.map((run) => run.outcome).sort()).toEqual(['finished', 'merged']);
});

test('a dry run shows every step, the mail and what would stop it, and writes nothing', async () => {
  const journey = await createJourney(on.parts, {
    projectId,
    name: 'dry',
    draft: drawn({
      start: 'wait',
      nodes: [
        { id: 'wait', kind: 'wait', duration: { amount: 2, unit: 'hours' }, exits: { next: 'until' } },
        { id: 'until', kind: 'wait_until', event: 'Opened', where: [], atMost: { amount: 1, unit: 'days' }, exits: { met: 'end', timeout: 'ask' } },
        {
          id: 'ask',
          kind: 'branch',
          condition: { kind: 'trait', trait: 'vip', test: { op: 'equals', value: true } },
          exits: { yes: 'mail', no: 'end' },
        },
        mail('mail', 'end'),
        end,
      ],
    }),
  });
  const [person = 0] = await identify('d', { vip: true });
  const [without = 0] = await on.accept(projectId, [{ kind: 'identify', event: '$identify', userId: 'n', traits: { vip: true } }]);
  const reply = await dryRunOf(on.parts, projectId, journey.id, { personId: person, event: { item: 'tea' } });
  expect(reply.steps.map((step) => `${step.node}:${step.outcome}`)).toEqual(['wait:waited', 'until:timeout', 'ask:yes', 'mail:queued', 'end:exited']);
  expect(reply.steps[3]?.email?.text).toBe('You looked at tea');
  expect(Date.parse(reply.steps[3]?.at ?? '')).toBe(on.clock.now() + 26 * 3_600_000);
  const met = await dryRunOf(on.parts, projectId, journey.id, { personId: person, waits: { until: 'met' } });
  expect(met.steps.map((step) => step.node)).toEqual(['wait', 'until', 'end']);
  const stopped = await dryRunOf(on.parts, projectId, journey.id, { personId: without });
  expect(stopped.steps[3]).toMatchObject({ outcome: 'skipped', reason: 'no_address' });
  const control = await dryRunOf(on.parts, projectId, journey.id, { personId: person, arm: 'control' });
  expect(control.steps[3]).toMatchObject({ outcome: 'skipped', reason: 'control' });
  const { rows } = await sql<{ n: number }>`SELECT count(*)::int AS n FROM journey_runs WHERE project_id = ${projectId}`.execute(
    on.kernel.postgres.as<object>(),
  );
  expect(rows).toEqual([{ n: 0 }]);
  await expect(dryRunOf(on.parts, projectId, journey.id, { personId: 4_000_000_000 })).rejects.toMatchObject({ code: 'journeys.unknown_person' });
});
