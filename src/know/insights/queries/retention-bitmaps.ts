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
}

/**
 * Two named queries over daily bitmaps: `cohorts (cohort, people)`, who belongs to each interval of the range, and `returns (back, people)`, who returned
 * in each interval (`onOrAfter`: in it or a later one). Events are never read. `cohorts` is cut to the audience.
 */
function named(frame: Frame, { question, range, observedUntil }: RetentionParts): Piece {
  const audience = audienceBitmap(frame);
  const interval = intervalOfDay(question.interval);
  const merged = (alias: string) => `${frame.canonical.bitmap('groupBitmapMergeState(people)')} AS ${alias}`;
  const scan = 'FROM event_days WHERE project_id = {projectId:UInt32}';
  const days = `SELECT ${interval} AS cohort, ${merged('bitmap')} ${scan} AND event = {start:String} AND day >= {fromDay:Date} AND day < {toDay:Date} GROUP BY cohort`;
  const earlier = 'groupBitmapOrState(bitmap) OVER (ORDER BY cohort ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)';
  const members = question.type === 'recurring' ? 'bitmap' : `bitmapAndnot(bitmap, ${earlier})`;
  const before = `(SELECT ${merged('bitmap')} ${scan} AND event = {start:String} AND day < {fromDay:Date})`;
  const isFirst = question.type === 'firstTime';
  const cohorts = `SELECT cohort, ${audience.narrow(isFirst ? `bitmapAndnot(members, before_range)` : 'members')} AS people FROM (SELECT cohort, ${members} AS members FROM (${days}))`;
  const backs = `SELECT ${interval} AS back, ${merged('bitmap')} ${scan} AND event = {return:String} AND day >= {fromDay:Date} AND day < {observedUntil:Date} GROUP BY back`;
  const later = 'groupBitmapOrState(bitmap) OVER (ORDER BY back DESC ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)';
  const returns = question.mode === 'on' ? `SELECT back, bitmap AS people FROM (${backs})` : `SELECT back, ${later} AS people FROM (${backs})`;
  const first = [audience.with.replace(/^WITH /, ''), ...(isFirst ? [`${before} AS before_range`] : [])].filter((part) => part !== '');
  return {
    sql: `WITH ${[...first, `cohorts AS (${cohorts})`, `returns AS (${returns})`].join(',\n')}`,
    parameters: { start: question.start, return: question.return, fromDay: range.fromDay, toDay: range.toDay, observedUntil },
  };
}

/** How many people has each cohort, and how many of them returned in each interval? Days are `YYYY-MM-DD`; pairs without anybody may be missing. */
export async function countRetention(
  frame: Frame,
  parts: RetentionParts,
): Promise<{ sizes: Map<string, number>; returned: Map<string, { back: string; people: number }[]> }> {
  const { sql, parameters } = named(frame, parts);
  const rows = await frame.rows<{ day: string; size: number; returned: [string, number][] }>({
    sql: `${sql}
SELECT toString(cohort) AS day, any(toFloat64(bitmapCardinality(cohorts.people))) AS size,
  arraySort(groupArrayIf((toString(back), toFloat64(bitmapAndCardinality(cohorts.people, returns.people))), back >= cohort)) AS returned
FROM cohorts LEFT JOIN returns ON 1
GROUP BY day`,
    parameters,
  });
  return {
    sizes: new Map(rows.map((row) => [row.day, row.size])),
    returned: new Map(rows.map((row) => [row.day, row.returned.map(([back, people]) => ({ back, people }))])),
  };
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
