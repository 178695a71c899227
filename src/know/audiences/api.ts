import type { Parameter } from '../../kernel/clickhouse/clickhouse.ts';
import type { AudienceNames, Condition, PersonBrief, SentenceLocale, Suggestion } from './contract.ts';

/** One event as the in-memory evaluator reads it. */
export interface EventFact {
  event: string;
  /** ms */
  time: number;
  /** Local calendar day of the project as stored, `2026-05-01`. */
  day: string;
  passive: boolean;
  properties: Record<string, unknown>;
}

/** What is known of one person at one instant; enough to decide one condition. */
export interface Facts {
  /** ms */
  now: number;
  timeZone: string;
  /** False when there is no such person, or they were merged away: then nothing matches. */
  exists: boolean;
  traits: Record<string, unknown>;
  events: readonly EventFact[];
  /** Segments among those asked for whose member the person is now. */
  segments: ReadonlySet<number>;
}

export interface CompileOptions {
  /** The fixed `now`, ms; the clock's unless given. */
  now?: number;
  /** Only these people (winners' numbers); everybody unless given. An empty list gives nobody. */
  persons?: readonly number[];
  /** Begins the names of the parameters; give different ones when two audiences stand in one query. `audience` unless given. */
  prefix?: string;
}

/**
 * A query whose rows are `person_id UInt32`, each person once, by winners' numbers. It reads no outer column. Put it into another query as
 * `identity.person('person_id') GLOBAL IN (${sql})`, with `parameters` beside that query's own.
 */
export interface CompiledAudience {
  sql: string;
  parameters: Record<string, Parameter>;
}

/** What `know/segments` gives to the audience language. */
export interface SegmentSource {
  /** A query of `person_id` of the members now; parameters begin with `prefix`. */
  membersSql(projectId: number, segmentId: number, prefix: string): CompiledAudience;
  /** Which of these segments the person is a member of now. */
  segmentsOf(projectId: number, personId: number, segmentIds: readonly number[]): Promise<Set<number>>;
  /** Names of the segments of the project that can be used; those asked for, or all. */
  names(projectId: number, segmentIds?: readonly number[]): Promise<Map<number, string>>;
}

/** What other slices may call. */
export interface AudiencesApi {
  /** Makes the set-based query of a condition. Reads the project's zone and pending merges; runs nothing heavy. */
  compile(projectId: number, condition: Condition, options?: CompileOptions): Promise<CompiledAudience>;
  /** The people whom the condition matches now; costs one aggregation per leaf. For batches: give `persons`. */
  peopleOf(projectId: number, condition: Condition, options?: CompileOptions): Promise<number[]>;
  /** How many people match, and how many there are. */
  count(projectId: number, condition: Condition, options?: CompileOptions): Promise<{ size: number; total: number }>;
  /** Loads just what the condition needs to know of one person, as stored right now. */
  loadFacts(projectId: number, personId: number, condition: Condition, options?: { now?: number }): Promise<Facts>;
  /** `matches(condition, await loadFacts(...))`. For one person; use `peopleOf` for many. */
  matchesNow(projectId: number, personId: number, condition: Condition, options?: { now?: number }): Promise<boolean>;
  /**
   * Throws `audiences.condition_invalid` (400) with a path and a sentence for each fault: a segment that is unknown, more than `LEAVES_MAX` leaves,
   * empty spans. `at` begins the paths, `body.condition` unless given; `locale` is the reader's, en unless given. The schema has been applied before.
   */
  check(projectId: number, condition: Condition, at?: string, locale?: SentenceLocale): Promise<void>;
  /** What `sentence` needs to name the segments of these conditions. */
  names(projectId: number, ...conditions: Condition[]): Promise<AudienceNames>;
  /** Traits seen on the newest people, as dotted paths with the ClickHouse types seen, the most frequent first. */
  traitNames(projectId: number): Promise<Suggestion[]>;
  /** Labels of people for lists and samples, in the order asked for; unknown numbers are left out. */
  briefs(projectId: number, personIds: readonly number[]): Promise<PersonBrief[]>;
  /** `know/segments` calls this once when it starts. */
  provideSegments(source: SegmentSource): void;
}
