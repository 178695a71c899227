import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type CollectProcess, startCollect } from './collect-process.ts';
import { postBytes, runLoad } from './load.ts';
import { EndlessRequests, makeMessages } from './messages.ts';
import { threadCpu } from './thread-cpu.ts';

/*
 * How many requests of one event each are acknowledged in a second, over HTTP keep-alive?
 *   node bench/requests.ts [requests] [--connections 512] [--half]
 * Each request waits for its event to be durable; what comes at the same time is written together. `--half` then sends at
 * half of the speed that was reached and prints how long an acknowledgement takes. CPU is told by request and by kind of thread, because speed says little on a
 * machine that others use. Prints one JSON line.
 */
const TARGET_PER_SECOND = 6_000;
const PEOPLE = 2_000;
const WARM_UP = 5_000;
const HALF_SECONDS = 20;
const HALF_MESSAGES = 20_000;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { connections: { type: 'string', default: '512' }, half: { type: 'boolean', default: false } },
});
const count = Number(positionals[0] ?? 60_000);
const connections = Number(values.connections);

/** Different events, each in a request of its own, with ids that were never sent. */
function requestsTo(server: CollectProcess, count: number): Buffer[] {
  const authorization = `Basic ${Buffer.from(`${server.writeKey}:`).toString('base64')}`;
  return makeMessages(count, PEOPLE, Date.now()).map((message) => postBytes('/v1/track', Buffer.from(JSON.stringify(message)), { authorization }));
}

/** Requests are due at a fixed rate, whether or not the server keeps up. */
async function atHalf(server: CollectProcess, perSecond: number) {
  const endless = new EndlessRequests(requestsTo(server, HALF_MESSAGES));
  const until = performance.now() + HALF_SECONDS * 1_000;
  const next = (): Buffer | undefined => (performance.now() < until ? endless.next() : undefined);
  const { p50Ms, p99Ms, maxMs, ...figures } = await runLoad({ url: server.url, connections, next, perSecond });
  return { perSecond: Math.round(figures.requests / figures.seconds), p50Ms, p99Ms, maxMs };
}

const folder = mkdtempSync(join(tmpdir(), 'perennial-requests-'));
try {
  const server = await startCollect(folder);
  const requests = requestsTo(server, count + WARM_UP);
  let next = 0;
  await runLoad({ url: server.url, connections, next: () => (next < WARM_UP ? requests[next++] : undefined) });
  const before = await server.figures();
  const threadsBefore = threadCpu(server.pid);
  const figures = await runLoad({ url: server.url, connections, next: () => requests[next++] });
  const after = await server.figures();
  const threads = threadCpu(server.pid);
  const perSecond = Math.round(figures.requests / figures.seconds);
  const half = values.half ? { half: await atHalf(server, perSecond / 2) } : {};
  await server.stop();
  const perRequest = (seconds: number): number => Math.round((seconds / figures.requests) * 1e6);
  console.log(
    JSON.stringify({
      bench: 'requests',
      requests: figures.requests,
      connections,
      perSecond,
      p50Ms: figures.p50Ms,
      p99Ms: figures.p99Ms,
      serverCpuUsPerRequest: Math.round(((after.cpuSeconds - before.cpuSeconds) / figures.requests) * 1e6),
      mainUs: perRequest(threads.main - threadsBefore.main),
      v8Us: perRequest(threads.v8 - threadsBefore.v8),
      storesUs: perRequest(threads.stores - threadsBefore.stores),
      clientCpuUsPerRequest: Math.round((figures.clientCpuSeconds / figures.requests) * 1e6),
      rowsPerGroup: Math.round(figures.requests / Math.max(1, after.groups - before.groups)),
      residentMb: after.residentMb,
      ...half,
      isReached: perSecond >= TARGET_PER_SECOND,
    }),
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exit(0);
