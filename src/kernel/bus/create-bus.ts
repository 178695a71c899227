import { EventEmitter } from 'node:events';
import pg from 'pg';
import type { Log } from '../log.ts';
import type { Postgres } from '../postgres/postgres.ts';
import type { Bus } from './bus.ts';

const CHANNEL = 'perennial_bus';
const PAYLOAD_BYTES_MAX = 7_000;
/** Notices that wait for the database; more are dropped, as notices may be. */
const OUTGOING_MAX = 10_000;
const RECONNECT_FIRST_MS = 250;
const RECONNECT_MAX_MS = 10_000;

/** A bus that must be closed before its stores. */
export interface ClosableBus extends Bus {
  close(): Promise<void>;
}

/** Opens the bus: in process on the embedded form, over LISTEN/NOTIFY on a server, where it reconnects by itself. */
export async function createBus({ postgres, log }: { postgres: Postgres; log: Log }): Promise<ClosableBus> {
  const local = new LocalBus(log);
  if (postgres.form === 'embedded') return local;
  const bus = new NotifyingBus(postgres.pool, local, log);
  await bus.open();
  return bus;
}

class LocalBus implements ClosableBus {
  readonly #emitter = new EventEmitter().setMaxListeners(0);
  readonly #log: Log;

  constructor(log: Log) {
    this.#log = log;
  }

  publish(topic: string, payload: unknown): void {
    const text = encode(topic, payload, this.#log);
    if (text !== undefined) setImmediate(() => this.deliver(topic, text));
  }

  subscribe(topic: string, handler: (payload: unknown) => void): () => void {
    const guarded = (text: string): void => {
      try {
        handler(JSON.parse(text));
      } catch (error) {
        this.#log.error({ topic, error: error instanceof Error ? error.stack : String(error) }, 'a listener of the bus failed');
      }
    };
    this.#emitter.on(`topic:${topic}`, guarded);
    return () => this.#emitter.off(`topic:${topic}`, guarded);
  }

  deliver(topic: string, text: string): void {
    this.#emitter.emit(`topic:${topic}`, text);
  }

  async close(): Promise<void> {
    this.#emitter.removeAllListeners();
  }
}

/** The JSON text of a payload; undefined, and logged, when it is too large to be told. */
function encode(topic: string, payload: unknown, log: Log): string | undefined {
  const text = JSON.stringify(payload ?? null);
  if (Buffer.byteLength(text) <= PAYLOAD_BYTES_MAX) return text;
  log.error({ topic, bytes: Buffer.byteLength(text) }, 'a notice is too large for the bus and was dropped');
  return undefined;
}

/** Own notices are delivered at once and not again when the server echoes them. */
class NotifyingBus implements ClosableBus {
  readonly #pool: pg.Pool;
  readonly #local: LocalBus;
  readonly #log: Log;
  readonly #origin = `${process.pid}-${Math.random().toString(36).slice(2)}`;
  #listener: pg.Client | undefined;
  #retry: NodeJS.Timeout | undefined;
  #retryMs = RECONNECT_FIRST_MS;
  #outgoing: string[] = [];
  #sending: Promise<void> | undefined;
  #isClosed = false;

  constructor(pool: pg.Pool, local: LocalBus, log: Log) {
    this.#pool = pool;
    this.#local = local;
    this.#log = log;
  }

  async open(): Promise<void> {
    // A client of its own: a pooled one would be lent to others and lose what it listens to.
    const client = new pg.Client(this.#pool.options);
    client.on('error', () => this.#lost(client));
    client.on('end', () => this.#lost(client));
    client.on('notification', (notice) => this.#receive(notice.payload ?? ''));
    await client.connect();
    await client.query(`LISTEN ${CHANNEL}`);
    this.#listener = client;
    this.#retryMs = RECONNECT_FIRST_MS;
  }

  publish(topic: string, payload: unknown): void {
    const text = encode(topic, payload, this.#log);
    if (text === undefined) return;
    setImmediate(() => this.#local.deliver(topic, text));
    if (this.#outgoing.length >= OUTGOING_MAX) return;
    this.#outgoing.push(JSON.stringify([this.#origin, topic, text]));
    this.#sending ??= this.#send();
  }

  /** One statement at a time with all that has gathered: a burst of notices must not take the pool's connections. */
  async #send(): Promise<void> {
    while (this.#outgoing.length > 0) {
      const notices = this.#outgoing.splice(0);
      await this.#pool
        .query('SELECT pg_notify($1, notice) FROM unnest($2::text[]) AS notice', [CHANNEL, notices])
        .catch((error: unknown) => this.#log.warn({ notices: notices.length, error: String(error) }, 'notices were not told to other processes'));
    }
    this.#sending = undefined;
  }

  subscribe(topic: string, handler: (payload: unknown) => void): () => void {
    return this.#local.subscribe(topic, handler);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#retry);
    await this.#sending;
    await this.#listener?.end().catch(() => {});
    await this.#local.close();
  }

  #receive(notice: string): void {
    const [origin, topic, text] = JSON.parse(notice) as [string, string, string];
    if (origin !== this.#origin) this.#local.deliver(topic, text);
  }

  #lost(client: pg.Client): void {
    if (this.#isClosed || this.#listener !== client) return;
    this.#listener = undefined;
    this.#log.warn({}, 'the bus lost its connection and connects again');
    this.#connectLater();
  }

  #connectLater(): void {
    this.#retry = setTimeout(() => {
      this.open().catch((error: unknown) => {
        this.#log.warn({ error: String(error) }, 'the bus cannot connect yet');
        this.#retryMs = Math.min(this.#retryMs * 2, RECONNECT_MAX_MS);
        if (!this.#isClosed) this.#connectLater();
      });
    }, this.#retryMs);
  }
}
