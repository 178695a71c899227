import { parseArgs } from 'node:util';
import { door as identityDoor } from '../src/collect/identity/index.ts';
import { door as streamDoor } from '../src/collect/stream/index.ts';
import type { ClickHouse, Parameter } from '../src/kernel/clickhouse/clickhouse.ts';
import { openTestStores } from '../src/kernel/testing/open-test-stores.ts';
import { answer } from '../src/know/insights/answer.ts';
import type { Answer } from '../src/know/insights/answers.ts';
import type { Sources } from '../src/know/insights/frame.ts';
import { type Question, type QuestionInput, questionSchema } from '../src/know/insights/questions.ts';
import { door as auditDoor } from '../src/workspace/audit/index.ts';
import { door as projectsDoor } from '../src/workspace/projects/index.ts';
import { generate } from './generate.ts';
import { rollupContests } from './read-rollups.ts';

/**
 * Reads: our insights against SQL written by hand on the same tables, in one process, by turns. Prints medians and their ratio.
 * `node bench/reads.ts` makes 2 M events of 200,000 people; `--full` 20 M of 2 M; `--events`, `--people`, `--days`, `--rounds` set what they say.
 */
const TIME_ZONE = 'Asia/Shanghai';
/** Midnight in Shanghai after the last day made. */
const UNTIL = Date.UTC(2026, 5, 30, 16);
const DAY_MS = 86_400_000;

/** One comparison: a question, and the same by hand with the number in which both must agree. */
interface Contest {
  name: string;
  question: QuestionInput;
  sql: string;
  parameters: Record<string, Parameter>;
  /** The figure of our answer that the hand-written query must also give, as the sum of its column `n`. */
  figure(said: Answer): number;
}

const days = (count: number) => ({ from: dayBefore(count), to: dayBefore(0) });
function dayBefore(count: number): string {
  return new Date(UNTIL + 8 * 3_600_000 - count * DAY_MS).toISOString().slice(0, 10);
}

function uniques(name: string, event: string, total = false): Contest {
  const range = days(90);
  return {
    name,
    question: { kind: 'trend', event, measure: { kind: 'people' }, interval: 'day', range: { kind: 'between', ...range }, total },
    sql: `SELECT day, toFloat64(groupBitmapMerge(people)) AS n FROM event_days
WHERE project_id = {projectId:UInt32} AND event = {event:String} AND day >= {from:Date} AND day < {to:Date} GROUP BY ${total ? 'GROUPING SETS ((day), ())' : 'day'} ORDER BY day`,
    parameters: { event, ...range },
    figure: (said) => (said.kind === 'trend' ? sum(said.series[0]?.values ?? []) + (said.total ?? 0) : 0),
  };
}

function retention(): Contest {
  const range = { from: dayBefore(60), to: dayBefore(30) };
  return {
    name: 'retention 30 x 30',
    question: {
      kind: 'retention',
      start: 'Product Viewed',
      return: '$page',
      type: 'recurring',
      interval: 'day',
      zero: 'anyOrder',
      offsets: 29,
      range: { kind: 'between', ...range },
    },
    sql: `WITH
starts AS (SELECT day AS cohort, groupBitmapMergeState(people) AS a FROM event_days
  WHERE project_id = {projectId:UInt32} AND event = 'Product Viewed' AND day >= {from:Date} AND day < {to:Date} GROUP BY day),
backs AS (SELECT day AS back, groupBitmapMergeState(people) AS b FROM event_days
  WHERE project_id = {projectId:UInt32} AND event = '$page' AND day >= {from:Date} AND day < {to:Date} + 29 GROUP BY day)
SELECT cohort, back, toFloat64(bitmapAndCardinality(a, b)) AS n FROM starts CROSS JOIN backs WHERE back >= cohort AND back <= cohort + 29`,
    parameters: range,
    figure: (said) => (said.kind === 'retention' ? sum(said.cohorts.flatMap((cohort) => cohort.cells.map((cell) => cell?.people ?? 0))) : 0),
  };
}

function funnel(): Contest {
  const range = days(30);
  return {
    name: 'funnel, 3 steps, 7 days',
    question: {
      kind: 'funnel',
      steps: [{ event: 'Product Viewed' }, { event: 'Product Added' }, { event: 'Order Completed' }],
      window: { count: 7, unit: 'day' },
      range: { kind: 'between', ...range },
    },
    sql: `SELECT level, toFloat64(count() * level) AS n FROM (
  SELECT person_id, windowFunnel(604800000)(toUInt64(toUnixTimestamp64Milli(time)), event = 'Product Viewed', event = 'Product Added', event = 'Order Completed') AS level
  FROM events WHERE project_id = {projectId:UInt32} AND event IN ('Product Viewed', 'Product Added', 'Order Completed')
    AND time >= fromUnixTimestamp64Milli({fromMs:Int64}, 'UTC') AND time < fromUnixTimestamp64Milli({toMs:Int64}, 'UTC')
  GROUP BY person_id
) WHERE level > 0 GROUP BY level`,
    parameters: { fromMs: UNTIL - 30 * DAY_MS, toMs: UNTIL },
    figure: (said) => (said.kind === 'funnel' ? sum(said.groups[0]?.steps.map((step) => step.people) ?? []) : 0),
  };
}

function broken(): Contest {
  const range = days(30);
  const rows = `FROM events WHERE project_id = {projectId:UInt32} AND event = 'Product Viewed' AND day >= {from:Date} AND day < {to:Date}`;
  return {
    name: 'events by day and city',
    question: {
      kind: 'trend',
      event: 'Product Viewed',
      measure: { kind: 'events' },
      interval: 'day',
      range: { kind: 'between', ...range },
      breakdown: { property: 'city', limit: 8 },
    },
    sql: `WITH (SELECT groupArray(city) FROM (SELECT properties.city.:String AS city ${rows} GROUP BY city ORDER BY count() DESC LIMIT 8)) AS top
SELECT day, if(has(top, properties.city.:String), properties.city.:String, 'other') AS value, toFloat64(count()) AS n ${rows} GROUP BY day, value`,
    parameters: range,
    figure: (said) => (said.kind === 'trend' ? (said.total ?? 0) : 0),
  };
}

/** Funnels with what only the fold can tell, against the one that only counts: what each costs in times of it. */
function fullFunnels(): { name: string; question: QuestionInput }[] {
  const base = funnel().question as Extract<QuestionInput, { kind: 'funnel' }>;
  const [first, second, third] = base.steps as [Step, Step, Step];
  type Step = (typeof base.steps)[number];
  const gap = { count: 2, unit: 'day' as const };
  const exclusions = [{ event: 'Shared', from: 1, to: 3 }];
  const optional = [first, { ...second, optional: true }, third];
  const told = { times: true, histogram: { from: 1, to: 3 }, sumOf: 'price' };
  return [
    { name: 'times', question: { ...base, times: true } },
    { name: 'first entry', question: { ...base, entry: 'first' } },
    { name: 'an exclusion that removes', question: { ...base, exclusions, exclusionEffect: 'remove' } },
    { name: 'strict order', question: { ...base, order: 'strict', universe: { of: 'listed' } } },
    { name: 'any order', question: { ...base, order: 'unordered' } },
    { name: 'totals', question: { ...base, count: 'totals' } },
    { name: 'a property held constant', question: { ...base, hold: ['city'] } },
    { name: 'optional step', question: { ...base, steps: optional } },
    { name: 'longest gap', question: { ...base, steps: [first, second, { ...third, maxGap: gap }] } },
    { name: 'times, histogram, sum, exclusion', question: { ...base, ...told, exclusions } },
    {
      name: 'all: optional step, gap too',
      question: { ...base, ...told, exclusions, steps: [first, { ...second, optional: true }, { ...third, maxGap: gap }] },
    },
  ];
}

/** Asks the fast path and the full funnel by turns and prints their medians. */
async function holdFull(
  full: { name: string; question: QuestionInput },
  sides: { sources: Sources; projectId: number },
  rounds: number,
): Promise<void> {
  const [plain, rich] = [questionSchema.parse(funnel().question), questionSchema.parse(full.question)];
  const times: Record<'plain' | 'rich', number[]> = { plain: [], rich: [] };
  for (let round = 0; round <= rounds; round++) {
    for (const [side, question] of [['plain', plain] as const, ['rich', rich] as const]) {
      const said = await timed(() => answer(sides.sources, { projectId: sides.projectId }, question));
      if (said.result.kind !== 'funnel' || !said.result.groups[0]?.steps[0]?.people) throw new Error(`${full.name}: nobody`);
      if (round > 0) times[side].push(said.ms);
    }
  }
  const [own, fast] = [median(times.rich), median(times.plain)];
  console.log(`${full.name.padEnd(34)} ${own.toFixed(0).padStart(7)} ms ${fast.toFixed(0).padStart(7)} ms ${(own / fast).toFixed(2).padStart(6)}`);
}

const sum = (values: readonly (number | null)[]) => values.reduce<number>((total, value) => total + (value ?? 0), 0);
const median = (values: number[]) => values.sort((one, other) => one - other)[values.length >> 1] ?? 0;

async function timed<T>(work: () => Promise<T>): Promise<{ ms: number; result: T }> {
  const start = performance.now();
  const result = await work();
  return { ms: performance.now() - start, result };
}

/** Asks both sides by turns and prints their medians. */
async function hold(contest: Contest, sides: { clickhouse: ClickHouse; sources: Sources; projectId: number }, rounds: number): Promise<void> {
  const question: Question = questionSchema.parse(contest.question);
  const ours: number[] = [];
  const byHand: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    const hand = await timed(() => sides.clickhouse.query<{ n: number }>(contest.sql, { projectId: sides.projectId, ...contest.parameters }));
    const said = await timed(() => answer(sides.sources, { projectId: sides.projectId }, question));
    const wanted = sum(hand.result.map((row) => row.n));
    if (contest.figure(said.result) !== wanted) throw new Error(`${contest.name}: ${contest.figure(said.result)} is not ${wanted}`);
    if (round === 0) continue;
    ours.push(said.ms);
    byHand.push(hand.ms);
  }
  const [own, hand] = [median(ours), median(byHand)];
  console.log(`${contest.name.padEnd(28)} ${own.toFixed(0).padStart(7)} ms ${hand.toFixed(0).padStart(7)} ms ${(own / hand).toFixed(2).padStart(6)}`);
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      full: { type: 'boolean' },
      events: { type: 'string' },
      people: { type: 'string' },
      days: { type: 'string' },
      rounds: { type: 'string' },
    },
  });
  const scale = values.full ? { events: 20_000_000, people: 2_000_000 } : { events: 2_000_000, people: 200_000 };
  const load = { events: Number(values.events ?? scale.events), people: Number(values.people ?? scale.people), days: Number(values.days ?? 90) };
  const stores = await openTestStores({ slices: [auditDoor, projectsDoor, identityDoor, streamDoor] });
  try {
    const { kernel } = stores;
    const audit = await auditDoor.start({ kernel, config: undefined, uses: {} });
    const { api: projects } = await projectsDoor.start({ kernel, config: undefined, uses: { audit: audit.api } });
    const { api: identity } = await identityDoor.start({ kernel, config: undefined, uses: {} });
    const { project } = await projects.create({ name: 'Bench', timeZone: TIME_ZONE });
    const nobody = () => Promise.reject(new Error('no audience is asked here'));
    const sources: Sources = {
      clickhouse: kernel.clickhouse,
      clock: kernel.clock,
      projects,
      identity,
      audiences: { compile: nobody, check: nobody },
    };
    const making = await timed(() =>
      generate(kernel.clickhouse, { ...load, projectId: project.id, until: UNTIL, timeZone: TIME_ZONE }, (rows) =>
        process.stderr.write(`\r${rows} events`),
      ),
    );
    await kernel.clickhouse.command('OPTIMIZE TABLE event_days FINAL', {}, { lane: 'write', maxSeconds: 600 });
    console.log(
      `\n${load.events} events, ${load.people} people, ${load.days} days, made in ${(making.ms / 1000).toFixed(0)} s; store ${stores.form}`,
    );
    console.log(`${''.padEnd(28)} ${'ours'.padStart(10)} ${'by hand'.padStart(10)} ${'ratio'.padStart(6)}`);
    const contests = [
      uniques('people by day, one event', 'Product Viewed'),
      uniques('DAU, 90 days', ''),
      uniques('DAU and people of 90 days', '', true),
      retention(),
      funnel(),
      broken(),
      ...rollupContests(dayBefore),
    ];
    for (const contest of contests)
      await hold(contest, { clickhouse: kernel.clickhouse, sources, projectId: project.id }, Number(values.rounds ?? 9));
    console.log(`\n${'funnel with'.padEnd(34)} ${'ours'.padStart(10)} ${'fast path'.padStart(10)} ${'ratio'.padStart(6)}`);
    for (const full of fullFunnels()) await holdFull(full, { sources, projectId: project.id }, Number(values.rounds ?? 9));
  } finally {
    await stores.close();
  }
  process.exit(0);
}

if (import.meta.main) await main();
