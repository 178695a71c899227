import { parseArgs } from 'node:util';
import { door as identityDoor } from '../src/collect/identity/index.ts';
import { door as streamDoor } from '../src/collect/stream/index.ts';
import { openTestStores } from '../src/kernel/testing/open-test-stores.ts';
import type { Condition } from '../src/know/audiences/condition.ts';
import { door as audiencesDoor } from '../src/know/audiences/index.ts';
import { answer } from '../src/know/insights/answer.ts';
import type { Answer } from '../src/know/insights/answers.ts';
import type { Sources } from '../src/know/insights/frame.ts';
import { type QuestionInput, questionSchema } from '../src/know/insights/questions.ts';
import { door as auditDoor } from '../src/workspace/audit/index.ts';
import { door as projectsDoor } from '../src/workspace/projects/index.ts';
import { generate } from './generate.ts';

/**
 * What do merges cost a report? The same questions as if there were none, and with one for every second person, by turns. Prints medians and their ratio.
 * `node bench/merges.ts` makes 5 M events of 2 M people and 1 M merges; `--events`, `--people`, `--rounds` set what they say. Every odd number is merged into the
 * next even one, so that the figures with merges are held against SQL that knows nothing of them. Events count as having come on their days; after the merges
 * are settled `--news` more events of the last three days come (20,000), and `--pending` more merges of the million (0).
 */
const TIME_ZONE = 'Asia/Shanghai';
const UNTIL = Date.UTC(2026, 5, 30, 16);
const DAY_MS = 86_400_000;
const RATIO_MAX = 1.3;
const text = { type: 'string' } as const;
const { values } = parseArgs({ options: { events: text, people: text, rounds: text, news: text, pending: text } });
const load = { events: Number(values.events ?? 5_000_000), people: Number(values.people ?? 2_000_000), days: 90 };
const rounds = Number(values.rounds ?? 9);
const news = Number(values.news ?? 20_000);
const pending = Number(values.pending ?? 0);
const dayBefore = (count: number): string => new Date(UNTIL + 8 * 3_600_000 - count * DAY_MS).toISOString().slice(0, 10);
const range = { kind: 'between', from: dayBefore(90), to: dayBefore(0) } as const;
const merged = 'person_id + person_id % 2';

interface Contest {
  name: string;
  /** A report and its figure, or an audience and its size. */
  asked: { question: QuestionInput; figure(said: Answer): number } | { audience: Condition };
  /** The figure over merged people, by hand: one row with `n`. */
  sql: string;
}

const sum = (list: readonly (number | null)[]): number => list.reduce<number>((total, each) => total + (each ?? 0), 0);
const days = 'day >= toDate({from:String}) AND day < toDate({to:String})';
const viewed = `FROM events WHERE project_id = {projectId:UInt32} AND event = 'Product Viewed'`;
const contests: readonly Contest[] = [
  {
    name: 'people by day',
    asked: {
      question: { kind: 'trend', event: 'Product Viewed', measure: { kind: 'people' }, interval: 'day', range },
      figure: (said) => (said.kind === 'trend' ? sum(said.series[0]?.values ?? []) : 0),
    },
    sql: `SELECT toFloat64(sum(people)) AS n FROM (SELECT day, uniqExact(${merged}) AS people ${viewed} AND ${days} GROUP BY day)`,
  },
  {
    name: 'retention, 30 days',
    asked: {
      question: {
        kind: 'retention',
        start: 'Product Viewed',
        return: '$page',
        type: 'recurring',
        interval: 'day',
        offsets: 29,
        range: { kind: 'between', from: dayBefore(60), to: dayBefore(30) },
      },
      figure: (said) => (said.kind === 'retention' ? sum(said.cohorts.map((cohort) => cohort.cells[0]?.people ?? 0)) : 0),
    },
    sql: `SELECT toFloat64(sum(people)) AS n FROM (
      SELECT day, uniqExact(person) AS people FROM (SELECT day, ${merged} AS person ${viewed} AND day >= toDate('${dayBefore(60)}') AND day < toDate('${dayBefore(30)}'))
      WHERE (day, person) IN (SELECT day, ${merged} FROM events WHERE project_id = {projectId:UInt32} AND event = '$page') GROUP BY day)`,
  },
  {
    name: 'funnel, 3 steps, 7 days',
    asked: {
      question: {
        kind: 'funnel',
        steps: [{ event: 'Product Viewed' }, { event: 'Product Added' }, { event: 'Order Completed' }],
        window: { count: 7, unit: 'day' },
        range: { kind: 'between', from: dayBefore(30), to: dayBefore(0) },
      },
      figure: (said) => (said.kind === 'funnel' ? (said.groups[0]?.steps[0]?.people ?? 0) : 0),
    },
    sql: `SELECT toFloat64(uniqExact(${merged})) AS n ${viewed} AND day >= toDate('${dayBefore(30)}') AND ${days}`,
  },
  {
    name: 'events by day',
    asked: {
      question: { kind: 'trend', event: 'Product Viewed', measure: { kind: 'events' }, interval: 'day', range },
      figure: (said) => (said.kind === 'trend' ? sum(said.series[0]?.values ?? []) : 0),
    },
    sql: `SELECT toFloat64(count()) AS n ${viewed} AND ${days}`,
  },
  {
    name: 'audience: did it in 90 days',
    asked: {
      audience: {
        kind: 'event',
        event: 'Product Viewed',
        where: [],
        measure: { of: 'did' },
        window: { kind: 'between', from: range.from, to: range.to },
      },
    },
    sql: `SELECT toFloat64(uniqExact(${merged})) AS n ${viewed} AND ${days}`,
  },
];

const stores = await openTestStores({ slices: [auditDoor, projectsDoor, identityDoor, streamDoor, audiencesDoor] });
const { kernel } = stores;
const audit = await auditDoor.start({ kernel, config: undefined, uses: {} });
const { api: projects } = await projectsDoor.start({ kernel, config: undefined, uses: { audit: audit.api } });
const { api: identity } = await identityDoor.start({ kernel, config: undefined, uses: {} });
const { project } = await projects.create({ name: 'Bench', timeZone: TIME_ZONE });
const projectId = project.id;
const { clickhouse } = kernel;
const slow = { lane: 'write', maxSeconds: 600, settings: { mutations_sync: 1 } } as const;
await generate(clickhouse, { ...load, projectId, until: UNTIL, timeZone: TIME_ZONE });
await clickhouse.commandOnEachShard(`OPTIMIZE TABLE ${clickhouse.localTable('event_days')} FINAL`, {}, slow);
await clickhouse.commandOnEachShard(`ALTER TABLE ${clickhouse.localTable('event_days')} UPDATE changed_at = toDateTime(day) WHERE 1`, {}, slow);
await clickhouse.command(
  `INSERT INTO people (project_id, person_id, traits, created_at, version, gone) SELECT {projectId:UInt32}, number + 1, '{}', now(), 1, 0 FROM numbers({people:UInt32})`,
  { projectId, people: load.people },
  slow,
);

/** Reports and audiences as they are, and over the same rows as if nobody were merged: with the canonical of a project without merges. */
async function readers(canonical: typeof identity.canonical) {
  const uses = { projects, identity: { ...identity, canonical }, stream: {} as never };
  const { api: audiences } = await audiencesDoor.start({ kernel, config: undefined, uses });
  return { clickhouse, clock: kernel.clock, projects, identity: uses.identity, audiences } satisfies Sources;
}
type Readers = Awaited<ReturnType<typeof readers>>;
const sources = await readers(identity.canonical);
const unmerged = await readers(() => identity.canonical(projectId + 1));

async function ask(of: Readers, { asked }: Contest): Promise<number> {
  return 'audience' in asked
    ? (await of.audiences.count(projectId, asked.audience)).size
    : asked.figure(await answer(of, { projectId }, questionSchema.parse(asked.question)));
}

/** Asks by turns, so that whatever else the machine does meets both; gives medians. */
async function hold(contest: Contest): Promise<{ withoutMs: number; withMs: number; figure: number }> {
  const times: [without: number[], merged: number[]] = [[], []];
  let figure = 0;
  for (let round = 0; round <= rounds; round += 1)
    for (const [side, of] of [unmerged, sources].entries()) {
      const startedAt = performance.now();
      figure = await ask(of, contest);
      if (round > 0) times[side]?.push(performance.now() - startedAt);
    }
  const [withoutMs = 0, withMs = 0] = times.map((list) => list.sort((a, b) => a - b)[list.length >> 1] ?? 0);
  return { withoutMs, withMs, figure };
}

/** Merges some of the pairs, evenly: `each` true for those that come late. */
async function merge(isLate: boolean): Promise<void> {
  const every = pending === 0 ? 0 : Math.floor(load.people / 2 / pending);
  const late = every === 0 ? 'false' : `(number / 2) % ${every} = 0`;
  await kernel.postgres.pool.query(
    `WITH pairs AS (SELECT number FROM generate_series(1, $2, 2) AS number WHERE (${late}) = $3),
    told AS (INSERT INTO identity_changes (project_id, loser, winner, changed_at) SELECT $1, number, number + 1, now() FROM pairs WHERE $3)
    INSERT INTO merges (project_id, loser, winner, direct_winner, merged_at) SELECT $1, number, number + 1, number + 1, now() FROM pairs`,
    [projectId, load.people, isLate],
  );
  if (!isLate)
    await kernel.postgres.pool.query('INSERT INTO identity_changes (project_id, is_undone, changed_at) VALUES ($1, true, now())', [projectId]);
  kernel.bus.publish('merges', { projectId });
}

await merge(false);
const settlingAt = performance.now();
await identity.settle(projectId);
const settleSeconds = (performance.now() - settlingAt) / 1_000;
if (news > 0) await generate(clickhouse, { ...load, events: news, days: 3, projectId, until: UNTIL, timeZone: TIME_ZONE });
if (pending > 0) await merge(true);
const results = [];
for (const contest of contests) {
  const { withoutMs, withMs, figure } = await hold(contest);
  const [row] = await clickhouse.query<{ n: number }>(contest.sql, {
    projectId,
    ...(contest.sql.includes('{from:') && { from: range.from, to: range.to }),
  });
  if (row?.n !== figure) throw new Error(`${contest.name}: ${figure} is not ${row?.n}`);
  results.push({
    question: contest.name,
    withoutMs: Math.round(withoutMs),
    withMs: Math.round(withMs),
    ratio: Number((withMs / withoutMs).toFixed(2)),
  });
}
console.log(
  JSON.stringify({
    bench: 'merges',
    form: stores.form,
    events: load.events,
    people: load.people,
    merges: load.people / 2,
    pending,
    news,
    settleSeconds: Number(settleSeconds.toFixed(1)),
    results,
    isReached: results.every((result) => result.ratio <= RATIO_MAX),
  }),
);
await stores.close();
process.exit(0);
