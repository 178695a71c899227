import { audienceBitmap, type Frame, type Piece } from '../../frame.ts';
import { matcher, onDays } from '../../queries/events-scan.ts';
import { type DayInterval, placeOf, placeOfDay } from '../../queries/people-by-interval.ts';
import type { RetentionQuestion } from './question.ts';
import type { CountedRow, RetentionScan } from './retention-events.ts';
import { spansOf, zeroRuleOf } from './rules.ts';

/** A question that daily sets can answer. */
type DaysQuestion = RetentionQuestion & { interval: DayInterval };

/**
 * Counts a table from the daily sets: cohorts and returns are bitmaps by interval, a cell is what both have in common. Events are read only when interval 0 needs their order, and
 * then those of the two matchers alone.
 */
export async function countFromDays(frame: Frame, scan: RetentionScan & { question: DaysQuestion }): Promise<CountedRow[]> {
  const { question, range } = scan;
  const named = namedSets(frame, scan);
  const spans = spansOf(question);
  const counted = await frame.rows<{ place: number; size: number; came: [number, number][] }>({
    sql: `${named.sql}\n${cellsSql(question, spans.at(-1)?.last ?? 0)}`,
    parameters: named.parameters,
  });
  const rows = counted.map((row): CountedRow => {
    const came = new Map(row.came);
    return { place: row.place, code: 0, size: row.size, people: spans.map((_, column) => came.get(column) ?? 0), third: [], over: [] };
  });
  if (rows.length === range.buckets.length) return rows;
  const known = new Set(rows.map((row) => row.place));
  const sizes = await frame.rows<{ place: number; size: number }>({
    sql: `${named.sql}\nSELECT toFloat64(cohort) AS place, size FROM cohorts`,
    parameters: named.parameters,
  });
  const others = sizes.filter((row) => !known.has(row.place));
  return [...rows, ...others.map((row): CountedRow => ({ ...row, code: 0, people: spans.map(() => 0), third: [], over: [] }))];
}

/** `cohorts (cohort, people, size)` and, for every interval without gaps, `returns (back, bitmap, same)`: `same` are those who count for the cohort of the same interval. */
function namedSets(frame: Frame, scan: RetentionScan & { question: DaysQuestion }): Piece {
  const { question, range, until } = scan;
  const audience = audienceBitmap(frame);
  const place = placeOfDay(question.interval);
  const days = (by: string | undefined, where: string) =>
    frame.canonical.days({ ...(by !== undefined && { by }), where: `project_id = {projectId:UInt32} AND ${where}` });
  const starts = days(place, 'event = {start:String} AND day >= {fromDay:Date} AND day < {toDay:Date}');
  const earlier = 'groupBitmapOrState(bitmap) OVER (ORDER BY bucket ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)';
  const members = question.type === 'recurring' ? 'bitmap' : `bitmapAndnot(bitmap, ${earlier})`;
  const isFirst = question.type === 'firstTime';
  const before = `(${days(undefined, 'event = {start:String} AND day < {fromDay:Date}')}) AS before_range`;
  const cohorts = `SELECT cohort, ${audience.narrow(isFirst ? 'bitmapAndnot(members, before_range)' : 'members')} AS people, toFloat64(bitmapCardinality(people)) AS size
  FROM (SELECT bucket AS cohort, ${members} AS members FROM (${starts}))`;
  const [from, to] = [placeOf(range.fromDay, question.interval), placeOf(until.day, question.interval)];
  const backs = `SELECT bucket AS back, bitmap FROM (${days(place, 'event = {return:String} AND day >= {fromDay:Date} AND day < {untilDay:Date}')})
  ORDER BY back WITH FILL FROM ${from} TO ${Math.max(to, from)}`;
  const ordered = zeroRuleOf(question) === 'inOrder' ? orderedSql(frame, scan) : undefined;
  const withSame = ordered
    ? `SELECT back, bitmap AS of_interval, after AS of_zero FROM (${backs}) AS backs LEFT JOIN (${ordered.sql}) AS ordered ON ordered.place = backs.back`
    : `SELECT back, bitmap AS of_interval, bitmap AS of_zero FROM (${backs})`;
  const suffix = (end: string) => `groupBitmapOrState(of_interval) OVER (ORDER BY back DESC ROWS BETWEEN UNBOUNDED PRECEDING AND ${end})`;
  const returns =
    question.mode === 'onOrAfter'
      ? `SELECT back, ${suffix('CURRENT ROW')} AS bitmap, ${ordered ? `bitmapOr(of_zero, ${suffix('1 PRECEDING')})` : suffix('CURRENT ROW')} AS same FROM (${withSame})`
      : `SELECT back, of_interval AS bitmap, of_zero AS same FROM (${withSame})`;
  const parts = [audience.with.replace(/^WITH /, ''), ...(isFirst ? [before] : []), `cohorts AS (${cohorts})`, `returns AS (${returns})`];
  return {
    sql: `WITH ${parts.filter((part) => part !== '').join(',\n')}`,
    parameters: {
      start: question.start,
      return: question.return,
      fromDay: range.fromDay,
      toDay: range.toDay,
      untilDay: until.day,
      ...ordered?.parameters,
    },
  };
}

/** Who returned after the start within each interval, as rows `place`, `after`: events of one millisecond count in the order start, return. */
function orderedSql(frame: Frame, { question, range }: RetentionScan & { question: DaysQuestion }): Piece {
  const start = matcher(frame, { event: question.start, filters: [] }, 'start');
  const back = matcher(frame, { event: question.return, filters: [] }, 'return');
  const time = onDays(frame, range);
  const isOverlapping = question.start === '' || question.return === '' || question.start === question.return;
  const named = question.start === '' || question.return === '' ? '' : 'AND event IN ({startEvent:String}, {returnEvent:String})';
  const after = isOverlapping
    ? 'last_back > first_start OR (last_back = first_start AND countEqual(groupArray(ms), first_start) > 1)'
    : 'last_back >= first_start';
  return {
    sql: `SELECT place, groupBitmapState(person) AS after FROM (
    SELECT person, place, minIf(ms, is_start) AS first_start, maxIf(ms, is_back) AS last_back
    FROM (
      SELECT toUInt32(${frame.person}) AS person, ${placeOfDay(question.interval)} AS place, toUnixTimestamp64Milli(time) AS ms, ${start.sql} AS is_start, ${back.sql} AS is_back
      FROM events WHERE ${time.sql} ${named} AND (is_start OR is_back)
    )
    GROUP BY person, place HAVING countIf(is_start) > 0 AND (${after})
  ) GROUP BY place`,
    parameters: { ...time.parameters, ...start.parameters, ...back.parameters },
  };
}

/** Rows `place`, `size`, `came`: pairs of a column and how many of the cohort came in it. */
function cellsSql(question: DaysQuestion, last: number): string {
  const pairs = `FROM cohorts CROSS JOIN returns WHERE back >= cohort AND back <= cohort + ${last}`;
  const result = (column: string, count: string, source: string) =>
    `SELECT toFloat64(cohort) AS place, any(size) AS size, groupArray((toFloat64(${column}), toFloat64(${count}))) AS came ${source} GROUP BY cohort`;
  const { mode } = question;
  if (mode === 'on' || mode === 'onOrAfter') {
    const isPlain = zeroRuleOf(question) !== 'inOrder';
    if (isPlain) return result('back - cohort', 'bitmapAndCardinality(people, bitmap)', pairs);
    // Else both sides of the condition would be counted for every pair.
    return `${result('back - cohort', 'if(back = cohort, bitmapAndCardinality(people, same), bitmapAndCardinality(people, bitmap))', pairs)}
SETTINGS short_circuit_function_evaluation = 'force_enable'`;
  }
  const cells = `SELECT cohort, size, back - cohort AS k, bitmapAnd(people, if(back = cohort, same, bitmap)) AS came ${pairs}`;
  if (mode === 'brackets') {
    const spans = spansOf(question);
    const column = `toInt32(arrayFirstIndex(last -> k <= last, [${spans.map((span) => span.last).join(', ')}]) - 1)`;
    return result(
      'column',
      'people',
      `FROM (SELECT cohort, any(size) AS size, ${column} AS column, groupBitmapOr(came) AS people FROM (${cells}) GROUP BY cohort, column)`,
    );
  }
  const fold = mode === 'onOrBefore' ? 'groupBitmapOrState' : 'groupBitmapAndState';
  const folded = `SELECT cohort, size, k, bitmapCardinality(${fold}(came) OVER (PARTITION BY cohort ORDER BY k ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)) AS people FROM (${cells})`;
  return result('k', 'people', `FROM (${folded})`);
}
