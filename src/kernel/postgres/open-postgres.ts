import { join } from 'node:path';
import { Kysely, type KyselyPlugin, PostgresDialect, sql, type Transaction } from 'kysely';
import pg from 'pg';
import type { Log } from '../log.ts';
import { startPGlite } from './pglite.ts';
import type { Postgres } from './postgres.ts';
import { valueTypes } from './value-types.ts';

const TRANSACTION_TIMEOUT_MS = 10_000;
const EMBEDDED_CLIENTS_MAX = 8;
const SERVER_CLIENTS_MAX = 10;

export interface PostgresOptions {
  /** Embedded: the database lies in `postgres/` below it. The caller holds the folder's lock (`lockDataFolder`). */
  dataFolder: string;
  /** `postgres://…` of a server, version 15 or later. Absent: embedded. */
  url?: string | undefined;
  log: Log;
}

/** Opens the state store. Embedded: 3-6 s for a new folder, 0.4 s afterwards. Server: connects once, so that a wrong address fails here. */
export async function openPostgres(options: PostgresOptions): Promise<Postgres> {
  return options.url === undefined ? openEmbedded(options) : openServer(options, options.url);
}

async function openEmbedded({ dataFolder, log }: PostgresOptions): Promise<Postgres> {
  const engine = await startPGlite(join(dataFolder, 'postgres'));
  const pool = new pg.Pool({
    max: EMBEDDED_CLIENTS_MAX,
    types: valueTypes,
    idleTimeoutMillis: 0,
    stream: engine.connect as never,
    user: 'postgres',
    database: 'postgres',
  });
  return over(takeFaults(pool, log), 'embedded', log, () => engine.close());
}

async function openServer({ log }: PostgresOptions, url: string): Promise<Postgres> {
  const pool = takeFaults(
    new pg.Pool({ connectionString: url, max: SERVER_CLIENTS_MAX, types: valueTypes, application_name: 'perennial', onConnect: useUtc }),
    log,
  );
  try {
    await pool.query('SELECT 1');
  } catch (error) {
    await pool.end();
    throw new Error(`PostgreSQL at DATABASE_URL cannot be used: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
  return over(pool, 'server', log, async () => {});
}

/** Takes the faults of connections, from the first one on: one that nobody takes would end the process. */
function takeFaults(pool: pg.Pool, log: Log): pg.Pool {
  pool.on('error', (error) => log.warn({ error: error.message }, 'an idle PostgreSQL connection was lost'));
  // The pool listens to idle connections only. One that is lost between two statements of a transaction fails at the next one.
  pool.on('connect', (client) => client.on('error', (error) => log.debug({ error: error.message }, 'a PostgreSQL connection was lost')));
  return pool;
}

async function useUtc(client: pg.ClientBase): Promise<void> {
  await client.query("SET TIME ZONE 'UTC'");
}

function over(pool: pg.Pool, form: Postgres['form'], log: Log, closeEngine: () => Promise<void>): Postgres {
  const root = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
  let closing: Promise<void> | undefined;
  return {
    form,
    pool,
    as: <Tables>() => root as Kysely<Tables>,
    transaction: <Tables, T>(work: (tx: Transaction<Tables>) => Promise<T>, options: { timeoutMs?: number } = {}) =>
      transact(root as Kysely<Tables>, form, work, options.timeoutMs ?? TRANSACTION_TIMEOUT_MS),
    close: () => {
      closing ??= pool.end().then(closeEngine, (error: Error) => log.error({ error: error.message }, 'PostgreSQL did not close'));
      return closing;
    },
  };
}

async function transact<Tables, T>(
  root: Kysely<Tables>,
  form: Postgres['form'],
  work: (tx: Transaction<Tables>) => Promise<T>,
  timeoutMs: number,
): Promise<T> {
  const fence = new TransactionFence(timeoutMs);
  return root.transaction().execute(async (tx) => {
    // The server ends what hangs inside it; PGlite has no timers, there the fence alone keeps the limit.
    if (form === 'server')
      await sql`SELECT set_config('statement_timeout', ${String(timeoutMs)}, true), set_config('idle_in_transaction_session_timeout', ${String(timeoutMs * 2)}, true)`.execute(
        tx,
      );
    return fence.run(() => work(tx.withPlugin(fence)));
  });
}

/** Ends the wait for a transaction that takes too long, and keeps what it still tries afterwards from running outside it. */
class TransactionFence implements KyselyPlugin {
  readonly #timeoutMs: number;
  #isOver = false;

  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
  }

  transformQuery: KyselyPlugin['transformQuery'] = (query) => {
    if (this.#isOver) throw new Error('This transaction is over: its time limit has passed, or its work was not awaited');
    return query.node;
  };

  transformResult: KyselyPlugin['transformResult'] = async (answer) => answer.result;

  async run<T>(work: () => Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new TransactionTooSlow(this.#timeoutMs)), this.#timeoutMs);
    });
    try {
      return await Promise.race([work(), limit]);
    } finally {
      clearTimeout(timer);
      this.#isOver = true;
    }
  }
}

/** A transaction passed its time limit and was rolled back. */
export class TransactionTooSlow extends Error {
  constructor(timeoutMs: number) {
    super(
      `The transaction took longer than ${timeoutMs} ms and was rolled back. (Embedded, a query that does not use \`tx\` inside it waits for its end.)`,
    );
    this.name = 'TransactionTooSlow';
  }
}
