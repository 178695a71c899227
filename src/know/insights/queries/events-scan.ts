import { filtersSql } from '../../audiences/index.ts';
import { audienceClause, type Frame, type Piece } from '../frame.ts';
import type { Matcher } from '../questions.ts';
import type { ResolvedRange } from '../range.ts';

/** Days by which `time` may differ from `day` when the project's zone was changed; only to leave out partitions. */
const ZONE_MARGIN = 2;

/** SQL conditions for rows of an event (`''`: anything active) with its filters. Parameters begin with `prefix`. */
export function matcher(frame: Frame, step: Matcher, prefix: string): Piece {
  const event = step.event === '' ? 'passive = 0' : `event = {${prefix}Event:String}`;
  const parameters = step.event === '' ? {} : { [`${prefix}Event`]: step.event };
  if (step.filters.length === 0) return { sql: event, parameters };
  const filters = filtersSql(step.filters, { now: frame.asOf, timeZone: frame.timeZone, prefix: `${prefix}Filter` });
  return { sql: `${event} AND (${filters.sql})`, parameters: { ...parameters, ...filters.parameters } };
}

/** WHERE of the project's rows on the local days of a range, by people of the audience. */
export function onDays(frame: Frame, range: ResolvedRange): Piece {
  return {
    sql: `project_id = {projectId:UInt32} AND day >= {fromDay:Date} AND day < {toDay:Date}
    AND time >= toDateTime64({fromDay:Date}, 3, 'UTC') - INTERVAL ${ZONE_MARGIN} DAY AND time < toDateTime64({toDay:Date}, 3, 'UTC') + INTERVAL ${ZONE_MARGIN} DAY
    ${audienceClause(frame)}`,
    parameters: { fromDay: range.fromDay, toDay: range.toDay },
  };
}

/** WHERE of the project's rows between two instants, by people of the audience. */
export function betweenInstants(frame: Frame, range: { from: number; to: number }): Piece {
  return {
    sql: `project_id = {projectId:UInt32} AND time >= fromUnixTimestamp64Milli({fromMs:Int64}, 'UTC') AND time < fromUnixTimestamp64Milli({toMs:Int64}, 'UTC')
    ${audienceClause(frame)}`,
    parameters: { fromMs: range.from, toMs: range.to },
  };
}
