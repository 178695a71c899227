import type { QueryOptions } from './clickhouse.ts';

export type Settings = Record<string, string | number>;

const MAX_SECONDS = 60;
const MAX_MEMORY_BYTES = 4 * 1024 ** 3;

/** What every statement runs with, in both forms. */
export const DEFAULT_SETTINGS: Settings = {
  // An insert is acknowledged when its part is written, not when it stands in a queue.
  async_insert: 0,
  session_timezone: 'UTC',
  date_time_input_format: 'best_effort',
  date_time_output_format: 'iso',
  // Whole numbers inside JSON columns are Int64: quoted, they would come back as texts.
  output_format_json_quote_64bit_integers: 0,
  output_format_json_quote_denormals: 0,
  enable_json_type: 1,
  // Lists of some hundred thousand people stand in the statement.
  max_query_size: 268_435_456,
  // A string inside a JSON column stays the string that was sent: '2026-05-01 10:00' would otherwise come back as another text, of type DateTime.
  input_format_try_infer_dates: 0,
  input_format_try_infer_datetimes: 0,
  // `RowWriter` writes a JSON column as its text.
  input_format_binary_read_json_as_string: 1,
};

/**
 * What reads and writes over Distributed tables need besides: an insert returns when every shard has its rows, and a subquery over a sharded
 * table inside IN or JOIN is answered once for all shards instead of by each shard from its own rows.
 */
export const CLUSTER_SETTINGS: Settings = {
  distributed_foreground_insert: 1,
  distributed_product_mode: 'global',
  skip_unavailable_shards: 0,
  prefer_localhost_replica: 1,
};

export interface Limits {
  maxSeconds: number;
  settings: Settings;
}

/** The limits of one statement and the settings that carry them. */
export function limitsOf(options: QueryOptions): Limits {
  const maxSeconds = options.maxSeconds ?? MAX_SECONDS;
  return {
    maxSeconds,
    settings: { max_execution_time: maxSeconds, max_memory_usage: options.maxMemoryBytes ?? MAX_MEMORY_BYTES, ...options.settings },
  };
}
