import { sql } from 'kysely';
import { cancelKeyOf } from './facts.ts';
import type { ProjectEvents } from './project-events.ts';
import type { Tx } from './run-walker.ts';

/**
 * Two numbers turned out to be one person: their runs go on under the winner. Where both stand inside one journey, the one who came later leaves,
 * and what was waiting to be sent to them is cancelled. Each run keeps its arm, so that results can tell who was in both.
 */
export async function joinMerged({ parts, projectId, events }: ProjectEvents, tx: Tx): Promise<void> {
  const merges = events.filter((event) => event.event === '$merged' && typeof event.properties.loser === 'number');
  if (merges.length === 0) return;
  const losers = merges.map((event) => Number(event.properties.loser));
  const winners = merges.map((event) => event.personId);
  const pairs = sql`unnest(${losers}::bigint[], ${winners}::bigint[]) AS m(loser, winner)`;
  await sql`UPDATE journey_runs r SET person_id = m.winner FROM ${pairs} WHERE r.project_id = ${projectId} AND r.person_id = m.loser`.execute(tx);
  await sql`UPDATE journey_steps s SET person_id = m.winner FROM ${pairs}, journey_runs r WHERE s.run_id = r.id AND r.project_id = ${projectId} AND r.person_id = m.winner AND s.person_id = m.loser`.execute(
    tx,
  );
  await sql`
    INSERT INTO journey_heard SELECT h.project_id, m.winner, h.event, h.time, h.message_id, h.properties FROM journey_heard h JOIN ${pairs} ON h.person_id = m.loser
    WHERE h.project_id = ${projectId} ON CONFLICT DO NOTHING`.execute(tx);
  const { rows } = await sql<{ id: number }>`
    UPDATE journey_runs SET state = 'ended', outcome = 'merged', ended_at = ${new Date(parts.kernel.clock.now())}, lease_owner = NULL
    WHERE id IN (
      SELECT id FROM (
        SELECT id, row_number() OVER (PARTITION BY journey_id, person_id ORDER BY entered_at, id) AS place FROM journey_runs
        WHERE project_id = ${projectId} AND state = 'active' AND person_id = ANY(${winners}::bigint[])) AS standing
      WHERE place > 1)
    RETURNING id`.execute(tx);
  await parts.gate.cancel(
    projectId,
    rows.map((row) => cancelKeyOf(row.id)),
    tx,
  );
  for (const [index, loser] of losers.entries()) await parts.gate.join(projectId, { loser, winner: winners[index] ?? loser }, tx);
}
