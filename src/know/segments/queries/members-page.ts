import type { Canonical } from '../../../collect/identity/index.ts';
import type { ClickHouse } from '../../../kernel/clickhouse/clickhouse.ts';

/** A member and since when, ms. */
export interface MemberRow {
  person: number;
  entered_at: number;
}

interface Asked {
  projectId: number;
  segmentId: number;
  canonical: Canonical;
  /** Members after this one in the order; absent: from the beginning. */
  after?: MemberRow;
  limit: number;
}

/** Who are the members now, the last entered first? */
export async function membersPage(clickhouse: ClickHouse, { projectId, segmentId, canonical, after, limit }: Asked): Promise<MemberRow[]> {
  const following = after ? 'HAVING (entered_at, person) < ({afterAt:Int64}, {afterPerson:UInt32})' : '';
  return clickhouse.query<MemberRow>(
    `SELECT toUInt32(${canonical.person('person_id')}) AS person, toInt64(min(since)) AS entered_at
     FROM (
       SELECT person_id, toUnixTimestamp64Milli(argMax(at, run_id)) AS since FROM segment_changes
       WHERE project_id = {projectId:UInt32} AND segment_id = {segmentId:UInt32}
       GROUP BY person_id HAVING argMax(entered, run_id) = 1
     ) GROUP BY person ${following}
     ORDER BY entered_at DESC, person DESC LIMIT {limit:UInt32}`,
    { ...canonical.parameters, projectId, segmentId, limit, ...(after && { afterAt: after.entered_at, afterPerson: after.person }) },
    { maxSeconds: 30 },
  );
}
