import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { door as identityDoor } from '../../collect/identity/index.ts';
import { door as streamDoor } from '../../collect/stream/index.ts';
import { HeldClock } from '../../kernel/clock.ts';
import { openTestStores, type TestStores } from '../../kernel/testing/open-test-stores.ts';
import { door as auditDoor } from '../../workspace/audit/index.ts';
import { door as projectsDoor } from '../../workspace/projects/index.ts';
import { type Past, pasts, trends } from './agreement.arbitraries.ts';
import { groupKey, localDay, trend } from './agreement.oracle.ts';
import { answer } from './answer.ts';
import type { Cell } from './answers.ts';
import type { Sources } from './frame.ts';
import { pageOfPeople } from './people.ts';
import type { Question } from './questions.ts';

/** Random histories, and random questions of each kind on each. `INSIGHTS_WORLDS` and `INSIGHTS_SEED` ask for more. */
const WORLDS = Number(process.env.INSIGHTS_WORLDS ?? 15);
const SEED = Number(process.env.INSIGHTS_SEED ?? 20_260_301);
const QUESTIONS_A_WORLD = 5;

let stores: TestStores;
let sources: Sources;
let projects: Awaited<ReturnType<typeof projectsDoor.start>>['api'];
const clock = new HeldClock(0);

beforeAll(async () => {
  stores = await openTestStores({ slices: [auditDoor, projectsDoor, identityDoor, streamDoor], clock });
  const { kernel } = stores;
  const audit = await auditDoor.start({ kernel, config: undefined, uses: {} });
  projects = (await projectsDoor.start({ kernel, config: undefined, uses: { audit: audit.api } })).api;
  const identity = (await identityDoor.start({ kernel, config: undefined, uses: {} })).api;
  const nobody = () => Promise.reject(new Error('these questions have no audience'));
  sources = { clickhouse: kernel.clickhouse, clock, projects, identity, audiences: { compile: nobody, check: nobody } };
});
afterAll(() => stores.close());

/** A history in the stores: person `n` of it has the number `first + n`. */
interface Stored {
  projectId: number;
  first: number;
  past: Past;
}

let worlds = 0;

async function store(past: Past): Promise<Stored> {
  worlds += 1;
  const first = worlds * 10;
  clock.set(past.now);
  const { project } = await projects.create({ name: `World ${worlds}`, timeZone: past.timeZone });
  const rows = past.events.map((event, index) => ({
    project_id: project.id,
    person_id: first + event.person,
    event: event.event,
    time: new Date(event.time).toISOString().replace('Z', ''),
    day: localDay(event.time, past.timeZone),
    sequence: event.sequence,
    message_id: `${worlds}-${index}`,
    passive: event.passive ? 1 : 0,
    properties: event.properties,
    received_at: new Date(event.time).toISOString().replace('Z', ''),
  }));
  await stores.kernel.clickhouse.insert('events', rows);
  for (const { loser, winner } of past.merges) {
    await stores.kernel.postgres.pool.query('INSERT INTO merges (project_id, loser, winner, merged_at) VALUES ($1, $2, $3, now())', [
      project.id,
      first + loser,
      first + winner,
    ]);
  }
  return { projectId: project.id, first, past };
}

async function numbersOf(stored: Stored, question: Question, cell: Cell): Promise<{ people: number[]; total: number }> {
  const { past, projectId, first } = stored;
  const page = await pageOfPeople(sources, { projectId, number: { question, asOf: past.now, cell }, limit: 200 });
  return { people: page.items.map((person) => person.personId - first), total: page.total };
}

const sorted = (people: Iterable<number>) => [...people].sort((one, other) => one - other);

/** Runs `check` on every world with some questions of a kind. */
async function onWorlds<Q extends Question>(
  arbitrary: (past: Past) => fc.Arbitrary<Q>,
  check: (stored: Stored, question: Q, pick: number) => Promise<void>,
): Promise<void> {
  const cases = pasts.chain((past) =>
    fc.record({
      past: fc.constant(past),
      asked: fc.array(fc.tuple(arbitrary(past), fc.nat()), { minLength: QUESTIONS_A_WORLD, maxLength: QUESTIONS_A_WORLD }),
    }),
  );
  const run = async ({ past, asked }: { past: Past; asked: [Q, number][] }) => {
    const stored = await store(past);
    for (const [question, pick] of asked) await check(stored, question, pick);
  };
  await fc.assert(fc.asyncProperty(cases, run), { numRuns: WORLDS, seed: SEED, endOnFailure: process.env.INSIGHTS_SHRINK !== '1' });
}

/** Sums of different order and decimal places. */
function close(actual: readonly (number | null)[], expected: readonly (number | null)[]): void {
  expect(actual.map((value) => value === null)).toEqual(expected.map((value) => value === null));
  for (const [index, value] of actual.entries()) expect(value ?? 0).toBeCloseTo(expected[index] ?? 0, 5);
}

test('trends say what a plain count over the history says, and the people behind each number are as many', { timeout: 600_000 }, async () => {
  await onWorlds(trends, async (stored, question, pick) => {
    const said = await answer(sources, { projectId: stored.projectId }, question);
    const plain = trend(stored.past, question);
    expect(said.buckets.map((bucket) => bucket.start)).toEqual(plain.slots.current.map((slot) => slot.start));
    expect(said.previousBuckets?.map((bucket) => bucket.start)).toEqual(
      question.compare ? plain.slots.previous.map((slot) => slot.start) : undefined,
    );
    close([said.total], [plain.line(plain.slots.current, 'all').total]);
    if (question.breakdown) expect(said.series.flatMap(({ group }) => (group.kind === 'value' ? [group.value] : []))).toEqual(plain.top);
    for (const series of said.series) {
      const key = groupKey(series.group);
      const now = plain.line(plain.slots.current, key);
      close(series.values, now.values);
      close([series.total], [now.total]);
      const before = plain.line(plain.slots.previous, key);
      if (question.compare) close([...(series.previousValues ?? []), series.previousTotal ?? null], [...before.values, before.total]);
    }
    const series = said.series[pick % said.series.length];
    const place = pick % (said.buckets.length + 1);
    if (!series) return;
    const bucket = said.buckets[place]?.start;
    const cell: Cell = { kind: 'trend', group: series.group, previous: false, ...(bucket !== undefined && { bucket }) };
    const slot = plain.slots.current[place];
    const behind = await numbersOf(stored, question, cell);
    expect(behind.people).toEqual(sorted(plain.people(slot ? [slot] : plain.slots.current, groupKey(series.group))));
    if (question.measure.kind === 'people') expect(behind.total).toBe((slot ? series.values[place] : series.total) ?? 0);
  });
});
