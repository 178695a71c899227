import { afterAll, beforeAll, expect, test } from 'vitest';
import { type MailSink, openMailSink } from './mail-sink.ts';
import type { ProductProcess } from './product-process.ts';
import { api, freePort, newFolder, startProduct, until } from './product-process.ts';

/** Times that the server is killed. */
const KILLS = Number(process.env.PERENNIAL_TEST_KILLS ?? 20);
const PEOPLE_A_ROUND = 8;
const EVENTS_A_PERSON = 6;
const QUIET_TIMEOUT_MS = 120_000;

interface Call {
  type: string;
  messageId: string;
  [key: string]: unknown;
}

/** Sends calls until each was acknowledged, through crashes and restarts, as a client with a queue does. */
class Client {
  readonly #url: string;
  readonly #writeKey: string;
  readonly #working: Promise<void>[] = [];
  stopped = false;
  acknowledged = 0;
  retries = 0;
  constructor(url: string, writeKey: string) {
    this.#url = url;
    this.#writeKey = writeKey;
  }
  /** Batches of one person go one after the other, as a client's queue sends them; those of different people side by side. */
  send(batches: Call[][]): void {
    this.#working.push(
      (async () => {
        for (const batch of batches) await this.#untilTaken(batch);
      })(),
    );
  }
  async #untilTaken(batch: Call[]): Promise<void> {
    for (;;) {
      try {
        const reply = await fetch(`${this.#url}/v1/batch`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ writeKey: this.#writeKey, batch, sentAt: new Date().toISOString() }),
        });
        const text = await reply.text();
        if (reply.ok) {
          this.acknowledged += batch.length;
          return;
        }
        if (reply.status < 500 && reply.status !== 429) throw new Error(`refused: ${reply.status} ${text}`);
      } catch (error) {
        if (String(error).includes('refused:')) throw error;
      }
      this.retries += 1;
      await new Promise((resolve) => setTimeout(resolve, 200 + Math.random() * 400));
    }
  }
  async done(): Promise<void> {
    await Promise.all(this.#working);
  }
}

const calls: Call[] = [];
function personCalls(round: number, index: number): Call[][] {
  const userId = `p-${round}-${index}`;
  const anonymousId = `a-${round}-${index}`;
  const timestamp = new Date().toISOString();
  const visits = Array.from({ length: EVENTS_A_PERSON }, (_, n) => ({
    type: 'track',
    event: 'Visited',
    messageId: `v-${userId}-${n}`,
    timestamp,
    // Half of the visits come before the person is known, so that identities meet under fire.
    ...(n % 2 === 0 ? { anonymousId } : { userId }),
    properties: { n },
  }));
  const identify = {
    type: 'identify',
    messageId: `i-${userId}`,
    timestamp,
    userId,
    anonymousId,
    traits: { email: `${userId}@shop.example`, n: index },
  };
  const order = { type: 'track', event: 'Order Completed', messageId: `o-${userId}`, timestamp, userId, properties: { revenue: 10 } };
  calls.push(...visits, identify, order);
  return [visits.slice(0, 3), [identify, ...visits.slice(3)], [order]];
}

let sink: MailSink;
let folder: string;
let port: number;
let product: ProductProcess;
const start = (): Promise<ProductProcess> =>
  startProduct(folder, port, { PERENNIAL_DEMO: '0', PERENNIAL_SMTP_URL: sink.url, PERENNIAL_MAIL_FROM: 'shop@shop.example' });

beforeAll(async () => {
  sink = await openMailSink();
  folder = newFolder();
  port = await freePort();
  product = await start();
});
afterAll(async () => {
  await product?.kill();
  await sink?.close();
});

const draft = {
  trigger: { kind: 'event', event: 'Order Completed', where: [] },
  start: 'first',
  nodes: [
    { id: 'first', kind: 'branch', condition: { kind: 'trait', trait: 'email', test: { op: 'is_set' } }, exits: { yes: 'mail', no: 'end' } },
    {
      id: 'mail',
      kind: 'email',
      subject: 'Thanks {{ person.email }}',
      body: '<p>Order {{ event.revenue }}</p>',
      category: 'transactional',
      exits: { next: 'end' },
    },
    { id: 'end', kind: 'exit', exits: {} },
  ],
  goal: { event: 'Never', where: [], windowDays: 1 },
  controlPercent: 0,
  reentry: { kind: 'once' },
};

interface Trend {
  total?: number;
}
async function countOf(event: string, measure: 'events' | 'people'): Promise<number> {
  const answer = await api<{ series: { total: number }[] } & Trend>(product, 'POST', '/insights/trend', {
    kind: 'trend',
    event,
    filters: [],
    measure: { kind: measure },
    interval: 'day',
    range: { kind: 'last', count: 2, unit: 'day' },
  });
  return answer.series[0]?.total ?? 0;
}

test(`${KILLS} kills under load: nothing acknowledged is lost or doubled, no step twice, no mail twice or lost`, { timeout: 900_000 }, async () => {
  const journey = await api<{ id: number }>(product, 'POST', '/journeys', { name: 'Thanks', draft });
  await api(product, 'POST', `/journeys/${journey.id}/publication`);
  const client = new Client(product.url, product.firstRun.writeKey);
  let orders = 0;
  for (let round = 0; round < KILLS; round += 1) {
    const waves = Array.from({ length: PEOPLE_A_ROUND }, (_, index) => personCalls(round, index));
    orders += waves.length;
    const killAfterMs = 20 + Math.random() * 1_200;
    const killed = new Promise<void>((resolve) => setTimeout(() => void product.kill().then(resolve), killAfterMs));
    for (const wave of waves) {
      client.send(wave);
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 60));
    }
    await killed;
    product = await start();
  }
  await client.done();
  expect(client.acknowledged).toBe(calls.length);
  expect(client.retries).toBeGreaterThan(0);

  const counts = await until(
    'every mail to be decided',
    async () => {
      const { counts: states } = await api<{ counts: Record<string, number> }>(product, 'GET', '/deliveries?limit=1');
      const decided = (states.sent ?? 0) + (states.unknown ?? 0) + (states.failed ?? 0) + (states.skipped ?? 0);
      if (decided === orders) return states;
      throw new Error(`${JSON.stringify(states)} of ${orders}; ${product.output().slice(-2_000)}`);
    },
    QUIET_TIMEOUT_MS,
  );
  const results = await api<{ runs: { entered: number; active: number }; nodes: { node: string; entered: number }[] }>(
    product,
    'GET',
    `/journeys/${journey.id}/results`,
  );
  const visits = PEOPLE_A_ROUND * EVENTS_A_PERSON * KILLS;
  expect({
    visits: await countOf('Visited', 'events'),
    orders: await countOf('Order Completed', 'events'),
    identified: await countOf('$identify', 'events'),
  }).toEqual({ visits, orders, identified: orders });
  expect({ visitors: await countOf('Visited', 'people'), buyers: await countOf('Order Completed', 'people') }).toEqual({
    visitors: orders,
    buyers: orders,
  });
  expect(results.runs.entered).toBe(orders);
  expect(results.runs.active).toBe(0);
  for (const node of results.nodes.filter((each) => ['first', 'mail', 'end'].includes(each.node)))
    expect([node.node, node.entered]).toEqual([node.node, orders]);

  // Every mail is in the sink exactly once, but for those whose hand-over the kill hit: they are shown as unknown and never sent twice.
  const taken = new Map<string, number>();
  for (const mail of sink.mails) taken.set(mail.to, (taken.get(mail.to) ?? 0) + 1);
  expect([...taken].filter(([, times]) => times > 1)).toEqual([]);
  expect(counts.failed ?? 0).toBe(0);
  expect(taken.size).toBeGreaterThanOrEqual(counts.sent ?? 0);
  expect(taken.size).toBeLessThanOrEqual((counts.sent ?? 0) + (counts.unknown ?? 0));
  process.stdout.write(
    `crash: ${KILLS} kills, ${calls.length} calls, ${client.retries} retries, ${orders} mails: ${counts.sent ?? 0} sent, ${counts.unknown ?? 0} unknown; last start ${product.readyAfterMs} ms\n`,
  );
});
