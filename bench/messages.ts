import { postBytes } from './load.ts';

const names = ['Product viewed', 'Searched', 'Cart changed', 'Order completed', 'Coupon seen', 'Article read', 'Video played', 'Shared'];
const DAY_MS = 86_400_000;
/** Digits of the numbers inside ids, so that one text can be made into many. */
export const ID_DIGITS = 12;

/** A small generator of random numbers in [0, 1) (mulberry32), so that every run sends the same. */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Calls of Segment's protocol as its Node client sends them. Skewed: a fifth of the people does most of what is done. */
export function makeMessages(count: number, peopleCount: number, now: number): Record<string, unknown>[] {
  const random = randomFrom(7);
  return Array.from({ length: count }, (_, index) => {
    const person = Math.floor(peopleCount * random() ** 2.2);
    const product = Math.floor(4_000 * random() ** 1.5);
    return {
      type: 'track',
      messageId: `node-next-${now}-5f3c-4a9e-${String(index).padStart(ID_DIGITS, '0')}`,
      timestamp: new Date(now - Math.floor(random() * DAY_MS)).toISOString(),
      ...(random() < 0.8 ? { userId: `user-${person}` } : { anonymousId: `device-${person}-${product % 3}` }),
      event: names[Math.floor(names.length * random() ** 2)] ?? 'Product viewed',
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

/** Requests of `batchSize` messages each. */
export function batchRequests(messages: readonly Record<string, unknown>[], batchSize: number, writeKey: string): Buffer[] {
  const authorization = `Basic ${Buffer.from(`${writeKey}:`).toString('base64')}`;
  const requests: Buffer[] = [];
  for (let from = 0; from < messages.length; from += batchSize) {
    const body = JSON.stringify({ batch: messages.slice(from, from + batchSize), sentAt: new Date().toISOString(), writeKey });
    requests.push(postBytes('/v1/batch', Buffer.from(body), { authorization }));
  }
  return requests;
}

/** Sends a set of prepared requests over and over, each time with message ids that were never sent. */
export class EndlessRequests {
  readonly #requests: readonly { bytes: Buffer; places: readonly number[] }[];
  #turn = 0;
  #id = 0;

  constructor(requests: readonly Buffer[]) {
    const marker = Buffer.from('"messageId":"');
    this.#requests = requests.map((bytes) => {
      const places: number[] = [];
      for (let at = bytes.indexOf(marker); at >= 0; at = bytes.indexOf(marker, at + 1)) {
        const end = bytes.indexOf('"', at + marker.length);
        places.push(end - ID_DIGITS);
      }
      return { bytes, places };
    });
  }

  next(): Buffer {
    const request = this.#requests[this.#turn++ % this.#requests.length];
    if (!request) throw new Error('There is nothing to send');
    const bytes = Buffer.from(request.bytes);
    for (const place of request.places) bytes.write(String(this.#id++).padStart(ID_DIGITS, '0'), place, 'latin1');
    return bytes;
  }
}
