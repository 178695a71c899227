import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { readMessage } from '../src/collect/gateway/segment-message.ts';
import { checkEvent } from '../src/collect/stream/check-event.ts';
import { door as stream } from '../src/collect/stream/index.ts';
import { LocalDays } from '../src/collect/stream/local-days.ts';
import { openClickHouse } from '../src/kernel/clickhouse/open-clickhouse.ts';
import { processEnvironment } from '../src/kernel/config/config.ts';
import { createLog } from '../src/kernel/log.ts';
import { migrate } from '../src/kernel/migrations/migrate.ts';
import { openPostgres } from '../src/kernel/postgres/open-postgres.ts';

/*
 * How fast do events go in over HTTP, durable, with identity and dedup, against raw inserts of the same rows into the same engine?
 *   node bench/ingest.ts [events] [people]
 * Prints one JSON line. Client and server share the machine, as in the raw run the client and the engine do.
 */
const BATCH = 100;
const CONNECTIONS = 128;
const RAW_BLOCK = 10_000;
const TARGET_RATIO = 0.25;
const TARGET_PER_SECOND = 10_000;

const eventCount = Number(process.argv[2] ?? 300_000);
const peopleCount = Number(process.argv[3] ?? 50_000);
const names = ['Product viewed', 'Searched', 'Cart changed', 'Order completed', 'Coupon seen', 'Article read', 'Video played', 'Shared'];

/** A small generator of random numbers in [0, 1) (mulberry32), so that every run sends the same. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function makeMessages(now: number): Record<string, unknown>[] {
  const random = randomFrom(7);
  return Array.from({ length: eventCount }, () => {
    // Skewed: a fifth of the people does most of what is done, and the first names are the frequent ones.
    const person = Math.floor(peopleCount * random() ** 2.2);
    const event = names[Math.floor(names.length * random() ** 2)] ?? 'Product viewed';
    const product = Math.floor(4_000 * random() ** 1.5);
    return {
      type: 'track',
      messageId: `node-next-${now}-${randomUUID()}`,
      timestamp: new Date(now - Math.floor(random() * 86_400_000)).toISOString(),
      ...(random() < 0.8 ? { userId: `user-${person}` } : { anonymousId: `device-${person}-${product % 3}` }),
      event,
      properties: {
        product: `sku-${product}`,
        category: `c${product % 40}`,
        price: Math.floor(random() * 50_000) / 100,
        quantity: 1 + Math.floor(random() * 3),
        isMember: random() < 0.4,
      },
      context: {
        library: { name: '@segment/analytics-node', version: '3.1.0' },
        ip: '203.0.113.7',
        locale: 'zh-CN',
        page: { path: `/p/${product}`, url: `https://shop.example.com/p/${product}`, title: 'Shop' },
      },
      integrations: {},
      _metadata: { nodeVersion: 'v24.0.0', jsRuntime: 'node' },
    };
  });
}

async function startServer(folder: string): Promise<{ child: ChildProcess; url: string; writeKey: string }> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'ingest-server.ts')], {
    env: { ...processEnvironment(), PERENNIAL_PORT: '0', PERENNIAL_DATA: folder, PERENNIAL_LOG: 'warn', UV_THREADPOOL_SIZE: '16' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (!child.stdout) throw new Error('The server has no output');
  for await (const line of createInterface({ input: child.stdout }))
    if (line.startsWith('{')) return { child, ...(JSON.parse(line) as { url: string; writeKey: string }) };
  throw new Error('The server ended before it served');
}

function post(url: string, agent: Agent, body: Buffer, key: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const sending = request(
      `${url}/v1/batch`,
      {
        method: 'POST',
        agent,
        headers: {
          'content-type': 'application/json',
          'content-length': body.length,
          authorization: `Basic ${Buffer.from(`${key}:`).toString('base64')}`,
        },
      },
      (answer) => {
        answer.resume();
        answer.on('end', () => resolve(answer.statusCode ?? 0));
      },
    );
    sending.on('error', reject);
    sending.end(body);
  });
}

async function overHttp(messages: readonly Record<string, unknown>[], folder: string): Promise<{ perSecond: number; p50Ms: number; p99Ms: number }> {
  const { child, url, writeKey } = await startServer(folder);
  const bodies: Buffer[] = [];
  for (let from = 0; from < messages.length; from += BATCH)
    bodies.push(Buffer.from(JSON.stringify({ batch: messages.slice(from, from + BATCH), sentAt: new Date().toISOString(), writeKey })));
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const times: number[] = [];
  let next = 0;
  const startedAt = performance.now();
  const sender = async (): Promise<void> => {
    for (let body = bodies[next++]; body; body = bodies[next++]) {
      const sentAt = performance.now();
      const status = await post(url, agent, body, writeKey);
      if (status !== 200) throw new Error(`A batch was answered with ${status}`);
      times.push(performance.now() - sentAt);
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, sender));
  const seconds = (performance.now() - startedAt) / 1_000;
  if (processEnvironment().BENCH_STAGES)
    console.error(
      (await (await fetch(`${url}/metrics`)).text())
        .split('\n')
        .filter((line) => /stage_seconds_(sum|count)|eventloop_lag_p9|cpu_.*seconds_total/.test(line))
        .join('\n'),
    );
  agent.destroy();
  child.kill('SIGTERM');
  await once(child, 'exit');
  times.sort((a, b) => a - b);
  const at = (part: number): number => Math.round(times[Math.floor(times.length * part)] ?? 0);
  return { perSecond: messages.length / seconds, p50Ms: at(0.5), p99Ms: at(0.99) };
}

/** The rows that the product makes of the messages, inserted in large blocks by one writer: into the bare table, and with the views that keep the rollups. */
async function raw(messages: readonly Record<string, unknown>[], folder: string): Promise<{ bare: number; withViews: number }> {
  const log = createLog('warn');
  const clickhouse = await openClickHouse({ dataFolder: folder, log });
  const postgres = await openPostgres({ dataFolder: folder, log });
  await migrate({ slices: [{ name: stream.name, folder: stream.folder }], postgres, clickhouse, log });
  const now = Date.now();
  const around = { projectId: 1, timeZone: 'Asia/Shanghai', days: new LocalDays(), arrivedAt: now, meta: { receivedAt: now, source: 'gateway' } };
  const rows = messages.map((message, sequence) => {
    const event = readMessage(message, { kind: undefined, sequence, receivedAt: now, sentAt: undefined, newId: randomUUID });
    return `{"person_id":${1 + (sequence % peopleCount)}${checkEvent(event, around).row}`;
  });
  await clickhouse.command('CREATE TABLE bare AS events');
  const run = async (table: string): Promise<number> => {
    const startedAt = performance.now();
    for (let from = 0; from < rows.length; from += RAW_BLOCK) await clickhouse.insert(table, rows.slice(from, from + RAW_BLOCK).join('\n'));
    return rows.length / ((performance.now() - startedAt) / 1_000);
  };
  const bare = await run('bare');
  const withViews = await run('events');
  await clickhouse.close();
  await postgres.close();
  return { bare, withViews };
}

const messages = makeMessages(Date.now());
const folders = [mkdtempSync(join(tmpdir(), 'perennial-ingest-')), mkdtempSync(join(tmpdir(), 'perennial-raw-'))] as const;
try {
  const product = await overHttp(messages, folders[0]);
  const engine = await raw(messages, folders[1]);
  const ratio = product.perSecond / engine.bare;
  console.log(
    JSON.stringify({
      bench: 'ingest',
      events: eventCount,
      people: peopleCount,
      httpPerSecond: Math.round(product.perSecond),
      rawPerSecond: Math.round(engine.bare),
      rawWithViewsPerSecond: Math.round(engine.withViews),
      ratio: Number(ratio.toFixed(3)),
      ratioWithViews: Number((product.perSecond / engine.withViews).toFixed(3)),
      p50Ms: product.p50Ms,
      p99Ms: product.p99Ms,
      isReached: ratio >= TARGET_RATIO && product.perSecond >= TARGET_PER_SECOND,
    }),
  );
} finally {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
}
process.exit(0);
