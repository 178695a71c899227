import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { startCollect } from './collect-process.ts';
import { postBytes, runLoad } from './load.ts';
import { randomFrom } from './messages.ts';

/*
 * How fast do events go in through each protocol, in batches as its clients send them? The same purchases by the same people, in each client's words.
 *   node bench/dialects.ts [events of each] [--connections 128] [--only posthog]
 * Prints one JSON line a protocol.
 */
const PEOPLE = 2_000;
const AGENT = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36';
const JSON_TYPE = { 'content-type': 'application/json', 'user-agent': AGENT };
const FORM_TYPE = { 'content-type': 'application/x-www-form-urlencoded', 'user-agent': AGENT };

interface Fact {
  id: string;
  user: string;
  time: number;
  product: string;
  price: number;
}

interface Wire {
  batchSize: number;
  path: string;
  headers: Record<string, string>;
  body(facts: readonly Fact[]): string | Buffer;
}

const website = '7f0c1f1e-3f0e-4a55-9b3a-0d6a4a4a4a4a';
const segmentBody = (facts: readonly Fact[]): string =>
  JSON.stringify({
    batch: facts.map(({ id, user, time, product, price }) => ({
      type: 'track',
      messageId: id,
      userId: user,
      event: 'Product viewed',
      timestamp: new Date(time).toISOString(),
      properties: { product, price },
      context: { library: { name: '@segment/analytics-node', version: '3.1.0' } },
    })),
    sentAt: new Date().toISOString(),
  });

const wires: Record<string, Wire> = {
  segment: { batchSize: 100, path: '/v1/batch', headers: JSON_TYPE, body: segmentBody },
  rudderstack: {
    batchSize: 100,
    path: '/v1/batch',
    headers: { ...FORM_TYPE, 'content-encoding': 'gzip' },
    body: (facts) => gzipSync(segmentBody(facts)),
  },
  posthog: {
    batchSize: 100,
    path: '/batch/',
    headers: JSON_TYPE,
    body: (facts) =>
      JSON.stringify({
        api_key: 'behind the prefix',
        batch: facts.map(({ id, user, time, product, price }) => ({
          event: 'Product viewed',
          uuid: id,
          distinct_id: user,
          timestamp: new Date(time).toISOString(),
          properties: { product, price, $lib: 'posthog-node' },
        })),
        sent_at: new Date().toISOString(),
      }),
  },
  mixpanel: {
    batchSize: 50,
    path: '/track/?verbose=1&ip=1',
    headers: FORM_TYPE,
    body: (facts) => {
      const events = facts.map(({ id, user, time, product, price }) => ({
        event: 'Product viewed',
        properties: {
          token: 'behind the prefix',
          distinct_id: user,
          $user_id: user,
          $insert_id: id,
          time: time / 1_000,
          product,
          price,
          mp_lib: 'web',
        },
      }));
      return `data=${encodeURIComponent(Buffer.from(JSON.stringify(events)).toString('base64'))}`;
    },
  },
  amplitude: {
    batchSize: 100,
    path: '/2/httpapi',
    headers: JSON_TYPE,
    body: (facts) =>
      JSON.stringify({
        api_key: 'behind the prefix',
        events: facts.map(({ id, user, time, product, price }) => ({
          event_type: 'Product viewed',
          user_id: user,
          device_id: `device-${user}`,
          time,
          insert_id: id,
          event_properties: { product, price },
          library: 'amplitude-ts/2.48.1',
        })),
        client_upload_time: new Date().toISOString(),
      }),
  },
  sensors: {
    batchSize: 50,
    path: '/sa?project=default',
    headers: FORM_TYPE,
    body: (facts) => {
      const records = facts.map(({ id, user, time, product, price }) => ({
        _track_id: Number(id.slice(-9)),
        type: 'track',
        event: 'ProductViewed',
        time,
        distinct_id: user,
        properties: { product, price, $lib: 'Node', $is_login_id: true },
        lib: { $lib: 'Node', $lib_version: '1.2.6', $lib_method: 'code' },
      }));
      return `data_list=${encodeURIComponent(gzipSync(JSON.stringify(records)).toString('base64'))}&gzip=1`;
    },
  },
  ga4: {
    batchSize: 25,
    path: '/mp/collect?measurement_id=G-BENCH&api_secret=x',
    headers: JSON_TYPE,
    body: (facts) =>
      JSON.stringify({
        client_id: facts[0]?.user,
        user_id: facts[0]?.user,
        timestamp_micros: (facts[0]?.time ?? 0) * 1_000,
        events: facts.map(({ product, price }) => ({
          name: 'view_item',
          params: { product, value: price, currency: 'CNY', engagement_time_msec: 5 },
        })),
      }),
  },
  umami: {
    batchSize: 100,
    path: '/api/batch',
    headers: JSON_TYPE,
    body: (facts) =>
      JSON.stringify(
        facts.map(({ user, time, product, price }) => ({
          type: 'event',
          payload: {
            website,
            hostname: 'shop.example.com',
            url: `/p/${product}`,
            name: 'Product viewed',
            data: { product, price },
            id: user,
            timestamp: Math.floor(time / 1_000),
          },
        })),
      ),
  },
};

function makeFacts(count: number, name: string): Fact[] {
  const random = randomFrom(11);
  const now = Date.now();
  return Array.from({ length: count }, (_, index) => ({
    id: `${name}-0000-4000-8000-${String(index).padStart(12, '0')}`,
    user: `user-${Math.floor(PEOPLE * random())}`,
    time: now - Math.floor(random() * 3_600_000),
    product: `sku-${Math.floor(random() * 4_000)}`,
    price: Math.floor(random() * 50_000) / 100,
  }));
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { connections: { type: 'string', default: '128' }, only: { type: 'string' } },
});
const count = Number(positionals[0] ?? 60_000);
const folder = mkdtempSync(join(tmpdir(), 'perennial-dialects-'));
try {
  const server = await startCollect(folder);
  for (const [name, { batchSize, path, headers, body }] of Object.entries(wires)) {
    if (values.only !== undefined && values.only !== name) continue;
    const facts = makeFacts(count, name);
    const requests: Buffer[] = [];
    for (let from = 0; from < facts.length; from += batchSize)
      requests.push(postBytes(`/c/${name}/${server.writeKey}${path}`, Buffer.from(body(facts.slice(from, from + batchSize))), headers));
    let next = 0;
    const before = await server.figures();
    const figures = await runLoad({ url: server.url, connections: Number(values.connections), next: () => requests[next++] });
    const after = await server.figures();
    console.log(
      JSON.stringify({
        bench: 'dialects',
        dialect: name,
        batch: batchSize,
        eventsPerSecond: Math.round(count / figures.seconds),
        p99Ms: figures.p99Ms,
        serverCpuUsPerEvent: Math.round(((after.cpuSeconds - before.cpuSeconds) / count) * 1e7) / 10,
      }),
    );
  }
  await server.stop();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exit(0);
