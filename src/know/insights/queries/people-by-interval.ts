import { audienceBitmap, type Frame, type Piece } from '../frame.ts';
import type { Interval } from '../question-parts.ts';

/** Intervals that are made of whole days. */
export type DayInterval = Exclude<Interval, 'hour'>;

/** SQL of the ordinal of a `day`'s interval: neighbours differ by one, also where nothing happened. 1970-01-05 was a Monday. */
export function placeOfDay(interval: DayInterval, day = 'day'): string {
  return {
    day: `toInt32(${day})`,
    week: `toInt32(intDiv(toInt32(${day}) + 3, 7))`,
    month: `toInt32(toYear(${day}) * 12 + toMonth(${day}) - 1)`,
    quarter: `toInt32(toYear(${day}) * 4 + toQuarter(${day}) - 1)`,
  }[interval];
}

/** The ordinal of the interval that holds a local day, as `placeOfDay` counts. */
export function placeOf(label: string, interval: DayInterval): number {
  const [year = 0, month = 1] = label.split('-').map(Number);
  const days = Math.floor(Date.parse(label) / 86_400_000);
  return { day: days, week: Math.floor((days + 3) / 7), month: year * 12 + month - 1, quarter: year * 4 + Math.floor((month - 1) / 3) }[interval];
}

/** What is read of the daily bitmaps. */
export interface DaysOfPeople {
  event: string;
  interval: DayInterval;
  /** Ordinals `[from, to)`. What happened before `from` stands together as `from - 1`. */
  from: number;
  to: number;
  /** True: everybody counts under the number that their events carry, as if nobody had been merged. */
  isUnmerged?: boolean;
}

/** Rows `bucket`, `bitmap` of the daily sets that `where` takes, by the expression `by`, with merged people as one. */
function daysOf(frame: Frame, asked: { by: string; where: string }, isUnmerged: boolean): string {
  if (!isUnmerged) return frame.canonical.days(asked);
  return `SELECT ${asked.by} AS bucket, groupBitmapMergeState(people) AS bitmap FROM event_days WHERE ${asked.where} GROUP BY bucket`;
}

/**
 * A named query `by_interval (place, bitmap)`: who did the event in each interval, one row an interval without gaps, as window functions need them. Begins with WITH.
 * `isHistoryNeeded`: then `from - 1` holds everybody who did it before.
 */
export function peopleByInterval(frame: Frame, days: DaysOfPeople, isHistoryNeeded: boolean): Piece {
  const audience = audienceBitmap(frame);
  const place = placeOfDay(days.interval);
  const first = isHistoryNeeded ? days.from - 1 : days.from;
  const by = isHistoryNeeded ? `greatest(${place}, toInt32(${first}))` : place;
  const where = `project_id = {projectId:UInt32} AND event = {event:String} AND ${place} < ${days.to}${isHistoryNeeded ? '' : ` AND ${place} >= ${first}`}`;
  return {
    sql: `WITH ${audience.with.replace(/^WITH (.*)$/s, '$1,\n')}by_interval AS (
  SELECT bucket AS place, ${audience.narrow('bitmap')} AS bitmap FROM (${daysOf(frame, { by, where }, days.isUnmerged ?? false)})
  ORDER BY place WITH FILL FROM ${first} TO ${days.to}
)`,
    parameters: { event: days.event },
  };
}

/** The people of a bitmap `result`, made of named ones: those who did the event in the intervals that each test (SQL of `place`) takes, before the ordinal `to`. */
export function peopleOfSets(frame: Frame, days: DaysOfPeople, sets: Record<string, string>, result: string): Piece {
  const audience = audienceBitmap(frame);
  const columns = Object.entries(sets).map(([name, test]) => `groupBitmapOrStateIf(bitmap, ${test}) AS ${name}`);
  const by = placeOfDay(days.interval);
  const where = `project_id = {projectId:UInt32} AND event = {event:String} AND ${by} < ${days.to}`;
  return {
    sql: `${audience.with}
SELECT arrayJoin(bitmapToArray(${audience.narrow(result)})) AS person
FROM (
  SELECT ${columns.join(', ')}
  FROM (SELECT bucket AS place, bitmap FROM (${daysOf(frame, { by, where }, false)}))
)`,
    parameters: { event: days.event },
  };
}
