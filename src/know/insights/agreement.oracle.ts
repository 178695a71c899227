import type { Past, PastEvent } from './agreement.arbitraries.ts';
import type { Group } from './answers.ts';
import type { FunnelStep, Interval, Range, TrendQuestion } from './questions.ts';

/** The slow and plain way to every number, from the definitions alone. Shares no code with the reports but the types. */

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** The person whom a number means after merges. */
export function winnerOf(past: Past, person: number): number {
  return past.merges.find((merge) => merge.loser === person)?.winner ?? person;
}

const formats = new Map<string, Intl.DateTimeFormat>();
/** The local day of an instant, as `YYYY-MM-DD`. */
export function localDay(time: number, timeZone: string): string {
  const format = formats.get(timeZone) ?? new Intl.DateTimeFormat('sv-SE', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
  formats.set(timeZone, format);
  return format.format(time);
}

const starts = new Map<string, number>();
function startOf(day: string, timeZone: string): number {
  const key = `${day} ${timeZone}`;
  const known = starts.get(key);
  if (known !== undefined) return known;
  for (let time = Date.parse(day) - 26 * HOUR_MS; ; time += HOUR_MS / 4) {
    if (localDay(time, timeZone) < day) continue;
    starts.set(key, time);
    return time;
  }
}

function addDays(day: string, count: number): string {
  return new Date(Date.parse(day) + count * DAY_MS).toISOString().slice(0, 10);
}

/** First day of the interval that holds a day. */
function floorDay(day: string, interval: Interval): string {
  if (interval === 'month') return `${day.slice(0, 7)}-01`;
  if (interval === 'quarter') return `${day.slice(0, 4)}-${['01', '04', '07', '10'][Math.floor((Number(day.slice(5, 7)) - 1) / 3)]}-01`;
  if (interval === 'week') return addDays(day, -((new Date(day).getUTCDay() + 6) % 7));
  return day;
}

function nextDay(day: string, interval: Interval): string {
  return floorDay(addDays(day, { hour: 1, day: 1, week: 7, month: 31, quarter: 92 }[interval]), interval);
}

function previousDay(day: string, interval: Interval): string {
  return floorDay(addDays(day, -1), interval);
}

function times<T>(count: number, value: T, step: (value: T) => T): T {
  return count === 0 ? value : times(count - 1, step(value), step);
}

/** Instants `[from, to)` of a range. */
export function span(past: Past, range: Range): { from: number; to: number } {
  const { timeZone, now } = past;
  if (range.kind === 'between') return { from: startOf(range.from, timeZone), to: startOf(range.to, timeZone) };
  const { unit, count } = range;
  if (unit === 'hour') {
    const minute = Number(new Intl.DateTimeFormat('en', { timeZone, minute: 'numeric' }).format(now));
    const current = Math.floor(now / 60_000) * 60_000 - minute * 60_000;
    return { from: current - (count - 1) * HOUR_MS, to: current + HOUR_MS };
  }
  const current = floorDay(localDay(now, timeZone), unit);
  return {
    from: startOf(
      times(count - 1, current, (day) => previousDay(day, unit)),
      timeZone,
    ),
    to: startOf(nextDay(current, unit), timeZone),
  };
}

/** A bucket: hours by instants, others by local days. */
interface Slot {
  start: number;
  has(event: PastEvent): boolean;
}

function dayslots(past: Past, fromDay: string, toDay: string, interval: Interval): Slot[] {
  const slots: Slot[] = [];
  for (let day = floorDay(fromDay, interval); day < toDay; day = nextDay(day, interval)) {
    slots.push({ start: startOf(day, past.timeZone), has: (event) => floorDay(localDay(event.time, past.timeZone), interval) === day });
  }
  return slots;
}

function hourslots(from: number, count: number): Slot[] {
  return Array.from({ length: count }, (_, index) => {
    const start = from + index * HOUR_MS;
    return { start, has: (event) => event.time >= start && event.time < start + HOUR_MS };
  });
}

/** The buckets of a question and the same number before. */
export function slotsOf(past: Past, question: { range: Range; interval: Interval }): { current: Slot[]; previous: Slot[] } {
  const { from, to } = span(past, question.range);
  if (question.interval === 'hour') {
    const count = Math.ceil((to - from) / HOUR_MS);
    return { current: hourslots(from, count), previous: hourslots(from - count * HOUR_MS, count) };
  }
  const fromDay = localDay(from, past.timeZone);
  const current = dayslots(past, fromDay, addDays(localDay(to - 1, past.timeZone), 1), question.interval);
  const first = floorDay(fromDay, question.interval);
  const before = times(current.length, first, (day) => previousDay(day, question.interval));
  return { current, previous: dayslots(past, before, first, question.interval) };
}

/** Does an event have the name and pass the filters? */
export function isPassing(event: PastEvent, step: FunnelStep): boolean {
  const named = step.event === '' ? !event.passive : event.event === step.event;
  const filtered = step.filters.every((filter) => {
    const value = event.properties[filter.property as 'kind' | 'price'];
    if (filter.test.op === 'equals') return value === filter.test.value;
    return filter.test.op === 'greater' && typeof value === 'number' && value > filter.test.value;
  });
  return named && filtered;
}

function textOf(event: PastEvent, property: string): string | undefined {
  const value = event.properties[property as 'kind' | 'price'];
  return value === undefined || value === null ? undefined : String(value);
}

/** A group of a breakdown as a text, `all` without one. */
export function groupKey(group: Group): string {
  return group.kind === 'value' ? `value:${group.value}` : group.kind;
}

function keyOf(event: PastEvent, property: string, top: readonly string[]): string {
  const text = textOf(event, property);
  if (text === undefined) return 'none';
  return top.includes(text) ? `value:${text}` : 'other';
}

function topOf(events: readonly PastEvent[], breakdown: { property: string; limit: number }, weigh: (events: PastEvent[]) => number): string[] {
  const byValue = Map.groupBy(
    events.filter((event) => textOf(event, breakdown.property) !== undefined),
    (event) => textOf(event, breakdown.property) ?? '',
  );
  return [...byValue]
    .map(([value, group]) => ({ value, weight: weigh(group) }))
    .sort((one, other) => other.weight - one.weight || (one.value < other.value ? -1 : 1))
    .slice(0, breakdown.limit)
    .map(({ value }) => value);
}

function distinct(past: Past, events: readonly PastEvent[]): Set<number> {
  return new Set(events.map((event) => winnerOf(past, event.person)));
}

/** Events of a trend, and what they measure. */
export function trend(past: Past, question: TrendQuestion) {
  const property = 'property' in question.measure ? question.measure.property : undefined;
  const numberOf = (event: PastEvent) => (property === undefined ? Number.NaN : (event.properties[property as 'price'] as number));
  const counted = past.events.filter((event) => isPassing(event, question) && (property === undefined || typeof numberOf(event) === 'number'));
  const sum = (events: readonly PastEvent[]) => events.reduce((total, event) => total + Math.round(numberOf(event) * 1e6), 0) / 1e6;
  const measure = (events: readonly PastEvent[]): number | null => {
    if (question.measure.kind === 'events') return events.length;
    if (question.measure.kind === 'people') return distinct(past, events).size;
    if (question.measure.kind === 'sum') return sum(events);
    return events.length === 0 ? null : sum(events) / events.length;
  };
  const slots = slotsOf(past, question);
  const within = (list: readonly Slot[]) => counted.filter((event) => list.some((slot) => slot.has(event)));
  const weigh = (events: PastEvent[]) => (question.measure.kind === 'average' ? events.length : (measure(events) ?? 0));
  const top = question.breakdown ? topOf(within(slots.current), question.breakdown, weigh) : [];
  const ofGroup = (events: readonly PastEvent[], key: string) =>
    key === 'all' || !question.breakdown ? events : events.filter((event) => keyOf(event, question.breakdown?.property ?? '', top) === key);
  const line = (list: readonly Slot[], key: string) => ({
    values: list.map((slot) => measure(ofGroup(counted.filter(slot.has), key))),
    total: measure(ofGroup(within(list), key)),
  });
  return { slots, top, line, people: (list: readonly Slot[], key: string) => distinct(past, ofGroup(within(list), key)) };
}
