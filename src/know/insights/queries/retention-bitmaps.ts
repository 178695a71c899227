import { audienceBitmap, type Frame, type Piece } from '../frame.ts';
import type { RetentionQuestion } from '../questions.ts';
import type { BucketedRange } from '../range.ts';
import { intervalOfDay } from './trend-bitmaps.ts';

/** A retention table with the days in which people may return. */
export interface RetentionParts {
  question: RetentionQuestion;
  range: BucketedRange;
  /** First day behind the last interval that has begun. */
  observedUntil: string;
  /** First day behind the last interval whose returns matter. */
  returnsUntil: string;
}

/**
 * Two named queries over daily bitmaps: `cohorts (cohort, people)`, who belongs to each interval of the range, and `returns (back, people)`, who returned
 * in each interval (`onOrAfter`: in it or a later one). Events are never read. `cohorts` is cut to the audience.
 */
function named(frame: Frame, { question, range, returnsUntil }: RetentionParts): Piece {
  const audience = audienceBitmap(frame);
  const interval = intervalOfDay(question.interval);
  const days = (by: string | undefined, where: string) =>
    frame.canonical.days({ ...(by !== undefined && { by }), where: `project_id = {projectId:UInt32} AND ${where}` });
  const starts = days(interval, 'event = {start:String} AND day >= {fromDay:Date} AND day < {toDay:Date}');
  const earlier = 'groupBitmapOrState(bitmap) OVER (ORDER BY bucket ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)';
  const members = question.type === 'recurring' ? 'bitmap' : `bitmapAndnot(bitmap, ${earlier})`;
  const before = `(${days(undefined, 'event = {start:String} AND day < {fromDay:Date}')})`;
  const isFirst = question.type === 'firstTime';
  const cohorts = `SELECT cohort, ${audience.narrow(isFirst ? `bitmapAndnot(members, before_range)` : 'members')} AS people, toFloat64(bitmapCardinality(people)) AS size FROM (SELECT bucket AS cohort, ${members} AS members FROM (${starts}))`;
  const backs = days(interval, 'event = {return:String} AND day >= {fromDay:Date} AND day < {returnsUntil:Date}');
  const later = 'groupBitmapOrState(bitmap) OVER (ORDER BY bucket DESC ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)';
  const returns =
    question.mode === 'on' ? `SELECT bucket AS back, bitmap AS people FROM (${backs})` : `SELECT bucket AS back, ${later} AS people FROM (${backs})`;
  const first = [audience.with.replace(/^WITH /, ''), ...(isFirst ? [`${before} AS before_range`] : [])].filter((part) => part !== '');
  return {
    sql: `WITH ${[...first, `cohorts AS (${cohorts})`, `returns AS (${returns})`].join(',\n')}`,
    parameters: { start: question.start, return: question.return, fromDay: range.fromDay, toDay: range.toDay, returnsUntil },
  };
}

/** A cohort with those of it who returned in each interval, the earliest first. Days are `YYYY-MM-DD`. */
export interface CountedCohort {
  day: string;
  size: number;
  returned: [back: string, people: number][];
}

/** How many people has each cohort, and how many of them returned in each interval? Cohorts without anybody and intervals without returns may be missing. */
export async function countRetention(frame: Frame, parts: RetentionParts): Promise<CountedCohort[]> {
  const { sql, parameters } = named(frame, parts);
  const counted = await frame.rows<CountedCohort>({
    sql: `${sql}
SELECT toString(cohort) AS day, any(size) AS size, arraySort(groupArray((toString(back), toFloat64(bitmapAndCardinality(cohorts.people, returns.people))))) AS returned
FROM cohorts CROSS JOIN returns
WHERE back >= cohort AND ${withinTable(parts.question)}
GROUP BY cohort`,
    parameters: { ...parameters, offsets: parts.question.offsets },
  });
  if (counted.length === parts.range.buckets.length) return counted;
  const sizes = await frame.rows<{ day: string; size: number }>({ sql: `${sql}\nSELECT toString(cohort) AS day, size FROM cohorts`, parameters });
  const known = new Set(counted.map((cohort) => cohort.day));
  return [...counted, ...sizes.filter((cohort) => !known.has(cohort.day)).map((cohort) => ({ ...cohort, returned: [] }))];
}

/** Pairs beyond the last column are not needed, but for a later return that stands for columns without any. */
function withinTable({ mode, interval }: RetentionQuestion): string {
  if (mode === 'onOrAfter') return '{offsets:UInt32} >= 0';
  return {
    day: 'back <= cohort + {offsets:UInt32}',
    week: 'back <= cohort + 7 * {offsets:UInt32}',
    month: 'back <= addMonths(cohort, {offsets:UInt32})',
  }[interval];
}

/** Who is behind a cell: the cohort, those of it who returned in the interval that begins with `back`, or those who did not. */
export function peopleOfRetention(frame: Frame, parts: RetentionParts, cell: { cohort: string; back?: string; outcome: 'returned' | 'lost' }): Piece {
  const { sql, parameters } = named(frame, parts);
  const returned = `(SELECT groupBitmapOrState(people) FROM (SELECT people FROM returns WHERE back ${parts.question.mode === 'on' ? '=' : '>='} {back:Date}))`;
  const members = '(SELECT groupBitmapOrState(people) FROM (SELECT people FROM cohorts WHERE cohort = {cohort:Date}))';
  const people = cell.back === undefined ? members : `${cell.outcome === 'returned' ? 'bitmapAnd' : 'bitmapAndnot'}(${members}, ${returned})`;
  return {
    sql: `${sql}\nSELECT arrayJoin(bitmapToArray(${people})) AS person`,
    parameters: { ...parameters, cohort: cell.cohort, ...(cell.back !== undefined && { back: cell.back }) },
  };
}
