import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openTestStores, type TestStores } from '../testing/open-test-stores.ts';
import type { Postgres } from './postgres.ts';

interface Tables {
  notes: { id: number; body: string | null };
}

let stores: TestStores;
let postgres: Postgres;

beforeAll(async () => {
  stores = await openTestStores();
  postgres = stores.kernel.postgres;
});
afterAll(() => stores.close());
beforeEach(async () => {
  await postgres.pool.query('DROP TABLE IF EXISTS notes; CREATE TABLE notes (id bigint PRIMARY KEY, body text)');
});

test('reads values of every kind the same way', async () => {
  const { rows } = await postgres.pool.query(
    `SELECT 9007199254740991::bigint AS big, count(*) AS counted, 1.50::numeric AS exact, '2026-03-01'::date AS day, '2026-03-01T10:00:00+08'::timestamptz AS instant,
       '2026-03-01T10:00:00'::timestamp AS local, '{"a":[1,"x"]}'::jsonb AS json, ARRAY[1,NULL,3]::bigint[] AS list, '{}'::bigint[] AS empty, true AS flag`,
  );
  expect(rows).toEqual([
    {
      big: 9_007_199_254_740_991,
      counted: 1,
      exact: '1.50',
      day: '2026-03-01',
      instant: new Date('2026-03-01T02:00:00Z'),
      local: new Date('2026-03-01T10:00:00Z'),
      json: { a: [1, 'x'] },
      list: [1, null, 3],
      empty: [],
      flag: true,
    },
  ]);
  await expect(postgres.pool.query('SELECT 9007199254740993::bigint')).rejects.toThrow(/9007199254740993/);
});

test('answers each of many clients with its own rows, also when parameters are large', async () => {
  const filler = 'x'.repeat(300_000);
  const clients = Array.from({ length: 8 }, async (_, client) => {
    for (let turn = 0; turn < 10; turn++) {
      const { rows } = await postgres.pool.query(`SELECT $1::int + ${client * 1_000} AS sum, length($2::text) AS length`, [turn, filler]);
      expect(rows).toEqual([{ sum: turn + client * 1_000, length: 300_000 }]);
    }
  });
  await Promise.all(clients);
});

test('commits a transaction whole or not at all', async () => {
  await postgres.transaction<Tables, void>(async (tx) => {
    await tx.insertInto('notes').values({ id: 1, body: 'kept' }).execute();
  });
  const broken = postgres.transaction<Tables, void>(async (tx) => {
    await tx.insertInto('notes').values({ id: 2, body: 'lost' }).execute();
    throw new Error('changed my mind');
  });
  await expect(broken).rejects.toThrow('changed my mind');
  expect(await postgres.as<Tables>().selectFrom('notes').select('id').execute()).toEqual([{ id: 1 }]);
});

test('gives the database its code and constraint in errors, and goes on after them', async () => {
  const db = postgres.as<Tables>();
  await db.insertInto('notes').values({ id: 1, body: null }).execute();
  await expect(db.insertInto('notes').values({ id: 1, body: null }).execute()).rejects.toMatchObject({ code: '23505', constraint: 'notes_pkey' });
  await expect(sql`SELECT broken FROM notes`.execute(db)).rejects.toMatchObject({ code: '42703' });
  expect(await db.selectFrom('notes').select('id').execute()).toEqual([{ id: 1 }]);
});

test('keeps transactions apart: nobody sees what is not committed', async () => {
  let letGo: () => void = () => {};
  const hold = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  let hasWritten: () => void = () => {};
  const written = new Promise<void>((resolve) => {
    hasWritten = resolve;
  });
  const writing = postgres.transaction<Tables, void>(async (tx) => {
    await tx.insertInto('notes').values({ id: 1, body: 'unseen' }).execute();
    hasWritten();
    await hold;
    throw new Error('undone');
  });
  await written;
  // Embedded, this waits for the end of the transaction; on a server it answers at once. Neither sees the row.
  const reading = postgres.as<Tables>().selectFrom('notes').select('id').execute();
  letGo();
  await expect(writing).rejects.toThrow('undone');
  expect(await reading).toEqual([]);
});

test('adds up exactly when many write the same row at once', async () => {
  await postgres.pool.query(`INSERT INTO notes VALUES (1, '0')`);
  const work = Array.from({ length: 40 }, () =>
    postgres.transaction<Tables, void>(async (tx) => {
      const { body } = await tx.selectFrom('notes').select('body').where('id', '=', 1).forUpdate().executeTakeFirstOrThrow();
      await tx
        .updateTable('notes')
        .set({ body: String(Number(body) + 1) })
        .where('id', '=', 1)
        .execute();
    }),
  );
  await Promise.all(work);
  expect(await postgres.as<Tables>().selectFrom('notes').select('body').execute()).toEqual([{ body: '40' }]);
});

test('rolls back a transaction that takes too long, and lets nothing of it run afterwards', async () => {
  let late: Promise<unknown> = Promise.resolve();
  let letGo: () => void = () => {};
  const hold = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  const slow = postgres.transaction<Tables, void>(
    async (tx) => {
      await tx.insertInto('notes').values({ id: 1, body: 'too late' }).execute();
      await hold;
      late = tx.insertInto('notes').values({ id: 2, body: 'after the end' }).execute();
      await late;
    },
    { timeoutMs: 200 },
  );
  await expect(slow).rejects.toThrow(/longer than 200 ms/);
  letGo();
  await expect.poll(() => late.then(() => 'ran').catch((error: Error) => error.message)).toMatch(/is over/);
  expect(await postgres.as<Tables>().selectFrom('notes').select('id').execute()).toEqual([]);
});

test('rolls back what a client leaves open when it goes away', async () => {
  const client = await postgres.pool.connect();
  await client.query(`BEGIN; INSERT INTO notes VALUES (9, 'orphan')`);
  client.release(new Error('gone'));
  await expect.poll(async () => (await postgres.pool.query('SELECT id FROM notes')).rows).toEqual([]);
});

test.runIf(process.env.PERENNIAL_TEST_FORM === 'server')(
  'goes on when the server ends a connection between two statements of a transaction',
  async () => {
    const { openPostgres } = await import('./open-postgres.ts');
    const { connectionString } = postgres.pool.options;
    const own = await openPostgres({ dataFolder: stores.kernel.dataFolder, url: connectionString ?? '', log: stores.kernel.log });
    // The first time it is the connection that the opening has made. Nobody's query is under way to take the fault, and one that nobody takes would end the process.
    for (let turn = 0; turn < 2; turn += 1) {
      const cut = own.transaction(async (tx) => {
        const { rows } = await sql<{ pid: number }>`SELECT pg_backend_pid() AS pid`.execute(tx);
        const pid = rows[0]?.pid ?? 0;
        await postgres.pool.query('SELECT pg_terminate_backend($1)', [pid]);
        await expect.poll(async () => (await postgres.pool.query('SELECT 1 FROM pg_stat_activity WHERE pid = $1', [pid])).rows).toEqual([]);
        await sql`SELECT 1`.execute(tx);
      });
      await expect(cut).rejects.toThrow();
      expect((await own.pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    }
    await own.close();
  },
);

test('says what a second process needs to know when a server cannot be reached', async () => {
  const { openPostgres } = await import('./open-postgres.ts');
  const opening = openPostgres({ dataFolder: stores.kernel.dataFolder, url: 'postgres://nobody@127.0.0.1:9/none', log: stores.kernel.log });
  await expect(opening).rejects.toThrow(/DATABASE_URL/);
});
