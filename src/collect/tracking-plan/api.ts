import type { Locale } from '../../kernel/http/handle.ts';
import type { IncomingEvent } from '../stream/contract.ts';
import type { PlanDocument, TrackingPlan } from './plan-document.ts';
import type { Sight } from './seen.ts';
import type { PlanVerdict, QuarantineEntry } from './verdict.ts';

/** A project's compiled plan. */
export interface PlanChecker {
  /**
   * Holds an event against the plan: synchronous, a microsecond or two, nothing is made for an event without fault.
   * Counts what it finds (by event, property, kind, library and day), so ask once for each event that arrives, after enrichment.
   */
  check(event: IncomingEvent): PlanVerdict;
  /** What of an event that passed has to be held for `observe`, until it is known to be written: little of most. */
  sight(event: IncomingEvent): Sight;
}

/** Display names in one language; names without one are absent. */
export interface PlanLabels {
  events: Record<string, string>;
  /** By event, then by property. */
  properties: Record<string, Record<string, string>>;
  traits: Record<string, string>;
}

/** What other slices may ask of the tracking plan. */
export interface TrackingPlanApi {
  /** The checker of a project. From memory; a change of the plan is seen at once in this process and within seconds in others. */
  prepare(projectId: number): Promise<PlanChecker>;
  /**
   * Learns names, types, volumes and examples from events that passed. Synchronous and cheap: volumes are exact, properties are looked at in a
   * sample; everything is gathered in memory and written every few seconds.
   */
  observe(projectId: number, events: readonly Sight[]): void;
  /**
   * Keeps events whose verdict is `quarantine` or `refuse`; durable when it resolves. The same message twice is kept once.
   * Throws what PostgreSQL throws: then nothing was kept and the request should be answered with 503.
   */
  quarantine(projectId: number, entries: readonly QuarantineEntry[]): Promise<void>;
  /** Gives a project its first plan; one that has a plan already keeps it. */
  begin(projectId: number, document: PlanDocument, note: string): Promise<void>;
  /** The plan now: what enrichment reads markings from and SDKs are generated from. From memory, as `prepare`. */
  plan(projectId: number): Promise<TrackingPlan>;
  /** What people call events, properties and traits. From memory, as `prepare`. */
  labels(projectId: number, locale: Locale): Promise<PlanLabels>;
}
