import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ClickHouse } from '../clickhouse/clickhouse.ts';
import { processEnvironment } from '../config/config.ts';
import type { Postgres } from '../postgres/postgres.ts';

/** Both stores as an opener makes them. */
export interface OpenedStores {
  postgres: Postgres;
  clickhouse: ClickHouse;
  close(): Promise<void>;
}

/** Folder of this test run; the global set-up removes it at the end. */
export function runFolder(): string {
  const folder = processEnvironment().PERENNIAL_TEST_FOLDER ?? join(tmpdir(), `perennial-test-${process.pid}`);
  mkdirSync(folder, { recursive: true });
  return folder;
}
