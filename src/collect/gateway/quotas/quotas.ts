import { type Kysely, sql } from 'kysely';
import type { Kernel, Service } from '../../../kernel/slice.ts';
import type { KeyOfToken } from '../../../workspace/projects/index.ts';
import { type KeyLimits, refuseGateway } from '../contract.ts';
import type { GatewayTables } from '../tables.ts';
import { KeyLimitsBook } from './key-limits.ts';
import { TokenBucket } from './token-bucket.ts';

/** How often what was counted is written, and how many processes share a rate is read. */
const FLUSH_MS = 2_000;
/** A process that has not been heard of for so long takes no share of a key's rate. */
const SHARE_MS = 15_000;
const DAY_MS = 86_400_000;
const DAYS_KEPT = 62;

interface Usage {
  projectId: number;
  keyId: string;
  /** The UTC day that the figures are about. */
  day: number;
  /** Counted here and not yet written. */
  unwritten: number;
  /** Of all processes, when last read. */
  written: number;
  isLimited: boolean;
  bucket: { of: TokenBucket; limits: KeyLimits; share: number } | undefined;
  /** Processes that this key sends to. */
  processes: number;
}

/** Holds keys to what they may send, and counts what they sent. */
export class Quotas {
  readonly book: KeyLimitsBook;
  readonly #kernel: Kernel;
  readonly #processId: string;
  readonly #usages = new Map<string, Usage>();

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
    this.#processId = kernel.ids.uuid();
    this.book = new KeyLimitsBook(kernel);
  }

  /**
   * Counts `count` messages of a key. Rejects with `gateway.rate_limited` or `gateway.quota_spent`, each with the seconds to wait; then nothing is counted.
   * Gives a promise only when a store has to be asked first.
   * A rate is shared by the processes that the key sends to; a day's quota holds over all of them, give or take what arrives within two seconds.
   */
  spend(key: KeyOfToken, count: number): Promise<void> | undefined {
    const found = this.book.of(key.projectId, key.keyId);
    return found instanceof Promise ? found.then((limits) => this.spendWithin(key, count, limits)) : this.spendWithin(key, count, found);
  }

  /** The same for a sender whose limits its own slice keeps. The same limits have to be the same object. */
  spendWithin(key: Pick<KeyOfToken, 'keyId' | 'projectId'>, count: number, limits: KeyLimits): Promise<void> | undefined {
    const usage = this.#usageOf(key, this.#kernel.clock.now());
    const isNew = limits.eventsPerDay !== null && !usage.isLimited;
    usage.isLimited = limits.eventsPerDay !== null || limits.eventsPerSecond !== null;
    if (isNew) return this.#readDay(usage).then(() => this.#spendNow(key, count, limits));
    try {
      this.#spendNow(key, count, limits);
      return undefined;
    } catch (error) {
      return Promise.reject(error);
    }
  }

  #spendNow(key: Pick<KeyOfToken, 'keyId' | 'projectId'>, count: number, limits: KeyLimits): void {
    const now = this.#kernel.clock.now();
    const usage = this.#usageOf(key, now);
    if (limits.eventsPerDay !== null && usage.written + usage.unwritten + count > limits.eventsPerDay) {
      const seconds = Math.ceil((DAY_MS - (now % DAY_MS)) / 1_000);
      throw refuseGateway('quota_spent', { retryAfterSeconds: seconds, details: { max: limits.eventsPerDay, seconds } });
    }
    const waitMs = this.#take(usage, limits, count, now);
    if (waitMs > 0) {
      const seconds = Math.max(1, Math.ceil(waitMs / 1_000));
      throw refuseGateway('rate_limited', { retryAfterSeconds: seconds, details: { max: limits.eventsPerSecond, seconds } });
    }
    usage.unwritten += count;
  }

  /** Messages of today (UTC) by key, over all processes. */
  async today(projectId: number): Promise<Map<string, number>> {
    await this.flush();
    const rows = await this.#db()
      .selectFrom('gateway_key_usage')
      .select(['key_id', 'events'])
      .where('project_id', '=', projectId)
      .where('day', '=', dayText(Math.floor(this.#kernel.clock.now() / DAY_MS)))
      .execute();
    return new Map(rows.map((row) => [row.key_id, Number(row.events)]));
  }

  /** Writes what was counted and reads what the others counted. */
  async flush(): Promise<void> {
    for (const usage of this.#usages.values()) {
      if (usage.unwritten > 0) await this.#write(usage);
      if (usage.isLimited) await this.#share(usage);
    }
  }

  service(): Service {
    let timer: NodeJS.Timeout | undefined;
    let flushing: Promise<void> = Promise.resolve();
    const flush = (): Promise<void> =>
      this.flush().catch((error: unknown) => this.#kernel.log.warn({ error: String(error) }, 'what keys sent was not written yet'));
    return {
      name: 'quotas of keys',
      roles: ['collect'],
      start: async () => {
        await this.#purge();
        timer = setInterval(() => {
          flushing = flushing.then(flush);
        }, FLUSH_MS);
        timer.unref();
      },
      stop: async () => {
        clearInterval(timer);
        await flushing;
        await flush();
      },
    };
  }

  #take(usage: Usage, limits: KeyLimits, count: number, now: number): number {
    if (limits.eventsPerSecond === null) {
      usage.bucket = undefined;
      return 0;
    }
    const share = 1 / usage.processes;
    const pace = { rate: limits.eventsPerSecond * share, burst: (limits.burst ?? limits.eventsPerSecond * 2) * share };
    if (!usage.bucket) usage.bucket = { of: new TokenBucket(pace, now), limits, share };
    else if (usage.bucket.limits !== limits || usage.bucket.share !== share) {
      usage.bucket.of.setPace(pace, now);
      usage.bucket = { of: usage.bucket.of, limits, share };
    }
    return usage.bucket.of.take(count, now);
  }

  #usageOf(key: Pick<KeyOfToken, 'keyId' | 'projectId'>, now: number): Usage {
    const day = Math.floor(now / DAY_MS);
    const known = this.#usages.get(key.keyId);
    if (known?.day === day) return known;
    if (known && known.unwritten > 0) this.#writeLate(known);
    const fresh: Usage = {
      projectId: key.projectId,
      keyId: key.keyId,
      day,
      unwritten: 0,
      written: 0,
      isLimited: false,
      bucket: known?.bucket,
      processes: known?.processes ?? 1,
    };
    this.#usages.set(key.keyId, fresh);
    return fresh;
  }

  /** The last of a day that is over. */
  #writeLate(usage: Usage): void {
    this.#write(usage).catch((error: unknown) => this.#kernel.log.warn({ error: String(error) }, 'what a key sent yesterday was not written'));
  }

  async #write(usage: Usage): Promise<void> {
    const count = usage.unwritten;
    usage.unwritten = 0;
    usage.written += count;
    try {
      const { rows } = await sql<{ events: string }>`
        INSERT INTO gateway_key_usage (project_id, key_id, day, events) VALUES (${usage.projectId}, ${usage.keyId}, ${dayText(usage.day)}, ${count})
        ON CONFLICT (project_id, key_id, day) DO UPDATE SET events = gateway_key_usage.events + excluded.events RETURNING events::text
      `.execute(this.#db());
      usage.written = Number(rows[0]?.events ?? usage.written);
    } catch (error) {
      usage.unwritten += count;
      usage.written -= count;
      throw error;
    }
  }

  async #readDay(usage: Usage): Promise<void> {
    const row = await this.#db()
      .selectFrom('gateway_key_usage')
      .select('events')
      .where('project_id', '=', usage.projectId)
      .where('key_id', '=', usage.keyId)
      .where('day', '=', dayText(usage.day))
      .executeTakeFirst();
    usage.written = Math.max(usage.written, Number(row?.events ?? 0));
  }

  /** Tells that the key sends here, and reads to how many processes it sends. */
  async #share(usage: Usage): Promise<void> {
    const now = this.#kernel.clock.now();
    const since = new Date(now - SHARE_MS);
    const { rows } = await sql<{ count: number }>`
      WITH mine AS (INSERT INTO gateway_key_processes (key_id, process_id, seen_at) VALUES (${usage.keyId}, ${this.#processId}, ${new Date(now)})
        ON CONFLICT (key_id, process_id) DO UPDATE SET seen_at = excluded.seen_at)
      SELECT count(*)::int AS count FROM gateway_key_processes WHERE key_id = ${usage.keyId} AND process_id <> ${this.#processId} AND seen_at > ${since}
    `.execute(this.#db());
    usage.processes = 1 + (rows[0]?.count ?? 0);
    if (usage.unwritten === 0) await this.#readDay(usage);
  }

  async #purge(): Promise<void> {
    const now = this.#kernel.clock.now();
    await this.#db()
      .deleteFrom('gateway_key_usage')
      .where('day', '<', dayText(Math.floor(now / DAY_MS) - DAYS_KEPT))
      .execute();
    await this.#db()
      .deleteFrom('gateway_key_processes')
      .where('seen_at', '<', new Date(now - SHARE_MS))
      .execute();
  }

  #db(): Kysely<GatewayTables> {
    return this.#kernel.postgres.as<GatewayTables>();
  }
}

function dayText(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}
