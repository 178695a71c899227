import { parseArgs } from 'node:util';
import { door as identityDoor } from '../src/collect/identity/index.ts';
import { door as streamDoor } from '../src/collect/stream/index.ts';
import { openTestStores } from '../src/kernel/testing/open-test-stores.ts';
import { openFrame, type Sources } from '../src/know/insights/frame.ts';
import { resolveRange } from '../src/know/insights/range.ts';
import { answerPaths } from '../src/know/insights/reports/paths/paths.ts';
import { countEdges } from '../src/know/insights/reports/paths/queries/path-edges.ts';
import { type PathsQuestion, pathsSchema } from '../src/know/insights/reports/paths/question.ts';
import { sessionsSchema } from '../src/know/insights/reports/sessions/question.ts';
import { answerSessions } from '../src/know/insights/reports/sessions/sessions.ts';
import { door as auditDoor } from '../src/workspace/audit/index.ts';
import { door as projectsDoor } from '../src/workspace/projects/index.ts';

/**
 * Paths and sessions over a million sessions: seconds, CPU of this process (on a busy machine the truer figure), and the memory that is enough. `node bench/paths.ts` makes 1 M sessions of 6 pages by
 * 300,000 people in 30 days; `--sessions`, `--people`, `--rounds` set what they say. Targets: paths below 5 s and 2 GB.
 */
const TIME_ZONE = 'Asia/Shanghai';
const DAYS = 30;
const PAGES_PER_SESSION = 6;
const SESSIONS_PER_INSERT = 200_000;
/** Midnight in Shanghai after the last day made. */
const UNTIL = Date.UTC(2026, 5, 30, 16);

/** Sessions begin anywhere in the days; pages are 10 to 90 s apart; a fifth of them are one of 5, the others among 2,000 products. */
const MAKE = `INSERT INTO events (project_id, person_id, event, time, day, sequence, message_id, user_id, anonymous_id, session_id, source, passive, properties, context, received_at)
SELECT {projectId:UInt32}, 1 + cityHash64(visit, 1) % {people:UInt32}, '$page', fromUnixTimestamp64Milli(start + step * 10000 + cityHash64(number, 2) % 80000, 'UTC') AS at, toDate(at, {timeZone:String}), step,
  concat('bench-', toString(number)), '', concat('d', toString(1 + cityHash64(visit, 1) % {people:UInt32})), concat('s', toString(visit)), 'bench', 0,
  CAST(concat('{"path":"', if(cityHash64(number, 3) % 5 > 0, concat('/product/', toString(toUInt32(2000 * pow(cityHash64(number, 4) / 18446744073709551616., 3)))), ['/', '/search', '/cart', '/help', '/account'][1 + cityHash64(number, 5) % 5]),
    '"', if(step = 0, concat(',"$channel":"c', toString(cityHash64(visit, 6) % 9), '","$device_type":"', ['mobile', 'desktop'][1 + cityHash64(visit, 7) % 2], '"'), ''), '}'), 'JSON'), '{}', at
FROM (SELECT number, intDiv(number, ${PAGES_PER_SESSION}) AS visit, number % ${PAGES_PER_SESSION} AS step, {until:Int64} - toInt64(cityHash64(visit, 8) % ${DAYS * 86_400_000 - 600_000}) - 600000 AS start
  FROM numbers({first:UInt64}, {count:UInt64}))`;

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { sessions: { type: 'string' }, people: { type: 'string' }, rounds: { type: 'string' } } });
  const sessions = Number(values.sessions ?? 1_000_000);
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
    const rows = sessions * PAGES_PER_SESSION;
    for (let first = 0; first < rows; first += SESSIONS_PER_INSERT * PAGES_PER_SESSION) {
      const count = Math.min(SESSIONS_PER_INSERT * PAGES_PER_SESSION, rows - first);
      const bound = { projectId: project.id, people: Number(values.people ?? 300_000), timeZone: TIME_ZONE, until: UNTIL, first, count };
      await kernel.clickhouse.command(MAKE, bound, { lane: 'write', maxSeconds: 600 });
      process.stderr.write(`\r${first + count} events`);
    }
    const frame = await openFrame(sources, { projectId: project.id, asOf: UNTIL - 1 }, undefined);
    const range = { kind: 'last', count: DAYS, unit: 'day' } as const;
    const pages = { kind: 'paths', range, include: ['$page'], labels: [{ event: '$page', property: 'path' }] } as const;
    const grouped = { ...pages, groupings: ['/product/*'] };
    console.log(`\n${sessions} sessions, ${rows} events; store ${stores.form}`);
    const work: [string, () => Promise<number>][] = [
      ['paths, pages', async () => (await answerPaths(frame, pathsSchema.parse(pages))).total.paths],
      ['paths, products grouped', async () => (await answerPaths(frame, pathsSchema.parse(grouped))).total.paths],
      ['paths, session ids', async () => (await answerPaths(frame, pathsSchema.parse({ ...grouped, sessions: { kind: 'given' } }))).total.paths],
      [
        'paths from /cart',
        async () => (await answerPaths(frame, pathsSchema.parse({ ...grouped, start: { event: '$page', value: '/cart' } }))).total.paths,
      ],
      ['sessions by day', async () => (await answerSessions(frame, sessionsSchema.parse({ kind: 'sessions', range }))).total.sessions],
      [
        'sessions, 2 tables, pages',
        async () =>
          (await answerSessions(frame, sessionsSchema.parse({ kind: 'sessions', range, breakdowns: ['channel', 'device'], pages: true }))).total
            .sessions,
      ],
    ];
    for (const [name, ask] of work) await measure(name, ask, Number(values.rounds ?? 3));
    for (const limitGb of [1, 1.5, 2])
      console.log(`paths within ${limitGb} GB: ${await fits(kernel.clickhouse, { frame, question: pathsSchema.parse(pages) }, limitGb)}`);
  } finally {
    await stores.close();
  }
  process.exit(0);
}

async function measure(name: string, ask: () => Promise<number>, rounds: number): Promise<void> {
  const times: number[] = [];
  const cpuMs: number[] = [];
  let counted = 0;
  for (let round = 0; round <= rounds; round++) {
    const start = performance.now();
    const cpu = process.cpuUsage();
    counted = await ask();
    if (round === 0) continue;
    times.push(performance.now() - start);
    const used = process.cpuUsage(cpu);
    cpuMs.push((used.user + used.system) / 1_000);
  }
  console.log(`${name.padEnd(28)} ${middle(times).padStart(7)} s ${middle(cpuMs).padStart(7)} s of CPU  ${counted}`);
}

function middle(values: number[]): string {
  return ((values.sort((one, other) => one - other)[values.length >> 1] ?? 0) / 1_000).toFixed(2);
}

/** Whether the query of paths ends with no more memory than that. */
async function fits(
  clickhouse: Sources['clickhouse'],
  asked: { frame: Awaited<ReturnType<typeof openFrame>>; question: PathsQuestion },
  limitGb: number,
): Promise<boolean> {
  const { frame, question } = asked;
  const bound = { projectId: frame.projectId, ...frame.canonical.parameters };
  const narrow = {
    ...frame,
    rows: <Row>(piece: { sql: string; parameters: object }) =>
      clickhouse.query<Row>(piece.sql, { ...bound, ...piece.parameters }, { maxMemoryBytes: limitGb * 1e9, maxSeconds: 60 }),
  };
  try {
    await countEdges(narrow, question, resolveRange(question.range, frame.timeZone, frame.asOf));
    return true;
  } catch {
    return false;
  }
}

await main();
