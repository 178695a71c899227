import type { Canonical } from '../../../collect/identity/index.ts';
import type { ClickHouse } from '../../../kernel/clickhouse/clickhouse.ts';

/** A person who has no event of their own, and when they became known, ms. */
export interface UnseenRow {
  person: number;
  created: number;
}

interface Asked {
  projectId: number;
  canonical: Canonical;
  after?: UnseenRow;
  limit: number;
}

/** Who has never done anything themselves? The newest first; the daily bitmaps know who has. */
export async function neverSeen(clickhouse: ClickHouse, { projectId, canonical, after, limit }: Asked): Promise<UnseenRow[]> {
  const following = after ? 'AND (created, person) < ({afterCreated:Int64}, {afterPerson:UInt32})' : '';
  return clickhouse.query<UnseenRow>(
    `WITH (${canonical.days({ where: "project_id = {projectId:UInt32} AND event = ''" })}) AS seen
     SELECT person_id AS person, toUnixTimestamp64Milli(created_at) AS created FROM people FINAL
     WHERE project_id = {projectId:UInt32} AND gone = 0 AND NOT bitmapContains(seen, person_id) ${following}
     ORDER BY created DESC, person DESC LIMIT {limit:UInt32}`,
    { ...canonical.parameters, projectId, limit, ...(after && { afterCreated: after.created, afterPerson: after.person }) },
    { maxSeconds: 20 },
  );
}
