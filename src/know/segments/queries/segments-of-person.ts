import type { Canonical } from '../../../collect/identity/index.ts';
import type { ClickHouse } from '../../../kernel/clickhouse/clickhouse.ts';

interface Asked {
  projectId: number;
  personId: number;
  /** All segments unless given. */
  segmentIds?: readonly number[];
}

/** Which segments is a person a member of now? People merged into them count as them. */
export async function segmentsOfPerson(clickhouse: ClickHouse, canonical: Canonical, asked: Asked): Promise<Set<number>> {
  const numbers = canonical.numbersOf([asked.personId]);
  const some = asked.segmentIds === undefined ? '' : 'AND segment_id IN {segmentIds:Array(UInt32)}';
  const rows = await clickhouse.query<{ segment_id: number }>(
    `SELECT DISTINCT segment_id FROM (
       SELECT segment_id, person_id FROM segment_changes
       WHERE project_id = {projectId:UInt32} AND person_id IN {numbers:Array(UInt32)} ${some}
       GROUP BY segment_id, person_id HAVING argMax(entered, run_id) = 1)`,
    { projectId: asked.projectId, numbers, ...(asked.segmentIds && { segmentIds: asked.segmentIds }) },
  );
  return new Set(rows.map((row) => row.segment_id));
}
