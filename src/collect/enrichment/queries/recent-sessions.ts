import type { ClickHouse } from '../../../kernel/clickhouse/clickhouse.ts';
import { SERVER_SESSION_PREFIX } from '../sessions/session-book.ts';

export interface RecentSession {
  anonymousId: string;
  userId: string;
  sessionId: string;
  firstMs: number;
  lastMs: number;
}

/** A look that takes longer is not worth the wait: the process begins without it. */
const SECONDS_MAX = 5;
const DAY_MS = 86_400_000;

/** Which sessions of the server were going on lately, so that a process that starts carries them on? The latest first. */
export function recentSessions(
  clickhouse: ClickHouse,
  projectId: number,
  { sinceMs, limit }: { sinceMs: number; limit: number },
): Promise<RecentSession[]> {
  return clickhouse.query<RecentSession>(
    `SELECT anonymous_id AS anonymousId, if(anonymous_id = '', user_id, '') AS userId, session_id AS sessionId,
       toUnixTimestamp64Milli(min(time)) AS firstMs, toUnixTimestamp64Milli(max(time)) AS lastMs
     FROM events
     WHERE project_id = {projectId:UInt32} AND time >= fromUnixTimestamp64Milli({oldest:Int64}, 'UTC')
       AND received_at >= fromUnixTimestamp64Milli({since:Int64}, 'UTC') AND startsWith(session_id, {prefix:String})
     GROUP BY anonymousId, userId, sessionId
     ORDER BY lastMs DESC
     LIMIT {limit:UInt32}`,
    { projectId, since: sinceMs, oldest: sinceMs - DAY_MS, prefix: SERVER_SESSION_PREFIX, limit },
    { maxSeconds: SECONDS_MAX },
  );
}
