import { type QueryExecutorProvider, sql } from 'kysely';
import type { Clock } from '../../kernel/clock.ts';
import type { Ids } from '../../kernel/ids.ts';
import type { Postgres } from '../../kernel/postgres/postgres.ts';

/** After it, others repair what the group may have left. A process that lives renews it while the group is in hand, however long the stores take. */
const LEASE_MS = 20_000;
const RENEW_EVERY_MS = 5_000;
const LOCK = 7_302;
const SETTLED_PAUSE_MS = 50;

/** What trying to claim a group's messages found. */
export interface ClaimAnswer {
  /** Hashes of messages that another process is writing right now. Empty: the claim stands. */
  taken: Set<number>;
  /** Groups whose process died: what arrived since has to be repaired before anybody goes on (ms). */
  abandonedSince?: number;
}

/**
 * Keeps two processes from writing the same message at the same time. One process alone (the embedded form) needs none of it: it knows what it has in hand.
 */
export class GroupClaims {
  readonly #postgres: Postgres;
  readonly #clock: Clock;
  readonly #ids: Ids;
  #finished: string[] = [];
  readonly #inHand = new Set<string>();
  #renewing: NodeJS.Timeout | undefined;

  constructor(parts: { postgres: Postgres; clock: Clock; ids: Ids }) {
    this.#postgres = parts.postgres;
    this.#clock = parts.clock;
    this.#ids = parts.ids;
  }

  get areNeeded(): boolean {
    return this.#postgres.form === 'server';
  }

  newId(): string {
    return this.#ids.uuid();
  }

  /** Claims the messages, or says what is in the way. A lock makes claims of all processes follow one another. */
  async claim(id: string, hashes: readonly number[]): Promise<ClaimAnswer> {
    const finished = this.#finished.splice(0);
    const now = this.#clock.now();
    return this.#postgres.transaction(async (tx: QueryExecutorProvider) => {
      await sql`SELECT pg_advisory_xact_lock(${LOCK})`.execute(tx);
      if (finished.length > 0) await sql`DELETE FROM stream_groups WHERE id = ANY(${finished}::uuid[])`.execute(tx);
      const { rows: dead } = await sql<{
        since: Date | null;
      }>`SELECT min(started_at) AS since FROM stream_groups WHERE expires_at < ${iso(now)}::timestamptz`.execute(tx);
      const since = dead[0]?.since;
      if (since) return { taken: new Set<number>(), abandonedSince: since.getTime() };
      const { rows } = await sql<{ hash: number }>`
        SELECT hash FROM stream_groups, unnest(hashes) AS hash WHERE id <> ${id}::uuid AND hash = ANY(${hashes}::bigint[])
      `.execute(tx);
      if (rows.length > 0) return { taken: new Set(rows.map((row) => row.hash)) };
      await sql`
        INSERT INTO stream_groups (id, started_at, expires_at, hashes)
        VALUES (${id}::uuid, ${iso(now)}::timestamptz, ${iso(now + LEASE_MS)}::timestamptz, ${hashes}::bigint[]) ON CONFLICT DO NOTHING
      `.execute(tx);
      this.#keep(id);
      return { taken: new Set<number>() };
    });
  }

  /** Renews the claim right before the group is written. False: others took it for abandoned, so nothing may be written under it any more. */
  async confirm(id: string): Promise<boolean> {
    const expiresAt = iso(this.#clock.now() + LEASE_MS);
    const { rows } = await sql`UPDATE stream_groups SET expires_at = ${expiresAt}::timestamptz WHERE id = ${id}::uuid RETURNING 1`.execute(
      this.#postgres.as(),
    );
    return rows.length > 0;
  }

  #keep(id: string): void {
    this.#inHand.add(id);
    this.#renewing ??= setInterval(() => {
      const expiresAt = iso(this.#clock.now() + LEASE_MS);
      sql`UPDATE stream_groups SET expires_at = ${expiresAt}::timestamptz WHERE id = ANY(${[...this.#inHand]}::uuid[])`
        .execute(this.#postgres.as())
        .catch(() => {
          // The next round tries again; the lease is four rounds long.
        });
    }, RENEW_EVERY_MS).unref();
  }

  /** Everything of the group is written, or certainly nothing more will be. */
  async release(id: string): Promise<void> {
    this.#inHand.delete(id);
    if (this.#inHand.size === 0) {
      clearInterval(this.#renewing);
      this.#renewing = undefined;
    }
    this.#finished.push(id);
    const finished = this.#finished.splice(0);
    try {
      await sql`DELETE FROM stream_groups WHERE id = ANY(${finished}::uuid[])`.execute(this.#postgres.as());
    } catch {
      this.#finished.push(...finished);
    }
  }

  /** Resolves when the groups that any process has under way now are written, or past their lease. */
  async settled(): Promise<void> {
    if (!this.areNeeded) return;
    let ids: string[] | undefined;
    for (;;) {
      const { rows } = await sql<{ id: string }>`
        SELECT id FROM stream_groups WHERE expires_at > ${iso(this.#clock.now())}::timestamptz
      `.execute(this.#postgres.as());
      const known: readonly string[] = ids ?? rows.map((row) => row.id);
      ids = rows.map((row) => row.id).filter((id) => known.includes(id));
      if (ids.length === 0) return;
      await new Promise((resolve) => setTimeout(resolve, SETTLED_PAUSE_MS));
    }
  }

  /** Groups of dead processes have been repaired. */
  async forgetAbandoned(): Promise<void> {
    await sql`DELETE FROM stream_groups WHERE expires_at < ${iso(this.#clock.now())}::timestamptz`.execute(this.#postgres.as());
  }
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}

/** 52 bits of a message's project and id (two 26-bit FNV-1a style sums). A clash only makes a group wait for another. */
export function hashOfMessage(projectId: number, messageId: string): number {
  let a = 0x811c9dc5 ^ projectId;
  let b = 0x9747b28c + projectId;
  for (let index = 0; index < messageId.length; index += 1) {
    const code = messageId.charCodeAt(index);
    a = Math.imul(a ^ code, 0x01000193);
    b = Math.imul(b ^ code, 0x85ebca6b);
    b = (b << 13) | (b >>> 19);
  }
  return (a >>> 6) * 67_108_864 + (b >>> 6);
}
