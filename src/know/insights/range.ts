import type { Bucket } from './answers.ts';
import { refuse } from './contract.ts';
import { FIRST_DAY, type Interval, limits, type Range } from './questions.ts';
import { addIntervals, alignDay, dayOf, labelOfHour, startOfDay, startOfHour } from './zone-time.ts';

/** A range brought down to instants and local days. Both are half-open. */
export interface ResolvedRange {
  /** ms */
  from: number;
  to: number;
  /** First local day, and the day after the last. For hours they hold the range but may be wider. */
  fromDay: string;
  toDay: string;
}

/** A range cut into whole intervals. */
export interface BucketedRange extends ResolvedRange {
  interval: Interval;
  buckets: Bucket[];
}

const HOUR_MS = 3_600_000;

/** Resolves a range at the instant `asOf`. */
export function resolveRange(range: Range, timeZone: string, asOf: number): ResolvedRange {
  if (range.kind === 'between') return ofDays(range.from, range.to, timeZone);
  if (range.unit === 'hour') {
    const to = startOfHour(asOf, timeZone) + HOUR_MS;
    return ofInstants(to - range.count * HOUR_MS, to, timeZone);
  }
  const current = alignDay(dayOf(asOf, timeZone), range.unit);
  return ofDays(addIntervals(current, 1 - range.count, range.unit), addIntervals(current, 1, range.unit), timeZone);
}

/** Resolves a range and widens it to whole intervals, so that no bucket is cut. Throws `insights.too_many_buckets`. */
export function resolveBuckets(range: Range, interval: Interval, timeZone: string, asOf: number): BucketedRange {
  const plain = resolveRange(range, timeZone, asOf);
  return interval === 'hour' ? hours(plain, timeZone, asOf) : days(plain, interval, timeZone, asOf);
}

/** The same number of intervals just before. */
export function previousRange(current: BucketedRange, timeZone: string, asOf: number): BucketedRange {
  const count = current.buckets.length;
  if (current.interval === 'hour') return hours(ofInstants(current.from - count * HOUR_MS, current.from, timeZone), timeZone, asOf);
  return days(ofDays(addIntervals(current.fromDay, -count, current.interval), current.fromDay, timeZone), current.interval, timeZone, asOf);
}

function days(range: ResolvedRange, interval: Exclude<Interval, 'hour'>, timeZone: string, asOf: number): BucketedRange {
  const buckets: Bucket[] = [];
  let day = alignDay(range.fromDay, interval);
  const fromDay = day;
  while (day < range.toDay) {
    const next = addIntervals(day, 1, interval);
    buckets.push({ start: startOfDay(day, timeZone), label: day, complete: startOfDay(next, timeZone) <= asOf });
    if (buckets.length > limits.buckets) throw refuse('too_many_buckets', { details: { max: limits.buckets } });
    day = next;
  }
  return { ...ofDays(fromDay, day, timeZone), interval, buckets };
}

/** Hours are 60 minutes counted from the first local hour, so a day of 23 or 25 hours has as many buckets. */
function hours(range: ResolvedRange, timeZone: string, asOf: number): BucketedRange {
  const count = Math.ceil((range.to - range.from) / HOUR_MS);
  if (count > limits.hours) throw refuse('too_many_buckets', { details: { max: limits.hours } });
  const buckets = Array.from({ length: count }, (_, index) => {
    const start = range.from + index * HOUR_MS;
    return { start, label: labelOfHour(start, timeZone), complete: start + HOUR_MS <= asOf };
  });
  return { ...ofInstants(range.from, range.from + count * HOUR_MS, timeZone), interval: 'hour', buckets };
}

/** ClickHouse keeps no earlier days; only thousands of intervals lead there. */
function ofDays(fromDay: string, toDay: string, timeZone: string): ResolvedRange {
  if (fromDay < FIRST_DAY) throw refuse('too_many_buckets', { details: { max: limits.buckets } });
  return { from: startOfDay(fromDay, timeZone), to: startOfDay(toDay, timeZone), fromDay, toDay };
}

function ofInstants(from: number, to: number, timeZone: string): ResolvedRange {
  if (from < 0) throw refuse('too_many_buckets', { details: { max: limits.hours } });
  return { from, to, fromDay: dayOf(from, timeZone), toDay: addIntervals(dayOf(to - 1, timeZone), 1, 'day') };
}

/** The one bucket that begins at an instant, or undefined when there is none. */
export function onlyBucket(range: BucketedRange, start: number, timeZone: string): BucketedRange | undefined {
  const bucket = range.buckets.find((candidate) => candidate.start === start);
  if (!bucket) return undefined;
  const { interval } = range;
  const time =
    interval === 'hour' ? ofInstants(start, start + HOUR_MS, timeZone) : ofDays(bucket.label, addIntervals(bucket.label, 1, interval), timeZone);
  return { ...time, interval, buckets: [bucket] };
}
