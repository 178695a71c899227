import type { Frame, Piece } from '../../frame.ts';
import { type DaysOfPeople, peopleByInterval, peopleOfSets, placeOf } from '../../queries/people-by-interval.ts';
import type { BucketedRange } from '../../range.ts';
import type { ActivityCell } from './answer.ts';
import { type ActivityQuestion, TRAILING_MONTH, TRAILING_WEEK } from './question.ts';

/** The intervals of a range as ordinals `[from, to)`. */
function placesOf(question: ActivityQuestion, range: BucketedRange): Omit<DaysOfPeople, 'event'> & { event: string } {
  const interval = question.clock === 'trailing' ? 'day' : question.interval;
  const from = placeOf(range.fromDay, interval);
  return { event: question.event, interval, from, to: from + range.buckets.length };
}

/** Different people of each interval, trailing also of the week and month that end with it, and of the whole range. */
export async function countActive(
  frame: Frame,
  question: ActivityQuestion,
  range: BucketedRange,
): Promise<{ counts: (readonly [active: number, week: number, month: number])[]; total: number }> {
  const days = placesOf(question, range);
  const isTrailing = question.clock === 'trailing';
  const named = peopleByInterval(frame, isTrailing ? { ...days, from: days.from - TRAILING_MONTH + 1 } : days, false);
  const size = (bitmap: string) => `toFloat64(bitmapCardinality(${bitmap}))`;
  const rows = await frame.rows<{ counts: [number, number, number, number][]; total: number }>({
    sql: `${named.sql}
SELECT groupArrayIf((toFloat64(place), active, week, month), place >= ${days.from}) AS counts, toFloat64(groupBitmapOrIf(bitmap, place >= ${days.from})) AS total
FROM (
  SELECT place, bitmap, ${size('bitmap')} AS active,
    ${isTrailing ? trailing(TRAILING_WEEK) : '0.'} AS week, ${isTrailing ? trailing(TRAILING_MONTH) : '0.'} AS month
  FROM by_interval
)`,
    parameters: named.parameters,
  });
  const byPlace = new Map(rows[0]?.counts.map(([place, ...counts]) => [place, counts] as const) ?? []);
  return { counts: range.buckets.map((_, index) => byPlace.get(days.from + index) ?? [0, 0, 0]), total: rows[0]?.total ?? 0 };
}

/** People of the `length` intervals that end with each. */
function trailing(length: number): string {
  return `toFloat64(bitmapCardinality(groupBitmapOrState(bitmap) OVER (ORDER BY place ROWS BETWEEN ${length - 1} PRECEDING AND CURRENT ROW)))`;
}

/** People whose first event ever lies in each interval: how much "everybody until then" grows by it. */
export async function countNew(frame: Frame, question: ActivityQuestion, range: BucketedRange, isUnmerged: boolean): Promise<number[]> {
  const days = placesOf(question, range);
  const named = peopleByInterval(frame, { ...days, isUnmerged }, true);
  const rows = await frame.rows<{ known: [number, number][] }>({
    sql: `${named.sql}
SELECT groupArray((toFloat64(place), toFloat64(bitmapCardinality(known)))) AS known
FROM (SELECT place, groupBitmapOrState(bitmap) OVER (ORDER BY place ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS known FROM by_interval)`,
    parameters: named.parameters,
  });
  const known = new Map(rows[0]?.known ?? []);
  return range.buckets.map((_, index) => (known.get(days.from + index) ?? 0) - (known.get(days.from + index - 1) ?? 0));
}

/** Who is behind a figure of the interval at `place` of the range, or of the whole range? */
export function peopleOfActivity(
  frame: Frame,
  question: ActivityQuestion,
  range: BucketedRange,
  cell: { place: number | undefined; figure: ActivityCell['figure'] },
): Piece {
  const days = placesOf(question, range);
  const first = days.from + (cell.place ?? 0);
  const last = cell.place === undefined ? days.to - 1 : first;
  const length = { active: 1, new: 1, week: TRAILING_WEEK, month: TRAILING_MONTH }[cell.figure];
  const sets = { active: `place >= ${first - length + 1} AND place <= ${last}`, ...(cell.figure === 'new' && { earlier: `place < ${first}` }) };
  return peopleOfSets(frame, { ...days, to: last + 1 }, sets, cell.figure === 'new' ? 'bitmapAndnot(active, earlier)' : 'active');
}
