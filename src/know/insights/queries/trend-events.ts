import type { Frame, Piece } from '../frame.ts';
import { propertyMillionths, propertyNumber } from '../property.ts';
import type { Breakdown, TrendQuestion } from '../questions.ts';
import type { BucketedRange } from '../range.ts';
import { groupCode, rankValues, type TopValues } from './breakdown.ts';
import { betweenInstants, matcher, onDays } from './events-scan.ts';
import { intervalOfDay } from './trend-bitmaps.ts';

/** What was measured in one bucket (null: the whole range) and one group (null: all of them). Days are named by their label, hours by their place. */
export interface Measured {
  bucket: string | null;
  code: number | null;
  value: number;
}

const HOUR_MS = 3_600_000;

/** Rows that a trend counts, without its time. */
function counted(frame: Frame, question: TrendQuestion): Piece {
  const rows = matcher(frame, question, 'counted');
  const property = measuredProperty(question);
  return property === undefined ? rows : { ...rows, sql: `${rows.sql} AND isNotNull(${propertyNumber(property)})` };
}

function measuredProperty(question: TrendQuestion): string | undefined {
  return question.measure.kind === 'sum' || question.measure.kind === 'average' ? question.measure.property : undefined;
}

/** WHERE of a trend's rows in a range: hours go by instants, days by the project's local day. */
function rowsOf(frame: Frame, question: TrendQuestion, range: BucketedRange): Piece {
  const event = counted(frame, question);
  const time = range.interval === 'hour' ? betweenInstants(frame, range) : onDays(frame, range);
  return { sql: `${time.sql} AND ${event.sql}`, parameters: { ...time.parameters, ...event.parameters } };
}

/** The measure as states that can be put together, and as the number that they give. */
function measureSql(frame: Frame, question: TrendQuestion): { state: string; value: string } {
  const property = measuredProperty(question);
  if (property === undefined) {
    return question.measure.kind === 'people'
      ? { state: `groupBitmapState(toUInt32(${frame.person})) AS state`, value: 'toFloat64(groupBitmapMerge(state))' }
      : { state: 'count() AS state', value: 'toFloat64(sum(state))' };
  }
  const state = `sum(${propertyMillionths(property)}) AS state, count() AS numbers`;
  return { state, value: question.measure.kind === 'sum' ? 'toFloat64(sum(state)) / 1e6' : 'toFloat64(sum(state)) / 1e6 / toFloat64(sum(numbers))' };
}

function bucketSql(range: BucketedRange): string {
  if (range.interval !== 'hour') return `toString(${intervalOfDay(range.interval)})`;
  return `toString(intDiv(toUnixTimestamp64Milli(time) - {fromMs:Int64}, ${HOUR_MS}))`;
}

/** How much of it in each bucket and group? With the totals over buckets, over groups, and of everything. */
export async function measureEvents(frame: Frame, question: TrendQuestion, range: BucketedRange, top: TopValues | undefined): Promise<Measured[]> {
  const rows = rowsOf(frame, question, range);
  const measure = measureSql(frame, question);
  const code = top ? groupCode(top.property) : 'toInt16(0)';
  const sets = top ? '(bucket_key, code_key), (code_key), ()' : '(bucket_key), ()';
  return frame.rows<Measured>({
    sql: `SELECT if(grouping(bucket_key) = 0, bucket_key, NULL) AS bucket, ${top ? 'if(grouping(code_key) = 0, code_key, NULL)' : 'NULL'} AS code, ${measure.value} AS value
FROM (SELECT ${bucketSql(range)} AS bucket_key, ${code} AS code_key, ${measure.state} FROM events WHERE ${rows.sql} GROUP BY bucket_key, code_key)
GROUP BY GROUPING SETS (${sets})
HAVING count() > 0`,
    parameters: { ...rows.parameters, ...(top && { topValues: top.values }) },
  });
}

/** Which values of the property measure most over the whole range? */
export async function topValuesOfTrend(frame: Frame, question: TrendQuestion, range: BucketedRange, breakdown: Breakdown): Promise<TopValues> {
  return rankValues(frame, breakdown, rowsOf(frame, question, range), rankOf(frame, question));
}

/** Averages are ranked by how many events have them. */
function rankOf(frame: Frame, question: TrendQuestion): string {
  if (question.measure.kind === 'people') return `groupBitmap(toUInt32(${frame.person}))`;
  if (question.measure.kind === 'sum') return `sum(${propertyMillionths(question.measure.property)})`;
  return 'count()';
}

/** Who is behind a part of a trend: one bucket or the whole range, one group or all. */
export function peopleOfTrend(
  frame: Frame,
  question: TrendQuestion,
  range: BucketedRange,
  group: { top: TopValues; code: number } | undefined,
): Piece {
  const rows = rowsOf(frame, question, range);
  const ofGroup = group ? `AND ${groupCode(group.top.property)} = {code:Int16}` : '';
  return {
    sql: `SELECT DISTINCT toUInt32(${frame.person}) AS person FROM events WHERE ${rows.sql} ${ofGroup}`,
    parameters: { ...rows.parameters, ...(group && { topValues: group.top.values, code: group.code }) },
  };
}
