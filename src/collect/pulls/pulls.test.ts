import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runFolder } from '../../kernel/testing/opened-stores.ts';
import { type PostgresServer, startPostgresServer } from '../../kernel/testing/postgres-server.ts';
import { openTestCollect, type TestCollect } from '../imports/testing/open-collect.ts';
import type { Connection, Pull, PullRun } from './contract.ts';
import { cursorText, valueBefore } from './cursor.ts';
import { door } from './index.ts';
import { nextRun } from './schedule.ts';
import { hasMariadb, startMariadb } from './testing/mariadb-server.ts';

interface Database {
  connection: Connection;
  password: string;
  run(sql: string): Promise<unknown>;
  stop(): Promise<void>;
}

let on: TestCollect;
beforeAll(async () => {
  on = await openTestCollect({ more: [door] });
});
afterAll(() => on.stop());

async function startPostgres(): Promise<Database> {
  const server: PostgresServer = await startPostgresServer({ folder: join(runFolder(), `pull-postgres-${process.pid}`), isDurable: false });
  const { port, username } = new URL(server.url);
  const client = new pg.Client({ connectionString: server.url });
  await client.connect();
  return {
    connection: { engine: 'postgres', host: '127.0.0.1', port: Number(port), database: 'postgres', user: username, tls: 'off' },
    password: 'any',
    run: (sql) => client.query(sql),
    stop: async () => {
      await client.end();
      await server.stop();
    },
  };
}

async function startMysql(): Promise<Database> {
  const server = await startMariadb(join(runFolder(), `pull-mariadb-${process.pid}`));
  const client = await createConnection({ host: '127.0.0.1', port: server.port, user: 'root', password: 'secret', multipleStatements: true });
  await client.query('CREATE DATABASE shop CHARACTER SET utf8mb4; USE shop');
  return {
    connection: { engine: 'mysql', host: '127.0.0.1', port: server.port, database: 'shop', user: 'root', tls: 'off' },
    password: 'secret',
    run: (sql) => client.query(sql),
    stop: async () => {
      await client.end();
      await server.stop();
    },
  };
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

const engines: [string, () => Promise<Database>, boolean][] = [
  ['PostgreSQL', startPostgres, true],
  ['MariaDB', startMysql, hasMariadb()],
];

describe.for(engines)('%s', ([engine, start, isThere]) => {
  let database: Database;
  const isPostgres = engine === 'PostgreSQL';
  const below = (projectId: number, path: string): string => `/api/projects/${projectId}/${path}`;
  beforeAll(async () => {
    if (isThere) database = await start();
  }, 60_000);
  afterAll(() => database?.stop());

  const runs = async (key: string, projectId: number, id: string): Promise<PullRun[]> =>
    ((await on.ask(key, 'GET', below(projectId, `pulls/${id}/runs`))).body as { items: PullRun[] }).items;
  async function settled(key: string, projectId: number, { id, count }: { id: string; count: number }): Promise<PullRun> {
    await expect
      .poll(async () => (await runs(key, projectId, id)).filter(({ state }) => state !== 'running').length, { timeout: 25_000 })
      .toBe(count);
    const [last] = await runs(key, projectId, id);
    return last as PullRun;
  }

  /** The table goes away: the run says so in the engine's words. */
  async function tellsBroken(secretKey: string, projectId: number, id: string): Promise<void> {
    await database.run('DROP TABLE orders');
    await on.ask(secretKey, 'POST', below(projectId, `pulls/${id}/runs`));
    expect(await settled(secretKey, projectId, { id, count: 5 })).toMatchObject({
      state: 'failed',
      failure: { code: 'pulls.query_failed', details: { reason: expect.stringContaining('orders') as string } },
    });
  }

  test.skipIf(!isThere)(
    'orders come once each, new and changed ones with the next run, and a broken question is told',
    async () => {
      const { projectId, secretKey } = await on.newProject('Asia/Shanghai');
      const insert = await makeOrders(database);
      await insert(0, 2_500, '2026-05-01 12:00:00');
      const reach = { connection: database.connection, password: database.password };
      const tested = await on.ask(secretKey, 'POST', below(projectId, 'pull-tests'), reach);
      expect(tested.status).toBe(200);
      expect((tested.body as { tables: { table: string }[] }).tables.map(({ table }) => table)).toContain('orders');
      const question = { kind: 'table', schema: null, table: 'orders' };
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
      const mapping = { ...sampled.guess, eventName: 'Ordered' };
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
      await tellsBroken(secretKey, projectId, id);
      expect((await on.ask(secretKey, 'DELETE', below(projectId, `pulls/${id}`))).status).toBe(204);
    },
    60_000,
  );

  test.skipIf(!isThere)(
    'traits come when they change, back and forth too',
    async () => {
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
    },
    60_000,
  );

  test.skipIf(!isThere)(
    'a question cannot change the database, and every fault of a connection is told',
    async () => {
      const { projectId, secretKey } = await on.newProject();
      await database.run('CREATE TABLE kept (id int)');
      await database.run('INSERT INTO kept VALUES (1)');
      const ask = (more: { connection?: object; password?: string; sql?: string }) =>
        on.ask(secretKey, 'POST', below(projectId, 'pull-samples'), {
          connection: { ...database.connection, ...more.connection },
          password: more.password ?? database.password,
          question: { kind: 'query', sql: more.sql ?? 'SELECT * FROM kept' },
        });
      const code = async (more: Parameters<typeof ask>[0]) => ((await ask(more)).body as { error: { code: string } }).error.code;
      expect((await ask({})).status).toBe(200);
      for (const sql of [
        'DELETE FROM kept',
        'SELECT 1; DELETE FROM kept',
        'SELECT * FROM kept) AS x; DROP TABLE kept; --',
        isPostgres ? "SELECT setval('x', 1)" : "SELECT 1 INTO OUTFILE '/tmp/perennial-no'",
      ])
        expect(await code({ sql })).toBe('pulls.query_failed');
      if (isPostgres) expect(await code({ sql: 'WITH gone AS (DELETE FROM kept RETURNING *) SELECT * FROM gone' })).toBe('pulls.query_failed');
      expect((await ask({})).status).toBe(200);
      expect(await code({ connection: { port: 1 } })).toBe('pulls.unreachable');
      expect(await code({ connection: { host: 'no.such.host.invalid' } })).toBe('pulls.unreachable');
      expect(await code({ connection: { database: 'nothing_here' } })).toBe('pulls.no_database');
      expect(await code({ connection: { host: '169.254.169.254' } })).toBe('pulls.private_address');
      if (!isPostgres) expect(await code({ password: 'wrong' })).toBe('pulls.denied');
      await database.run('DELETE FROM kept');
      expect(await code({})).toBe('pulls.nothing_read');
    },
    60_000,
  );
});

test('others see nothing, and a kept password goes nowhere else', async () => {
  const mine = await on.newProject();
  const other = await on.newProject();
  const connection = { engine: 'postgres', host: '127.0.0.1', port: 1, database: 'x', user: 'u', tls: 'off' };
  const mapping = { content: 'people', timeZone: 'UTC', columns: [{ column: 'id', role: 'userId' }] };
  const path = (projectId: number, more = ''): string => `/api/projects/${projectId}/pulls${more}`;
  const body = {
    name: 'X',
    connection,
    password: 'p',
    question: { kind: 'query', sql: 'SELECT 1' },
    mapping,
    schedule: { every: 'day', at: '03:00' },
  };
  const { id } = (await on.ask(mine.secretKey, 'POST', path(mine.projectId), body)).body as Pull;
  expect((await on.app.inject({ url: path(mine.projectId) })).statusCode).toBe(401);
  expect((await on.ask(other.secretKey, 'GET', path(mine.projectId))).status).toBeGreaterThanOrEqual(403);
  expect((await on.ask(other.secretKey, 'GET', path(other.projectId, `/${id}/runs`))).status).toBe(404);
  expect((await on.ask(other.secretKey, 'DELETE', path(other.projectId, `/${id}`))).status).toBe(404);
  expect((await on.ask(mine.secretKey, 'POST', path(mine.projectId), { ...body, schedule: { every: 'day', at: '25:00' } })).status).toBe(400);
  expect(await on.ask(mine.secretKey, 'POST', path(mine.projectId), { ...body, mapping: { ...mapping, columns: [] } })).toMatchObject({
    status: 400,
    body: { error: { code: 'pulls.mapping_incomplete' } },
  });
  const elsewhere = await on.ask(mine.secretKey, 'POST', `/api/projects/${mine.projectId}/pull-tests`, {
    connection: { ...connection, host: 'evil.example' },
    pullId: id,
  });
  expect(elsewhere).toMatchObject({ status: 400, body: { error: { code: 'pulls.password_missing' } } });
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
