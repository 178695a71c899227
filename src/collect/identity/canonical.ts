import { sql } from 'kysely';
import type { Bus } from '../../kernel/bus/bus.ts';
import type { ClickHouse } from '../../kernel/clickhouse/clickhouse.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Postgres } from '../../kernel/postgres/postgres.ts';
import { type Canonical, canonicalOf, type Pending } from './canonical-sql.ts';
import { SettledMerges, type SettledPlace } from './settled-merges.ts';

export type { Canonical } from './canonical-sql.ts';

/** On servers a notice of a merge may be lost: after this long the list is looked at again. */
const AGE_MAX_MS = 1_000;
const PROJECTS_MAX = 1_000;

/** What is known of a project's merges: those settled in ClickHouse, and what changed since. */
interface Known {
  settled: SettledMerges | undefined;
  pending: Pending;
  /** Last change that is in it. */
  sequence: number;
  canonical: Canonical;
}

interface Entry {
  known: Promise<Known>;
  readAt: number;
  isOld: boolean;
}

interface Change {
  sequence: number;
  loser: number | null;
  winner: number | null;
  is_undone: boolean;
  settled_version: number | null;
}

/** What has to be settled of a project, and what is. */
export interface Unsettled {
  /** The last change that is in it. */
  sequence: number;
  settled: number;
  /** Whether the settled version's daily sets may be read. */
  hasDays: boolean;
  pending: number;
  /** Everybody who was merged away with their winner. */
  winners: ReadonlyMap<number, number>;
}

const placeColumns = sql`project_id AS "projectId", version, form, days_until AS "daysUntil"`;

/** The merges of projects, cached in memory; news are read on their own, so that a long list is read once. */
export class CanonicalPeople {
  readonly #postgres: Postgres;
  readonly #clickhouse: ClickHouse;
  readonly #clock: Clock;
  readonly #entries = new Map<number, Entry>();

  constructor(parts: { postgres: Postgres; clickhouse: ClickHouse; bus: Bus; clock: Clock }) {
    this.#postgres = parts.postgres;
    this.#clickhouse = parts.clickhouse;
    this.#clock = parts.clock;
    parts.bus.subscribe('merges', (notice) => this.renew((notice as { projectId: number }).projectId));
  }

  /** There are new merges: the next question reads them. */
  renew(projectId: number): void {
    const entry = this.#entries.get(projectId);
    if (entry) entry.isOld = true;
  }

  async get(projectId: number): Promise<Canonical> {
    return (await this.#known(projectId)).canonical;
  }

  /** What has to be settled: everybody who was merged away with their winner, and how many of them stand in the statements today. */
  async unsettled(projectId: number): Promise<Unsettled> {
    const { sequence, settled, pending, canonical } = await this.#known(projectId);
    const { losers, winners } = canonical;
    return {
      sequence,
      settled: settled?.size ?? 0,
      hasDays: settled?.days !== undefined,
      pending: pending.size,
      winners: new Map(losers.map((loser, index) => [loser, winners[index] ?? loser])),
    };
  }

  #known(projectId: number): Promise<Known> {
    const entry = this.#entries.get(projectId);
    const isFresh = entry && !entry.isOld && (this.#postgres.form === 'embedded' || Math.abs(this.#clock.now() - entry.readAt) < AGE_MAX_MS);
    return isFresh ? entry.known : this.#read(projectId, entry);
  }

  #read(projectId: number, before: Entry | undefined): Promise<Known> {
    if (this.#entries.size >= PROJECTS_MAX) this.#entries.clear();
    const known = before ? before.known.then((old) => this.#readNews(projectId, old)) : this.#readAll(projectId);
    const entry: Entry = { known, readAt: this.#clock.now(), isOld: false };
    this.#entries.set(projectId, entry);
    known.catch(() => {
      if (this.#entries.get(projectId) === entry) this.#entries.delete(projectId);
    });
    return known;
  }

  async #readAll(projectId: number): Promise<Known> {
    const db = this.#postgres.as();
    // The end of the changes before the merges: what comes between is only read twice.
    const { rows: ends } = await sql<{
      end: number;
    }>`SELECT coalesce(max(sequence), 0) AS end FROM identity_changes WHERE project_id = ${projectId}`.execute(db);
    const sequence = ends[0]?.end ?? 0;
    const { rows: places } = await sql<SettledPlace>`
      SELECT ${placeColumns} FROM settled_merges WHERE project_id = ${projectId} AND version > 0
    `.execute(db);
    const settled = places[0] && (await SettledMerges.read(this.#clickhouse, places[0]));
    const { rows } = await sql<{ loser: number; winner: number }>`
      SELECT loser, winner FROM merges WHERE project_id = ${projectId} AND squashed_at IS NULL
    `.execute(db);
    const pending = new Map<number, number>();
    const merged = new Set<number>();
    for (const { loser, winner } of rows) {
      if (settled) merged.add(loser);
      if (settled?.winnerOf(loser) !== winner) pending.set(loser, winner);
    }
    // Settled once and undone since.
    for (const loser of settled?.losers() ?? []) if (!merged.has(loser)) pending.set(loser, loser);
    return { settled, pending, sequence, canonical: canonicalOf(settled, pending) };
  }

  async #readNews(projectId: number, old: Known): Promise<Known> {
    const { rows } = await sql<Change>`
      SELECT sequence, loser, winner, is_undone, settled_version FROM identity_changes
      WHERE project_id = ${projectId} AND sequence > ${old.sequence} AND (loser IS NOT NULL OR settled_version IS NOT NULL OR is_undone) ORDER BY sequence
    `.execute(this.#postgres.as());
    const last = rows.at(-1);
    if (!last) return old;
    // Rare, and whoever hangs on an undone merge is easier read than followed.
    if (rows.some((row) => row.is_undone)) return this.#readAll(projectId);
    const pending = new Map(old.pending);
    for (const { loser, winner } of rows)
      if (loser !== null && winner !== null) {
        for (const [from, into] of pending) if (into === loser && from !== loser) pending.set(from, winner);
        for (const from of old.settled?.mergedInto(loser) ?? []) if (!pending.has(from)) pending.set(from, winner);
        pending.set(loser, winner);
      }
    const newest = rows.findLast((row) => row.settled_version !== null);
    const settled = newest ? await this.#settledNow(projectId, newest.settled_version ?? 0, old.settled) : old.settled;
    if (newest && !settled) return this.#readAll(projectId);
    // What has not changed since the settling began is in it. (Nothing was undone meanwhile: else the version would not have been told.)
    if (newest) for (const [loser, winner] of pending) if (settled?.winnerOf(loser) === winner) pending.delete(loser);
    return { settled, pending, sequence: last.sequence, canonical: canonicalOf(settled, pending) };
  }

  async #settledNow(projectId: number, version: number, old: SettledMerges | undefined): Promise<SettledMerges | undefined> {
    const { rows } = await sql<SettledPlace>`
      SELECT ${placeColumns} FROM settled_merges WHERE project_id = ${projectId} AND version = ${version}
    `.execute(this.#postgres.as());
    if (rows[0] && old?.version === version) return old.at(rows[0]);
    return rows[0] && SettledMerges.read(this.#clickhouse, rows[0]);
  }
}
