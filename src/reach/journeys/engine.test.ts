import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { testForm } from '../../kernel/testing/test-form.ts';
import { advance } from './advance.ts';
import type { JourneyDefinition, JourneyNode } from './contract.ts';
import { takeDue } from './due-runs.ts';
import { createJourney, publishJourney } from './journeys.ts';
import { Runner } from './runner.ts';
import { openTestJourneys, type TestJourneys } from './testing/open-journeys.ts';
import { Versions } from './versions.ts';

const HOUR = 3_600_000;
const EVENTS = ['Enter', 'Ask', 'Goal'] as const;
let on: TestJourneys;
beforeAll(async () => {
  on = await openTestJourneys();
});
afterAll(() => on.close());

/** What a person did: hours after the start, and what. */
interface Did {
  at: number;
  event: (typeof EVENTS)[number];
}

/** One line of the step log, as both sides write it. */
type Line = string;

/**
 * The journey by the letter, for one person, in one pass over their history: no batches, no leases, no tables. `yes` answers branches.
 */
function reference(definition: JourneyDefinition, history: readonly Did[], yes: boolean, untilHour: number): { lines: Line[]; outcome: string } {
  const byId = new Map(definition.nodes.map((node) => [node.id, node]));
  const start = history.findIndex((did) => did.event === 'Enter');
  const entered = history[start];
  if (!entered) return { lines: [], outcome: 'never' };
  const later = history.slice(start + 1);
  const windowEnd = entered.at + (definition.goal?.windowDays ?? 0) * 24;
  const goal = later.find((did) => did.event === 'Goal' && did.at < windowEnd);
  const goalAt = definition.exitOnGoal && goal ? goal.at : Number.POSITIVE_INFINITY;
  const lines: Line[] = [];
  let at = entered.at;
  let used: Did | undefined;
  let node: JourneyNode | undefined = byId.get(definition.start ?? '');
  for (;;) {
    // Who reaches the goal at the same hour in which a wait ends leaves first: the event was there before the worker.
    if (!node || node.kind === 'exit') {
      if (node) lines.push(`${node.id}:exited`);
      return { lines, outcome: 'finished' };
    }
    let leave = at;
    let outcome = '';
    let next: string | null = null;
    if (node.kind === 'wait') {
      leave = at + node.duration.amount;
      outcome = 'waited';
      next = node.exits.next;
    } else if (node.kind === 'wait_until') {
      const arrived: number = at;
      const due: number = at + node.atMost.amount;
      // The event that ended one wait does not end the next as well.
      const met = later.find((did) => did.event === 'Ask' && did.at >= arrived && did.at <= due && did !== used);
      used = met ?? used;
      leave = met ? met.at : due;
      outcome = met ? 'met' : 'timeout';
      next = met ? node.exits.met : node.exits.timeout;
    } else if (node.kind === 'branch') {
      outcome = yes ? 'yes' : 'no';
      next = yes ? node.exits.yes : node.exits.no;
    } else {
      outcome = 'queued';
      next = node.exits.next;
    }
    if (leave > at && goalAt <= leave) return goalAt > untilHour ? { lines, outcome: 'active' } : { lines, outcome: 'goal_reached' };
    if (leave > untilHour) return { lines, outcome: 'active' };
    lines.push(`${node.id}:${outcome}`);
    at = leave;
    node = byId.get(next ?? '');
  }
}

/** Graphs without ways back: every step leads to later ones. */
const graphs: fc.Arbitrary<JourneyDefinition> = fc
  .record({
    kinds: fc.array(fc.constantFrom('wait', 'wait_until', 'branch', 'email'), { minLength: 1, maxLength: 7 }),
    jumps: fc.array(fc.nat(6), { minLength: 14, maxLength: 14 }),
    hours: fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 7, maxLength: 7 }),
    exitOnGoal: fc.boolean(),
  })
  .map(({ kinds, jumps, hours, exitOnGoal }) => {
    const names = [...kinds.map((_, index) => `n${index}`), 'end'];
    const target = (index: number, which: number) => names[Math.min(index + 1 + ((jumps[(index * 2 + which) % 14] ?? 0) % 3), kinds.length)] ?? 'end';
    const nodes = kinds.map((kind, index): JourneyNode => {
      const id = `n${index}`;
      const duration = { amount: hours[index] ?? 1, unit: 'hours' as const };
      if (kind === 'wait') return { id, kind, duration, exits: { next: target(index, 0) } };
      if (kind === 'wait_until')
        return { id, kind, event: 'Ask', where: [], atMost: duration, exits: { met: target(index, 0), timeout: target(index, 1) } };
      if (kind === 'branch')
        return {
          id,
          kind,
          condition: { kind: 'trait', trait: 'yes', test: { op: 'equals', value: true } },
          exits: { yes: target(index, 0), no: target(index, 1) },
        };
      return { id, kind: 'email', subject: 'Hi', body: 'Hi', category: 'marketing', exits: { next: target(index, 0) } };
    });
    return {
      trigger: { kind: 'event', event: 'Enter', where: [] },
      start: 'n0',
      nodes: [...nodes, { id: 'end', kind: 'exit', exits: {} }],
      goal: { event: 'Goal', where: [], windowDays: 2 },
      exitOnGoal,
      controlPercent: 0,
      reentry: { kind: 'once' },
    };
  });

/** Events of one person. Each kind has a quarter of the hour of its own, so that the order of one person's events is never in doubt. */
const quarter = { Enter: 0.5, Ask: 0.25, Goal: 0.75 } as const;
const histories = fc.array(
  fc.array(
    fc
      .record({ hour: fc.integer({ min: 0, max: 40 }), event: fc.constantFrom(...EVENTS, 'Ask' as const) })
      .map(({ hour, event }): Did => ({ event, at: hour + quarter[event] })),
    { maxLength: 5 },
  ),
  { minLength: 4, maxLength: 6 },
);

const END_HOUR = 60;
const DRAWN = testForm === 'server' ? 8 : 16;

test('the engine does what the journeys say, whatever is drawn and whatever people do', async () => {
  const begun = on.clock.now();
  const worlds = [];
  for (const [index, definition] of fc.sample(graphs, { numRuns: DRAWN, seed: 20260504 }).entries()) {
    const projectId = await on.newProject();
    const { journeyId, drawn } = await published(projectId, definition);
    const [raw = []] = fc.sample(histories, { numRuns: 1, seed: 7_000 + index });
    const people = raw.map((history, person) => ({
      name: `r${index}-${person}`,
      yes: person % 2 === 0,
      history: history.toSorted((a, b) => a.at - b.at),
    }));
    const numbers = await on.accept(
      projectId,
      people.map(({ name, yes }) => ({ kind: 'identify', event: '$identify', userId: name, traits: { yes, email: `${name}@example.com` } })),
    );
    worlds.push({ projectId, journeyId, drawn, people, numbers });
  }
  const moments = worlds.flatMap(({ projectId, people }) =>
    people.flatMap(({ name, history }) => history.map((did) => ({ ...did, name, projectId }))),
  );
  const times = [...new Set(moments.map((did) => did.at))].sort((a, b) => a - b);
  for (let next = await nextHour(begun, times); next !== undefined; next = await nextHour(begun, times)) {
    on.clock.set(begun + next * HOUR);
    if (times[0] === next) times.shift();
    for (const [projectId, own] of Map.groupBy(
      moments.filter((did) => did.at === next),
      (did) => did.projectId,
    ))
      await on.accept(
        projectId,
        own.map(({ name, event }) => ({ userId: name, event })),
      );
    await on.settle();
  }
  let compared = 0;
  for (const { journeyId, drawn, people, numbers } of worlds)
    for (const [index, { name, history, yes }] of people.entries()) {
      const told = { name, yes, history, drawn };
      expect({ ...told, ...(await actual(journeyId, numbers[index] ?? 0)) }).toEqual({ ...told, ...reference(drawn, history, yes, END_HOUR) });
      compared += 1;
    }
  expect(compared).toBeGreaterThan(DRAWN * 3);
}, 240_000);

/** The next hour at which something happens: an event, or somebody's wait is over. */
async function nextHour(begun: number, times: readonly number[]): Promise<number | undefined> {
  const { rows } = await sql<{ at: Date | null }>`SELECT min(wake_at) AS at FROM journey_runs WHERE state = 'active'`.execute(
    on.kernel.postgres.as<object>(),
  );
  const due = rows[0]?.at ? (rows[0].at.getTime() - begun) / HOUR : Number.POSITIVE_INFINITY;
  const next = Math.min(times[0] ?? Number.POSITIVE_INFINITY, due);
  return next <= END_HOUR ? next : undefined;
}

async function published(projectId: number, definition: JourneyDefinition): Promise<{ journeyId: number; drawn: JourneyDefinition }> {
  const seen = new Set<string>();
  const open = ['n0'];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (seen.has(id)) continue;
    seen.add(id);
    const node = definition.nodes.find((one) => one.id === id);
    for (const target of Object.values(node?.exits ?? {})) open.push(String(target));
  }
  const drawn = { ...definition, nodes: definition.nodes.filter((node) => seen.has(node.id)) };
  const journey = await createJourney(on.parts, { projectId, name: 'Random', draft: drawn });
  await publishJourney(on.parts, projectId, journey.id, 'en');
  return { journeyId: journey.id, drawn };
}

async function actual(journeyId: number, personId: number): Promise<{ lines: Line[]; outcome: string }> {
  const db = on.kernel.postgres.as<object>();
  const { rows: runs } = await sql<{
    id: number;
    outcome: string;
  }>`SELECT id, outcome FROM journey_runs WHERE journey_id = ${journeyId} AND person_id = ${personId}`.execute(db);
  const run = runs[0];
  if (!run) return { lines: [], outcome: 'never' };
  const { rows } = await sql<{
    node: string;
    outcome: string;
  }>`SELECT node, outcome FROM journey_steps WHERE run_id = ${run.id} ORDER BY visit`.execute(db);
  return { lines: rows.map((row) => `${row.node}:${row.outcome}`), outcome: run.outcome };
}

async function mailJourney(projectId: number): Promise<number> {
  const draft: JourneyDefinition = {
    trigger: { kind: 'event', event: 'Enter', where: [] },
    start: 'mail',
    nodes: [
      { id: 'mail', kind: 'email', subject: 'Hi', body: 'Hi', category: 'marketing', exits: { next: 'end' } },
      { id: 'end', kind: 'exit', exits: {} },
    ],
    goal: { event: 'Goal', where: [], windowDays: 2 },
    exitOnGoal: true,
    controlPercent: 0,
    reentry: { kind: 'once' },
  };
  const journey = await createJourney(on.parts, { projectId, name: 'Mail', draft });
  await publishJourney(on.parts, projectId, journey.id, 'en');
  return journey.id;
}

const people = (count: number, prefix: string) => Array.from({ length: count }, (_, index) => `${prefix}${index}`);

async function enter(projectId: number, names: readonly string[]): Promise<void> {
  await on.accept(
    projectId,
    names.map((userId) => ({ kind: 'identify', event: '$identify', userId, traits: { email: `${userId}@example.com` } })),
  );
  await on.accept(
    projectId,
    names.map((userId) => ({ userId, event: 'Enter' })),
  );
  await on.runner.reactToAll();
}

const count = async (from: string, where: string): Promise<number> =>
  (await on.kernel.postgres.pool.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${from} WHERE ${where}`)).rows[0]?.n ?? -1;

test('a worker that dies with runs in its hands holds them only until its lease ends, and no step is done twice', async () => {
  const projectId = await on.newProject();
  const journeyId = await mailJourney(projectId);
  await enter(projectId, people(20, 'd'));
  const dead = await takeDue(journeyId, 'dead', 12, on.kernel);
  expect(dead).toHaveLength(12);
  await on.settle();
  expect(await count('journey_steps', `journey_id = ${journeyId} AND node = 'mail'`)).toBe(8);
  on.clock.advance(30_001);
  await on.settle();
  expect(await count('journey_steps', `journey_id = ${journeyId} AND node = 'mail'`)).toBe(20);
  expect(await count('deliveries', `project_id = ${projectId}`)).toBe(20);
  // The dead one wakes up after all: nothing of what it held is its own any more.
  expect(await advance(on.parts, new Versions(), dead, 'dead')).toBe(0);
  expect(await count('deliveries', `project_id = ${projectId}`)).toBe(20);
});

test('a batch that breaks half-way leaves nothing behind and is done whole the next time', async () => {
  const projectId = await on.newProject();
  const journeyId = await mailJourney(projectId);
  await enter(projectId, people(10, 'h'));
  await on.kernel.postgres.pool.query(
    `CREATE FUNCTION break_it() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'broken on purpose'; END $$`,
  );
  await on.kernel.postgres.pool.query('CREATE TRIGGER break_it BEFORE INSERT ON journey_steps FOR EACH ROW EXECUTE FUNCTION break_it()');
  try {
    await expect(on.runner.runAll()).rejects.toThrow(/broken on purpose/);
    expect(await count('deliveries', `project_id = ${projectId}`)).toBe(0);
    expect(await count('journey_runs', `journey_id = ${journeyId} AND node = 'mail' AND lease_owner IS NULL`)).toBe(10);
  } finally {
    await on.kernel.postgres.pool.query('DROP TRIGGER break_it ON journey_steps');
    await on.kernel.postgres.pool.query('DROP FUNCTION break_it()');
  }
  await on.settle();
  expect(await count('deliveries', `project_id = ${projectId}`)).toBe(10);
  expect(await count('journey_steps', `journey_id = ${journeyId} AND outcome = 'queued'`)).toBe(10);
});

test('a journey that cannot go on does not hold up the others', async () => {
  const projectId = await on.newProject();
  const sick = await mailJourney(projectId);
  const healthyProject = await on.newProject();
  const healthy = await mailJourney(healthyProject);
  await enter(projectId, people(5, 's'));
  await enter(healthyProject, people(5, 'g'));
  await on.kernel.postgres.pool.query(`UPDATE journey_runs SET version = 99 WHERE journey_id = ${sick}`);
  await expect(on.runner.runAll()).rejects.toThrow(/version 99/);
  expect(await count('journey_runs', `journey_id = ${healthy} AND outcome = 'finished'`)).toBe(5);
  await on.kernel.postgres.pool.query(`UPDATE journey_runs SET version = 1 WHERE journey_id = ${sick}`);
  await on.settle();
  expect(await count('journey_runs', `journey_id = ${sick} AND outcome = 'finished'`)).toBe(5);
});

test('several workers at once do every step once', async () => {
  const projectId = await on.newProject();
  const journeyId = await mailJourney(projectId);
  const names = people(600, 'w');
  await enter(projectId, names);
  const workers = [on.runner, new Runner(on.parts), new Runner(on.parts)];
  const steps = await Promise.all(workers.map((worker) => worker.runAll()));
  expect(steps.reduce((sum, one) => sum + one)).toBe(1_200);
  expect(await count('deliveries', `project_id = ${projectId}`)).toBe(600);
  expect(await count('journey_runs', `journey_id = ${journeyId} AND outcome = 'finished'`)).toBe(600);
});

test('the same trigger told twice lets a person in once, and two workers that react at once lose nothing', async () => {
  const projectId = await on.newProject();
  const journeyId = await mailJourney(projectId);
  const names = people(50, 't');
  await on.accept(
    projectId,
    names.map((userId) => ({ kind: 'identify', event: '$identify', userId, traits: {} })),
  );
  await on.accept(
    projectId,
    names.flatMap((userId) => [
      { userId, event: 'Enter' },
      { userId, event: 'Enter' },
    ]),
  );
  await Promise.all([on.runner.reactToAll(), new Runner(on.parts).reactToAll()]);
  expect(await count('journey_runs', `journey_id = ${journeyId}`)).toBe(50);
  expect(await count('journey_refusals', `journey_id = ${journeyId} AND reason = 'once'`)).toBe(50);
});
