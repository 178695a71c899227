import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestStores, type TestStores } from '../../../kernel/testing/open-test-stores.ts';
import { SessionGossip } from './gossip.ts';
import { SessionBook, type SessionRule } from './session-book.ts';

const MINUTE = 60_000;
const rule: SessionRule = { idleMs: 30 * MINUTE, lengthMaxMs: 24 * 60 * MINUTE, isCutAtMidnight: false, isCutOnCampaign: false };
const start = Date.parse('2026-11-20T08:00:00Z');
let stores: TestStores;
beforeAll(async () => {
  stores = await openTestStores();
});
afterAll(() => stores.close());

function visit(device: number, timeMs: number) {
  return { key: `1adevice-${device}`, timeMs, day: '2026-11-20', campaign: '' };
}

test('tells another process of thousands of sessions in notices that the bus takes', async () => {
  const [here, there] = [new SessionBook(10_000), new SessionBook(10_000)];
  const [teller, listener] = [new SessionGossip(stores.kernel.bus, 'here'), new SessionGossip(stores.kernel.bus, 'there')];
  const ends = [teller.hear(here, rule), listener.hear(there, rule)];
  const ids = Array.from({ length: 3_000 }, (_, device) => here.assign(visit(device, start + device), rule, teller.tell));
  teller.flush();
  await expect.poll(() => there.size).toBe(3_000);
  expect(ids.map((_, device) => there.assign(visit(device, start + 10 * MINUTE), rule))).toEqual(ids);
  // What one tells oneself is no news.
  expect(here.size).toBe(3_000);
  for (const end of ends) end();
  teller.close();
  listener.close();
});
