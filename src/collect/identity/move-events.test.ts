import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ClickHouse } from '../../kernel/clickhouse/clickhouse.ts';
import { openTestStream, type TestStream, trackEvent } from '../stream/testing/open-stream.ts';
import { EventMover } from './move-events.ts';

let on: TestStream;
beforeAll(async () => {
  on = await openTestStream();
});
afterAll(async () => {
  await on.stream.close();
  await on.close();
});

const start = Date.UTC(2026, 4, 1, 4);
const DAY_MS = 86_400_000;

/** The engine as a process sees it that dies: the first `calls` statements are done, the next one is done too but nobody hears of it, and nothing comes after. */
function dyingAfter(calls: number): ClickHouse {
  let left = calls;
  let isDead = false;
  const guard = <A extends unknown[], R>(act: (...args: A) => Promise<R>) => {
    return async (...args: A): Promise<R> => {
      if (isDead) throw new Error('the process is dead');
      left -= 1;
      if (left >= 0) return act(...args);
      isDead = true;
      await act(...args);
      throw new Error('the process died');
    };
  };
  const { clickhouse } = on.kernel;
  return {
    ...clickhouse,
    localTable: (table) => clickhouse.localTable(table),
    query: guard(clickhouse.query.bind(clickhouse)) as ClickHouse['query'],
    command: guard(clickhouse.command.bind(clickhouse)) as ClickHouse['command'],
    commandOnEachShard: guard(clickhouse.commandOnEachShard.bind(clickhouse)) as ClickHouse['commandOnEachShard'],
  };
}

async function rowsOf(projectId: number) {
  const events = await on.kernel.clickhouse.query(
    `SELECT person_id, toString(event) AS event, toString(day) AS day, count() AS rows, uniqExact(message_id) AS messages FROM events
    WHERE project_id = {projectId:UInt32} GROUP BY ALL ORDER BY ALL`,
    { projectId },
  );
  const days = await on.kernel.clickhouse.query(
    `SELECT toString(event) AS event, toString(day) AS day, arraySort(bitmapToArray(groupBitmapMergeState(people))) AS people FROM event_days
    WHERE project_id = {projectId:UInt32} GROUP BY ALL HAVING notEmpty(people) ORDER BY ALL`,
    { projectId },
  );
  return { events, days };
}

test('a split whose process dies after any of its statements is finished by the next one, and nothing is lost or doubled', async () => {
  let isFinished = false;
  let turns = 0;
  for (let calls = 0; !isFinished && calls < 20; calls += 1) {
    const projectId = await on.newProject('UTC');
    const incoming = [
      { userId: 'bob', anonymousId: 'phone', event: 'Viewed', time: start },
      { userId: 'bob', anonymousId: 'tablet', event: 'Viewed', time: start },
      { anonymousId: 'tablet', event: 'Viewed', time: start },
      { anonymousId: 'tablet', event: 'Played', time: start + DAY_MS },
      { anonymousId: 'tablet', event: 'Played', time: start + DAY_MS },
    ];
    await on.stream.api.accept(projectId, incoming.map(trackEvent), { receivedAt: Date.now(), source: 'test' });
    const bob = (await on.identity.personOf(projectId, 'user', 'bob')) ?? 0;
    const target = bob + 500_000;
    const move = { projectId, ids: [{ kind: 'anonymous', value: 'tablet' }], sources: [bob], target, at: on.kernel.clock.now() };
    await new EventMover(on.kernel).plan(move, on.kernel.postgres.as());
    isFinished = await new EventMover({ ...on.kernel, clickhouse: dyingAfter(calls) }).moveAll().then(
      () => true,
      () => false,
    );
    if (!isFinished) expect(await new EventMover(on.kernel).moveAll()).toBeGreaterThan(0);
    const first = '2026-05-01';
    const second = '2026-05-02';
    expect({ calls, ...(await rowsOf(projectId)) }).toEqual({
      calls,
      events: [
        { person_id: bob, event: 'Viewed', day: first, rows: 2, messages: 2 },
        { person_id: target, event: 'Played', day: second, rows: 2, messages: 2 },
        { person_id: target, event: 'Viewed', day: first, rows: 1, messages: 1 },
      ],
      days: [
        { event: '', day: first, people: [bob, target] },
        { event: '', day: second, people: [target] },
        { event: 'Played', day: second, people: [target] },
        { event: 'Viewed', day: first, people: [bob, target] },
      ],
    });
    // A move stays open for two minutes; the next turn has its own.
    await on.kernel.postgres.pool.query('DELETE FROM event_moves');
    turns = calls;
  }
  expect(turns).toBeGreaterThanOrEqual(6);
});
