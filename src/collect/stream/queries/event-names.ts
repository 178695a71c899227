import type { ClickHouse } from '../../../kernel/clickhouse/clickhouse.ts';

const NAMES_MAX = 2_000;
/** Rows of an event that are looked at for its properties. */
const SAMPLE_ROWS = 50_000;

/** Which events does the project have, how many of each, and when was the last? Most frequent first. */
export function eventNames(clickhouse: ClickHouse, projectId: number): Promise<{ event: string; count: number; lastSeen: number }[]> {
  return clickhouse.query(
    `SELECT event, count() AS count, toUnixTimestamp64Milli(max(time)) AS lastSeen FROM events
    WHERE project_id = {projectId:UInt32} GROUP BY event ORDER BY count DESC, event LIMIT {limit:UInt32}`,
    { projectId, limit: NAMES_MAX },
  );
}

/** Which properties does an event have, and of which types? */
export async function propertyNames(clickhouse: ClickHouse, projectId: number, event: string): Promise<{ name: string; types: string[] }[]> {
  const rows = await clickhouse.query<{ paths: Record<string, string[]> }>(
    `SELECT distinctJSONPathsAndTypes(properties) AS paths FROM
      (SELECT properties FROM events WHERE project_id = {projectId:UInt32} AND event = {event:String} LIMIT {sample:UInt32})`,
    { projectId, event, sample: SAMPLE_ROWS },
  );
  return Object.entries(rows[0]?.paths ?? {})
    .map(([name, types]) => ({ name, types }))
    .sort((a, b) => a.name.localeCompare(b.name));
}
