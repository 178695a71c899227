import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ClosableBus, createBus } from '../bus/create-bus.ts';
import { HeldClock } from '../clock.ts';
import { openTestStores, type TestStores } from '../testing/open-test-stores.ts';
import { DueLoop } from './due-loop.ts';

let stores: TestStores;
let bus: ClosableBus;
const clock = new HeldClock(1_000);

beforeAll(async () => {
  stores = await openTestStores();
  bus = await createBus(stores.kernel);
});
afterAll(async () => {
  await bus.close();
  await stores.close();
});

function loopOf(look: () => Promise<number | undefined>): DueLoop {
  return new DueLoop({ bus, clock, log: stores.kernel.log, topic: 'things.due', look });
}

test('looks at the start, when told, and when the next thing is due, also after a look that failed', async () => {
  let looks = 0;
  const loop = loopOf(async () => {
    looks += 1;
    if (looks === 1) throw new Error('the store is away');
    // The second look finds something that is due at once.
    return looks === 2 ? clock.now() : undefined;
  });
  loop.start();
  await expect.poll(() => looks).toBe(1);
  bus.publish('things.due', {});
  await expect.poll(() => looks).toBe(3);
  await loop.stop();
  loop.wake();
  bus.publish('things.due', {});
  const last: unknown[] = [];
  bus.subscribe('last', (payload) => last.push(payload));
  bus.publish('last', 1);
  await expect.poll(() => last).toEqual([1]);
  expect(looks).toBe(3);
});

test('one look at a time, and one more for whoever came meanwhile', async () => {
  let looks = 0;
  let isLooking = false;
  let letGo: () => void = () => {};
  const loop = loopOf(async () => {
    expect(isLooking).toBe(false);
    isLooking = true;
    looks += 1;
    if (looks === 1)
      await new Promise<void>((resolve) => {
        letGo = resolve;
      });
    isLooking = false;
    return undefined;
  });
  loop.start();
  loop.wake();
  loop.wake();
  expect(looks).toBe(1);
  letGo();
  await expect.poll(() => looks).toBe(2);
  await loop.stop();
});
