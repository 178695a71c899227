import type { Log } from '../log.ts';
import type { ClickHouse } from './clickhouse.ts';
import { openEmbedded } from './embedded.ts';
import { openServer } from './server.ts';

export interface ClickHouseOptions {
  /** Embedded: the stream lies in `clickhouse/` below it. The caller holds the folder's lock (`lockDataFolder`). */
  dataFolder: string;
  /** HTTP addresses of servers, one a shard, comma-separated, credentials inside. Absent: embedded. */
  url?: string | undefined;
  /** Name of the cluster in the servers' `remote_servers`. Present: tables are sharded. */
  cluster?: string | undefined;
  /** `perennial` unless given; created when missing. */
  database?: string | undefined;
  log: Log;
}

/** Opens the stream store and asks it one question, so that a wrong address or a broken folder fails here. */
export async function openClickHouse({ dataFolder, url, cluster, database = 'perennial', log }: ClickHouseOptions): Promise<ClickHouse> {
  if (url === undefined) return openEmbedded({ dataFolder, database, log });
  const urls = url.split(',').map((part) => part.trim());
  return openServer({ urls: urls.filter((part) => part !== ''), cluster, database, log });
}
