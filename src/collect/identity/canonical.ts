import { sql } from 'kysely';
import type { Bus } from '../../kernel/bus/bus.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Postgres } from '../../kernel/postgres/postgres.ts';
import type { Canonical } from './api.ts';

/** On servers a notice of a merge may be lost: after this long the list is looked at again. */
const AGE_MAX_MS = 1_000;
const PROJECTS_MAX = 1_000;

const identity: Canonical = { person: (column) => column, bitmap: (expression) => expression, parameters: {}, losers: [], winners: [] };

interface Entry {
  canonical: Promise<Canonical>;
  readAt: number;
}

/** The pending merges of projects, cached in memory. */
export class CanonicalPeople {
  readonly #postgres: Postgres;
  readonly #clock: Clock;
  readonly #entries = new Map<number, Entry>();

  constructor(parts: { postgres: Postgres; bus: Bus; clock: Clock }) {
    this.#postgres = parts.postgres;
    this.#clock = parts.clock;
    parts.bus.subscribe('merges', (notice) => this.forget((notice as { projectId: number }).projectId));
  }

  forget(projectId: number): void {
    this.#entries.delete(projectId);
  }

  get(projectId: number): Promise<Canonical> {
    const known = this.#entries.get(projectId);
    if (known && (this.#postgres.form === 'embedded' || Math.abs(this.#clock.now() - known.readAt) < AGE_MAX_MS)) return known.canonical;
    if (this.#entries.size >= PROJECTS_MAX) this.#entries.clear();
    const entry: Entry = { canonical: this.#read(projectId), readAt: this.#clock.now() };
    this.#entries.set(projectId, entry);
    entry.canonical.catch(() => {
      if (this.#entries.get(projectId) === entry) this.#entries.delete(projectId);
    });
    return entry.canonical;
  }

  async #read(projectId: number): Promise<Canonical> {
    const { rows } = await sql<{ loser: number; winner: number }>`
      SELECT loser, winner FROM merges WHERE project_id = ${projectId} AND squashed_at IS NULL ORDER BY loser
    `.execute(this.#postgres.as());
    return rows.length === 0 ? identity : canonicalOf(rows);
  }
}

/** What reads wrap around person numbers when `merges` are pending. */
export function canonicalOf(merges: readonly { loser: number; winner: number }[]): Canonical {
  const losers = merges.map((merge) => merge.loser);
  const winners = merges.map((merge) => merge.winner);
  return {
    person: (column) => `transform(${column}, {canonicalLosers:Array(UInt32)}, {canonicalWinners:Array(UInt32)}, ${column})`,
    bitmap: (expression) => `bitmapTransform(${expression}, {canonicalLosers:Array(UInt32)}, {canonicalWinners:Array(UInt32)})`,
    parameters: { canonicalLosers: losers, canonicalWinners: winners },
    losers,
    winners,
  };
}
