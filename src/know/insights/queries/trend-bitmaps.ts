import type { Bucket } from '../answers.ts';
import { audienceBitmap, type Frame, type Piece } from '../frame.ts';
import type { Interval } from '../questions.ts';
import type { ResolvedRange } from '../range.ts';

/** SQL of the first day of a `day`'s interval. */
export function intervalOfDay(interval: Exclude<Interval, 'hour'>): string {
  return { day: 'day', week: 'toMonday(day)', month: 'toStartOfMonth(day)', quarter: 'toStartOfQuarter(day)' }[interval];
}

/** How many people did an event (`''`: anything active) in each interval, and over all of them? From daily bitmaps, never from events. */
export async function countPeopleByInterval(
  frame: Frame,
  question: { event: string; interval: Exclude<Interval, 'hour'>; total: boolean },
  range: ResolvedRange & { buckets: Bucket[] },
): Promise<{ values: number[]; total: number | null }> {
  const audience = audienceBitmap(frame);
  const where = 'project_id = {projectId:UInt32} AND event = {event:String} AND day >= {fromDay:Date} AND day < {toDay:Date}';
  const days = frame.canonical.days({ by: intervalOfDay(question.interval), where });
  const rows = await frame.rows<{ counts: [string, number][]; total: number | null }>({
    sql: `${audience.with}
SELECT groupArray((toString(bucket), toFloat64(bitmapCardinality(people)))) AS counts, ${question.total ? 'toFloat64(groupBitmapOr(people))' : 'NULL'} AS total
FROM (SELECT bucket, ${audience.narrow('bitmap')} AS people FROM (${days}))`,
    parameters: { event: question.event, fromDay: range.fromDay, toDay: range.toDay },
  });
  const counts = new Map(rows[0]?.counts ?? []);
  return { values: range.buckets.map((bucket) => counts.get(bucket.label) ?? 0), total: question.total ? (rows[0]?.total ?? 0) : null };
}

/** Who did an event in the days `[fromDay, toDay)`? */
export function peopleOfDays(frame: Frame, event: string, days: { fromDay: string; toDay: string }): Piece {
  const audience = audienceBitmap(frame);
  const where = 'project_id = {projectId:UInt32} AND event = {event:String} AND day >= {fromDay:Date} AND day < {toDay:Date}';
  return {
    sql: `${audience.with}
SELECT arrayJoin(bitmapToArray(${audience.narrow('bitmap')})) AS person
FROM (${frame.canonical.days({ where })})`,
    parameters: { event, ...days },
  };
}
