import type { ClickHouse } from '../../../kernel/clickhouse/clickhouse.ts';

/** Which of these projects have an event that arrived ahead of its time, and whose time has come within [since, now]? */
export async function projectsWithDueEvents(
  clickhouse: ClickHouse,
  asked: { projectIds: readonly number[]; sinceMs: number; now: number },
): Promise<number[]> {
  const { projectIds, sinceMs, now } = asked;
  if (projectIds.length === 0) return [];
  const rows = await clickhouse.query<{ project_id: number }>(
    `SELECT DISTINCT project_id FROM events WHERE project_id IN {projectIds:Array(UInt32)} AND time > received_at
       AND time >= fromUnixTimestamp64Milli({sinceMs:Int64}, 'UTC') AND time <= fromUnixTimestamp64Milli({now:Int64}, 'UTC')`,
    { projectIds, sinceMs, now },
  );
  return rows.map((row) => row.project_id);
}
