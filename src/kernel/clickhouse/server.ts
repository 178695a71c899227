import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { type ClickHouseClient, ClickHouseLogLevel, createClient } from '@clickhouse/client';
import type { Log } from '../log.ts';
import type { ClickHouse, Parameter, QueryOptions } from './clickhouse.ts';
import { refuseClickHouse, translateError } from './errors.ts';
import { checkParameters, identifier, inlineLarge } from './parameters.ts';
import { CLUSTER_SETTINGS, DEFAULT_SETTINGS, limitsOf, type Settings } from './settings.ts';

const CONNECTIONS_PER_LANE_MAX = 8;
/** Beyond the engine's own limit by this much, the connection is given up. */
const REQUEST_GRACE_MS = 5_000;
const REQUEST_TIMEOUT_MS = 600_000;

/** One address: reads and writes have their own connections, so that reports in a queue never delay ingestion. */
interface Address {
  read: ClickHouseClient;
  write: ClickHouseClient;
}

export interface ServerOptions {
  /** One address a shard; credentials may stand in it. */
  urls: readonly string[];
  cluster: string | undefined;
  database: string;
  log: Log;
}

/** A ClickHouse server, or a cluster with one address a shard. Statements go to the addresses in turn; each knows the whole cluster. */
export async function openServer(options: ServerOptions): Promise<ClickHouse> {
  if (options.urls.length > 1 && options.cluster === undefined)
    throw new Error('CLICKHOUSE_URL names several addresses: CLICKHOUSE_CLUSTER must name their cluster');
  const addresses = options.urls.map((url) => openAddress(url, options));
  try {
    for (const [index, url] of options.urls.entries()) await createDatabase(url, options.database, addresses[index]);
  } catch (error) {
    await Promise.all(addresses.flatMap((address) => [address.read.close(), address.write.close()]));
    throw error;
  }
  return new ServerClickHouse(addresses, options);
}

function openAddress(url: string, { database, cluster }: ServerOptions): Address {
  const settings = cluster === undefined ? DEFAULT_SETTINGS : { ...DEFAULT_SETTINGS, ...CLUSTER_SETTINGS };
  const open = (): ClickHouseClient =>
    createClient({
      url,
      database,
      application: 'perennial',
      log: { level: ClickHouseLogLevel.OFF },
      max_open_connections: CONNECTIONS_PER_LANE_MAX,
      request_timeout: REQUEST_TIMEOUT_MS,
      keep_alive: { enabled: true, idle_socket_ttl: 2_000 },
      clickhouse_settings: settings,
    });
  return { read: open(), write: open() };
}

async function createDatabase(url: string, database: string, address: Address | undefined): Promise<void> {
  const shown = url.replace(/\/\/[^@/]*@/, '//');
  try {
    const client = createClient({ url, database: 'default' });
    await client.command({ query: `CREATE DATABASE IF NOT EXISTS ${identifier(database)}` }).finally(() => client.close());
    await address?.read.query({ query: 'SELECT 1' }).then((answer) => answer.text());
  } catch (error) {
    throw new Error(`ClickHouse at ${shown} cannot be used: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

class ServerClickHouse implements ClickHouse {
  readonly form = 'server';
  readonly cluster: string | undefined;
  readonly #addresses: readonly Address[];
  readonly #log: Log;
  #turn = 0;
  #closing: Promise<void> | undefined;

  constructor(addresses: readonly Address[], options: ServerOptions) {
    this.#addresses = addresses;
    this.#log = options.log;
    this.cluster = options.cluster;
  }

  async query<Row>(sql: string, parameters: Record<string, Parameter> = {}, options: QueryOptions = {}): Promise<Row[]> {
    return this.#run(this.#next(), { sql, parameters, options }, async (client, request) => {
      const answer = await client.query({ ...request, format: 'JSONEachRow' });
      return answer.json<Row>();
    });
  }

  async *stream<Row>(sql: string, parameters: Record<string, Parameter> = {}, options: QueryOptions = {}): AsyncIterable<Row[]> {
    const stream = await this.#run(this.#next(), { sql, parameters, options }, async (client, request) => {
      const answer = await client.query({ ...request, format: 'JSONEachRow' });
      return answer.stream<Row>();
    });
    try {
      for await (const rows of stream) {
        if (rows.length > 0) yield rows.map((row) => row.json());
        options.signal?.throwIfAborted();
      }
    } catch (error) {
      throw translateError(error, { maxSeconds: limitsOf(options).maxSeconds, signal: options.signal });
    }
  }

  async command(sql: string, parameters: Record<string, Parameter> = {}, options: QueryOptions = {}): Promise<void> {
    await this.#command(this.#next(), sql, parameters, options);
  }

  async insert(table: string, rows: readonly object[] | string, options: { settings?: Settings } = {}): Promise<void> {
    const text = typeof rows === 'string' ? rows : rows.map((row) => JSON.stringify(row)).join('\n');
    if (text.length === 0) return;
    const limits = limitsOf(options);
    try {
      // `command`, because the client's own insert would encode the rows once more; it reads the answer to its end, so the connection lives on.
      await this.#next().write.command({
        query: `INSERT INTO ${identifier(table)} FORMAT JSONEachRow\n${text}`,
        clickhouse_settings: limits.settings,
      });
    } catch (error) {
      throw translateError(error, { maxSeconds: limits.maxSeconds });
    }
  }

  async insertBinary(
    { table, columns }: { table: string; columns: readonly string[] },
    pieces: readonly Uint8Array[],
    options: { settings?: Settings } = {},
  ): Promise<void> {
    if (pieces.length === 0) return;
    const limits = limitsOf(options);
    try {
      const answer = await this.#next().write.exec({
        query: `INSERT INTO ${identifier(table)} (${columns.map(identifier).join(', ')}) FORMAT RowBinary`,
        values: Readable.from(pieces, { objectMode: false }),
        clickhouse_settings: limits.settings,
      });
      // Read to its end, so the connection lives on.
      await finished(answer.stream.resume());
    } catch (error) {
      throw translateError(error, { maxSeconds: limits.maxSeconds });
    }
  }

  localTable(table: string): string {
    return this.cluster === undefined ? identifier(table) : `${identifier(table)}_local`;
  }

  async commandOnEachShard(sql: string, parameters: Record<string, Parameter> = {}, options: QueryOptions = {}): Promise<void> {
    for (const address of this.#addresses) await this.#command(address, sql, parameters, { lane: 'write', ...options });
  }

  close(): Promise<void> {
    this.#closing ??= Promise.all(this.#addresses.flatMap((address) => [address.read.close(), address.write.close()])).then(() => {});
    return this.#closing;
  }

  #next(): Address {
    this.#turn = (this.#turn + 1) % this.#addresses.length;
    const address = this.#addresses[this.#turn];
    if (address === undefined) throw new Error('No ClickHouse address');
    return address;
  }

  #command(address: Address, sql: string, parameters: Record<string, Parameter>, options: QueryOptions): Promise<void> {
    return this.#run(address, { sql, parameters, options }, async (client, request) => {
      await client.command(request);
    });
  }

  async #run<T>(
    address: Address,
    statement: { sql: string; parameters: Record<string, Parameter>; options: QueryOptions },
    send: (
      client: ClickHouseClient,
      request: { query: string; query_params: Record<string, unknown>; clickhouse_settings: Settings; query_id: string; abort_signal: AbortSignal },
    ) => Promise<T>,
  ): Promise<T> {
    const { sql, parameters, options } = statement;
    checkParameters(sql, parameters);
    const limits = limitsOf(options);
    const inlined = inlineLarge(sql, parameters);
    const queryId = randomUUID();
    const given = AbortSignal.timeout(limits.maxSeconds * 1_000 + REQUEST_GRACE_MS);
    const signal = options.signal === undefined ? given : AbortSignal.any([options.signal, given]);
    const kill = (): void => {
      address.write
        .command({ query: `KILL QUERY WHERE query_id = '${queryId}' ASYNC` })
        .catch((error: unknown) => this.#log.warn({ error: String(error) }, 'a cancelled query could not be ended'));
    };
    signal.addEventListener('abort', kill, { once: true });
    try {
      const client = options.lane === 'write' ? address.write : address.read;
      return await send(client, {
        query: inlined.sql,
        query_params: inlined.parameters,
        clickhouse_settings: limits.settings,
        query_id: queryId,
        abort_signal: signal,
      });
    } catch (error) {
      // The engine did not keep its limit, or does not answer at all.
      if (given.aborted && !options.signal?.aborted) throw refuseClickHouse('too_slow', { details: { seconds: limits.maxSeconds }, cause: error });
      throw translateError(error, { maxSeconds: limits.maxSeconds, signal: options.signal });
    } finally {
      signal.removeEventListener('abort', kill);
    }
  }
}
