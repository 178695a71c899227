import type { Kysely, Transaction } from 'kysely';
import type { Pool } from 'pg';

/**
 * State: PGlite in a worker thread behind a unix socket, or a PostgreSQL server. One driver (`pg` + Kysely) for both.
 * The embedded form is ONE connection: a query outside an open transaction waits until it ends, so pass `tx` everywhere inside one.
 */
export interface Postgres {
  form: 'embedded' | 'server';
  /** A query builder typed by the slice's own tables: `postgres.as<SegmentTables>()`. */
  as<Tables>(): Kysely<Tables>;
  /** Runs `work` in one transaction; rolls back when it throws or takes longer than `timeoutMs` (10,000 unless given). */
  transaction<Tables, T>(work: (tx: Transaction<Tables>) => Promise<T>, options?: { timeoutMs?: number }): Promise<T>;
  /** For libraries that drive `pg` themselves. */
  pool: Pool;
  close(): Promise<void>;
}
