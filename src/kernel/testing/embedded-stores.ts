import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { ClickHouse } from '../clickhouse/clickhouse.ts';
import { openClickHouse } from '../clickhouse/open-clickhouse.ts';
import type { Log } from '../log.ts';
import { openPostgres } from '../postgres/open-postgres.ts';
import type { Postgres } from '../postgres/postgres.ts';
import { type OpenedStores, runFolder } from './opened-stores.ts';

/** Engines of this process. They outlive test files: vitest forgets modules between files, but not what hangs on `globalThis`. */
interface Engines {
  idlePostgres: Postgres[];
  /** Keeps chDB open while no test uses it. */
  keeper: ClickHouse | undefined;
  databases: number;
}

const HOLDER = globalThis as typeof globalThis & { perennialTestEngines?: Engines };

function engines(): Engines {
  HOLDER.perennialTestEngines ??= { idlePostgres: [], keeper: undefined, databases: 0 };
  return HOLDER.perennialTestEngines;
}

/** A wiped PGlite and a new chDB database of this process's engine. */
export async function openEmbeddedStores(log: Log): Promise<OpenedStores> {
  const dataFolder = join(runFolder(), `engine-${process.pid}`);
  engines().keeper ??= await openClickHouse({ dataFolder, database: 'keeper', log });
  engines().databases += 1;
  const database = `test_${engines().databases}`;
  const clickhouse = await openClickHouse({ dataFolder, database, log });
  const postgres = engines().idlePostgres.pop() ?? (await openPostgres({ dataFolder: join(runFolder(), `pglite-${randomUUID()}`), log }));
  await wipe(postgres);
  return {
    postgres,
    clickhouse,
    close: async () => {
      await clickhouse.close();
      await engines().keeper?.command(`DROP DATABASE IF EXISTS ${database} SYNC`);
      engines().idlePostgres.push(postgres);
    },
  };
}

async function wipe(postgres: Postgres): Promise<void> {
  const { rows } = await postgres.pool.query<{ name: string }>(
    `SELECT nspname AS name FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'`,
  );
  for (const { name } of rows) await postgres.pool.query(`DROP SCHEMA "${name}" CASCADE`);
  await postgres.pool.query('CREATE SCHEMA public');
}
