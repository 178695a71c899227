import { sql } from 'kysely';
import type { Bus } from '../../kernel/bus/bus.ts';
import type { Parameter } from '../../kernel/clickhouse/clickhouse.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Postgres } from '../../kernel/postgres/postgres.ts';

/**
 * How reads of the stream see through merges that are not rewritten into it yet. Bind `parameters` beside the query's own.
 * Without pending merges `person` and `bitmap` return their argument and `parameters` is empty.
 */
export interface Canonical {
  /** SQL: the number of the person whom `column` (UInt32) means today. */
  person(column: string): string;
  /** SQL: the bitmap `expression` (groupBitmap state of UInt32) with merged numbers replaced. */
  bitmap(expression: string): string;
  parameters: Record<string, Parameter>;
  /** Numbers merged away, and at the same place of `winners` the number that stands for each. Chains are flattened. */
  losers: readonly number[];
  winners: readonly number[];
}

/** On servers a notice of a merge may be lost: after this long the list is looked at again. */
const AGE_MAX_MS = 1_000;
const PROJECTS_MAX = 1_000;

/** No merges: everybody is who they are. */
const identity: Canonical = { person: (column) => column, bitmap: (expression) => expression, parameters: {}, losers: [], winners: [] };

/** What is known of a project's merges. */
interface Known {
  winners: Map<number, number>;
  /** Last change that is in it. */
  sequence: number;
  canonical: Canonical;
}

interface Entry {
  known: Promise<Known>;
  readAt: number;
  isOld: boolean;
}

/** The pending merges of projects, cached in memory; news are read on their own, so that a long list is read once. */
export class CanonicalPeople {
  readonly #postgres: Postgres;
  readonly #clock: Clock;
  readonly #entries = new Map<number, Entry>();

  constructor(parts: { postgres: Postgres; bus: Bus; clock: Clock }) {
    this.#postgres = parts.postgres;
    this.#clock = parts.clock;
    parts.bus.subscribe('merges', (notice) => this.renew((notice as { projectId: number }).projectId));
  }

  /** There are new merges: the next question reads them. */
  renew(projectId: number): void {
    const entry = this.#entries.get(projectId);
    if (entry) entry.isOld = true;
  }

  async get(projectId: number): Promise<Canonical> {
    const entry = this.#entries.get(projectId);
    const isFresh = entry && !entry.isOld && (this.#postgres.form === 'embedded' || Math.abs(this.#clock.now() - entry.readAt) < AGE_MAX_MS);
    return (await (isFresh ? entry.known : this.#read(projectId, entry))).canonical;
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
    const { rows } = await sql<Merge>`SELECT loser, winner FROM merges WHERE project_id = ${projectId} AND squashed_at IS NULL`.execute(db);
    const winners = new Map(rows.map((row) => [row.loser, row.winner]));
    return { winners, sequence: ends[0]?.end ?? 0, canonical: canonicalOf(winners) };
  }

  async #readNews(projectId: number, old: Known): Promise<Known> {
    const { rows } = await sql<Merge & { sequence: number }>`
      SELECT sequence, loser, winner FROM identity_changes
      WHERE project_id = ${projectId} AND sequence > ${old.sequence} AND loser IS NOT NULL ORDER BY sequence
    `.execute(this.#postgres.as());
    const last = rows.at(-1);
    if (!last) return old;
    const gone = new Map<number, number>();
    for (const { loser, winner } of rows) {
      for (const [from, into] of gone) if (into === loser) gone.set(from, winner);
      gone.set(loser, winner);
    }
    const winners = new Map<number, number>();
    for (const [loser, winner] of old.winners) winners.set(loser, gone.get(winner) ?? winner);
    for (const [loser, winner] of gone) winners.set(loser, winner);
    return { winners, sequence: last.sequence, canonical: canonicalOf(winners) };
  }
}

interface Merge {
  loser: number;
  winner: number;
}

/** What reads wrap around person numbers when `merges` are pending. */
function canonicalOf(winnerOf: ReadonlyMap<number, number>): Canonical {
  if (winnerOf.size === 0) return identity;
  const losers = [...winnerOf.keys()].sort((a, b) => a - b);
  const winners = losers.map((loser) => winnerOf.get(loser) ?? loser);
  return {
    person: (column) => `transform(${column}, {canonicalLosers:Array(UInt32)}, {canonicalWinners:Array(UInt32)}, ${column})`,
    bitmap: (expression) => `bitmapTransform(${expression}, {canonicalLosers:Array(UInt32)}, {canonicalWinners:Array(UInt32)})`,
    parameters: { canonicalLosers: losers, canonicalWinners: winners },
    losers,
    winners,
  };
}
