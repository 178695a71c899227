import { Temporal } from 'temporal-polyfill';
import type { Interval } from './questions.ts';

/** Arithmetic of local days in a project's zone. Days are `YYYY-MM-DD`; instants are ms. */

/** The local day of an instant. */
export function dayOf(instantMs: number, timeZone: string): string {
  return Temporal.Instant.fromEpochMilliseconds(instantMs).toZonedDateTimeISO(timeZone).toPlainDate().toString();
}

/** The first instant of a local day (not always midnight: some zones change their clocks then). */
export function startOfDay(day: string, timeZone: string): number {
  return Temporal.PlainDate.from(day).toZonedDateTime({ timeZone }).startOfDay().epochMilliseconds;
}

/** The instant at which the local hour of an instant begins. */
export function startOfHour(instantMs: number, timeZone: string): number {
  return Temporal.Instant.fromEpochMilliseconds(instantMs).toZonedDateTimeISO(timeZone).round({ smallestUnit: 'hour', roundingMode: 'floor' })
    .epochMilliseconds;
}

/** Local date and time to the minute. */
export function labelOfHour(instantMs: number, timeZone: string): string {
  return Temporal.Instant.fromEpochMilliseconds(instantMs).toZonedDateTimeISO(timeZone).toPlainDateTime().toString({ smallestUnit: 'minute' });
}

/** The first day of the day's week (Monday) or month. */
export function alignDay(day: string, interval: Exclude<Interval, 'hour'>): string {
  const date = Temporal.PlainDate.from(day);
  if (interval === 'week') return date.subtract({ days: date.dayOfWeek - 1 }).toString();
  if (interval === 'month') return date.with({ day: 1 }).toString();
  return day;
}

/** `count` intervals after an aligned day; before it when negative. */
export function addIntervals(day: string, count: number, interval: Exclude<Interval, 'hour'>): string {
  return Temporal.PlainDate.from(day)
    .add({ [`${interval}s`]: count })
    .toString();
}

/** Intervals from one aligned day to another. */
export function intervalsBetween(from: string, to: string, interval: Exclude<Interval, 'hour'>): number {
  return Temporal.PlainDate.from(from).until(Temporal.PlainDate.from(to), { largestUnit: `${interval}s` })[`${interval}s`];
}
