import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { processEnvironment } from '../src/kernel/config/config.ts';
import { startServers } from '../src/kernel/testing/start-servers.ts';
import type { JourneyDefinition } from '../src/reach/journeys/contract.ts';
import { createJourney, publishJourney } from '../src/reach/journeys/journeys.ts';
import { openTestJourneys, type TestJourneys } from '../src/reach/journeys/testing/open-journeys.ts';

/*
 * How many journey steps does one process do a second on PostgreSQL (durable commits), against a bare batched UPDATE of the same rows in the same run?
 *   node bench/journeys.ts [people]
 * Everybody enters by an event, then their wait is over for all at once: wait, branch on an audience, mail through the gate, end. Each step is logged, each
 * mail decided and stored, each fact kept for the stream. Prints one JSON line. Without PERENNIAL_TEST_DATABASE_URL it starts servers of its own.
 */
const BATCH = 500;
const TARGET_STEPS_PER_SECOND = 3_000;
const HOUR_MS = 3_600_000;
const peopleCount = Number(process.argv[2] ?? 20_000);

const definition: JourneyDefinition = {
  trigger: { kind: 'event', event: 'Product Added', where: [] },
  start: 'wait',
  nodes: [
    { id: 'wait', kind: 'wait', duration: { amount: 1, unit: 'hours' }, exits: { next: 'branch' } },
    {
      id: 'branch',
      kind: 'branch',
      condition: { kind: 'trait', trait: 'vip', test: { op: 'equals', value: true } },
      exits: { yes: 'mail', no: 'plain' },
    },
    {
      id: 'mail',
      kind: 'email',
      subject: 'Hi {{ person.name }}',
      body: '<p>{{ event.item }} waits for you, {{ person.name }}.</p>',
      category: 'marketing',
      exits: { next: 'end' },
    },
    { id: 'plain', kind: 'email', subject: 'Hello', body: 'Your cart waits.', category: 'marketing', exits: { next: 'end' } },
    { id: 'end', kind: 'exit', exits: {} },
  ],
  goal: { event: 'Order Completed', where: [], windowDays: 7 },
  exitOnGoal: true,
  controlPercent: 10,
  reentry: { kind: 'once' },
};

const seconds = (since: number): number => (performance.now() - since) / 1_000;

async function enterAll(on: TestJourneys, projectId: number): Promise<number> {
  for (let first = 0; first < peopleCount; first += BATCH) {
    const users = Array.from({ length: Math.min(BATCH, peopleCount - first) }, (_, index) => first + index);
    await on.accept(
      projectId,
      users.map((user) => ({
        kind: 'identify',
        event: '$identify',
        userId: `u${user}`,
        traits: { name: `User ${user}`, email: `u${user}@example.com`, vip: user % 2 === 0 },
      })),
    );
    await on.accept(
      projectId,
      users.map((user) => ({ userId: `u${user}`, event: 'Product Added', properties: { item: `item ${user % 97}` } })),
    );
  }
  const startedAt = performance.now();
  await on.runner.reactToAll();
  return peopleCount / seconds(startedAt);
}

/** The same rows, the same batches, nothing else: what the store alone can do. */
async function bareUpdates(on: TestJourneys, journeyId: number): Promise<number> {
  const db = on.kernel.postgres.as<object>();
  const { rows } = await sql<{ id: number }>`SELECT id FROM journey_runs WHERE journey_id = ${journeyId} ORDER BY id`.execute(db);
  const ids = rows.map((row) => row.id);
  const startedAt = performance.now();
  for (let first = 0; first < ids.length; first += BATCH)
    await sql`UPDATE journey_runs SET visit = visit, due_at = due_at WHERE id = ANY(${ids.slice(first, first + BATCH)}::bigint[])`.execute(db);
  return ids.length / seconds(startedAt);
}

async function measure(): Promise<void> {
  const on = await openTestJourneys();
  try {
    const projectId = await on.newProject();
    const journey = await createJourney(on.parts, { projectId, name: 'Bench', draft: definition });
    await publishJourney(on.parts, projectId, journey.id, 'en');
    const entriesPerSecond = await enterAll(on, projectId);
    await on.runner.runAll();
    const before = await bareUpdates(on, journey.id);
    on.clock.advance(HOUR_MS);
    const startedAt = performance.now();
    const steps = await on.runner.runAll();
    const stepsPerSecond = steps / seconds(startedAt);
    const after = await bareUpdates(on, journey.id);
    const barePerSecond = (before + after) / 2;
    const flushedAt = performance.now();
    const facts = await on.parts.operations.flush();
    const result = {
      form: on.form,
      people: peopleCount,
      steps,
      stepsPerSecond: Math.round(stepsPerSecond),
      bareUpdatesPerSecond: Math.round(barePerSecond),
      ratio: Number((stepsPerSecond / barePerSecond).toFixed(3)),
      entriesPerSecond: Math.round(entriesPerSecond),
      factsToStreamPerSecond: Math.round(facts / seconds(flushedAt)),
      reached: stepsPerSecond >= TARGET_STEPS_PER_SECOND,
    };
    console.log(JSON.stringify(result));
    if (!result.reached) process.exitCode = 1;
  } finally {
    await on.close();
  }
}

async function withServers(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'perennial-bench-'));
  const servers = await startServers({ folder, isDurable: true });
  try {
    const environment = {
      ...processEnvironment(),
      PERENNIAL_TEST_FORM: 'server',
      PERENNIAL_TEST_FOLDER: folder,
      PERENNIAL_TEST_DATABASE_URL: servers.databaseUrl,
      PERENNIAL_TEST_CLICKHOUSE_URL: servers.clickhouseUrl,
      PERENNIAL_TEST_CLICKHOUSE_CLUSTER: servers.clickhouseCluster,
    };
    const child = spawn(process.execPath, [import.meta.filename, String(peopleCount)], { env: environment, stdio: 'inherit' });
    const [code] = (await once(child, 'exit')) as [number | null];
    process.exitCode = code ?? 1;
  } finally {
    await servers.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

await (processEnvironment().PERENNIAL_TEST_DATABASE_URL === undefined ? withServers() : measure());
