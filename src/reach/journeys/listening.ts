import { type QueryExecutorProvider, sql } from 'kysely';
import { definitionSchema, type JourneyDefinition } from './contract.ts';
import { type JourneyParts, LISTENER } from './parts.ts';

const DAY_MS = 86_400_000;

/** Events that a version reacts to. */
export function eventsOf({ trigger, goal, nodes }: JourneyDefinition): string[] {
  const events = new Set<string>();
  events.add(trigger.kind === 'event' ? trigger.event : '$segment_entered');
  if (goal) events.add(goal.event);
  for (const node of nodes) if (node.kind === 'wait_until') events.add(node.event);
  events.delete('');
  return [...events];
}

/**
 * Tells the stream which events of a project matter: those of every version that may still have people, and of archived ones until their goals
 * are closed. Call it before a journey begins to take people in.
 */
export async function listenFor(parts: JourneyParts, projectId: number, more: readonly JourneyDefinition[] = []): Promise<void> {
  const now = parts.kernel.clock.now();
  const { rows } = await sql<{ definition: unknown; archived_at: Date | null }>`
    SELECT v.definition, j.archived_at FROM journey_versions v JOIN journeys j ON j.id = v.journey_id WHERE j.project_id = ${projectId}`.execute(
    parts.kernel.postgres.as<object>(),
  );
  const definitions = rows
    .map((row) => ({ definition: definitionSchema.parse(row.definition), archivedAt: row.archived_at?.getTime() }))
    .filter(({ definition, archivedAt }) => archivedAt === undefined || archivedAt + (definition.goal?.windowDays ?? 0) * DAY_MS > now)
    .map(({ definition }) => definition);
  const events = new Set([...definitions, ...more].flatMap(eventsOf));
  if (events.size > 0) events.add('$merged');
  await parts.stream.listen({ listener: LISTENER, projectId, events: [...events] });
}

/** Projects that have ever published a journey. */
export async function projectsWithJourneys(db: QueryExecutorProvider): Promise<number[]> {
  const { rows } = await sql<{ project_id: number }>`SELECT DISTINCT project_id FROM journey_versions`.execute(db);
  return rows.map((row) => row.project_id);
}
