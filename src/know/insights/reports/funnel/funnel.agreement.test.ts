import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { filters, type Past, pasts, ranges } from '../../agreement.arbitraries.ts';
import { groupKey } from '../../agreement.oracle.ts';
import type { Cell } from '../../answers.ts';
import { openWorlds, sorted, type World, type Worlds } from '../../testing/open-worlds.ts';
import type { FunnelAnswer, FunnelStepAnswer } from './answer.ts';
import { type Counted, funnelPlainly, trendPlainly } from './funnel.oracle.ts';
import { type FunnelQuestion, funnelSchema } from './question.ts';

/** Random histories and random funnels. `INSIGHTS_WORLDS` and `INSIGHTS_SEED` ask for more. */
const WORLDS = Number(process.env.INSIGHTS_WORLDS ?? 4);
const SEED = Number(process.env.INSIGHTS_SEED ?? 20_260_301);
const QUESTIONS_A_WORLD = 8;

let worlds: Worlds;
beforeAll(async () => {
  worlds = await openWorlds();
});
afterAll(() => worlds.close());

/** The history with sessions: some events have none, and sessions lie across each other. */
const withSessions = pasts.map(
  (past): Past => ({
    ...past,
    events: past.events.map((event) => ({
      ...event,
      session: ['', 'one', 'two', 'one'][(event.sequence + Math.floor(event.time / 60_000)) % 4] ?? '',
    })),
  }),
);

const matcher = fc.record({ event: fc.constantFrom('view', 'view', 'buy', 'mail'), filters });
/** Most often left out. */
const few = <T>(value: fc.Arbitrary<T>) => fc.oneof({ arbitrary: fc.constant(undefined), weight: 3 }, { arbitrary: value, weight: 1 });
const gap = fc.constantFrom(
  { count: 1, unit: 'minute' as const },
  { count: 1, unit: 'hour' as const },
  { count: 12, unit: 'hour' as const },
  { count: 2, unit: 'day' as const },
);
const step = fc.record({
  event: fc.constantFrom('view', 'view', 'buy', 'mail'),
  filters,
  or: few(fc.array(matcher, { minLength: 1, maxLength: 2 })),
  optional: few(fc.constant(true)),
  minGap: few(gap),
  maxGap: few(gap),
  anchored: few(fc.boolean()),
});
const property = fc.constantFrom('kind', 'price');

/** Every option by itself and with any of the others; what does not go together is left out again. */
const funnels = (past: Past): fc.Arbitrary<FunnelQuestion> =>
  fc
    .record({
      kind: fc.constant('funnel' as const),
      steps: fc.oneof(
        fc.array(step, { minLength: 2, maxLength: 4 }),
        fc.array(matcher, { minLength: 2, maxLength: 4 }),
        fc.shuffledSubarray(['view', 'buy', 'mail'], { minLength: 2 }).map((names) => names.map((event) => ({ event, filters: [] }))),
      ),
      window: fc.oneof(gap, fc.constantFrom({ count: 7, unit: 'day' as const }, { count: 36, unit: 'hour' as const })),
      within: few(fc.constantFrom('calendarDay' as const, 'session' as const)),
      range: ranges(past, ['hour', 'day', 'week']),
      limitStepsToRange: few(fc.constant(true)),
      order: few(fc.constantFrom('strict' as const, 'unordered' as const)),
      universe: few(fc.constantFrom({ of: 'all' as const }, { of: 'listed' as const }, { of: 'events' as const, events: ['mail', 'buy'] })),
      reorderToleranceMs: few(fc.constantFrom(1, 1_000, 60_000)),
      entry: few(fc.constant('first' as const)),
      count: few(fc.constantFrom('totals' as const, 'sessions' as const)),
      exclusions: few(
        fc.array(
          fc.record({
            event: fc.constantFrom('view', 'buy', 'mail'),
            filters,
            from: fc.integer({ min: 1, max: 3 }),
            to: fc.integer({ min: 2, max: 4 }),
          }),
          { minLength: 1, maxLength: 2 },
        ),
      ),
      exclusionEffect: few(fc.constant('remove' as const)),
      hold: few(fc.uniqueArray(property, { minLength: 1, maxLength: 2 })),
      swap: fc.boolean(),
      times: fc.boolean(),
      histogram: few(fc.record({ from: fc.constantFrom(1, 1, 2), to: fc.constantFrom(2, 2, 3), bins: few(fc.integer({ min: 1, max: 5 })) })),
      sumOf: few(fc.constant('price')),
      breakdown: few(fc.record({ property, limit: fc.integer({ min: 1, max: 3 }) })),
      attribution: few(
        fc.record({
          of: fc.constantFrom('step' as const, 'step' as const, 'first' as const, 'last' as const, 'all' as const),
          step: fc.integer({ min: 1, max: 3 }),
        }),
      ),
      trend: few(fc.constantFrom('hour' as const, 'day' as const, 'week' as const)),
      compare: few(fc.constant(true)),
    })
    .map((asked) => tidy(asked as FunnelQuestion & { swap: boolean }));

/** Takes out what the schema refuses, and gives the second step other names for what is held constant. */
function tidy({ swap, ...asked }: FunnelQuestion & { swap: boolean }): FunnelQuestion {
  const isFree = asked.order !== 'unordered';
  const last = asked.steps.length;
  const steps = asked.steps.map(({ optional, minGap, maxGap, ...rest }, index) => ({
    ...rest,
    ...(optional && isFree && index > 0 && index < last - 1 && { optional }),
    ...(minGap && isFree && index > 0 && { minGap }),
    ...(maxGap && isFree && index > 0 && !minGap && { maxGap }),
    ...(swap && index === 1 && asked.hold && { hold: asked.hold.toReversed() }),
  }));
  const exclusions = asked.exclusions
    ?.map((one) =>
      isFree ? { ...one, from: Math.min(one.from, last - 1), to: Math.min(Math.max(one.to, one.from + 1), last) } : { ...one, from: 1, to: last },
    )
    .filter((one) => one.from < one.to);
  const histogram = asked.histogram && asked.histogram.from < asked.histogram.to && asked.histogram.to <= last ? asked.histogram : undefined;
  const attribution = asked.attribution && {
    of: !isFree && asked.attribution.of === 'all' ? ('first' as const) : asked.attribution.of,
    step: isFree ? Math.min(asked.attribution.step, last) : 1,
  };
  const trend = asked.trend === 'hour' && (asked.range.kind === 'between' || asked.range.unit !== 'hour') ? 'day' : asked.trend;
  return funnelSchema.parse({ ...asked, steps, exclusions, histogram, attribution, trend });
}

/** Runs `check` on random histories with some funnels each. */
async function onWorlds(check: (world: World, question: FunnelQuestion, pick: number) => Promise<void>): Promise<void> {
  const cases = withSessions.chain((past) =>
    fc.record({
      past: fc.constant(past),
      list: fc.array(fc.tuple(funnels(past), fc.nat()), { minLength: QUESTIONS_A_WORLD, maxLength: QUESTIONS_A_WORLD }),
    }),
  );
  const run = async ({ past, list }: { past: Past; list: [FunnelQuestion, number][] }) => {
    const world = await worlds.lay(past);
    for (const [question, pick] of list) await check(world, question, pick);
  };
  await fc.assert(fc.asyncProperty(cases, run), { numRuns: WORLDS, seed: SEED, endOnFailure: process.env.INSIGHTS_SHRINK !== '1' });
}

const passes = (one: Counted, place: number, isOptional: boolean | undefined) => (isOptional ? one.events[place] !== undefined : one.level > place);
const round = (value: number | null | undefined) => (value === null || value === undefined ? value : Math.round(value * 1e6) / 1e6);

/** What each step must say, from the attempts that count. */
function plainSteps(question: FunnelQuestion, list: Counted[]) {
  return question.steps.map(({ optional }, place) => {
    const here = list.filter((one) => passes(one, place, optional));
    const before = question.steps.findLastIndex((one, index) => index < place && !one.optional);
    const since = (from: (one: Counted) => number) => spread(here.map((one) => Math.max(0, (one.events[place]?.time ?? 0) - from(one))));
    const last = (one: Counted) => one.events.slice(0, place).findLast((event) => event)?.time ?? 0;
    const price = (one: Counted) => {
      const value = one.events[place]?.properties.price;
      return typeof value === 'number' ? value : 0;
    };
    return {
      people: here.length,
      skipped: optional ? list.filter((one) => one.level > place && !one.events[place]).length : undefined,
      droppedOff: optional || place === 0 ? 0 : list.filter((one) => one.level > before && one.level <= place).length,
      peopleMature: here.filter((one) => one.mature).length,
      sincePrevious: question.times ? (place === 0 ? nothing : since(last)) : undefined,
      sinceFirst: question.times ? (place === 0 ? nothing : since((one) => one.events[0]?.time ?? 0)) : undefined,
      sum: question.sumOf ? round(here.reduce((sum, one) => sum + price(one), 0)) : undefined,
    };
  });
}

const nothing = { mean: null, median: null, p75: null, p90: null };
function spread(values: number[]) {
  if (values.length === 0) return nothing;
  const list = values.toSorted((one, other) => one - other);
  const quantile = (share: number) => {
    const at = share * (list.length - 1);
    const [low = 0, high = low] = [list[Math.floor(at)], list[Math.ceil(at)]];
    return round(low + (high - low) * (at - Math.floor(at)));
  };
  return { mean: round(list.reduce((sum, value) => sum + value, 0) / list.length), median: quantile(0.5), p75: quantile(0.75), p90: quantile(0.9) };
}

function saidSteps(steps: FunnelStepAnswer[]) {
  const rounded = (durations: FunnelStepAnswer['sinceFirst']) =>
    durations && { mean: round(durations.mean), median: round(durations.median), p75: round(durations.p75), p90: round(durations.p90) };
  return steps.map(({ people, skipped, droppedOff, peopleMature, sincePrevious, sinceFirst, sum }) => ({
    people,
    skipped,
    droppedOff,
    peopleMature,
    sincePrevious: rounded(sincePrevious),
    sinceFirst: rounded(sinceFirst),
    sum: round(sum),
  }));
}

/** Random part of the people behind the numbers. */
async function checkPeople(world: World, question: FunnelQuestion, said: FunnelAnswer, pick: number): Promise<void> {
  const asked = said.groups[pick % said.groups.length];
  const place = pick % question.steps.length;
  const optional = question.steps[place]?.optional;
  if (!asked) return;
  const outcome = optional ? 'skipped' : place > 0 && pick % 2 === 1 ? 'droppedOff' : 'reached';
  const before = question.steps.findLastIndex((one, index) => index < place && !one.optional);
  const isBehind = {
    reached: (one: Counted) => one.level > place,
    skipped: (one: Counted) => one.level > place && !one.events[place],
    droppedOff: (one: Counted) => one.level > before && one.level <= place,
  }[outcome];
  const counted = funnelPlainly(world.past, question).counted.filter((one) => one.group === groupKey(asked.group) && isBehind(one));
  const behind = await world.peopleBehind(question, { kind: 'funnel', step: place, outcome, group: asked.group } as Cell);
  expect({ question, people: behind.people }).toEqual({ question, people: sorted(new Set(counted.map((one) => one.person))) });
  if ((question.count ?? 'users') !== 'users') return;
  const step = asked.steps[place];
  expect(behind.total).toBe({ reached: step?.people, skipped: step?.skipped, droppedOff: step?.droppedOff }[outcome]);
}

test('funnels of all options find what a search of every chain finds', { timeout: 900_000 }, async () => {
  await onWorlds(async (world, question, pick) => {
    const said = await world.ask(question);
    const plain = funnelPlainly(world.past, question);
    expect({ question, values: said.groups.flatMap(({ group }) => (group.kind === 'value' ? [group.value] : [])) }).toEqual({
      question,
      values: plain.top,
    });
    const seen = new Set(said.groups.map(({ group }) => groupKey(group)));
    for (const key of ['other', 'none'])
      if (!seen.has(key)) expect({ question, key, list: plain.counted.filter((one) => one.group === key) }).toEqual({ question, key, list: [] });
    for (const { group, steps } of said.groups) {
      const list = plain.counted.filter((one) => one.group === groupKey(group));
      expect({ question, group, steps: saidSteps(steps) }).toEqual({ question, group, steps: plainSteps(question, list) });
    }
    if (question.histogram)
      checkHistogram(
        question,
        said,
        plain.counted.filter((one) => one.group === 'all'),
      );
    if (question.trend) {
      const people = trendPlainly(world.past, question).map(({ start, counted }) => ({
        start,
        people: question.steps.map(({ optional }, place) => counted.filter((one) => passes(one, place, optional)).length),
      }));
      expect({ question, trend: said.trend?.map((bucket) => ({ start: bucket.start, people: bucket.people })) }).toEqual({ question, trend: people });
    }
    await checkPeople(world, question, said, pick);
  });
});

function checkHistogram(question: FunnelQuestion, said: FunnelAnswer, list: Counted[]): void {
  const { from, to, bins } = question.histogram ?? { from: 1, to: 2 };
  const durations = list.flatMap((one) => {
    const [start, end] = [one.events[from - 1], one.events[to - 1]];
    return start && end ? [Math.max(0, end.time - start.time)] : [];
  });
  expect(said.histogram?.count).toBe(durations.length);
  for (const bin of said.histogram?.bins ?? []) {
    const end = bin.fromMs + (said.histogram?.widthMs ?? 0);
    expect(bin.count).toBe(durations.filter((duration) => duration >= bin.fromMs && duration < end).length);
  }
  expect((said.histogram?.bins ?? []).reduce((sum, bin) => sum + bin.count, 0)).toBe(durations.length);
  if (durations.length > 0) expect(said.histogram?.bins.length).toBeLessThanOrEqual(bins ?? Math.max(1, Math.ceil(Math.cbrt(durations.length))));
}
