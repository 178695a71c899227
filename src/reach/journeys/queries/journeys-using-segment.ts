// Which journeys would break without this segment?
import { type QueryExecutorProvider, sql } from 'kysely';
import { segmentIdsOf } from '../../../know/audiences/contract.ts';
import { definitionSchema, type JourneyDefinition } from '../contract.ts';

/** Journeys not archived whose draft, or a version that still has people or is live, names the segment. */
export async function journeysUsingSegment(projectId: number, segmentId: number, db: QueryExecutorProvider): Promise<{ id: string; name: string }[]> {
  const { rows } = await sql<{ id: number; name: string; definition: unknown }>`
    SELECT j.id, j.name, j.draft AS definition FROM journeys j WHERE j.project_id = ${projectId} AND j.state <> 'archived'
    UNION ALL
    SELECT j.id, j.name, v.definition FROM journeys j JOIN journey_versions v ON v.journey_id = j.id
    WHERE j.project_id = ${projectId} AND j.state <> 'archived'
      AND (v.version = j.version OR EXISTS (SELECT 1 FROM journey_runs r WHERE r.journey_id = j.id AND r.version = v.version AND r.state = 'active'))`.execute(
    db,
  );
  const found = new Map<number, string>();
  for (const row of rows) if (names(definitionSchema.parse(row.definition), segmentId)) found.set(row.id, row.name);
  return [...found].map(([id, name]) => ({ id: String(id), name }));
}

function names({ trigger, nodes }: JourneyDefinition, segmentId: number): boolean {
  if (trigger.kind === 'segment' && trigger.segmentId === segmentId) return true;
  return nodes.some((node) => node.kind === 'branch' && node.condition !== null && segmentIdsOf(node.condition).includes(segmentId));
}
