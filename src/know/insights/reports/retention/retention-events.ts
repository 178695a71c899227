import { audienceClause, type Frame, type Piece } from '../../frame.ts';
import { propertyMillionths, propertyNumber } from '../../property.ts';
import { groupCode, rankValues, type TopValues } from '../../queries/breakdown.ts';
import { betweenInstants, matcher, onDays } from '../../queries/events-scan.ts';
import { placeOf, placeOfDay } from '../../queries/people-by-interval.ts';
import type { BucketedRange } from '../../range.ts';
import { dayOf, startOfDay } from '../../zone-time.ts';
import type { RetentionQuestion } from './question.ts';
import { spansOf, zeroRuleOf } from './rules.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
/** How long an interval is on a person's own clock. */
export const rollingMs = { hour: HOUR_MS, day: DAY_MS, week: 7 * DAY_MS, month: 30 * DAY_MS, quarter: 90 * DAY_MS } as const;

/** A table with its time, when returns matter no more, and the values of its breakdown. */
export interface RetentionScan {
  question: RetentionQuestion;
  range: BucketedRange;
  /** First instant (ms) and local day behind the last interval whose returns matter. */
  until: { instant: number; day: string };
  top: TopValues | undefined;
}

/** The ordinal of the first interval of a range; hours count from the range's beginning. */
export function firstPlace({ question, range }: Pick<RetentionScan, 'question' | 'range'>): number {
  return question.interval === 'hour' ? 0 : placeOf(range.fromDay, question.interval);
}

/** One row of the table: who belongs to a cohort and group, and how many of them came in each column. */
export interface CountedRow {
  place: number;
  code: number;
  size: number;
  people: number[];
  third: number[];
  /** On a person's own clock: for how many the time of each column is over. */
  over: number[];
}

/** Counts the table in one pass over the events of its matchers. */
export async function countFromEvents(frame: Frame, scan: RetentionScan): Promise<CountedRow[]> {
  const each = membersSql(frame, scan);
  const { third, clock } = scan.question;
  const unit = third?.measure.kind === 'sum' ? ' / 1e6' : '';
  return frame.rows<CountedRow>({
    sql: `SELECT toFloat64(place) AS place, toInt32(code) AS code, toFloat64(count()) AS size,
  arrayMap(n -> toFloat64(n), sumForEach(came)) AS people,
  ${third ? `arrayMap(n -> toFloat64(n)${unit}, sumForEach(arrayMap((n, is_back) -> if(is_back, n, toInt128(0)), amounts, came)))` : `CAST([], 'Array(Float64)')`} AS third,
  ${clock === 'rolling' ? 'arrayMap(n -> toFloat64(n), sumForEach(over))' : `CAST([], 'Array(Float64)')`} AS over
FROM (${each.sql}) GROUP BY place, code`,
    parameters: each.parameters,
  });
}

/** Who is in a cohort and group, or came in a column (or did not)? */
export function peopleFromEvents(
  frame: Frame,
  scan: RetentionScan,
  cell: { place: number; code: number | undefined; column: number | undefined; outcome: 'returned' | 'lost' },
): Piece {
  const each = membersSql(frame, scan);
  const tests = [
    'place = {cellPlace:Int32}',
    ...(cell.code === undefined ? [] : ['code = {cellCode:Int16}']),
    ...(cell.column === undefined ? [] : [`came[${cell.column + 1}] = ${cell.outcome === 'returned' ? 1 : 0}`]),
  ];
  return {
    sql: `SELECT person FROM (${each.sql}) WHERE ${tests.join(' AND ')}`,
    parameters: { ...each.parameters, cellPlace: cell.place, ...(cell.code !== undefined && { cellCode: cell.code }) },
  };
}

/**
 * A row a person and cohort: `place`, `code`, `came` (a flag a column), `amounts` and `over`.
 * A person's events stand in an array in the order of time; of one millisecond starts come first, then what is both, then returns, so that a return follows its start.
 */
function membersSql(frame: Frame, scan: RetentionScan): Piece {
  const { question, range } = scan;
  const rows = eventsSql(frame, scan);
  const spans = spansOf(question);
  const [first, end] = [firstPlace(scan), firstPlace(scan) + range.buckets.length];
  const hits = `arrayFilter((i, n) -> n = ${question.startMin}, starts, arrayEnumerateUniq(arrayMap(i -> events[i].5, starts)))`;
  const inRange = (list: string) => `arrayFilter(i -> events[i].5 >= ${first} AND events[i].5 < ${end}, ${list})`;
  const cohorts = {
    recurring: inRange(hits),
    firstInRange: `arraySlice(${inRange(hits)}, 1, 1)`,
    firstTime: inRange(`arraySlice(${hits}, 1, 1)`),
  }[question.type];
  const interval = intervalSql(frame, scan);
  const firsts = `[${spans.map((span) => span.first).join(', ')}]`;
  const lasts = `[${spans.map((span) => span.last).join(', ')}]`;
  const own = rollingMs[question.interval];
  return {
    sql: `SELECT person, place, code, ${cameSql(question, firsts, lasts)} AS came,
  ${question.third ? `arrayMap((first, last) -> arraySum(e -> if(${interval.isOn('e')} AND ${interval.of('e')} BETWEEN first AND last, e.7, toInt128(0)), events), ${firsts}, ${lasts})` : '0'} AS amounts,
  ${question.clock === 'rolling' ? `arrayMap(last -> start_ms + (last + 1) * ${own} <= ${frame.asOf}, ${lasts})` : '0'} AS over
FROM (
  SELECT person, events, place, code, start_ms, ${backSql(question, interval)} AS back
  FROM (
    SELECT person, events, at, events[at].1 AS start_ms, events[at].5 AS place, events[at].6 AS code,
      arrayMap(e -> toInt32(${interval.of('e')}), arrayFilter(e -> e.2 IN (1, 2) AND ${interval.isOn('e')}, arraySlice(events, at + 1))) AS later
    FROM (
      SELECT person, events, arrayJoin(${cohorts}) AS at
      FROM (
        SELECT person, events, arrayFilter(i -> events[i].2 < 2, arrayEnumerate(events)) AS starts
        FROM (SELECT person, arraySort(groupArray((ms, class, sequence, id, place, code, amount))) AS events FROM (${rows.sql}) GROUP BY person HAVING min(class) < 2)
      )
    )
  )
)`,
    parameters: rows.parameters,
  };
}

/** SQL of the interval after the start in which an event lies, and whether it lies in time that is observed. */
function intervalSql(frame: Frame, scan: RetentionScan): { of(event: string): string; isOn(event: string): string } {
  const { question, range } = scan;
  if (question.clock === 'rolling') {
    const own = rollingMs[question.interval];
    return { of: (event) => `intDiv(${event}.1 - start_ms, ${own})`, isOn: (event) => `${event}.1 >= start_ms AND ${event}.1 <= ${frame.asOf}` };
  }
  const { interval } = question;
  const last = interval === 'hour' ? Math.floor((frame.asOf - range.from) / HOUR_MS) : placeOf(dayOf(frame.asOf, frame.timeZone), interval);
  return { of: (event) => `(${event}.5 - place)`, isOn: (event) => `${event}.5 >= place AND ${event}.5 <= ${last}` };
}

/** SQL of the intervals in which a person came back, in order, each once. */
function backSql(question: RetentionQuestion, interval: { of(event: string): string }): string {
  const enough =
    question.returnMin === 1 ? 'arrayDistinct(later)' : `arrayFilter(k -> countEqual(later, k) >= ${question.returnMin}, arrayDistinct(later))`;
  const rule = zeroRuleOf(question);
  if (rule === 'inOrder') return `arraySort(${enough})`;
  const others = `arraySort(arrayFilter(k -> k > 0, ${enough}))`;
  if (rule === 'always') return `arrayPushFront(${others}, toInt32(0))`;
  const same = `arrayCount(e -> e.2 IN (1, 2) AND ${interval.of('e')} = 0, events) >= ${question.returnMin}`;
  return `if(${same}, arrayPushFront(${others}, toInt32(0)), ${others})`;
}

/** SQL of a flag a column: did the person come in the sense of the mode? */
function cameSql(question: RetentionQuestion, firsts: string, lasts: string): string {
  const streak = `if(arrayFirstIndex((k, i) -> k != i - 1, back, arrayEnumerate(back)) = 0, length(back), arrayFirstIndex((k, i) -> k != i - 1, back, arrayEnumerate(back)) - 1)`;
  const test = {
    on: 'has(back, first)',
    onOrAfter: 'notEmpty(back) AND back[-1] >= first',
    onOrBefore: 'notEmpty(back) AND back[1] <= first',
    consecutive: `first < ${streak}`,
    brackets: 'arrayExists(k -> k BETWEEN first AND last, back)',
  }[question.mode];
  return `arrayMap((first, last) -> toUInt8(${test}), ${firsts}, ${lasts})`;
}

/** Rows of everything that matters: `class` 0 start, 1 start and return, 2 return, 3 only measured. */
function eventsSql(frame: Frame, scan: RetentionScan): Piece {
  const { question, range, top } = scan;
  const start = matcher(frame, { event: question.start, filters: question.startFilters }, 'start');
  const back = matcher(frame, { event: question.return, filters: question.returnFilters }, 'return');
  const third = question.third && thirdSql(frame, question.third);
  const times = timesOf(frame, scan);
  const isStart = `((${start.sql}) AND ${times.start})`;
  const isBack = `((${back.sql}) AND ${times.back})`;
  const isThird = third ? `((${third.sql}) AND ${times.back})` : '0';
  const place =
    question.interval === 'hour' ? `toInt32(floor((toUnixTimestamp64Milli(time) - ${range.from}) / ${HOUR_MS}))` : placeOfDay(question.interval);
  const names = [question.start, question.return, ...(question.third ? [question.third.event] : [])];
  const named = names.includes('') ? '' : `AND event IN ({startEvent:String}, {returnEvent:String}${third ? ', {thirdEvent:String}' : ''})`;
  return {
    sql: `SELECT toUInt32(${frame.person}) AS person, toUnixTimestamp64Milli(time) AS ms, ${isStart} AS is_start, ${isBack} AS is_back, ${isThird} AS is_third,
    toUInt8(multiIf(is_start AND is_back, 1, is_start, 0, is_back, 2, 3)) AS class, sequence, ${top ? 'message_id' : `''`} AS id, ${place} AS place,
    ${top ? `if(is_start, ${groupCode(top.property)}, 0)` : 'toInt16(0)'} AS code, ${third ? `if(is_third, ${third.amount}, toInt128(0))` : 'toInt128(0)'} AS amount
  FROM events
  WHERE project_id = {projectId:UInt32} ${named} AND ${times.all} ${times.newcomers} ${audienceClause(frame)} AND (is_start OR is_back OR is_third)`,
    parameters: { ...start.parameters, ...back.parameters, ...third?.parameters, ...times.parameters, ...(top && { topValues: top.values }) },
  };
}

function thirdSql(frame: Frame, third: NonNullable<RetentionQuestion['third']>): Piece & { amount: string } {
  const rows = matcher(frame, third, 'third');
  if (third.measure.kind === 'events') return { ...rows, amount: 'toInt128(1)' };
  const { property } = third.measure;
  return { sql: `${rows.sql} AND isNotNull(${propertyNumber(property)})`, parameters: rows.parameters, amount: propertyMillionths(property) };
}

interface Times {
  start: string;
  back: string;
  all: string;
  /** For first times: leaves out who started on an earlier day, so that history is not read. */
  newcomers: string;
  parameters: Piece['parameters'];
}

/** When starts and returns count. First times read all starts before, unless the daily sets already say who started before. */
function timesOf(frame: Frame, { question, range, until }: RetentionScan): Times {
  const isFirst = question.type === 'firstTime';
  const isKnown = isFirst && question.startFilters.length === 0 && question.startMin === 1;
  const isHistory = isFirst && !isKnown;
  const parameters = {
    fromDay: range.fromDay,
    toDay: range.toDay,
    untilDay: until.day,
    fromMs: startOfDay(range.fromDay, frame.timeZone),
    startEvent: question.start,
  };
  const earlier = `SELECT arrayJoin(bitmapToArray(bitmap)) FROM (${earlierPeople(frame)})`;
  const newcomers = isKnown ? `AND ${frame.person} GLOBAL NOT IN (${earlier})` : '';
  if (question.clock === 'rolling' || question.interval === 'hour') {
    const ms = 'toUnixTimestamp64Milli(time)';
    const from = isFirst ? startOfDay(range.fromDay, frame.timeZone) : range.from;
    const end = Math.max(range.to, until.instant);
    return {
      start: `${ms} < ${range.to}${isHistory ? '' : ` AND ${ms} >= ${from}`}`,
      back: `${ms} >= ${range.from}`,
      all: `time < fromUnixTimestamp64Milli(toInt64(${end}), 'UTC')${isHistory ? '' : ` AND time >= fromUnixTimestamp64Milli(toInt64(${from}), 'UTC')`}`,
      newcomers,
      parameters,
    };
  }
  return {
    start: `day < {toDay:Date}${isHistory ? '' : ' AND day >= {fromDay:Date}'}`,
    back: `day >= {fromDay:Date} AND day < {untilDay:Date}`,
    all: `day < greatest({toDay:Date}, {untilDay:Date})${isHistory ? '' : ` AND day >= {fromDay:Date} AND time >= toDateTime64({fromDay:Date}, 3, 'UTC') - INTERVAL 2 DAY`}`,
    newcomers,
    parameters,
  };
}

/** One row `bitmap`: who did the start event on a day before the range. */
function earlierPeople(frame: Frame): string {
  return frame.canonical.days({ where: 'project_id = {projectId:UInt32} AND event = {startEvent:String} AND day < {fromDay:Date}' });
}

/** Which values of the start events have most people? */
export function topValuesOfRetention(frame: Frame, question: RetentionQuestion, range: BucketedRange): Promise<TopValues> | undefined {
  if (!question.breakdown) return undefined;
  const time = question.interval === 'hour' ? betweenInstants(frame, range) : onDays(frame, range);
  const start = matcher(frame, { event: question.start, filters: question.startFilters }, 'start');
  const rows = { sql: `${time.sql} AND ${start.sql}`, parameters: { ...time.parameters, ...start.parameters } };
  return rankValues(frame, question.breakdown, rows, `groupBitmap(toUInt32(${frame.person}))`);
}
