import type { Canonical } from './canonical.ts';
import type { GroupClaim, IdentityKind, IdRule, PersonRecord } from './contract.ts';
import type { ByMember, Parting, PartingEffect } from './part.ts';
import type { ChangedPeople } from './people-rows.ts';
import type { IdentityClaim } from './plan.ts';
import type { IdConflict, TraitConflict } from './queries/conflicts.ts';
import type { IdentityMoment, LinkedId, MergeOfPerson } from './queries/graph-of-person.ts';
import type { GroupRecord, GroupsAsked } from './queries/groups.ts';
import type { TraitMoment } from './queries/traits-at.ts';
import type { Resolution } from './resolver.ts';
import type { ProjectRules } from './rules.ts';

/** Whom external ids mean. The truth is PostgreSQL; ClickHouse's `people` is a copy. */
export interface IdentityApi extends GraphApi, GroupsApi {
  /** Cached in memory; fresh within a second of a merge in another process, at once within this one. */
  canonical(projectId: number): Promise<Canonical>;
  /** Puts the project's merges into ClickHouse's dictionary now; a service does it by itself when some thousand wait. Gives whether there was something to do. */
  settle(projectId: number): Promise<boolean>;
  /** Puts into the settled daily sets what came since; the same service does it every ten minutes. Gives whether it did: not without settled sets. */
  bringDaysOn(projectId: number): Promise<boolean>;
  /** For the stream: takes people or events out of the daily sets (both: settled or not) while nobody copies them. */
  whileDaysRest<T>(projectId: number, work: () => Promise<T>): Promise<T>;
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

/** How ids hang together, and how members change it. */
export interface GraphApi {
  idsOf(projectId: number, personId: number): Promise<LinkedId[]>;
  mergesOf(projectId: number, personId: number): Promise<MergeOfPerson[]>;
  historyOf(asked: { projectId: number; personId: number; before?: number | undefined; limit: number }): Promise<IdentityMoment[]>;
  /** Joins two people by hand, signed in or not. Throws `identity.person_unknown`, `identity.same_person`. */
  join(projectId: number, pair: { loser: number; winner: number }, by: ByMember): Promise<void>;
  /** What `part` would do; changes nothing. */
  previewParting(projectId: number, parting: Parting): Promise<PartingEffect>;
  /**
   * Undoes a merge, or gives some ids a person of their own; events that came under these ids go with them. Gives the other person's number.
   * Throws `identity.person_unknown`, `merge_unknown`, `nothing_to_split`, `nothing_would_stay`, `too_many_events`.
   */
  part(projectId: number, parting: Parting, by: ByMember): Promise<number>;
  /** The rules about kinds of ids. */
  rules(projectId: number): Promise<ProjectRules>;
  /** Replaces (or, with undefined, takes back) the project's decision about one kind. Ids that are linked already stay so. */
  decideRule(projectId: number, kind: IdentityKind, rule: IdRule | undefined, by: ByMember): Promise<void>;
  conflicts(asked: { projectId: number; before?: number | undefined; limit: number }): Promise<IdConflict[]>;
  traitConflicts(projectId: number): Promise<TraitConflict[]>;
  /** A person's traits as they were at `at` (ms). */
  traitsAt(projectId: number, personId: number, at: number): Promise<Record<string, unknown>>;
  /** Values that traits took, the newest first. */
  traitHistory(asked: { projectId: number; personId: number; trait?: string | undefined; limit: number }): Promise<TraitMoment[]>;
}

/** Companies, households and other groups, as a second kind of actor. */
export interface GroupsApi {
  groups(asked: GroupsAsked): Promise<GroupRecord[]>;
  /** Throws `identity.group_unknown`. */
  group(projectId: number, group: { type: string; id: string }): Promise<GroupRecord & { history: { trait: string; value: unknown; at: number }[] }>;
  groupsOf(projectId: number, personId: number): Promise<(GroupRecord & { since: number })[]>;
  groupMembers(projectId: number, group: { type: string; id: string; offset: number; limit: number }): Promise<{ personId: number; since: number }[]>;
}
