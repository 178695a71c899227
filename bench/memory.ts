import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type CollectProcess, startCollect } from './collect-process.ts';
import { postBytes, runLoad } from './load.ts';
import { batchRequests, EndlessRequests, makeMessages } from './messages.ts';

/*
 * Does the memory of the collecting process stay flat under full load?
 *   node bench/memory.ts [--minutes 10] [--batch 1] [--connections 512] [--every 15]
 * Sends different events without a pause, each request waiting for its answer, and prints the resident size as it goes. Prints one JSON line: flat means that the
 * last third of the time needs at most a tenth more than the third before it (the first one is spent on filling caches of a fixed size).
 */
const MESSAGES = 60_000;
const PEOPLE = 20_000;
const GROWTH_MAX = 1.1;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '10' },
    batch: { type: 'string', default: '1' },
    connections: { type: 'string', default: '512' },
    every: { type: 'string', default: '15' },
  },
});
const batchSize = Number(values.batch);
const everySeconds = Number(values.every);

function residentMb(pid: number): number {
  return Math.round(Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1_000);
}

function requestsTo(server: CollectProcess): EndlessRequests {
  const messages = makeMessages(MESSAGES, PEOPLE, Date.now());
  if (batchSize > 1) return new EndlessRequests(batchRequests(messages, batchSize, server.writeKey));
  const authorization = `Basic ${Buffer.from(`${server.writeKey}:`).toString('base64')}`;
  return new EndlessRequests(messages.map((message) => postBytes('/v1/track', Buffer.from(JSON.stringify(message)), { authorization })));
}

const folder = mkdtempSync(join(tmpdir(), 'perennial-memory-'));
try {
  const server = await startCollect(folder);
  const requests = requestsTo(server);
  const resident: number[] = [];
  const timer = setInterval(() => {
    resident.push(residentMb(server.pid));
    console.error(`${resident.length * everySeconds} s: ${resident.at(-1)} MB resident`);
  }, everySeconds * 1_000);
  const until = performance.now() + Number(values.minutes) * 60_000;
  const next = (): Buffer | undefined => (performance.now() < until ? requests.next() : undefined);
  const figures = await runLoad({ url: server.url, connections: Number(values.connections), next });
  clearInterval(timer);
  await server.stop();
  const third = Math.floor(resident.length / 3);
  const peak = (from: number, to: number): number => Math.max(...resident.slice(from, to));
  const growth = peak(2 * third, resident.length) / peak(third, 2 * third);
  console.log(
    JSON.stringify({
      bench: 'memory',
      minutes: Number(values.minutes),
      batch: batchSize,
      connections: Number(values.connections),
      events: figures.requests * batchSize,
      perSecond: Math.round((figures.requests * batchSize) / figures.seconds),
      p50Ms: figures.p50Ms,
      p99Ms: figures.p99Ms,
      residentMb: resident,
      growth: Number(growth.toFixed(3)),
      isReached: growth <= GROWTH_MAX,
    }),
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exit(0);
