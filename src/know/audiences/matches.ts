import type { EventFact, Facts } from './api.ts';
import { ANY_EVENT, type Condition, type EventCondition } from './condition.ts';
import { dayOfInstant, dayOfText } from './days.ts';
import { passesMeasure } from './measures.ts';
import { type Instant, passes, valueAt } from './values.ts';
import { boundsOf } from './windows.ts';

/** Decides a condition for one person from what is known of them. Agrees with the query that `compile` makes for the same stores and instant. */
export function matches(condition: Condition, facts: Facts): boolean {
  if (!facts.exists) return false;
  return decide(condition, facts, { now: facts.now, timeZone: facts.timeZone, today: dayOfInstant(facts.now, facts.timeZone) });
}

function decide(condition: Condition, facts: Facts, instant: Instant): boolean {
  switch (condition.kind) {
    case 'all':
      return condition.conditions.every((inner) => decide(inner, facts, instant));
    case 'any':
      return condition.conditions.some((inner) => decide(inner, facts, instant));
    case 'not':
      return !decide(condition.condition, facts, instant);
    case 'trait':
      return passes(condition.test, valueAt(facts.traits, condition.trait), instant);
    case 'segment':
      return facts.segments.has(condition.segmentId);
    case 'event': {
      const counting = facts.events.filter((event) => counts(condition, event, instant));
      return passesMeasure(condition.measure, counting);
    }
  }
}

function counts(condition: EventCondition, event: EventFact, instant: Instant): boolean {
  if (condition.event === ANY_EVENT ? event.passive : event.event !== condition.event) return false;
  if (event.time > instant.now) return false;
  const { afterMs, fromDay, untilDay } = boundsOf(condition.window, instant);
  if (afterMs !== undefined && event.time <= afterMs) return false;
  const day = fromDay === undefined && untilDay === undefined ? 0 : dayOfText(event.day);
  if ((fromDay !== undefined && day < fromDay) || (untilDay !== undefined && day >= untilDay)) return false;
  return condition.where.every((filter) => passes(filter.test, valueAt(event.properties, filter.property), instant));
}
