import { chmodSync, copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { door as streamDoor } from '../collect/stream/index.ts';
import type { ClickHouse } from '../kernel/clickhouse/clickhouse.ts';
import { openClickHouse } from '../kernel/clickhouse/open-clickhouse.ts';
import { createLog } from '../kernel/log.ts';
import { migrate } from '../kernel/migrations/migrate.ts';
import { openPostgres } from '../kernel/postgres/open-postgres.ts';
import type { Postgres } from '../kernel/postgres/postgres.ts';
import { type Servers, startServers } from '../kernel/testing/start-servers.ts';
import { api, freePort, type ProductProcess, startProduct, until } from './product-process.ts';
import { type Message, Sender, sendBatch } from './sender.ts';

/*
 * The grown-up form for real: two processes that collect and one that does the rest, PostgreSQL and ClickHouse of two shards, all of them processes of this
 * machine that are stopped and killed while events come in.
 */
const BATCH = 50;
/** Longest time that a door may keep somebody waiting while a store stands still. */
const ANSWER_WITHIN_MS = 25_000;
let folder: string;
let servers: Servers;
let office: ProductProcess;
const doors: ProductProcess[] = [];
let clickhouse: ClickHouse;
let postgres: Postgres;

const environment = (roles: string): Record<string, string> => ({
  DATABASE_URL: servers.databaseUrl,
  CLICKHOUSE_URL: servers.clickhouseUrl,
  CLICKHOUSE_CLUSTER: servers.clickhouseCluster,
  PERENNIAL_SECRET: 'the same secret for all processes of this test',
  PERENNIAL_DEMO: '0',
  PERENNIAL_ROLES: roles,
});

async function startDoor(port: number): Promise<ProductProcess> {
  const own = join(folder, `door-${port}`);
  await mkdir(own, { recursive: true });
  copyFileSync(join(folder, 'office', 'first-run.json'), join(own, 'first-run.json'));
  return startProduct(own, port, environment('collect'));
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'perennial-scale-'));
  // PostgreSQL runs as another user when we are root; it must be able to walk through.
  chmodSync(folder, 0o755);
  servers = await startServers({ folder: join(folder, 'servers'), isDurable: true });
  await mkdir(join(folder, 'office'));
  office = await startProduct(join(folder, 'office'), await freePort(), environment('web,worker'));
  doors.push(...(await Promise.all([startDoor(await freePort()), startDoor(await freePort())])));
  const log = createLog('silent');
  clickhouse = await openClickHouse({ dataFolder: folder, log, url: servers.clickhouseUrl, cluster: servers.clickhouseCluster });
  postgres = await openPostgres({ dataFolder: folder, log, url: servers.databaseUrl });
}, 240_000);

afterAll(async () => {
  await clickhouse?.close();
  await postgres?.close();
  await Promise.all([office, ...doors].map((each) => each?.kill()));
  await servers?.stop();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

const key = (): string => office.firstRun.writeKey;
const projectId = (): number => office.firstRun.projectId;
const newSender = (): Sender => new Sender(() => doors.map((door) => door.url), key());

function track(event: string, user: string, number: number): Message {
  return { type: 'track', event, messageId: `${event}-${user}-${number}`, userId: user, timestamp: new Date().toISOString(), properties: { number } };
}

function batches(messages: readonly Message[]): Message[][] {
  return Array.from({ length: Math.ceil(messages.length / BATCH) }, (_, index) => messages.slice(index * BATCH, (index + 1) * BATCH));
}

/** Message ids of an event as they are stored, once for each row. */
async function stored(event: string): Promise<string[]> {
  const rows = await clickhouse.query<{ message_id: string }>(
    'SELECT message_id FROM events WHERE project_id = {projectId:UInt32} AND event = {event:String}',
    { projectId: projectId(), event },
  );
  return rows.map((row) => row.message_id);
}

/** Every acknowledged message is there, and no message twice. */
async function expectAllOnce(event: string, sender: Sender): Promise<void> {
  const ids = await stored(event);
  const unique = new Set(ids);
  expect(ids.length - unique.size).toBe(0);
  expect([...sender.acknowledged].filter((id) => !unique.has(id))).toEqual([]);
}

async function trend(event: string, measure: 'events' | 'people'): Promise<number> {
  const range = { kind: 'last', count: 2, unit: 'day' };
  const question = { kind: 'trend', event, filters: [], measure: { kind: measure }, interval: 'day', range };
  const answer = await api<{ series: { total: number }[] }>(office, 'POST', '/insights/trend', question);
  return answer.series[0]?.total ?? 0;
}

/** Starts shards that have ended, as a supervisor does. (The library that serves as ClickHouse here may end itself when its neighbour dies in mid-insert.) */
async function reviveShards(): Promise<number> {
  let revived = 0;
  for (const [index, url] of servers.clickhouseUrl.split(',').entries()) {
    const isAlive = await fetch(`${url}/?query=SELECT%201`, { signal: AbortSignal.timeout(2_000) }).then(
      (reply) => reply.ok,
      () => false,
    );
    if (isAlive) continue;
    await servers.shards[index]?.kill();
    await servers.shards[index]?.restart();
    revived += 1;
  }
  return revived;
}

/** Sends batches side by side, beginning one every `everyMs`. */
async function flow(sender: Sender, list: readonly Message[][], everyMs: number): Promise<void> {
  const sending: Promise<void>[] = [];
  for (const batch of list) {
    sending.push(sender.send(batch));
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
  await Promise.all(sending);
}

test('two doors: events lie on the shard of their person, the same message at both doors counts once', { timeout: 120_000 }, async () => {
  const messages = Array.from({ length: 4_000 }, (_, number) => track('Sharded', `s${number % 300}`, number));
  const list = batches(messages);
  // Each batch goes to both doors at the same instant; a door that finds it in the other's hands may ask to come again.
  const sender = newSender();
  await Promise.all(list.flatMap((batch) => [sender.send(batch), sender.send(batch)]));
  await expectAllOnce('Sharded', sender);
  expect(await stored('Sharded')).toHaveLength(messages.length);
  expect(await trend('Sharded', 'events')).toBe(messages.length);
  expect(await trend('Sharded', 'people')).toBe(300);
  const rows = await clickhouse.query<{ shard: number; events: number; people: number }>(
    `SELECT _shard_num AS shard, count() AS events, uniqExact(person_id) AS people FROM events
    WHERE project_id = {projectId:UInt32} AND event = 'Sharded' GROUP BY shard ORDER BY shard`,
    { projectId: projectId() },
  );
  process.stdout.write(`rows per shard: ${rows.map((row) => `shard ${row.shard}: ${row.events} events of ${row.people} people`).join(', ')}\n`);
  expect(rows).toHaveLength(2);
  // Nobody is on two shards.
  expect(rows.reduce((sum, row) => sum + row.people, 0)).toBe(300);
  for (const row of rows) expect(row.events).toBeGreaterThan(messages.length / 5);
});

test('people who are merged across shards are one in every report', { timeout: 120_000 }, async () => {
  const sender = newSender();
  const count = 40;
  const people = Array.from({ length: count }, (_, number) => number);
  const visit = (id: object, name: string): Message => ({
    type: 'track',
    event: 'Merged visit',
    messageId: name,
    timestamp: new Date().toISOString(),
    ...id,
  });
  await sender.send(people.map((number) => visit({ anonymousId: `device-${number}` }, `before-${number}`)));
  // In another order, so that the numbers of half of the pairs lie on different shards.
  const shuffled = [...people.filter((number) => number % 2 === 0), ...people.filter((number) => number % 2 === 1)];
  await sender.send(shuffled.map((number) => visit({ userId: `owner-${number}` }, `after-${number}`)));
  expect(await trend('Merged visit', 'people')).toBe(2 * count);
  const joins = people.map((number) => ({
    type: 'identify',
    messageId: `join-${number}`,
    userId: `owner-${number}`,
    anonymousId: `device-${number}`,
    traits: { number },
  }));
  // Half of the joins at each door, at the same time.
  await Promise.all([sender.send(joins.slice(0, count / 2)), sender.send(joins.slice(count / 2))]);
  await until('merges to be seen by the other process', async () => (await trend('Merged visit', 'people')) === count, 30_000);
  expect(await trend('Merged visit', 'events')).toBe(2 * count);
  const shards = await clickhouse.query<{ crossing: number }>(
    `SELECT count() AS crossing FROM (SELECT substring(message_id, position(message_id, '-') + 1) AS number, uniqExact(_shard_num) AS shards
      FROM events WHERE project_id = {projectId:UInt32} AND event = 'Merged visit' GROUP BY number HAVING shards > 1)`,
    { projectId: projectId() },
  );
  process.stdout.write(`merges: ${count}, of which ${shards[0]?.crossing} cross shards\n`);
  expect(shards[0]?.crossing).toBeGreaterThan(0);
  const funnel = await api<{ groups?: unknown; series?: unknown }>(office, 'POST', '/insights/funnel', {
    kind: 'funnel',
    steps: [
      { event: 'Merged visit', filters: [] },
      { event: 'Merged visit', filters: [] },
    ],
    window: { count: 1, unit: 'day' },
    range: { kind: 'last', count: 2, unit: 'day' },
  });
  expect(JSON.stringify(funnel)).toContain(`${count}`);
});

test('a door that is killed loses nothing that it acknowledged', { timeout: 180_000 }, async () => {
  const sender = newSender();
  const messages = Array.from({ length: 6_000 }, (_, number) => track('Killed', `k${number % 500}`, number));
  const sending = flow(sender, batches(messages), 15);
  for (let kills = 0; kills < 3; kills += 1) {
    await until('some more to be acknowledged', () => sender.acknowledged.size > (kills + 1) * 1_200);
    const door = doors[kills % 2] as ProductProcess;
    await door.kill();
    doors[kills % 2] = await startDoor(Number(new URL(door.url).port));
  }
  await sending;
  expect(sender.acknowledged.size).toBe(messages.length);
  await expectAllOnce('Killed', sender);
  expect(await stored('Killed')).toHaveLength(messages.length);
  expect(await trend('Killed', 'people')).toBe(500);
  process.stdout.write(`three doors killed: ${messages.length} messages, refusals ${JSON.stringify(sender.refusals)}\n`);
});

const stores = [
  { name: 'a shard of ClickHouse', server: () => servers.shards[1] },
  { name: 'PostgreSQL', server: () => servers.postgres },
];

test.each(stores)(
  '$name that stands still: the door says 503 and when to come again, and goes on by itself',
  { timeout: 180_000 },
  async ({ name, server }) => {
    const event = `Still ${name}`;
    const sender = newSender();
    await flow(sender, batches(Array.from({ length: 500 }, (_, number) => track(event, `t${number % 50}`, number))), 5);
    server()?.signal('SIGSTOP');
    let isOver = false;
    const sending = flow(sender, batches(Array.from({ length: 1_000 }, (_, number) => track(event, `t${number % 90}`, 500 + number))), 10);
    try {
      await until('a 503 from a door', () => (sender.refusals[503] ?? 0) > 0, 60_000);
      // Whoever comes now is answered, and not left hanging.
      const startedAt = Date.now();
      await until(
        'a refusal in time',
        async () => {
          const before = Date.now();
          const answer = await sendBatch(doors[0]?.url ?? '', key(), [track(event, 'late', Date.now())]).catch(() => undefined);
          return answer?.status === 503 && Date.now() - before < ANSWER_WITHIN_MS;
        },
        60_000,
      );
      process.stdout.write(
        `${name} stands still: refusals ${JSON.stringify(sender.refusals)}, a late comer told after ${Date.now() - startedAt} ms\n`,
      );
    } finally {
      server()?.signal('SIGCONT');
      isOver = true;
    }
    expect(isOver).toBe(true);
    const resumedAt = Date.now();
    await sending;
    process.stdout.write(`${name} goes on: all acknowledged after ${Date.now() - resumedAt} ms\n`);
    expect(sender.unhelpful).toBe(0);
    await expectAllOnce(event, sender);
  },
);

test.each(stores)(
  '$name that is killed and started again: nothing acknowledged is lost, nothing is doubled',
  { timeout: 240_000 },
  async ({ name, server }) => {
    const event = `Killed ${name}`;
    const sender = newSender();
    const messages = Array.from({ length: 4_000 }, (_, number) => track(event, `d${number % 120}`, number));
    const begun = flow(sender, batches(messages.slice(0, 3_000)), 25);
    await until('some to be acknowledged', () => sender.acknowledged.size > 500);
    await server()?.kill();
    // On a quick machine all of the first may be written by now; these come while the server is away.
    const sending = Promise.all([begun, flow(sender, batches(messages.slice(3_000)), 5)]);
    const before = sender.acknowledged.size;
    await until('a refusal', () => (sender.refusals[503] ?? 0) > 0, 60_000).catch((error) => {
      const ends = doors.map((door) => `${door.child.exitCode} ${door.child.signalCode} ${door.output().slice(-2_000)}`);
      throw new Error(
        `${String(error)}; refusals ${JSON.stringify(sender.refusals)}, acknowledged ${before} then ${sender.acknowledged.size}; ${ends.join(' | ')}`,
      );
    });
    await server()?.restart();
    const others = await reviveShards();
    await sending;
    process.stdout.write(`${name} killed (${others} other servers ended with it) after ${before}: refusals ${JSON.stringify(sender.refusals)}\n`);
    expect(doors.map(({ child, output }) => (child.exitCode ?? child.signalCode) && output().slice(-6_000))).toEqual([null, null]);
    expect(sender.unhelpful).toBe(0);
    expect(sender.acknowledged.size).toBe(messages.length);
    await expectAllOnce(event, sender);
    expect(await stored(event)).toHaveLength(messages.length);
    await until('the reports to answer', async () => (await trend(event, 'people')) === 120, 30_000);
  },
);

test('a migration of both stores while events come in loses nothing', { timeout: 120_000 }, async () => {
  const change = join(folder, 'change');
  await mkdir(join(change, 'migrations', 'pg'), { recursive: true });
  await mkdir(join(change, 'migrations', 'ch'), { recursive: true });
  writeFileSync(
    join(change, 'migrations', 'ch', '0001-change.sql'),
    "ALTER TABLE events ADD COLUMN IF NOT EXISTS note LowCardinality(String) DEFAULT 'none';\n",
  );
  writeFileSync(
    join(change, 'migrations', 'pg', '0001-change.sql'),
    "ALTER TABLE people ADD COLUMN IF NOT EXISTS note text NOT NULL DEFAULT 'none';\n",
  );
  const sender = newSender();
  let sent = 0;
  let isMigrated = false;
  const sending = (async () => {
    for (let isLast = false; !isLast; ) {
      // One more round after the change, so that events come before, during and after it.
      isLast = isMigrated;
      const from = sent;
      sent += 1_000;
      await flow(sender, batches(Array.from({ length: 1_000 }, (_, number) => track('Changed', `c${from + number}`, from + number))), 15);
    }
  })();
  await until('some to be acknowledged', () => sender.acknowledged.size > 500);
  // The stream's own files say which tables are sharded.
  const slices = [
    { name: streamDoor.name, folder: streamDoor.folder },
    { name: 'change', folder: change },
  ];
  await migrate({ slices, postgres, clickhouse, log: createLog('silent') });
  isMigrated = true;
  await sending;
  await expectAllOnce('Changed', sender);
  expect(await stored('Changed')).toHaveLength(sent);
  const [row] = await clickhouse.query<{ noted: number }>(
    "SELECT countIf(note = 'none') AS noted FROM events WHERE project_id = {projectId:UInt32} AND event = 'Changed'",
    {
      projectId: projectId(),
    },
  );
  expect(row?.noted).toBe(sent);
});
