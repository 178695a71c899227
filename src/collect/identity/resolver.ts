import { type QueryExecutorProvider, sql, type Transaction } from 'kysely';
import type { Bus } from '../../kernel/bus/bus.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Postgres } from '../../kernel/postgres/postgres.ts';
import type { CanonicalPeople } from './canonical.ts';
import type { ExternalId, IdentityKind } from './contract.ts';
import { IdCache } from './id-cache.ts';
import { IdMap } from './id-map.ts';
import type { PeopleCopier } from './people-copier.ts';
import { type ChangedPeople, nobodyChanged } from './people-rows.ts';
import { PersonNumbers } from './person-numbers.ts';
import { type IdentityClaim, IdentityPlan } from './plan.ts';
import { countsOfIds, idsOf, loadIds, ownersAmong, type WantedId } from './queries/load-ids.ts';
import type { IdRules } from './rules.ts';
import { writePlan } from './write-plan.ts';

/** How old may be what this process believes about ids that another process changed. */
const CHANGES_AGE_MAX_MS = 1_000;
/** First key of the advisory locks of this slice; the second is the project. */
export const LOCK_CLASS = 7_301;

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
  readonly #rules: IdRules;
  readonly #cache = new IdCache();
  readonly #numbers = new PersonNumbers();
  /** Last change seen, by project. What the cache holds of a project is as new as that. */
  readonly #seen = new Map<number, number>();
  #seenAt = 0;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(parts: { postgres: Postgres; bus: Bus; clock: Clock; copier: PeopleCopier; canonical: CanonicalPeople; rules: IdRules }) {
    this.#postgres = parts.postgres;
    this.#bus = parts.bus;
    this.#clock = parts.clock;
    this.#copier = parts.copier;
    this.#canonical = parts.canonical;
    this.#rules = parts.rules;
  }

  /** Durable in PostgreSQL when it resolves. Costs nothing but memory when every id is known and nothing changes. */
  resolve(claims: readonly IdentityClaim[]): Promise<Resolution> {
    return this.#inTurn(() => this.#resolve(claims));
  }

  /** Runs `work` in a transaction that holds the project's identities: nobody creates, merges or changes people of it meanwhile. */
  exclusively<T>(projectId: number, work: (tx: Transaction<unknown>) => Promise<T>): Promise<T> {
    return this.#inTurn(() =>
      this.#postgres.transaction<unknown, T>(async (tx) => {
        await this.#lock([projectId], tx);
        return work(tx);
      }),
    );
  }

  /** Forgets every id: some are nobody's any more. To be called inside `exclusively`, so that nothing is decided on what was. */
  forgetIds(): void {
    this.#cache.clear();
  }

  /** A number for somebody whom a member makes. */
  async freshNumber(tx: QueryExecutorProvider): Promise<number> {
    await this.#numbers.reserve(1, tx);
    return this.#numbers.take();
  }

  /** After people were joined or parted outside `resolve`: this process and all others look again. */
  forget(projectId: number): void {
    this.#cache.clear();
    this.#canonical.renew(projectId);
    this.#bus.publish('merges', { projectId });
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#turn.then(work, work);
    this.#turn = mine.catch(() => undefined);
    return mine;
  }

  async #resolve(claims: readonly IdentityClaim[]): Promise<Resolution> {
    if (this.#postgres.form === 'server' && this.#seen.size > 0 && this.#clock.now() - this.#seenAt > CHANGES_AGE_MAX_MS)
      await this.#learnChanges([...this.#seen.keys()], this.#postgres.as());
    await this.#rules.refresh();
    const known = this.#fromCache(claims);
    if (known) return { personIds: known, changed: nobodyChanged, merges: [] };
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
      if (claim.traits || claim.act === 'alias' || claim.changes || claim.unlink || claim.groups || !this.#rules.of(claim.projectId).isPlain)
        return undefined;
      const user = claim.userId === undefined ? undefined : this.#cache.get(claim.projectId, 'user', claim.userId);
      const device = claim.anonymousId === undefined ? undefined : this.#cache.get(claim.projectId, 'anonymous', claim.anonymousId);
      const first = claim.ids?.[0];
      const alone = claim.anonymousId === undefined && first ? this.#cache.get(claim.projectId, first.kind, first.value) : device;
      const person = claim.userId === undefined ? alone : user;
      if (person === undefined) return undefined;
      if (claim.userId !== undefined && claim.anonymousId !== undefined && device !== person) {
        if (device === undefined || claim.act === 'identify' || !this.#cache.isOwned(device)) return undefined;
      }
      if (claim.ids?.some((id) => this.#cache.get(claim.projectId, id.kind, id.value) !== person)) return undefined;
      people.push(person);
    }
    return people;
  }

  async #resolveInTransaction(claims: readonly IdentityClaim[]): Promise<Resolution> {
    const projects = [...new Set(claims.map((claim) => claim.projectId))].sort((a, b) => a - b);
    const { plan, changed } = await this.#postgres.transaction(async (tx) => {
      await this.#lock(projects, tx);
      if (this.#postgres.form === 'server') await this.#learnChanges(projects, tx);
      await this.#rules.refresh(tx);
      const unknown = await this.#loadIds(claims, tx);
      await this.#loadOwners(claims, tx);
      const counts = await this.#loadCounts(claims, tx);
      await this.#numbers.reserve(unknown + claims.reduce((sum, claim) => sum + (idsOf(claim).length > 1 ? 2 : 0), 0), tx);
      const plan = new IdentityPlan({
        person: (projectId, kind, value) => this.#cache.get(projectId, kind, value),
        isOwned: (person) => this.#cache.isOwned(person),
        count: (person, kind) => counts.get(`${person} ${kind}`) ?? 0,
        rules: (projectId) => this.#rules.of(projectId),
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
    for (const identity of plan.handovers()) this.#cache.set(identity.projectId, identity.kind, identity.value, identity.personId);
    for (const { projectId, kind, value, personId } of plan.unlinks()) {
      if (!plan.newIdentities().some((id) => id.kind === kind && id.value === value && id.projectId === projectId))
        this.#cache.drop(projectId, kind, value);
      if (kind === 'user') this.#cache.unmarkOwned(personId);
    }
    const touched = new Set<number>();
    for (const { projectId, loser, winner } of plan.merges()) {
      this.#cache.merge(loser, winner);
      if (plan.hasUser(winner)) this.#cache.markOwned(winner);
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
      kind: string;
      is_undone: boolean;
    }>`
      SELECT changes.project_id, changes.sequence, loser, winner, anonymous_id, person_id, kind, is_undone
      FROM identity_changes AS changes
      JOIN unnest(${projects}::int[], ${projects.map((id) => this.#seen.get(id) ?? -1)}::bigint[]) AS seen (project_id, sequence) USING (project_id)
      WHERE seen.sequence >= 0 AND changes.sequence > seen.sequence
      ORDER BY changes.sequence
    `.execute(db);
    for (const row of rows) {
      if (row.is_undone) this.#cache.clear();
      else if (row.loser !== null && row.winner !== null) this.#cache.merge(row.loser, row.winner);
      if (row.anonymous_id !== null && row.person_id !== null) this.#cache.set(row.project_id, row.kind, row.anonymous_id, row.person_id);
      if (row.anonymous_id !== null && row.person_id === null) {
        this.#cache.drop(row.project_id, row.kind, row.anonymous_id);
        // Whose user id it was is not written here; who still has one is read again.
        if (row.kind === 'user') this.#cache.clear();
      }
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
    const wanted = new IdMap<WantedId>();
    for (const claim of claims) {
      const { projectId } = claim;
      for (const { kind, value } of claim.unlink ? [...idsOf(claim), ...claim.unlink] : idsOf(claim))
        if (this.#cache.get(projectId, kind, value) === undefined) wanted.set(projectId, kind, value, { projectId, kind, value });
    }
    if (wanted.size === 0) return 0;
    const found = await loadIds(wanted.values(), tx);
    for (const id of found) this.#cache.set(id.projectId, id.kind, id.value, id.personId);
    return wanted.size - found.length;
  }

  /** Learns which of the people whose ids meet on an event have a user id. */
  async #loadOwners(claims: readonly IdentityClaim[], tx: QueryExecutorProvider): Promise<void> {
    const asked = new Set<number>();
    for (const claim of claims) {
      const ids = idsOf(claim);
      if (ids.length < 2) continue;
      for (const person of this.#peopleOf(claim.projectId, ids)) if (!this.#cache.isOwned(person)) asked.add(person);
    }
    for (const person of await ownersAmong([...asked], tx)) this.#cache.markOwned(person);
  }

  /** How many ids of limited kinds the people have whom these claims concern. */
  async #loadCounts(claims: readonly IdentityClaim[], tx: QueryExecutorProvider): Promise<ReadonlyMap<string, number>> {
    const people = new Set<number>();
    const kinds = new Set<string>();
    for (const claim of claims) {
      const { limited } = this.#rules.of(claim.projectId);
      if (limited.size === 0) continue;
      for (const kind of limited.keys()) kinds.add(kind);
      for (const person of this.#peopleOf(claim.projectId, idsOf(claim))) people.add(person);
    }
    return countsOfIds([...people], [...kinds], tx);
  }

  #peopleOf(projectId: number, ids: readonly ExternalId[]): number[] {
    return ids.map((id) => this.#cache.get(projectId, id.kind, id.value)).filter((person) => person !== undefined);
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
