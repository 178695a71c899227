import type { Filter } from '../../know/audiences/contract.ts';
import { type Condition, matches } from '../../know/audiences/index.ts';

/** One event as journeys look at it. */
export interface SeenEvent {
  event: string;
  /** ms */
  time: number;
  properties: Record<string, unknown>;
}

/** Whether an event has the name and its properties pass the filters, in the meaning of the audience language. */
export function isEvent(seen: SeenEvent, wanted: { event: string; where: readonly Filter[] }, timeZone: string): boolean {
  if (seen.event !== wanted.event) return false;
  if (wanted.where.length === 0) return true;
  const condition: Condition = { kind: 'event', event: wanted.event, where: [...wanted.where], measure: { of: 'did' }, window: { kind: 'ever' } };
  const fact = { event: seen.event, time: seen.time, day: '1970-01-01', passive: false, properties: seen.properties };
  return matches(condition, { now: seen.time, timeZone, exists: true, traits: {}, events: [fact], segments: new Set() });
}
