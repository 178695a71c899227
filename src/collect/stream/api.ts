import type { QueryExecutorProvider } from 'kysely';
import type { AcceptMeta, AcceptResult, Announcement, Fact, IncomingEvent } from './contract.ts';
import type { DayCut, ExpiredEvents } from './expire.ts';

/** The one way into the stream and the ways to be told about it. */
export interface StreamApi {
  /**
   * Writes facts of other slices; durable when it resolves, each `messageId` once for ever.
   * Call it outside a PostgreSQL transaction: the embedded form has one connection and would wait for ever.
   * Throws `stream.overloaded` or `stream.store_unavailable` (503); safe to try again.
   */
  record(projectId: number, facts: readonly Fact[]): Promise<void>;
  /**
   * Takes events from outside: validates each, resolves people, writes. What the outcome calls accepted or duplicate is durable.
   * Throws `stream.overloaded` or `stream.store_unavailable` (503) when nothing may be taken as written; safe to try again.
   */
  accept(projectId: number, events: readonly IncomingEvent[], meta: AcceptMeta): Promise<AcceptResult>;
  /**
   * Replaces the listener's interest in a project; an empty list ends it. Events that arrive after it resolves are announced
   * (other processes: a second later at most). `'*'` among the events means all of them.
   */
  listen(interest: { listener: string; projectId: number; events: readonly string[] }): Promise<void>;
  /**
   * Takes up to `limit` announcements, oldest first, and marks them done in `tx`: when `tx` commits they never come again,
   * when it rolls back they do. Rows that another worker holds are skipped.
   */
  takeAnnouncements(listener: string, limit: number, tx: QueryExecutorProvider): Promise<Announcement[]>;
  /** Resolves when everything that was under way when it was asked, in any process, is written or given up. */
  settled(): Promise<void>;
  /**
   * Takes people out of the daily sets, so that every report that reads them forgets these numbers. Their rows in `events` are the caller's to delete.
   * Done twice is as good as once.
   */
  takeOutOfDays(projectId: number, personIds: readonly number[]): Promise<void>;
  /** Entries of the daily sets that name one of these people. */
  countInDays(projectId: number, personIds: readonly number[]): Promise<number>;
  /** What a project's rules would delete now, by event: nothing is changed. */
  countExpired(projectId: number, cuts: readonly DayCut[]): Promise<ExpiredEvents[]>;
  /** Days on which there is something to delete (`YYYY-MM-DD`): to be kept until `expire` is done, so that it can be done again. */
  expiredDays(projectId: number, cuts: readonly DayCut[]): Promise<string[]>;
  /** Deletes what is older than the cuts and brings the daily sets of `days` into line. Done twice is as good as once. */
  expire(projectId: number, cuts: readonly DayCut[], days: readonly string[]): Promise<void>;
  /** Names of the project's events with their counts; at most some seconds old. `lastSeen` is ms. */
  eventNames(projectId: number): Promise<{ event: string; count: number; lastSeen: number }[]>;
  /** Names of an event's properties (dotted paths) with the ClickHouse types seen, from its newest rows. */
  propertyNames(projectId: number, event: string): Promise<{ name: string; types: string[] }[]>;
}
