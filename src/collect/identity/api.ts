import type { Canonical } from './canonical.ts';
import type { GroupClaim, IdentityKind, PersonRecord } from './contract.ts';
import type { ChangedPeople } from './people-rows.ts';
import type { IdentityClaim } from './plan.ts';
import type { Resolution } from './resolver.ts';

/** Whom external ids mean. The truth is PostgreSQL; ClickHouse's `people` is a copy. */
export interface IdentityApi {
  /** Cached in memory; fresh within a second of a merge in another process, at once within this one. */
  canonical(projectId: number): Promise<Canonical>;
  /** Puts the project's merges into ClickHouse's dictionary now; a service does it by itself when some thousand wait. Gives whether there was something to do. */
  settle(projectId: number): Promise<boolean>;
  /** The person behind an external id, or undefined. */
  personOf(projectId: number, kind: IdentityKind, value: string): Promise<number | undefined>;
  /** Everybody who has this value as an id, of whatever kind: user ids first, then anonymous ones; people who only share it come last. */
  holders(projectId: number, value: string): Promise<{ kind: IdentityKind; personId: number }[]>;
  /** A person with all external ids, following merges. */
  person(projectId: number, personId: number): Promise<PersonRecord | undefined>;
  /** Many at once; keyed by the number that was asked for. Unknown numbers are absent. */
  people(projectId: number, personIds: readonly number[]): Promise<Map<number, PersonRecord>>;
  /** Sets traits outside the stream (a member edits, a computed trait): a value sets, null clears. Durable in both stores when it resolves. */
  setTraits(projectId: number, personId: number, traits: Record<string, unknown>): Promise<void>;
  /**
   * Takes everything that identity holds about people out of PostgreSQL; their ids are free and start a new person. Every process knows it within
   * a second. `personIds` are numbers as `numbersOf` gives them. Done twice is as good as once.
   */
  erase(projectId: number, personIds: readonly number[]): Promise<void>;
  /** The number of the person and every number that was ever merged into them; empty when there is no such person. */
  numbersOf(projectId: number, personId: number): Promise<number[]>;
  /** Rows that identity holds about people, by table: what `erase` takes away. */
  countRows(projectId: number, personIds: readonly number[]): Promise<Record<string, number>>;
  /**
   * Changes the traits of groups by the word of nobody who belongs to them (a server describes a company). Durable when it resolves. Only changes
   * that are as good twice as once may come this way: nothing remembers the message.
   */
  describeGroups(projectId: number, said: readonly { group: GroupClaim; at: number }[]): Promise<void>;
  /** For the stream: whom events mean. Durable in PostgreSQL when it resolves; `changed` then has to be given to `copy`. */
  resolve(claims: readonly IdentityClaim[]): Promise<Resolution>;
  /** For the stream: makes people durable in ClickHouse. Twice is as good as once. */
  copy(people: ChangedPeople): Promise<void>;
  /** For the stream: the numbers that stand today for people who were merged away; others are absent. */
  winners(projectId: number, personIds: readonly number[]): Promise<Map<number, number>>;
}
