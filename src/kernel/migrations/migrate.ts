import type { PoolClient } from 'pg';
import type { ClickHouse } from '../clickhouse/clickhouse.ts';
import type { Log } from '../log.ts';
import type { Postgres } from '../postgres/postgres.ts';
import { forCluster, shardedTables, splitStatements } from './clickhouse-statements.ts';
import { type MigratedSlice, type MigrationFile, readMigrationFiles } from './files.ts';

/** The lock that lets one process migrate a database at a time: an arbitrary number that nobody else uses. */
const LOCK = 7_300_202_601;
const DDL_MAX_SECONDS = 3_600;

export interface MigrateOptions {
  slices: readonly MigratedSlice[];
  postgres: Postgres;
  clickhouse: ClickHouse;
  log: Log;
}

/**
 * Brings both stores to what the slices' `migrations/{pg,ch}/NNNN-name.sql` say, each file once, in the order of slices and numbers.
 * Several processes may call it at once: one works, the others wait and find everything done. A PostgreSQL file runs in one transaction.
 * ClickHouse has none: a file that broke in the middle runs again from its start, so each statement must be safe to repeat (IF NOT EXISTS).
 * Throws when a file that was applied has changed since: migrations go forward only.
 */
export async function migrate({ slices, postgres, clickhouse, log }: MigrateOptions): Promise<void> {
  const client = await postgres.pool.connect();
  try {
    // Embedded, the data folder's lock keeps other processes away.
    if (postgres.form === 'server') await client.query('SELECT pg_advisory_lock($1)', [LOCK]);
    await client.query(`CREATE TABLE IF NOT EXISTS kernel_migrations (
      slice text NOT NULL, store text NOT NULL, file text NOT NULL, checksum text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now(),
      PRIMARY KEY (slice, store, file))`);
    const applied = await readApplied(client);
    const files = slices.map((slice) => ({ pg: readMigrationFiles(slice, 'pg'), ch: readMigrationFiles(slice, 'ch') }));
    const sharded = new Set(files.flatMap(({ ch }) => ch).flatMap((file) => shardedTables(splitStatements(file.text))));
    for (const file of files.flatMap(({ pg, ch }) => [...pg, ...ch])) {
      if (isApplied(file, applied)) continue;
      if (file.store === 'pg') await applyToPostgres(client, file);
      else await applyToClickHouse({ client, clickhouse, sharded }, file);
      log.info({ slice: file.slice, store: file.store, file: file.name }, 'migration applied');
    }
  } finally {
    if (postgres.form === 'server') await client.query('SELECT pg_advisory_unlock($1)', [LOCK]).catch(() => {});
    client.release();
  }
}

function keyOf(file: { slice: string; store: string; name: string }): string {
  return `${file.slice}/${file.store}/${file.name}`;
}

async function readApplied(client: PoolClient): Promise<Map<string, string>> {
  const { rows } = await client.query<{ slice: string; store: string; file: string; checksum: string }>(
    'SELECT slice, store, file, checksum FROM kernel_migrations',
  );
  return new Map(rows.map((row) => [keyOf({ ...row, name: row.file }), row.checksum]));
}

function isApplied(file: MigrationFile, applied: ReadonlyMap<string, string>): boolean {
  const checksum = applied.get(keyOf(file));
  if (checksum !== undefined && checksum !== file.checksum)
    throw new Error(
      `Migration ${keyOf(file)} was applied to these stores and has changed since. Put it back as it was and write a new file with the next number.`,
    );
  return checksum !== undefined;
}

async function applyToPostgres(client: PoolClient, file: MigrationFile): Promise<void> {
  await client.query('BEGIN');
  try {
    await client.query(file.text);
    await record(client, file);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK');
    throw new Error(`Migration ${keyOf(file)} failed: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

interface ClickHouseTarget {
  client: PoolClient;
  clickhouse: ClickHouse;
  sharded: ReadonlySet<string>;
}

async function applyToClickHouse({ client, clickhouse, sharded }: ClickHouseTarget, file: MigrationFile): Promise<void> {
  const { cluster } = clickhouse;
  for (const statement of splitStatements(file.text)) {
    const placed = cluster === undefined ? [{ sql: statement.sql, place: 'anywhere' as const }] : forCluster(statement, cluster, sharded);
    for (const { sql, place } of placed) {
      try {
        if (place === 'anywhere') await clickhouse.command(sql, {}, { lane: 'write', maxSeconds: DDL_MAX_SECONDS });
        else await clickhouse.commandOnEachShard(sql, {}, { maxSeconds: DDL_MAX_SECONDS });
      } catch (error) {
        throw new Error(`Migration ${keyOf(file)} failed: ${error instanceof Error ? error.message : String(error)}\n${sql}`, { cause: error });
      }
    }
  }
  await record(client, file);
}

async function record(client: PoolClient, file: MigrationFile): Promise<void> {
  await client.query('INSERT INTO kernel_migrations (slice, store, file, checksum) VALUES ($1, $2, $3, $4)', [
    file.slice,
    file.store,
    file.name,
    file.checksum,
  ]);
}
