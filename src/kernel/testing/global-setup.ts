import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Servers, startServers } from './start-servers.ts';

let folder: string | undefined;
let servers: Servers | undefined;

/** Once a test run: its folder, and in the server form its servers. Workers get the addresses through the environment. */
export async function setup(): Promise<void> {
  folder = mkdtempSync(join(tmpdir(), 'perennial-test-'));
  // PostgreSQL runs as another user when we are root; it must be able to walk through.
  chmodSync(folder, 0o755);
  process.env.PERENNIAL_TEST_FOLDER = folder;
  if (process.env.PERENNIAL_TEST_FORM !== 'server') return;
  servers = await startServers({ folder: join(folder, 'servers'), isDurable: false });
  process.env.PERENNIAL_TEST_DATABASE_URL = servers.databaseUrl;
  process.env.PERENNIAL_TEST_CLICKHOUSE_URL = servers.clickhouseUrl;
  process.env.PERENNIAL_TEST_CLICKHOUSE_CLUSTER = servers.clickhouseCluster;
}

export async function teardown(): Promise<void> {
  await servers?.stop();
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}
