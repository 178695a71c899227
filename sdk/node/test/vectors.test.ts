import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { comparable } from '../../vectors/comparable-messages.ts';
import delivery from '../../vectors/delivery.json' with { type: 'json' };
import json from '../../vectors/json.json' with { type: 'json' };
import limitCases from '../../vectors/limits.json' with { type: 'json' };
import retry from '../../vectors/retry.json' with { type: 'json' };
import serverMessages from '../../vectors/server-messages.json' with { type: 'json' };
import { VirtualTime } from '../../vectors/virtual-time.ts';
import type { Environment, Reply } from '../src/environment.ts';
import { Perennial } from '../src/index.ts';
import { jsonText } from '../src/json.ts';
import { countThatFits, limits } from '../src/limits.ts';
import { outcomeOf, retryDelayMs } from '../src/retry.ts';

const START = Date.parse('2026-03-01T00:00:00Z');

/** The outside world of the vectors: a clock, ids, and a server that answers as it is told. */
class FakeWorld {
  readonly time = new VirtualTime(START);
  readonly requests: { at: number; batch: { event: string }[] }[] = [];
  answers: Reply[] = [];
  #ids = 0;

  readonly environment: Environment = {
    now: () => this.time.now,
    newId: () => {
      this.#ids += 1;
      return `made-${this.#ids}`;
    },
    random: () => 0,
    later: (work, delayMs) => this.time.later(work, delayMs),
    post: ({ body }) => {
      const text = (body[0] === 0x1f ? gunzipSync(body) : Buffer.from(body)).toString();
      this.requests.push({ at: this.time.now, batch: (JSON.parse(text) as { batch: { event: string }[] }).batch });
      return Promise.resolve(this.answers.shift() ?? { status: 200 });
    },
  };

  start(options: object = {}): Perennial {
    return new Perennial({ writeKey: 'key', host: 'https://events.example', flushAtExit: false, gzip: false, ...options }, this.environment);
  }
}

test.each(serverMessages.cases)('messages: $name', async ({ steps, wire }) => {
  const world = new FakeWorld();
  const client = world.start();
  for (const { after = 0, call, throws } of steps as { after?: number; call: [keyof Perennial, never]; throws?: boolean }[]) {
    await world.time.goTo(world.time.now + after);
    const make = (): unknown => (client[call[0]] as (given: never) => unknown)(call[1]);
    if (throws) expect(make).toThrow(TypeError);
    else expect(make()).toBe(true);
  }
  await world.time.goTo(world.time.now + 1_000);
  expect(comparable(world.requests.flatMap(({ batch }) => batch))).toEqual(wire);
});

test.each(delivery.cases)('delivery: $name', async ({ options, tracks, answers, requests }) => {
  const world = new FakeWorld();
  world.answers = [...answers];
  const client = world.start(options);
  for (const { at, events } of tracks) {
    await world.time.goTo(START + at);
    for (const event of events) client.track({ userId: 'u', event });
  }
  await world.time.goTo(START + 100_000);
  expect(world.requests.map(({ at, batch }) => ({ at: at - START, events: batch.map(({ event }) => event) }))).toEqual(requests);
});

test('retries', () => {
  for (const { status, count, outcome } of retry.outcomes) expect([status, count, outcomeOf(status, count)]).toEqual([status, count, outcome]);
  for (const { failures, random, retryAfter, now, delayMs } of retry.delays)
    expect([failures, random, retryAfter, retryDelayMs(failures, random, retryAfter, now)]).toEqual([failures, random, retryAfter, delayMs]);
});

test('limits and JSON', () => {
  for (const name of ['messageSizeMaxBytes', 'batchSizeMaxBytes', 'depthMax'] as const) expect(limits[name]).toBe(limitCases[name]);
  for (const { sizes, countMax, first } of limitCases.batches) expect(countThatFits(sizes, countMax)).toBe(first);
  for (const { text, bytes } of limitCases.byteLengths) expect(Buffer.byteLength(text)).toBe(bytes);
  for (const { codeUnits, text } of json.halfLetters) expect(jsonText(String.fromCharCode(...codeUnits))).toBe(text);
  for (const { value, text } of json.texts) expect(jsonText(value)).toBe(text);
});
