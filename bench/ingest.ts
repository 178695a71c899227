import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readMessage } from '../src/collect/gateway/segment-message.ts';
import { checkEvent } from '../src/collect/stream/check-event.ts';
import { eventColumns, setPerson } from '../src/collect/stream/event-row.ts';
import { door as stream } from '../src/collect/stream/index.ts';
import { rowAsJson } from '../src/collect/stream/testing/read-row.ts';
import { openClickHouse } from '../src/kernel/clickhouse/open-clickhouse.ts';
import { piecesOf, RowWriter } from '../src/kernel/clickhouse/row-writer.ts';
import { LocalDays } from '../src/kernel/local-days.ts';
import { createLog } from '../src/kernel/log.ts';
import { migrate } from '../src/kernel/migrations/migrate.ts';
import { openPostgres } from '../src/kernel/postgres/open-postgres.ts';
import { type CollectProcess, startCollect } from './collect-process.ts';
import { runLoad } from './load.ts';
import { batchRequests, EndlessRequests, makeMessages } from './messages.ts';

/*
 * How fast do batches of events go in over HTTP, durable, with identity and dedup, against raw inserts of the same rows into the same engine?
 *   node bench/ingest.ts [events] [people] [--batch 100] [--connections 256] [--minutes 0] [--half] [--no-raw]
 * `--minutes n` goes on sending at full speed afterwards and prints the resident size as it goes; `--half` then sends at half of the speed
 * that was reached and prints how long an acknowledgement takes. Prints one JSON line. Client and server share the machine, as in the raw run
 * the client and the engine do.
 */
const RAW_BLOCK = 10_000;
const TARGET_RATIO = 0.4;
const TARGET_PER_SECOND = 35_000;
const HALF_SECONDS = 20;
const REPORT_EVERY_MS = 15_000;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    batch: { type: 'string', default: '100' },
    connections: { type: 'string', default: '256' },
    minutes: { type: 'string', default: '0' },
    half: { type: 'boolean', default: false },
    'no-raw': { type: 'boolean', default: false },
  },
});
const eventCount = Number(positionals[0] ?? 300_000);
const peopleCount = Number(positionals[1] ?? 50_000);
const batchSize = Number(values.batch);
const connections = Number(values.connections);
const minutes = Number(values.minutes);
const messages = makeMessages(eventCount, peopleCount, Date.now());

/** Every message once, at full speed. */
async function once(server: CollectProcess) {
  const requests = batchRequests(messages, batchSize, server.writeKey);
  let next = 0;
  const before = await server.figures();
  const figures = await runLoad({ url: server.url, connections, next: () => requests[next++] });
  const after = await server.figures();
  const perEvent = (seconds: number): number => Math.round((seconds / eventCount) * 1e7) / 10;
  return {
    httpPerSecond: Math.round(eventCount / figures.seconds),
    p50Ms: figures.p50Ms,
    p99Ms: figures.p99Ms,
    serverCpuUsPerEvent: perEvent(after.cpuSeconds - before.cpuSeconds),
    clientCpuUsPerEvent: perEvent(figures.clientCpuSeconds),
    rowsPerGroup: Math.round(eventCount / Math.max(1, after.groups - before.groups)),
    stageSeconds: after.stageSeconds,
    residentMb: after.residentMb,
  };
}

/** Full load for some minutes: does the memory stay flat? */
async function forLong(server: CollectProcess) {
  const endless = new EndlessRequests(batchRequests(messages.slice(0, 40_000), batchSize, server.writeKey));
  const until = performance.now() + minutes * 60_000;
  const resident: number[] = [];
  const timer = setInterval(() => {
    server.figures().then(
      (figures) => {
        resident.push(figures.residentMb);
        console.error(`resident ${figures.residentMb} MB after ${resident.length * (REPORT_EVERY_MS / 1_000)} s`);
      },
      () => {},
    );
  }, REPORT_EVERY_MS);
  const figures = await runLoad({ url: server.url, connections, next: () => (performance.now() < until ? endless.next() : undefined) });
  clearInterval(timer);
  return { minutes, perSecond: Math.round((figures.requests * batchSize) / figures.seconds), residentMb: resident };
}

/** Half of the load that was reached: how long does an acknowledgement take? */
async function atHalf(server: CollectProcess, perSecond: number) {
  const endless = new EndlessRequests(batchRequests(messages.slice(0, 40_000), batchSize, server.writeKey));
  const until = performance.now() + HALF_SECONDS * 1_000;
  const rate = perSecond / 2 / batchSize;
  const next = (): Buffer | undefined => (performance.now() < until ? endless.next() : undefined);
  const figures = await runLoad({ url: server.url, connections, next, perSecond: rate });
  return {
    perSecond: Math.round((figures.requests * batchSize) / figures.seconds),
    p50Ms: figures.p50Ms,
    p99Ms: figures.p99Ms,
    maxMs: figures.maxMs,
  };
}

interface RawFigures {
  bare: number;
  bareBinary: number;
  withViews: number;
}

/**
 * The rows that the product makes of the messages, inserted in large blocks by one writer: as JSONEachRow into the bare table, as RowBinary (the form in which the
 * product writes), and as JSONEachRow with the views that keep the rollups.
 */
async function raw(folder: string): Promise<RawFigures> {
  const log = createLog('warn');
  const clickhouse = await openClickHouse({ dataFolder: folder, log });
  const postgres = await openPostgres({ dataFolder: folder, log });
  await migrate({ slices: [{ name: stream.name, folder: stream.folder }], postgres, clickhouse, log });
  const now = Date.now();
  const around = {
    projectId: 1,
    timeZone: 'Asia/Shanghai',
    days: new LocalDays(),
    rows: new RowWriter(),
    arrivedAt: now,
    meta: { receivedAt: now, source: 'gateway' },
  };
  const binary = messages.map((message, sequence) => {
    const event = readMessage(message, { kind: undefined, sequence, receivedAt: now, sentAt: undefined, newId: randomUUID });
    const { row } = checkEvent(event, around);
    setPerson(row, 1 + (sequence % peopleCount));
    return row;
  });
  const rows = binary.map(rowAsJson);
  for (const table of ['bare', 'bare_binary']) await clickhouse.command(`CREATE TABLE ${table} AS events`);
  const run = async (insert: (from: number) => Promise<unknown>): Promise<number> => {
    const startedAt = performance.now();
    for (let from = 0; from < rows.length; from += RAW_BLOCK) await insert(from);
    return rows.length / ((performance.now() - startedAt) / 1_000);
  };
  const into = { table: 'bare_binary', columns: eventColumns };
  const bare = await run((from) => clickhouse.insert('bare', rows.slice(from, from + RAW_BLOCK).join('\n')));
  const bareBinary = await run((from) => clickhouse.insertBinary(into, piecesOf(binary.slice(from, from + RAW_BLOCK))));
  const withViews = await run((from) => clickhouse.insert('events', rows.slice(from, from + RAW_BLOCK).join('\n')));
  await clickhouse.close();
  await postgres.close();
  return { bare, bareBinary, withViews };
}

const folders = [mkdtempSync(join(tmpdir(), 'perennial-ingest-')), mkdtempSync(join(tmpdir(), 'perennial-raw-'))] as const;
try {
  const server = await startCollect(folders[0]);
  const product = await once(server);
  const half = values.half ? { half: await atHalf(server, product.httpPerSecond) } : {};
  const long = minutes > 0 ? { long: await forLong(server) } : {};
  await server.stop();
  const engine = values['no-raw'] ? undefined : await raw(folders[1]);
  const ratio = engine && Number((product.httpPerSecond / engine.bare).toFixed(3));
  console.log(
    JSON.stringify({
      bench: 'ingest',
      events: eventCount,
      people: peopleCount,
      batch: batchSize,
      connections,
      ...product,
      ...(engine && {
        rawPerSecond: Math.round(engine.bare),
        rawBinaryPerSecond: Math.round(engine.bareBinary),
        rawWithViewsPerSecond: Math.round(engine.withViews),
        ratio,
      }),
      ...half,
      ...long,
      isReached: product.httpPerSecond >= TARGET_PER_SECOND && (ratio === undefined || ratio >= TARGET_RATIO),
    }),
  );
} finally {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
}
process.exit(0);
