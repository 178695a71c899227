import { type QueryExecutorProvider, sql } from 'kysely';
import type { Bus } from '../../kernel/bus/bus.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Postgres } from '../../kernel/postgres/postgres.ts';
import type { CanonicalPeople } from './canonical.ts';
import type { IdentityKind } from './contract.ts';
import { IdCache, keyOf } from './id-cache.ts';
import type { ChangedPeople, PeopleCopier } from './people-rows.ts';
import { PersonNumbers } from './person-numbers.ts';
import { type IdentityClaim, IdentityPlan } from './plan.ts';
import { writePlan } from './write-plan.ts';

/** How old may be what this process believes about ids that another process changed. */
const CHANGES_AGE_MAX_MS = 1_000;
/** First key of the advisory locks of this slice; the second is the project. */
const LOCK_CLASS = 7_301;

/** What became of a list of claims. */
export interface Resolution {
  /** The person of each claim, in order. */
  personIds: number[];
  /** People that are new or changed: to be copied into ClickHouse before their events are acknowledged. */
  changed: ChangedPeople;
  merges: { projectId: number; loser: number; winner: number }[];
}

/** Resolves external ids to people. One transaction at a time in this process; per project one at a time in all. */
export class Resolver {
  readonly #postgres: Postgres;
  readonly #bus: Bus;
  readonly #clock: Clock;
  readonly #copier: PeopleCopier;
  readonly #canonical: CanonicalPeople;
  readonly #cache = new IdCache();
  readonly #numbers = new PersonNumbers();
  /** Last change seen, by project. What the cache holds of a project is as new as that. */
  readonly #seen = new Map<number, number>();
  #seenAt = 0;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(parts: { postgres: Postgres; bus: Bus; clock: Clock; copier: PeopleCopier; canonical: CanonicalPeople }) {
    this.#postgres = parts.postgres;
    this.#bus = parts.bus;
    this.#clock = parts.clock;
    this.#copier = parts.copier;
    this.#canonical = parts.canonical;
  }

  /** Durable in PostgreSQL when it resolves. Costs nothing but memory when every id is known and nothing changes. */
  resolve(claims: readonly IdentityClaim[]): Promise<Resolution> {
    return this.#inTurn(() => this.#resolve(claims));
  }

  /** Runs `work` in a transaction that holds the project's identities: nobody creates, merges or changes people of it meanwhile. */
  exclusively<T>(projectId: number, work: (tx: QueryExecutorProvider) => Promise<T>): Promise<T> {
    return this.#inTurn(() =>
      this.#postgres.transaction(async (tx) => {
        await this.#lock([projectId], tx);
        return work(tx);
      }),
    );
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#turn.then(work, work);
    this.#turn = mine.catch(() => undefined);
    return mine;
  }

  async #resolve(claims: readonly IdentityClaim[]): Promise<Resolution> {
    if (this.#postgres.form === 'server' && this.#seen.size > 0 && this.#clock.now() - this.#seenAt > CHANGES_AGE_MAX_MS)
      await this.#learnChanges([...this.#seen.keys()], this.#postgres.as());
    const known = this.#fromCache(claims);
    if (known) return { personIds: known, changed: { rows: [], receipt: undefined }, merges: [] };
    try {
      return await this.#resolveInTransaction(claims);
    } catch (error) {
      // Parts of the plan may stand in memory though nothing is written.
      this.#cache.clear();
      throw error;
    }
  }

  /** The people of the claims when memory knows them all and no claim changes anything. */
  #fromCache(claims: readonly IdentityClaim[]): number[] | undefined {
    const people: number[] = [];
    for (const claim of claims) {
      if (claim.traits || claim.act === 'alias') return undefined;
      const user = claim.userId === undefined ? undefined : this.#cache.get(claim.projectId, 'user', claim.userId);
      const device = claim.anonymousId === undefined ? undefined : this.#cache.get(claim.projectId, 'anonymous', claim.anonymousId);
      const person = claim.userId === undefined ? device : user;
      if (person === undefined) return undefined;
      if (claim.userId !== undefined && claim.anonymousId !== undefined && device !== person) {
        if (device === undefined || claim.act === 'identify' || !this.#cache.isOwned(device)) return undefined;
      }
      people.push(person);
    }
    return people;
  }

  async #resolveInTransaction(claims: readonly IdentityClaim[]): Promise<Resolution> {
    const projects = [...new Set(claims.map((claim) => claim.projectId))].sort((a, b) => a - b);
    const { plan, changed } = await this.#postgres.transaction(async (tx) => {
      await this.#lock(projects, tx);
      if (this.#postgres.form === 'server') await this.#learnChanges(projects, tx);
      const unknown = await this.#loadIds(claims, tx);
      await this.#loadOwners(claims, tx);
      await this.#numbers.reserve(unknown + claims.filter((claim) => claim.userId !== undefined && claim.anonymousId !== undefined).length, tx);
      const plan = new IdentityPlan({
        person: (projectId, kind, value) => this.#cache.get(projectId, kind, value),
        isOwned: (person) => this.#cache.isOwned(person),
        take: () => this.#numbers.take(),
      });
      for (const claim of claims) plan.add(claim);
      const changed = await writePlan(plan, this.#clock.now(), tx);
      await this.#copier.confirm(tx);
      return { plan, changed };
    });
    this.#remember(plan);
    return { personIds: plan.people(), changed, merges: plan.merges() };
  }

  /** One identity transaction per project at a time, over all processes: so what is read under the lock stays true until the commit. */
  async #lock(projects: readonly number[], tx: QueryExecutorProvider): Promise<void> {
    if (this.#postgres.form === 'embedded') return;
    await sql`SELECT pg_advisory_xact_lock(${LOCK_CLASS}::int, project) FROM (SELECT unnest(${projects}::int[]) AS project ORDER BY 1) AS projects`.execute(
      tx,
    );
  }

  #remember(plan: IdentityPlan): void {
    for (const identity of plan.newIdentities()) this.#cache.set(identity.projectId, identity.kind, identity.value, identity.personId);
    for (const identity of plan.handovers()) this.#cache.set(identity.projectId, 'anonymous', identity.value, identity.personId);
    const touched = new Set<number>();
    for (const { projectId, loser, winner } of plan.merges()) {
      this.#cache.merge(loser, winner);
      this.#cache.markOwned(winner);
      touched.add(projectId);
    }
    for (const projectId of touched) {
      this.#canonical.renew(projectId);
      this.#bus.publish('merges', { projectId });
    }
  }

  /** Takes in what other processes changed since the last look. */
  async #learnChanges(projects: readonly number[], db: QueryExecutorProvider): Promise<void> {
    const now = this.#clock.now();
    const { rows } = await sql<{
      project_id: number;
      sequence: number;
      loser: number | null;
      winner: number | null;
      anonymous_id: string | null;
      person_id: number | null;
    }>`
      SELECT changes.project_id, changes.sequence, loser, winner, anonymous_id, person_id
      FROM identity_changes AS changes
      JOIN unnest(${projects}::int[], ${projects.map((id) => this.#seen.get(id) ?? -1)}::bigint[]) AS seen (project_id, sequence) USING (project_id)
      WHERE seen.sequence >= 0 AND changes.sequence > seen.sequence
      ORDER BY changes.sequence
    `.execute(db);
    for (const row of rows) {
      if (row.loser !== null && row.winner !== null) this.#cache.merge(row.loser, row.winner);
      if (row.anonymous_id !== null && row.person_id !== null) this.#cache.set(row.project_id, 'anonymous', row.anonymous_id, row.person_id);
      this.#seen.set(row.project_id, row.sequence);
    }
    const fresh = projects.filter((id) => !this.#seen.has(id));
    if (fresh.length > 0) {
      const { rows: ends } = await sql<{ project_id: number; end: number }>`
        SELECT project_id, (SELECT coalesce(max(sequence), 0) FROM identity_changes WHERE identity_changes.project_id = fresh.project_id) AS end
        FROM unnest(${fresh}::int[]) AS fresh (project_id)
      `.execute(db);
      for (const row of ends) this.#seen.set(row.project_id, row.end);
    }
    this.#seenAt = now;
  }

  /** Reads the ids that memory does not know; gives how many stay unknown. */
  async #loadIds(claims: readonly IdentityClaim[], tx: QueryExecutorProvider): Promise<number> {
    const wanted = new Map<string, { projectId: number; kind: IdentityKind; value: string }>();
    const want = (projectId: number, kind: IdentityKind, value: string | undefined): void => {
      if (value !== undefined && this.#cache.get(projectId, kind, value) === undefined)
        wanted.set(keyOf(projectId, kind, value), { projectId, kind, value });
    };
    for (const claim of claims) {
      want(claim.projectId, 'user', claim.userId);
      want(claim.projectId, 'anonymous', claim.anonymousId);
      if (claim.act !== 'alias') continue;
      want(claim.projectId, 'user', claim.previousId);
      want(claim.projectId, 'anonymous', claim.previousId);
    }
    if (wanted.size === 0) return 0;
    const list = [...wanted.values()];
    const { rows } = await sql<{ project_id: number; kind: IdentityKind; value: string; person_id: number }>`
      SELECT identities.project_id, identities.kind, identities.value, identities.person_id
      FROM unnest(${list.map((id) => id.projectId)}::int[], ${list.map((id) => id.kind)}::text[], ${list.map((id) => id.value)}::text[]) AS wanted (project_id, kind, value)
      JOIN identities USING (project_id, kind, value)
    `.execute(tx);
    for (const row of rows) this.#cache.set(row.project_id, row.kind, row.value, row.person_id);
    return wanted.size - rows.length;
  }

  /** Learns which of the people whose ids meet on an event have a user id. */
  async #loadOwners(claims: readonly IdentityClaim[], tx: QueryExecutorProvider): Promise<void> {
    const asked = new Map<number, number>();
    for (const claim of claims) {
      if (claim.anonymousId === undefined || claim.userId === undefined) continue;
      const device = this.#cache.get(claim.projectId, 'anonymous', claim.anonymousId);
      if (device !== undefined && !this.#cache.isOwned(device)) asked.set(device, claim.projectId);
    }
    if (asked.size === 0) return;
    const { rows } = await sql<{ person_id: number }>`
      SELECT DISTINCT identities.person_id
      FROM unnest(${[...asked.values()]}::int[], ${[...asked.keys()]}::bigint[]) AS asked (project_id, person_id)
      JOIN identities USING (project_id, person_id)
      WHERE identities.kind = 'user'
    `.execute(tx);
    for (const row of rows) this.#cache.markOwned(row.person_id);
  }

  /** The person behind an id, from memory or PostgreSQL. */
  async personOf(projectId: number, kind: IdentityKind, value: string): Promise<number | undefined> {
    if (this.#postgres.form === 'embedded') {
      const cached = this.#cache.get(projectId, kind, value);
      if (cached !== undefined) return cached;
    }
    const { rows } = await sql<{ person_id: number }>`
      SELECT person_id FROM identities WHERE project_id = ${projectId} AND kind = ${kind} AND value = ${value}
    `.execute(this.#postgres.as());
    return rows[0]?.person_id;
  }
}
