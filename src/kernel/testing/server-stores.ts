import { openClickHouse } from '../clickhouse/open-clickhouse.ts';
import { processEnvironment } from '../config/config.ts';
import type { Log } from '../log.ts';
import { openPostgres } from '../postgres/open-postgres.ts';
import { type OpenedStores, runFolder } from './opened-stores.ts';

const HOLDER = globalThis as typeof globalThis & { perennialTestDatabases?: number };

/** A new database on the run's PostgreSQL and one on its ClickHouse cluster. */
export async function openServerStores(log: Log): Promise<OpenedStores> {
  const {
    PERENNIAL_TEST_DATABASE_URL: postgresUrl,
    PERENNIAL_TEST_CLICKHOUSE_URL: url,
    PERENNIAL_TEST_CLICKHOUSE_CLUSTER: cluster,
  } = processEnvironment();
  if (postgresUrl === undefined || url === undefined)
    throw new Error('The servers of the test run are not there: run through vitest with PERENNIAL_TEST_FORM=server');
  HOLDER.perennialTestDatabases = (HOLDER.perennialTestDatabases ?? 0) + 1;
  const database = `test_${process.pid}_${HOLDER.perennialTestDatabases}`;
  const root = await openPostgres({ dataFolder: runFolder(), url: postgresUrl, log });
  await root.pool.query(`CREATE DATABASE ${database}`);
  const own = new URL(postgresUrl);
  own.pathname = `/${database}`;
  const [postgres, clickhouse] = await Promise.all([
    openPostgres({ dataFolder: runFolder(), url: own.href, log }),
    openClickHouse({ dataFolder: runFolder(), url, cluster, database, log }),
  ]);
  return {
    postgres,
    clickhouse,
    close: async () => {
      await clickhouse.commandOnEachShard(`DROP DATABASE IF EXISTS ${database} SYNC`);
      await clickhouse.close();
      await postgres.close();
      await root.pool.query(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`);
      await root.close();
    },
  };
}
