/** A value that may stand as a bound parameter: `{name:Type}` in the SQL. */
export type Parameter = string | number | boolean | bigint | null | readonly Parameter[];

export interface QueryOptions {
  /** Ends the query in the engine too (KILL QUERY), not only here; the promise rejects with the signal's reason. */
  signal?: AbortSignal;
  /** Seconds; 60 unless given. Beyond it: `clickhouse.too_slow`. */
  maxSeconds?: number;
  /** Bytes; 4 GiB unless given. Beyond it: `clickhouse.too_much_memory`. */
  maxMemoryBytes?: number;
  /** Further ClickHouse settings, for this statement only. */
  settings?: Record<string, string | number>;
  /** `write` runs on the sessions kept for inserts, so that a heavy report never delays ingestion. `read` unless given. */
  lane?: 'read' | 'write';
}

/**
 * The stream: chDB in process, or a ClickHouse server or cluster. All integers come back as numbers, also counts and
 * those inside JSON columns; one that may pass 2^53 (a hash) must be read as `toString(x)`.
 * Times come back as ISO texts in UTC (`toUnixTimestamp64Milli(time)` gives milliseconds).
 * To bind a time: `fromUnixTimestamp64Milli({from:Int64}, 'UTC')` with milliseconds. In inserted rows a DateTime64(3) may be milliseconds or ISO text.
 * A statement is one statement: no semicolons between several.
 * In cluster form `name` is the Distributed table over `name_local`; slices always read and write `name`. IN and JOIN over subqueries of sharded tables are made global.
 */
export interface ClickHouse {
  form: 'embedded' | 'server';
  /** Cluster name when tables are sharded. */
  cluster: string | undefined;
  /** All rows of the answer, as objects. Throws before it asks when a bound `{name:Type}` has no value. */
  query<Row>(sql: string, parameters?: Record<string, Parameter>, options?: QueryOptions): Promise<Row[]>;
  /** Rows in chunks, for answers that should not be held whole. Holds one session of its lane until it ends or the loop is left. */
  stream<Row>(sql: string, parameters?: Record<string, Parameter>, options?: QueryOptions): AsyncIterable<Row[]>;
  /** A statement without an answer (INSERT ... SELECT, DDL). */
  command(sql: string, parameters?: Record<string, Parameter>, options?: QueryOptions): Promise<void>;
  /** Durable when it resolves. `rows` are objects, or ready JSONEachRow text (one JSON object a line). */
  insert(table: string, rows: readonly object[] | string, options?: { settings?: Record<string, string | number> }): Promise<void>;
  /**
   * Durable when it resolves. `pieces` are rows in RowBinary (`RowWriter`) with these columns in this order. Costs the engine a third less than texts do, and
   * texts inside need no escapes.
   */
  insertBinary(
    into: { table: string; columns: readonly string[] },
    pieces: readonly Uint8Array[],
    options?: { settings?: Record<string, string | number> },
  ): Promise<void>;
  /** The name under which a sharded table's own rows lie on each shard: `name_local` in cluster form, `name` otherwise. */
  localTable(table: string): string;
  /** Runs a statement on every shard in turn, for what Distributed tables do not take (DELETE, ALTER ... UPDATE, OPTIMIZE): write it over `localTable(name)`. */
  commandOnEachShard(sql: string, parameters?: Record<string, Parameter>, options?: QueryOptions): Promise<void>;
  close(): Promise<void>;
}
