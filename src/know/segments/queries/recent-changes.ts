import type { Canonical } from '../../../collect/identity/index.ts';
import type { ClickHouse } from '../../../kernel/clickhouse/clickhouse.ts';

/** Somebody entered or left, ms. */
export interface RecentChange {
  person: number;
  entered: number;
  changed_at: number;
}

interface Asked {
  projectId: number;
  segmentId: number;
  canonical: Canonical;
  limit: number;
}

/** Who entered and left last, newest first, of the changes that people were told? */
export async function recentChanges(clickhouse: ClickHouse, { projectId, segmentId, canonical, limit }: Asked): Promise<RecentChange[]> {
  return clickhouse.query<RecentChange>(
    `SELECT toUInt32(${canonical.person('person_id')}) AS person, entered, toInt64(toUnixTimestamp64Milli(at)) AS changed_at
     FROM segment_changes
     WHERE project_id = {projectId:UInt32} AND segment_id = {segmentId:UInt32} AND quiet = 0
     ORDER BY at DESC, run_id DESC, person_id DESC LIMIT {limit:UInt32}`,
    { ...canonical.parameters, projectId, segmentId, limit },
    { maxSeconds: 30 },
  );
}
