import type { Transaction } from 'kysely';
import type { Kernel } from '../../../kernel/slice.ts';
import type { KeyLimits } from '../contract.ts';
import type { GatewayTables } from '../tables.ts';

const MINUTE_MS = 60_000;
const KEYS_MAX = 20_000;
const UNLIMITED: KeyLimits = { eventsPerSecond: null, burst: null, eventsPerDay: null };

/** The limits of keys: from memory after the first look, so that they may stand in the way of every request. */
export class KeyLimitsBook {
  readonly #kernel: Kernel;
  readonly #known = new Map<string, { limits: KeyLimits; until: number; projectId: number }>();
  /** Asked for at this moment: a busy key asks once, not with every request that comes meanwhile. */
  readonly #asked = new Map<string, { limits: Promise<KeyLimits>; projectId: number }>();

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
    kernel.bus.subscribe('key-limits', (notice) => this.#forget((notice as { projectId: number }).projectId));
  }

  /** A change is seen at once here, with the bus's speed in other processes, and within a minute at the latest. */
  of(projectId: number, keyId: string): KeyLimits | Promise<KeyLimits> {
    const known = this.#known.get(keyId);
    return known && known.until > this.#kernel.clock.now() ? known.limits : this.#ask(projectId, keyId);
  }

  #ask(projectId: number, keyId: string): Promise<KeyLimits> {
    const asked = this.#asked.get(keyId);
    if (asked) return asked.limits;
    const fresh = { limits: this.#load(projectId, keyId), projectId };
    this.#asked.set(keyId, fresh);
    const settled = (limits?: KeyLimits): void => {
      // What was changed meanwhile is asked for anew.
      if (this.#asked.get(keyId) !== fresh) return;
      this.#asked.delete(keyId);
      if (!limits) return;
      if (this.#known.size >= KEYS_MAX) this.#known.clear();
      this.#known.set(keyId, { limits, until: this.#kernel.clock.now() + MINUTE_MS, projectId });
    };
    fresh.limits.then(settled, () => settled());
    return fresh.limits;
  }

  async #load(projectId: number, keyId: string): Promise<KeyLimits> {
    const row = await this.#kernel.postgres
      .as<GatewayTables>()
      .selectFrom('gateway_key_limits')
      .select(['events_per_second', 'burst', 'events_per_day'])
      .where('project_id', '=', projectId)
      .where('key_id', '=', keyId)
      .executeTakeFirst();
    return row ? { eventsPerSecond: row.events_per_second, burst: row.burst, eventsPerDay: row.events_per_day } : UNLIMITED;
  }

  /** Writes the limits of a key; `also` runs in the same transaction. */
  async set(key: { projectId: number; keyId: string }, limits: KeyLimits, also: (tx: Transaction<GatewayTables>) => Promise<void>): Promise<void> {
    const row = {
      events_per_second: limits.eventsPerSecond,
      burst: limits.burst,
      events_per_day: limits.eventsPerDay,
      changed_at: new Date(this.#kernel.clock.now()),
    };
    await this.#kernel.postgres.transaction<GatewayTables, void>(async (tx) => {
      await tx
        .insertInto('gateway_key_limits')
        .values({ project_id: key.projectId, key_id: key.keyId, ...row })
        .onConflict((conflict) => conflict.columns(['project_id', 'key_id']).doUpdateSet(row))
        .execute();
      await also(tx);
    });
    this.#forget(key.projectId);
    this.#kernel.bus.publish('key-limits', { projectId: key.projectId });
  }

  #forget(projectId: number): void {
    for (const map of [this.#known, this.#asked]) for (const [keyId, known] of map) if (known.projectId === projectId) map.delete(keyId);
  }
}
