/** A value that may stand as a bound parameter: `{name:Type}` in the SQL. */
export type Parameter = string | number | boolean | bigint | null | readonly Parameter[];

export interface QueryOptions {
  /** Ends the query in the engine too (KILL QUERY), not only here. */
  signal?: AbortSignal;
  /** Seconds; 60 unless given. Beyond it: `clickhouse.too_slow`. */
  maxSeconds?: number;
  /** Bytes; 4 GiB unless given. Beyond it: `clickhouse.too_much_memory`. */
  maxMemoryBytes?: number;
  /** Further ClickHouse settings. */
  settings?: Record<string, string | number>;
  /** `write` runs on the sessions kept for inserts, so that a heavy report never delays ingestion. `read` unless given. */
  lane?: 'read' | 'write';
}

/**
 * The stream: chDB in process, or a ClickHouse server or cluster. 64-bit integers come back as strings: cast in SQL (`toUInt32`, `toFloat64`) where a number is wanted.
 * In cluster form `name` is the Distributed table over `name_local`; slices always read and write `name`.
 */
export interface ClickHouse {
  form: 'embedded' | 'server';
  /** Cluster name when tables are sharded. */
  cluster: string | undefined;
  /** All rows of the answer, as objects. */
  query<Row>(sql: string, parameters?: Record<string, Parameter>, options?: QueryOptions): Promise<Row[]>;
  /** Rows in chunks, for answers that should not be held whole. */
  stream<Row>(sql: string, parameters?: Record<string, Parameter>, options?: QueryOptions): AsyncIterable<Row[]>;
  /** A statement without an answer (INSERT ... SELECT, DDL). */
  command(sql: string, parameters?: Record<string, Parameter>, options?: QueryOptions): Promise<void>;
  /** Durable when it resolves. `rows` are objects, or ready JSONEachRow text (one JSON object a line). */
  insert(table: string, rows: readonly object[] | string, options?: { settings?: Record<string, string | number> }): Promise<void>;
  close(): Promise<void>;
}
