import { Temporal } from 'temporal-polyfill';
import type { Interval } from './questions.ts';

/** Arithmetic of local days in a project's zone. Days are `YYYY-MM-DD`; instants are ms. */

const DAY_MS = 86_400_000;
/** Days whose beginning is remembered: a table asks for the same ones a thousand times, and a zone's rules cost 20 µs each time. */
const REMEMBERED_MAX = 10_000;
const starts = new Map<string, number>();

/** The local day of an instant. */
export function dayOf(instantMs: number, timeZone: string): string {
  return Temporal.Instant.fromEpochMilliseconds(instantMs).toZonedDateTimeISO(timeZone).toPlainDate().toString();
}

/** The first instant of a local day (not always midnight: some zones change their clocks then). */
export function startOfDay(day: string, timeZone: string): number {
  const key = `${day} ${timeZone}`;
  const known = starts.get(key);
  if (known !== undefined) return known;
  const start = Temporal.PlainDate.from(day).toZonedDateTime({ timeZone }).startOfDay().epochMilliseconds;
  if (starts.size >= REMEMBERED_MAX) starts.clear();
  starts.set(key, start);
  return start;
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

/** The first day of the day's week (Monday), month or quarter. */
export function alignDay(day: string, interval: Exclude<Interval, 'hour'>): string {
  if (interval === 'week') return addIntervals(day, -((new Date(day).getUTCDay() + 6) % 7), 'day');
  if (interval === 'month') return `${day.slice(0, 7)}-01`;
  if (interval === 'quarter') return `${day.slice(0, 5)}${String(Number(day.slice(5, 7)) - ((Number(day.slice(5, 7)) - 1) % 3)).padStart(2, '0')}-01`;
  return day;
}

/** `count` intervals after an aligned day; before it when negative. */
export function addIntervals(day: string, count: number, interval: Exclude<Interval, 'hour'>): string {
  const [year = 0, month = 1] = day.split('-').map(Number);
  const months = { day: 0, week: 0, month: 1, quarter: 3 }[interval];
  const instant = months > 0 ? Date.UTC(year, month - 1 + count * months, 1) : Date.parse(day) + count * (interval === 'week' ? 7 : 1) * DAY_MS;
  return new Date(instant).toISOString().slice(0, 10);
}
