import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestCollect, type TestCollect } from '../imports/testing/open-collect.ts';
import type { Pull, PullRun } from './contract.ts';
import { cursorText, valueBefore } from './cursor.ts';
import { door } from './index.ts';
import { nextRun } from './schedule.ts';
import { type Database, engines } from './testing/databases.ts';

let on: TestCollect;
beforeAll(async () => {
  on = await openTestCollect({ more: [door] });
});
afterAll(() => on.stop());

const below = (projectId: number, path: string): string => `/api/projects/${projectId}/${path}`;

const runs = async (key: string, projectId: number, id: string): Promise<PullRun[]> =>
  ((await on.ask(key, 'GET', below(projectId, `pulls/${id}/runs`))).body as { items: PullRun[] }).items;
async function settled(key: string, projectId: number, { id, count }: { id: string; count: number }): Promise<PullRun> {
  await expect.poll(async () => (await runs(key, projectId, id)).filter(({ state }) => state !== 'running').length).toBe(count);
  const [last] = await runs(key, projectId, id);
  return last as PullRun;
}

/** A table of orders as shops have it, and the way to put some in: their ids lie around what a double still tells apart. */
async function makeOrders({ connection, run }: Database): Promise<(from: number, to: number, updated: string) => Promise<unknown>> {
  const isPostgres = connection.engine === 'postgres';
  const [ordered, updated, note] = isPostgres ? ['timestamp', 'timestamptz(3)', 'jsonb'] : ['datetime', 'timestamp(3)', 'json'];
  await run(
    `CREATE TABLE orders (order_id bigint PRIMARY KEY, user_id varchar(40), amount decimal(12,2), ordered_at ${ordered}, updated_at ${updated}, note ${note})`,
  );
  return (from, to, at) => {
    const rows = Array.from({ length: to - from }, (_, index) => {
      const n = from + index;
      return `(${9_007_199_254_740_000n + BigInt(n)}, 'u${n % 50}', ${n.toFixed(2)}, '2026-05-01 10:00:00', '${at}', '{"a": 1}')`;
    });
    return run(`INSERT INTO orders (order_id, user_id, amount, ordered_at, updated_at, note) VALUES ${rows.join(', ')}`);
  };
}

/** What the database shows before there is a pull: it can be reached, and the columns are understood. */
async function guessed(secretKey: string, projectId: number, { reach, question }: { reach: object; question: object }): Promise<Pull['mapping']> {
  const tested = await on.ask(secretKey, 'POST', below(projectId, 'pull-tests'), reach);
  expect(tested.status).toBe(200);
  expect((tested.body as { tables: { table: string }[] }).tables.map(({ table }) => table)).toContain('orders');
  const sampled = (await on.ask(secretKey, 'POST', below(projectId, 'pull-samples'), { ...reach, question })).body as {
    guess: Pull['mapping'];
    cursor: string;
  };
  expect(sampled.cursor).toBe('updated_at');
  expect(Object.fromEntries(sampled.guess.columns.map(({ column, role }) => [column, role]))).toMatchObject({
    order_id: 'key',
    user_id: 'userId',
    amount: 'property',
    ordered_at: 'time',
  });
  return sampled.guess;
}

/** The table goes away: the run says so in the engine's words. */
async function tellsBroken(secretKey: string, projectId: number, { id, database }: { id: string; database: Database }): Promise<void> {
  await database.run('DROP TABLE orders');
  await on.ask(secretKey, 'POST', below(projectId, `pulls/${id}/runs`));
  expect(await settled(secretKey, projectId, { id, count: 5 })).toMatchObject({
    state: 'failed',
    failure: { code: 'pulls.query_failed', details: { reason: expect.stringContaining('orders') as string } },
  });
}

describe.for(engines)('%s', ([engine, start, isThere]) => {
  let database: Database;
  const isPostgres = engine === 'PostgreSQL';
  beforeAll(async () => {
    if (isThere) database = await start();
  });
  afterAll(() => database?.stop());

  test.skipIf(!isThere)('orders come once each, new and changed ones with the next run, and a broken question is told', async () => {
    const { projectId, secretKey } = await on.newProject('Asia/Shanghai');
    const insert = await makeOrders(database);
    await insert(0, 2_500, '2026-05-01 12:00:00');
    const reach = { connection: database.connection, password: database.password };
    const question = { kind: 'table', schema: null, table: 'orders' };
    const guess = await guessed(secretKey, projectId, { reach, question });
    const mapping = { ...guess, eventName: 'Ordered' };
    const made = await on.ask(secretKey, 'POST', below(projectId, 'pulls'), {
      name: 'Orders',
      ...reach,
      question,
      mapping,
      cursor: { column: 'updated_at', overlap: 3_600 },
      schedule: { every: 'minutes', minutes: 60 },
    });
    expect(made.status).toBe(201);
    expect(JSON.stringify(made.body)).not.toContain('sealed');
    const { id } = made.body as Pull;
    expect(await settled(secretKey, projectId, { id, count: 1 })).toMatchObject({ state: 'done', rows: 2_500, accepted: 2_500, refused: 0 });
    const stored = await on.events(projectId, 'Ordered');
    expect(stored).toHaveLength(2_500);
    // A clock on a wall in Shanghai; the id is beyond what a double tells apart.
    expect(stored.find(({ message_id: message }) => message === 'Ordered:9007199254740007')).toMatchObject({
      at: Date.UTC(2026, 4, 1, 2),
      properties: { revenue: 7, note: isPostgres ? { a: 1 } : expect.anything() },
    });
    expect(new Set(stored.map(({ message_id: message }) => message)).size).toBe(2_500);
    await insert(2_500, 2_600, '2026-05-01 12:30:00');
    await on.ask(secretKey, 'POST', below(projectId, `pulls/${id}/runs`));
    // The overlap reads the old ones again; they are known.
    expect(await settled(secretKey, projectId, { id, count: 2 })).toMatchObject({ rows: 2_600, accepted: 100, unchanged: 2_500 });
    await insert(2_600, 2_601, '2026-05-02 12:00:00');
    await on.ask(secretKey, 'POST', below(projectId, `pulls/${id}/runs`));
    expect(await settled(secretKey, projectId, { id, count: 3 })).toMatchObject({ accepted: 1 });
    await on.ask(secretKey, 'POST', below(projectId, `pulls/${id}/runs`));
    expect(await settled(secretKey, projectId, { id, count: 4 })).toMatchObject({ rows: 1, accepted: 0, unchanged: 1 });
    expect(await on.events(projectId, 'Ordered')).toHaveLength(2_601);
    await tellsBroken(secretKey, projectId, { id, database });
    expect((await on.ask(secretKey, 'DELETE', below(projectId, `pulls/${id}`))).status).toBe(204);
  });

  test.skipIf(!isThere)('traits come when they change, back and forth too', async () => {
    const { projectId, secretKey } = await on.newProject();
    await database.run('CREATE TABLE members (id int PRIMARY KEY, level varchar(20), city varchar(20))');
    await database.run("INSERT INTO members VALUES (1, 'gold', '上海'), (2, 'silver', '北京'), (3, NULL, NULL)");
    const mapping = {
      content: 'people',
      timeZone: 'UTC',
      columns: [
        { column: 'id', role: 'userId' },
        { column: 'level', role: 'trait' },
        { column: 'city', role: 'trait' },
      ],
    };
    const question = { kind: 'query', sql: 'SELECT * FROM members WHERE id < 3;' };
    const made = await on.ask(secretKey, 'POST', below(projectId, 'pulls'), {
      name: 'Members',
      connection: database.connection,
      password: database.password,
      question,
      mapping,
      schedule: { every: 'day', at: '03:00' },
    });
    const { id } = made.body as Pull;
    const levelOf = async (user: string): Promise<unknown> => {
      const person = await on.identity.personOf(projectId, 'user', user);
      return (await on.identity.person(projectId, person ?? 0))?.traits.level;
    };
    expect(await settled(secretKey, projectId, { id, count: 1 })).toMatchObject({ accepted: 2, failure: null, refusals: [] });
    for (const [count, level] of [
      [2, 'silver'],
      [3, 'gold'],
    ] as const) {
      await database.run(`UPDATE members SET level = '${level}' WHERE id = 1`);
      await on.ask(secretKey, 'POST', below(projectId, `pulls/${id}/runs`));
      expect(await settled(secretKey, projectId, { id, count })).toMatchObject({ rows: 2, accepted: 1, unchanged: 1 });
      expect(await levelOf('1')).toBe(level);
    }
    await database.run('DROP TABLE members');
  });
});

test('the next run and the place to begin from', () => {
  const now = Date.UTC(2026, 4, 1, 20); // 04:00 on 2 May in Shanghai, a Saturday
  expect(new Date(nextRun({ every: 'day', at: '03:00' }, 'Asia/Shanghai', now)).toISOString()).toBe('2026-05-02T19:00:00.000Z');
  expect(new Date(nextRun({ every: 'day', at: '05:00' }, 'Asia/Shanghai', now)).toISOString()).toBe('2026-05-01T21:00:00.000Z');
  expect(new Date(nextRun({ every: 'week', weekday: 1, at: '00:30' }, 'Asia/Shanghai', now)).toISOString()).toBe('2026-05-03T16:30:00.000Z');
  expect(nextRun({ every: 'minutes', minutes: 5 }, 'UTC', now)).toBe(now + 300_000);
  expect(valueBefore('2026-05-01 00:05:00.123456+00', 600)).toBe('2026-04-30 23:55:00.123456+00');
  expect(valueBefore('2026-05-01 00:05:00.5Z', 60)).toBe('2026-05-01 00:04:00.5Z');
  expect(valueBefore('9007199254740993', 3)).toBe('9007199254740990');
  expect(valueBefore('k-17', 3)).toBe('k-17');
  expect([cursorText(5), cursorText(''), cursorText(null)]).toEqual(['5', undefined, undefined]);
});
