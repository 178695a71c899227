import type { ClickHouse } from '../../../kernel/clickhouse/clickhouse.ts';

export interface EventCount {
  event: string;
  count: number;
  /** ms */
  firstAt: number;
  lastAt: number;
  /** Of those that are not passive, ms; 0 when there is none. */
  firstOwnAt: number;
  lastOwnAt: number;
}

const EVENTS_MAX = 200;

/** What happened to a person how often? `numbers`: the person's and those merged into it. */
export async function eventCountsOfPerson(clickhouse: ClickHouse, projectId: number, numbers: readonly number[]): Promise<EventCount[]> {
  return clickhouse.query<EventCount>(
    `SELECT toString(e.event) AS event, toUInt32(count()) AS count,
       toUnixTimestamp64Milli(min(e.time)) AS firstAt, toUnixTimestamp64Milli(max(e.time)) AS lastAt,
       toUnixTimestamp64Milli(minIf(e.time, e.passive = 0)) AS firstOwnAt, toUnixTimestamp64Milli(maxIf(e.time, e.passive = 0)) AS lastOwnAt
     FROM events AS e WHERE e.project_id = {projectId:UInt32} AND e.person_id IN {numbers:Array(UInt32)}
     GROUP BY event ORDER BY count DESC, event LIMIT ${EVENTS_MAX}`,
    { projectId, numbers },
  );
}
