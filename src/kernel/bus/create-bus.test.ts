import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestStores, type TestStores } from '../testing/open-test-stores.ts';
import { type ClosableBus, createBus } from './create-bus.ts';

let stores: TestStores;
let mine: ClosableBus;
/** Another process's bus; embedded there is only one process, so it is the same. */
let other: ClosableBus;

beforeAll(async () => {
  stores = await openTestStores();
  const { postgres, log } = stores.kernel;
  mine = await createBus({ postgres, log });
  other = postgres.form === 'server' ? await createBus({ postgres, log }) : mine;
});
afterAll(async () => {
  await mine.close();
  await other.close();
  await stores.close();
});

test('tells every listener of a topic once, here and in other processes', async () => {
  const heard: unknown[] = [];
  const heardThere: unknown[] = [];
  const leave = mine.subscribe('stream', (payload) => heard.push(payload));
  const leaveThere = other.subscribe('stream', (payload) => heardThere.push(payload));
  mine.subscribe('other topic', () => heard.push('wrong'));
  mine.publish('stream', { projectId: 1, name: `it's 你好` });
  mine.publish('stream', { projectId: 2 });
  await expect.poll(() => heardThere).toEqual([{ projectId: 1, name: `it's 你好` }, { projectId: 2 }]);
  await expect.poll(() => heard).toEqual([{ projectId: 1, name: `it's 你好` }, { projectId: 2 }]);
  leave();
  leaveThere();
  mine.publish('stream', { projectId: 3 });
  const last: unknown[] = [];
  mine.subscribe('last', (payload) => last.push(payload));
  mine.publish('last', null);
  await expect.poll(() => last).toEqual([null]);
  expect(heard).toHaveLength(2);
});

test('drops a notice that is too large, and goes on when a listener fails', async () => {
  const heard: unknown[] = [];
  mine.subscribe('sizes', () => {
    throw new Error('a broken listener');
  });
  mine.subscribe('sizes', (payload) => heard.push(payload));
  mine.publish('sizes', 'x'.repeat(7_001));
  mine.publish('sizes', 'small');
  await expect.poll(() => heard).toEqual(['small']);
});

test.runIf(process.env.PERENNIAL_TEST_FORM === 'server')('connects again by itself when its connection is lost', async () => {
  const { pool } = stores.kernel.postgres;
  const listeners = `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'`;
  const before = (await pool.query<{ pid: number }>(listeners)).rows.map((row) => row.pid);
  await pool.query(`SELECT pg_terminate_backend(pid) FROM (${listeners}) AS lost`);
  await expect
    .poll(async () => (await pool.query<{ pid: number }>(listeners)).rows.filter((row) => !before.includes(row.pid)).length)
    .toBe(before.length);
  const heard: unknown[] = [];
  other.subscribe('again', (payload) => heard.push(payload));
  mine.publish('again', 1);
  await expect.poll(() => heard).toEqual([1]);
});
