import type { Past, PastEvent } from '../agreement.arbitraries.ts';
import { localDay, slotsOf, winnerOf } from '../agreement.oracle.ts';
import type { Interval, Range } from '../question-parts.ts';

/** The plain way to intervals, for the oracles of several kinds. Shares no code with the reports. */

const DAY_MS = 86_400_000;

/** First day of the interval that holds a local day. */
export function floorOf(day: string, interval: Exclude<Interval, 'hour'>): string {
  const date = new Date(day);
  if (interval === 'week') date.setUTCDate(date.getUTCDate() - ((date.getUTCDay() + 6) % 7));
  if (interval === 'month' || interval === 'quarter') date.setUTCDate(1);
  while (interval === 'quarter' && date.getUTCMonth() % 3 !== 0) date.setUTCMonth(date.getUTCMonth() - 1);
  return date.toISOString().slice(0, 10);
}

/** The first day of the interval `count` before one that begins with `label`. */
export function stepBack(label: string, count: number, interval: Exclude<Interval, 'hour'>): string {
  let day = label;
  for (let step = 0; step < count; step++) day = floorOf(new Date(Date.parse(day) - DAY_MS).toISOString().slice(0, 10), interval);
  return day;
}

/** The intervals in which each person did an event, by their first days. */
export function intervalsOf(past: Past, asked: { event: string; interval: Exclude<Interval, 'hour'> }): Map<number, Set<string>> {
  const found = new Map<number, Set<string>>();
  for (const event of past.events) {
    if (!isNamed(event, asked.event)) continue;
    const person = winnerOf(past, event.person);
    const days = found.get(person) ?? new Set();
    found.set(person, days.add(floorOf(localDay(event.time, past.timeZone), asked.interval)));
  }
  return found;
}

/** Events of a name; `''` takes whatever is not passive. */
export function isNamed(event: PastEvent, name: string): boolean {
  return name === '' ? !event.passive : event.event === name;
}

/** First days of the intervals of a range. */
export function labelsOf(past: Past, question: { range: Range; interval: Interval }): string[] {
  return slotsOf(past, question).current.map((slot) => localDay(slot.start, past.timeZone));
}

export const isBefore = (day: string | undefined, label: string): boolean => day !== undefined && day < label;
