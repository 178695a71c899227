import type { IncomingEvent } from '../stream/contract.ts';
import type { RuleKind } from './plan-document.ts';

/** Kinds of violations: broken rules, and events that should not come any more. */
export type ViolationKind = RuleKind | 'blocked_event' | 'deprecated_event';

/** One thing in which an event departs from the plan. */
export interface Violation {
  kind: ViolationKind;
  /** The property or trait; empty when it is about the event. */
  name: string;
  /** True: `name` is a trait. */
  isTrait?: true;
  /** What the plan wants, in the plan's words: `integer`, `>= 0`, a pattern, the first values of a list. */
  expected?: string;
  /** What came, shortened; absent when the value is marked personal or sensitive. */
  found?: string;
}

/**
 * `pass`: as planned. `warn`: goes on, violations are counted. `quarantine`: kept whole until somebody decides. `refuse`: the sender is told.
 * `drop`: the event is blocked; the sender is answered as if it was taken, and it is counted.
 */
export interface PlanVerdict {
  action: 'pass' | 'warn' | 'quarantine' | 'refuse' | 'drop';
  violations: readonly Violation[];
}

/** The verdict on an event without fault. One object, so that nothing is made for it. */
export const PASSED: PlanVerdict = Object.freeze({ action: 'pass', violations: Object.freeze([]) as readonly Violation[] });

/** An event that is kept apart, with how it came. */
export interface QuarantineEntry {
  event: IncomingEvent;
  /** `quarantine` or `refuse`. */
  verdict: PlanVerdict;
  /** Our clock when it came (ms), and the sender's when it sent: the replay corrects the time by them as if it came then. */
  receivedAt: number;
  sentAt?: number;
  /** As in `AcceptMeta`. */
  source: string;
}
