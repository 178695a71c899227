import type { Frame, Piece } from '../../../frame.ts';
import { intervalOfDay } from '../../../queries/trend-bitmaps.ts';
import type { BucketedRange } from '../../../range.ts';
import type { PageRow, SessionMeasures } from '../answer.ts';
import type { SessionAttribute, SessionsQuestion } from '../question.ts';
import { sessionRows, viewsSql } from './session-rows.ts';

const HOUR_MS = 3_600_000;

/** SQL of the bucket in which a session begins, by its label; hours by their place. */
export function bucketSql(range: BucketedRange): string {
  if (range.interval === 'hour') return `toString(intDiv(start_ms - ${range.from}, ${HOUR_MS}))`;
  return `arrayMap(day -> toString(${intervalOfDay(range.interval)}), [toDate(fromUnixTimestamp64Milli(start_ms, 'UTC'), {timeZone:String})])[1]`;
}

/** What was measured of the sessions of one value (`axis` -2: all of them, -1: buckets, else the place in `attributes`). */
export interface MeasuredSessions extends SessionMeasures {
  axis: number;
  /** Null: sessions without a value. */
  value: string | null;
  /** The values beyond the limit, together. */
  isOther: number;
}

/** Everything of one period in one pass: totals, buckets, and a table for each attribute. */
export function measureSessions(
  frame: Frame,
  question: SessionsQuestion,
  range: BucketedRange,
  attributes: readonly SessionAttribute[],
): Promise<MeasuredSessions[]> {
  const rows = sessionRows(frame, question, range, attributes);
  const axes = [`(toInt8(-2), CAST('', 'Nullable(String)'))`, `(toInt8(-1), CAST(${bucketSql(range)}, 'Nullable(String)'))`];
  for (const [place, attribute] of attributes.entries()) axes.push(`(toInt8(${place}), ${rows.attribute(attribute)})`);
  const states = `count() AS sessions, groupBitmapState(person) AS people_state, uniqExactState(device) AS visitors_state, sum(views) AS views, sum(events) AS events,
    countIf(bounced) AS bounced, countIf(engaged) AS engaged, sum(duration) AS duration`;
  const raw = `SELECT axis.1 AS axis_place, axis.2 AS axis_value, ${states} FROM (SELECT *, arrayJoin([${axes.join(', ')}]) AS axis FROM (${rows.sql})) GROUP BY axis_place, axis_value`;
  const ranked = `SELECT *, axis_place >= 0 AND isNotNull(axis_value) AND row_number() OVER (PARTITION BY axis_place, isNull(axis_value) ORDER BY sessions DESC, axis_value) > ${question.limit} AS is_other FROM (${raw})`;
  const sum = (name: string) => `toFloat64(sum(${name}))`;
  return frame.rows<MeasuredSessions>({
    sql: `SELECT axis_place AS axis, if(is_other, NULL, axis_value) AS value, is_other AS isOther, ${sum('ranked.sessions')} AS sessions, toFloat64(groupBitmapMerge(people_state)) AS people,
  toFloat64(uniqExactMerge(visitors_state)) AS visitors, ${sum('ranked.views')} AS views, ${sum('ranked.events')} AS events, ${sum('ranked.bounced')} AS bounced,
  ${sum('ranked.engaged')} AS engaged, ${sum('ranked.duration')} AS durationMs
FROM (${ranked}) AS ranked GROUP BY axis, value, isOther`,
    parameters: { ...rows.parameters, timeZone: frame.timeZone },
  });
}

/** Pages of the sessions, the most seen first; one row more than `max` when there are more. */
export function measurePages(frame: Frame, question: SessionsQuestion, range: BucketedRange, max: number): Promise<PageRow[]> {
  const rows = sessionRows(frame, question, range, []);
  return frame.rows<PageRow>({
    sql: `SELECT view.1 AS page, toFloat64(count()) AS views, toFloat64(groupBitmap(person)) AS people, toFloat64(countIf(view.2)) AS entries, toFloat64(countIf(view.3)) AS exits,
  toFloat64(countIf(view.2 AND was_bounced)) AS bounced, if(count(view.4) = 0, NULL, avg(view.4)) AS dwellMs
FROM (SELECT person, bounced AS was_bounced, arrayJoin(${viewsSql(rows)}) AS view FROM (${rows.sql}))
GROUP BY page ORDER BY count() DESC, page LIMIT ${max + 1}`,
    parameters: rows.parameters,
  });
}

/** The values of an attribute that a table shows by name. */
export async function topValues(frame: Frame, question: SessionsQuestion, range: BucketedRange, attribute: SessionAttribute): Promise<string[]> {
  const rows = sessionRows(frame, question, range, [attribute]);
  const column = rows.attribute(attribute);
  const top = await frame.rows<{ value: string }>({
    sql: `SELECT assumeNotNull(${column}) AS value FROM (${rows.sql}) WHERE isNotNull(${column}) GROUP BY value ORDER BY count() DESC, value LIMIT ${question.limit}`,
    parameters: rows.parameters,
  });
  return top.map((row) => row.value);
}

/** Who has sessions that pass further conditions? */
export function peopleOfSessions(rows: Piece, conditions: readonly Piece[]): Piece {
  return {
    sql: `SELECT DISTINCT person FROM (${rows.sql}) ${conditions.length > 0 ? `WHERE ${conditions.map(({ sql }) => sql).join(' AND ')}` : ''}`,
    parameters: Object.assign({}, rows.parameters, ...conditions.map(({ parameters }) => parameters)),
  };
}
