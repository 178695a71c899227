import type { Frame, Piece } from '../../../frame.ts';
import type { BucketedRange } from '../../../range.ts';
import type { Plan } from '../plan.ts';

/** The intervals by which conversion is shown, and what their SQL binds. */
export interface TrendBuckets {
  range: BucketedRange;
  parameters: Piece['parameters'];
}

const HOUR_MS = 3_600_000;

/** Intervals of a range, for SQL. */
export function trendBuckets(range: BucketedRange): TrendBuckets {
  return { range, parameters: { bucketFromMs: range.from, bucketFromDay: range.fromDay, bucketLast: range.buckets.length - 1 } };
}

/** Place of the interval that holds an instant, by its local day. */
function placeOf(buckets: TrendBuckets, ms: string, day: string): string {
  const { interval } = buckets.range;
  if (interval === 'hour') return `intDiv(${ms} - {bucketFromMs:Int64}, ${HOUR_MS})`;
  const months = `(toYear(${day}) - toYear({bucketFromDay:Date})) * 12 + toMonth(${day}) - toMonth({bucketFromDay:Date})`;
  if (interval === 'month') return months;
  if (interval === 'quarter') return `intDiv(${months}, 3)`;
  return `intDiv(toInt32(${day}) - toInt32({bucketFromDay:Date}), ${interval === 'week' ? 7 : 1})`;
}

/** SQL of the interval in which an event lies. */
export function bucketOfRow(buckets: TrendBuckets): string {
  return `toInt32(${placeOf(buckets, 'event_ms', 'day')})`;
}

/** SQL of all intervals whose attempts may have this event: from the window's length before it to its own. One more to be sure of changes of clocks. */
export function bucketsOfRow(frame: Frame, plan: Plan, buckets: TrendBuckets): string {
  const earliest = `(event_ms - ${plan.windowMs})`;
  const zone = `'${frame.timeZone.replaceAll("'", '')}'`;
  const first = `greatest(0, ${placeOf(buckets, earliest, `toDate(fromUnixTimestamp64Milli(greatest(0, ${earliest}), ${zone}))`)} - 1)`;
  return `range(toInt32(${first}), toInt32(least({bucketLast:Int32}, ${bucketOfRow(buckets)})) + 1)`;
}
