import type { Window } from './condition.ts';
import { clampDay, type DayNumber, dayOfText } from './days.ts';
import type { Instant } from './values.ts';

const MS_OF = { minutes: 60_000, hours: 3_600_000, days: 86_400_000 } as const;

/** Bounds of a window; a missing one is open. Events after `now` never count beside them. */
export interface WindowBounds {
  /** Instants (after, now]: only `last` has it, ms. */
  afterMs?: number;
  /** Local days [fromDay, untilDay). */
  fromDay?: DayNumber;
  untilDay?: DayNumber;
}

/** Turns a window into bounds at an instant. */
export function boundsOf(window: Window, instant: Instant): WindowBounds {
  switch (window.kind) {
    case 'ever':
      return {};
    case 'last':
      return { afterMs: instant.now - window.amount * MS_OF[window.unit] };
    case 'days':
      return { fromDay: clampDay(instant.today - window.count + 1) };
    case 'between':
      return { fromDay: clampDay(dayOfText(window.from)), untilDay: clampDay(dayOfText(window.to)) };
  }
}
