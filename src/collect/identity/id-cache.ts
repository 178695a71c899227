import type { IdentityKind } from './contract.ts';
import { IdMap } from './id-map.ts';

/** Entries of one generation; two are kept, so at most twice as many (about 60 MB). */
const GENERATION_SIZE = 150_000;
/** Merges that are followed in memory before everything is forgotten and read anew. */
const FORWARDS_MAX = 50_000;

/**
 * External ids -> person numbers of this process. Bounded: what was not asked for while a whole generation filled up is dropped.
 * Holds only what is committed in PostgreSQL.
 */
export class IdCache {
  #young = new IdMap<number>();
  #old = new IdMap<number>();
  #owned = new Set<number>();
  #forwards = new Map<number, number>();

  get(projectId: number, kind: IdentityKind, value: string): number | undefined {
    let person = this.#young.get(projectId, kind, value);
    if (person === undefined) {
      person = this.#old.get(projectId, kind, value);
      if (person === undefined) return undefined;
      this.#put(projectId, kind, value, person);
    }
    const winner = this.#forwards.get(person);
    if (winner === undefined) return person;
    this.#young.set(projectId, kind, value, winner);
    return winner;
  }

  set(projectId: number, kind: IdentityKind, value: string, person: number): void {
    this.#put(projectId, kind, value, person);
    if (kind === 'user') this.markOwned(person);
  }

  /** Whether the person is known to have a user id. False means: not known here. */
  isOwned(person: number): boolean {
    return this.#owned.has(person);
  }

  markOwned(person: number): void {
    if (this.#owned.size >= GENERATION_SIZE * 2) this.#owned.clear();
    this.#owned.add(person);
  }

  /** The id is nobody's. */
  drop(projectId: number, kind: IdentityKind, value: string): void {
    this.#young.delete(projectId, kind, value);
    this.#old.delete(projectId, kind, value);
  }

  /** Forgets what is known of the person's user ids. */
  unmarkOwned(person: number): void {
    this.#owned.delete(person);
  }

  merge(loser: number, winner: number): void {
    if (this.#forwards.size >= FORWARDS_MAX) {
      this.clear();
      return;
    }
    for (const [from, to] of this.#forwards) if (to === loser) this.#forwards.set(from, winner);
    this.#forwards.set(loser, winner);
  }

  clear(): void {
    this.#young.clear();
    this.#old.clear();
    this.#forwards.clear();
    this.#owned.clear();
  }

  #put(projectId: number, kind: IdentityKind, value: string, person: number): void {
    if (this.#young.size >= GENERATION_SIZE) {
      this.#old = this.#young;
      this.#young = new IdMap();
    }
    this.#young.set(projectId, kind, value, person);
  }
}

/** The key of an external id in sets that also hold other things. */
export function keyOf(projectId: number, kind: IdentityKind, value: string): string {
  return kind === 'user' ? `u${projectId}:${value}` : kind === 'anonymous' ? `a${projectId}:${value}` : `k${projectId}:${kind}\n${value}`;
}
