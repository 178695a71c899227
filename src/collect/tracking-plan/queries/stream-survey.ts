import type { ClickHouse } from '../../../kernel/clickhouse/clickhouse.ts';

const EVENTS_MAX = 5_000;
const SAMPLE_ROWS = 200;

/** Which events does the stream hold, and when were the first and the last of each? */
export function eventSpans(
  clickhouse: ClickHouse,
  projectId: number,
  not: readonly string[],
): Promise<{ event: string; firstSeen: number; lastSeen: number }[]> {
  return clickhouse.query(
    `SELECT event, toUnixTimestamp64Milli(min(time)) AS firstSeen, toUnixTimestamp64Milli(max(time)) AS lastSeen FROM events
    WHERE project_id = {projectId:UInt32} AND event NOT IN {not:Array(String)} GROUP BY event ORDER BY count() DESC, event LIMIT {limit:UInt32}`,
    { projectId, not, limit: EVENTS_MAX },
  );
}

/** How many of each event on each of the last days? */
export function eventDays(
  clickhouse: ClickHouse,
  projectId: number,
  { since, not }: { since: string; not: readonly string[] },
): Promise<{ event: string; day: string; count: number }[]> {
  return clickhouse.query(
    `SELECT toString(event) AS event, toString(day) AS day, count() AS count FROM events
    WHERE project_id = {projectId:UInt32} AND events.day >= {since:Date} AND events.event NOT IN {not:Array(String)} GROUP BY event, day`,
    { projectId, since, not },
  );
}

/** What do some of the rows of an event say? */
export async function sampleProperties(clickhouse: ClickHouse, projectId: number, event: string): Promise<Record<string, unknown>[]> {
  const rows = await clickhouse.query<{ properties: string }>(
    `SELECT toJSONString(properties) AS properties FROM events WHERE project_id = {projectId:UInt32} AND event = {event:String} LIMIT {limit:UInt32}`,
    { projectId, event, limit: SAMPLE_ROWS },
  );
  return rows.map((row) => JSON.parse(row.properties) as Record<string, unknown>);
}

/** What traits do some of the people have? */
export async function sampleTraits(clickhouse: ClickHouse, projectId: number): Promise<{ values: Record<string, unknown>; at: number }[]> {
  const rows = await clickhouse.query<{ traits: string; at: number }>(
    `SELECT toJSONString(traits) AS traits, toUnixTimestamp64Milli(created_at) AS at FROM people
    WHERE project_id = {projectId:UInt32} AND gone = 0 LIMIT {limit:UInt32}`,
    { projectId, limit: SAMPLE_ROWS },
  );
  return rows.map(({ traits, at }) => ({ values: JSON.parse(traits) as Record<string, unknown>, at }));
}
