import { randomUUID } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { drainPending, Session } from 'chdb';
import type { Log } from '../log.ts';
import type { ClickHouse, Parameter, QueryOptions } from './clickhouse.ts';
import { translateError } from './errors.ts';
import { Lane } from './lanes.ts';
import { checkParameters, identifier, literal, parameterText } from './parameters.ts';
import { DEFAULT_SETTINGS, limitsOf, type Settings } from './settings.ts';

const READ_SESSIONS_MAX = 3;
const WRITE_SESSIONS_MAX = 2;
/** Pieces of a file that are written without joining them first. */
const PIECES_MAX = 256;
/** The engine compares its memory with the system's once a second instead of 20 times, which halves what it costs when idle; caches stay modest. */
const ENGINE_ARGUMENTS = ['--memory_worker_period_ms=1000', '--mark_cache_size=536870912'] as const;

/** A session of the engine and the settings it stands at; it runs one statement at a time. */
interface EngineSession {
  session: Session;
  settings: Settings;
}

/**
 * chDB on `<dataFolder>/clickhouse`. A process can have one folder open at a time.
 *
 * It drives chDB's sessions directly and not through `@clickhouse/client`: the client's chDB connection holds whole answers, joins every insert
 * into one statement text, and runs parameterized queries of the whole process one after another, which would undo the lanes.
 * Settings and parameters go before the statement as one `SET`. (Each running session keeps a libuv thread: start Node with UV_THREADPOOL_SIZE=16.)
 */
export async function openEmbedded({ dataFolder, database, log }: { dataFolder: string; database: string; log: Log }): Promise<ClickHouse> {
  const path = resolve(join(dataFolder, 'clickhouse'));
  mkdirSync(path, { recursive: true, mode: 0o700 });
  const make = async (): Promise<EngineSession> => {
    const session = new Session(path, { connectionArgs: [...ENGINE_ARGUMENTS] });
    await session.queryAsync(`CREATE DATABASE IF NOT EXISTS ${identifier(database)}`);
    await session.queryAsync(`${setStatement(DEFAULT_SETTINGS, {})}; USE ${database}`);
    return { session, settings: { ...DEFAULT_SETTINGS } };
  };
  const spool = resolve(join(dataFolder, 'clickhouse-inserts'));
  // What a crash left there was never acknowledged.
  rmSync(spool, { recursive: true, force: true });
  mkdirSync(spool, { recursive: true, mode: 0o700 });
  const store = new EmbeddedClickHouse(make, spool, log);
  await store.query('SELECT 1');
  return store;
}

class EmbeddedClickHouse implements ClickHouse {
  readonly form = 'embedded';
  readonly cluster = undefined;
  readonly #read: Lane<EngineSession>;
  readonly #write: Lane<EngineSession>;
  readonly #control: Lane<EngineSession>;
  /** Folder of the files out of which the engine takes binary rows. */
  readonly #spool: string;
  readonly #log: Log;
  #closing: Promise<void> | undefined;

  constructor(make: () => Promise<EngineSession>, spool: string, log: Log) {
    this.#spool = spool;
    this.#read = new Lane(READ_SESSIONS_MAX, make);
    this.#write = new Lane(WRITE_SESSIONS_MAX, make);
    this.#control = new Lane(1, make);
    this.#log = log;
  }

  async query<Row>(sql: string, parameters: Record<string, Parameter> = {}, options: QueryOptions = {}): Promise<Row[]> {
    return rowsOf<Row>(await this.#run(sql, parameters, options));
  }

  async command(sql: string, parameters: Record<string, Parameter> = {}, options: QueryOptions = {}): Promise<void> {
    await this.#run(sql, parameters, options);
  }

  async *stream<Row>(sql: string, parameters: Record<string, Parameter> = {}, options: QueryOptions = {}): AsyncIterable<Row[]> {
    checkParameters(sql, parameters);
    const limits = limitsOf(options);
    const lane = this.#lane(options);
    const session = await lane.take(options.signal);
    const { release, tag } = this.#killOnAbort(options.signal);
    try {
      await session.session.queryAsync(this.#prelude(session, { ...limits.settings, log_comment: tag }, parameters));
      for await (const chunk of session.session.queryStream(sql, { format: 'JSONEachRow' })) {
        const rows = rowsOf<Row>(chunk.text());
        if (rows.length > 0) yield rows;
        options.signal?.throwIfAborted();
      }
    } catch (error) {
      throw translateError(error, { maxSeconds: limits.maxSeconds, signal: options.signal });
    } finally {
      release();
      lane.give(session);
    }
  }

  async insert(table: string, rows: readonly object[] | string, options: { settings?: Settings } = {}): Promise<void> {
    const text = typeof rows === 'string' ? rows : rows.map((row) => JSON.stringify(row)).join('\n');
    if (text.length === 0) return;
    const limits = limitsOf(options);
    try {
      await this.#write.use(async (engine) => {
        const prelude = this.#prelude(engine, limits.settings, {});
        if (prelude !== '') await engine.session.queryAsync(prelude);
        await engine.session.insert({ table: identifier(table), values: Buffer.from(text), format: 'JSONEachRow' });
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
      await this.#write.use(async (engine) => {
        // The engine takes only texts out of memory. The file lives for this insert alone and is never synced, so it seldom reaches the disk.
        const path = join(this.#spool, `${randomUUID()}.bin`);
        try {
          await writePieces(path, pieces);
          const prelude = this.#prelude(engine, limits.settings, {});
          const into = `${identifier(table)} (${columns.map(identifier).join(', ')})`;
          const insert = `INSERT INTO ${into} SELECT * FROM file(${literal(path)}, 'RowBinary')`;
          await engine.session.queryAsync(prelude === '' ? insert : `${prelude};\n${insert}`);
        } finally {
          await rm(path, { force: true });
        }
      });
    } catch (error) {
      throw translateError(error, { maxSeconds: limits.maxSeconds });
    }
  }

  localTable(table: string): string {
    return identifier(table);
  }

  async commandOnEachShard(sql: string, parameters: Record<string, Parameter> = {}, options: QueryOptions = {}): Promise<void> {
    await this.command(sql, parameters, { lane: 'write', ...options });
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const closed = await Promise.all([this.#read.close(), this.#write.close(), this.#control.close()]);
    for (const { session } of closed.flat()) session.close();
    await drainPending();
  }

  #lane(options: QueryOptions): Lane<EngineSession> {
    return options.lane === 'write' ? this.#write : this.#read;
  }

  async #run(sql: string, parameters: Record<string, Parameter>, options: QueryOptions): Promise<string> {
    checkParameters(sql, parameters);
    const limits = limitsOf(options);
    const { release, tag } = this.#killOnAbort(options.signal);
    try {
      return await this.#lane(options).use(async (engine) => {
        const prelude = this.#prelude(engine, tag === '' ? limits.settings : { ...limits.settings, log_comment: tag }, parameters);
        const answer = await engine.session.queryAsync(prelude === '' ? sql : `${prelude};\n${sql}`, { format: 'JSONEachRow' });
        return answer.text();
      }, options.signal);
    } catch (error) {
      throw translateError(error, { maxSeconds: limits.maxSeconds, signal: options.signal });
    } finally {
      release();
    }
  }

  /** The `SET` that brings a session from where it stands to what a statement wants; empty when it stands there already. */
  #prelude(engine: EngineSession, wanted: Settings, parameters: Record<string, Parameter>): string {
    const target = { ...DEFAULT_SETTINGS, ...wanted };
    const changes: Settings = {};
    for (const [name, value] of Object.entries(target)) if (engine.settings[name] !== value) changes[name] = value;
    const leftovers = Object.keys(engine.settings).filter((name) => target[name] === undefined);
    engine.settings = target;
    return setStatement(changes, parameters, leftovers);
  }

  /** Aborting only here would let the engine compute on; what ends a statement there is a kill from another session, found by its comment. */
  #killOnAbort(signal: AbortSignal | undefined): { release(): void; tag: string } {
    if (signal === undefined) return { release: () => {}, tag: '' };
    const tag = randomUUID();
    const kill = (): void => {
      this.#control
        .use((engine) => engine.session.queryAsync(`KILL QUERY WHERE Settings['log_comment'] = '${tag}' ASYNC`))
        .catch((error: unknown) => this.#log.warn({ error: String(error) }, 'a cancelled query could not be ended'));
    };
    signal.addEventListener('abort', kill, { once: true });
    return { release: () => signal.removeEventListener('abort', kill), tag };
  }
}

async function writePieces(path: string, pieces: readonly Uint8Array[]): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await writeWhole(file, pieces.length > PIECES_MAX ? [Buffer.concat(pieces)] : pieces);
  } finally {
    await file.close();
  }
}

/** A disk that is nearly full takes a part and tells no error until the next piece. */
async function writeWhole(file: FileHandle, pieces: readonly Uint8Array[]): Promise<void> {
  const size = pieces.reduce((sum, piece) => sum + piece.length, 0);
  const { bytesWritten } = await file.writev(pieces);
  if (bytesWritten === size) return;
  await file.writeFile(Buffer.concat(pieces).subarray(bytesWritten));
}

function setStatement(settings: Settings, parameters: Record<string, Parameter>, leftovers: readonly string[] = []): string {
  const assignments = [
    ...leftovers.map((name) => `${identifier(name)} = DEFAULT`),
    ...Object.entries(settings).map(([name, value]) => `${identifier(name)} = ${typeof value === 'number' ? value : literal(value)}`),
    ...Object.entries(parameters).map(([name, value]) => `param_${identifier(name)} = ${literal(parameterText(value))}`),
  ];
  return assignments.length === 0 ? '' : `SET ${assignments.join(', ')}`;
}

/** One object a line, as one array: a raw newline cannot stand inside a JSON value. */
function rowsOf<Row>(text: string): Row[] {
  const lines = text.trimEnd();
  return lines.length === 0 ? [] : (JSON.parse(`[${lines.replaceAll('\n', ',')}]`) as Row[]);
}
