import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { filters, type Past, ranges } from '../../agreement.arbitraries.ts';
import { openWorlds, sorted, type World, type Worlds } from '../../testing/open-worlds.ts';
import type { RetentionAnswer } from './answer.ts';
import { type RetentionQuestion, retentionModes } from './question.ts';
import { retention } from './retention.oracle.ts';

let worlds: Worlds;
beforeAll(async () => {
  worlds = await openWorlds();
}, 60_000);
afterAll(() => worlds.close());

const modes = fc.constantFrom(...retentionModes);
const types = fc.constantFrom('firstInRange' as const, 'recurring' as const, 'firstTime' as const);
const base = (past: Past) => ({
  kind: fc.constant('retention' as const),
  start: fc.constantFrom('', 'view', 'buy'),
  return: fc.constantFrom('', 'view', 'buy', 'mail'),
  type: types,
  mode: modes,
  brackets: fc.constantFrom<number[][]>([1, 2], [2, 3, 1], [1]),
  zero: fc.constantFrom('inOrder' as const, 'anyOrder' as const),
  denominator: fc.constantFrom('cohort' as const, 'previous' as const),
  view: fc.constantFrom('retained' as const, 'retained' as const, 'lost' as const),
  offsets: fc.integer({ min: 1, max: 5 }),
  range: ranges(past, ['day', 'week']),
});
const days = fc.constantFrom('day' as const, 'day' as const, 'week' as const, 'month' as const, 'quarter' as const);

/** Questions that daily sets answer. */
const plain = (past: Past): fc.Arbitrary<RetentionQuestion> =>
  fc.record({
    ...base(past),
    startFilters: fc.constant([]),
    startMin: fc.constant(1),
    returnFilters: fc.constant([]),
    returnMin: fc.constant(1),
    interval: days,
    clock: fc.constant('calendar' as const),
  });

/** Questions for which events are read. */
const full = (past: Past): fc.Arbitrary<RetentionQuestion> =>
  fc
    .record(
      {
        ...base(past),
        startFilters: filters,
        startMin: fc.constantFrom(1, 1, 2),
        returnFilters: filters,
        returnMin: fc.constantFrom(1, 1, 2),
        interval: fc.oneof(days, fc.constant('hour' as const)),
        clock: fc.constantFrom('calendar' as const, 'rolling' as const),
        third: fc.record({
          event: fc.constantFrom('', 'buy', 'view'),
          filters,
          measure: fc.constantFrom({ kind: 'events' as const }, { kind: 'sum' as const, property: 'price' }),
        }),
        breakdown: fc.record({ property: fc.constantFrom('kind', 'price'), limit: fc.integer({ min: 1, max: 3 }) }),
      },
      {
        requiredKeys: [
          ...(['kind', 'start', 'return', 'type', 'mode', 'brackets', 'zero', 'denominator', 'view', 'offsets', 'range'] as const),
          ...(['startFilters', 'startMin', 'returnFilters', 'returnMin', 'interval', 'clock'] as const),
        ],
      },
    )
    .map((question) =>
      question.interval === 'hour' ? { ...question, range: { kind: 'last' as const, count: 30, unit: 'hour' as const } } : question,
    );

const LENGTH_MS = { hour: 3_600_000, day: 86_400_000, week: 604_800_000, month: 2_592_000_000, quarter: 7_776_000_000 };

const followed = new WeakMap<RetentionQuestion, ReturnType<typeof retention>>();
/** Every member of the table, searched once a question. */
function follow(past: Past, question: RetentionQuestion): ReturnType<typeof retention> {
  const known = followed.get(question) ?? retention(past, question, columnsOf(question));
  followed.set(question, known);
  return known;
}

/** A table by following each person; `has` takes the members of a group. */
function expectTable(
  world: World,
  question: RetentionQuestion,
  said: Pick<RetentionAnswer, 'cohorts' | 'mean' | 'simpleMean'>,
  has: (value: string | null) => boolean,
): void {
  const { members, now } = follow(world.past, question);
  for (const [place, cohort] of said.cohorts.entries()) {
    const own = members.filter((member) => member.cohort === place && has(member.value));
    expect({ question, day: cohort.day, size: cohort.size }).toEqual({ question, day: cohort.day, size: own.length });
    const counts = columnsOf(question).map((_, column) => own.filter((member) => member.came[column]).length);
    for (const [column, span] of columnsOf(question).entries()) {
      const cell = cohort.cells[column];
      const isBegun =
        question.clock === 'calendar' ? place + span.first <= now : cohort.start + span.first * LENGTH_MS[question.interval] <= world.past.now;
      expect({ question, place, column, isBegun: cell !== null }).toEqual({ question, place, column, isBegun });
      if (!cell) continue;
      const people = counts[column] ?? 0;
      const of = question.denominator === 'previous' && column > 0 ? (counts[column - 1] ?? 0) : own.length;
      const share = of === 0 ? null : people / of;
      const rate = share !== null && question.view === 'lost' ? 1 - share : share;
      expect({ question, place, column, people: cell.people, rate: cell.rate }).toEqual({ question, place, column, people, rate });
      const isOver = (startMs: number) =>
        question.clock === 'calendar' ? place + span.last < now : startMs + (span.last + 1) * LENGTH_MS[question.interval] <= world.past.now;
      expect({ question, place, column, n: cell.nMature }).toEqual({
        question,
        place,
        column,
        n: own.filter((member) => isOver(member.startMs)).length,
      });
      if (own.length > 0) expect(cell.mature).toBe(own.every((member) => isOver(member.startMs)));
      if (!question.third) continue;
      const value = own.reduce((sum, member) => sum + (member.came[column] ? (member.amounts[column] ?? 0) : 0), 0);
      expect(cell.third?.value).toBeCloseTo(value, 5);
      expect(cell.third?.perHead ?? -1).toBeCloseTo(people === 0 ? -1 : value / people, 5);
    }
  }
  expectMeans(question, said);
}

function columnsOf({ mode, brackets, offsets }: RetentionQuestion): { first: number; last: number }[] {
  if (mode !== 'brackets') return Array.from({ length: offsets + 1 }, (_, offset) => ({ first: offset, last: offset }));
  const ends = brackets.map((_, index) => brackets.slice(0, index + 1).reduce((sum, size) => sum + size, 0));
  return [{ first: 0, last: 0 }, ...brackets.map((size, index) => ({ first: (ends[index] ?? 0) - size + 1, last: ends[index] ?? 0 }))];
}

/** Means of the rates that stand in the table, over mature cells only, weighted by what each is a share of. */
function expectMeans(question: RetentionQuestion, said: Pick<RetentionAnswer, 'cohorts' | 'mean' | 'simpleMean'>): void {
  for (const [column] of columnsOf(question).entries()) {
    const rated = said.cohorts.flatMap((cohort) => {
      const cell = cohort.cells[column];
      const weight = question.denominator === 'previous' && column > 0 ? (cohort.cells[column - 1]?.people ?? 0) : cohort.size;
      return cell?.mature && cell.rate !== null ? [{ rate: cell.rate, weight }] : [];
    });
    const weight = rated.reduce((sum, one) => sum + one.weight, 0);
    if (rated.length === 0) expect([said.mean[column], said.simpleMean[column]]).toEqual([null, null]);
    else {
      expect(said.mean[column]).toBeCloseTo(rated.reduce((sum, one) => sum + one.rate * one.weight, 0) / weight, 8);
      expect(said.simpleMean[column]).toBeCloseTo(rated.reduce((sum, one) => sum + one.rate, 0) / rated.length, 8);
    }
  }
}

async function agree(world: World, question: RetentionQuestion, pick: number): Promise<void> {
  const said = await world.ask(question);
  expect(said.columns).toEqual(columnsOf(question));
  expectTable(world, question, said, () => true);
  const named = (said.groups ?? []).flatMap(({ group }) => (group.kind === 'value' ? [group.value] : []));
  const hasOf = (group: { kind: string; value?: string }) => (value: string | null) =>
    group.kind === 'none' ? value === null : group.kind === 'other' ? value !== null && !named.includes(value) : value === group.value;
  for (const table of said.groups ?? []) expectTable(world, question, table, hasOf(table.group));
  const cohort = said.cohorts[pick % said.cohorts.length];
  const column = pick % said.columns.length;
  const group = said.groups?.[pick % said.groups.length]?.group;
  const table = said.groups?.[pick % said.groups.length] ?? said;
  const cell = table.cohorts.find((one) => one.start === cohort?.start)?.cells[column];
  if (!cohort || !cell) return;
  const outcome = pick % 3 === 0 ? 'lost' : 'returned';
  const behind = await world.peopleBehind(question, { kind: 'retention', start: cohort.start, offset: column, outcome, ...(group && { group }) });
  const { members } = follow(world.past, question);
  const has = group ? hasOf(group) : () => true;
  const own = members.filter((member) => member.cohort === said.cohorts.indexOf(cohort) && has(member.value));
  expect({ question, people: behind.people }).toEqual({
    question,
    people: sorted(own.filter((member) => member.came[column] === (outcome === 'returned')).map((member) => member.person)),
  });
  expect(behind.total).toBe(outcome === 'returned' ? cell.people : own.length - cell.people);
}

test('tables from daily sets say what following each person says', { timeout: 120_000 }, async () => {
  await worlds.each({ worlds: 5, questions: 6 }, plain, agree);
});

test('tables from events say what following each person says', { timeout: 120_000 }, async () => {
  await worlds.each({ worlds: 5, questions: 6 }, full, agree);
});
