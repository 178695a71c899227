import { sql } from 'kysely';
import type { Announcement } from '../../collect/stream/contract.ts';
import { jsonText } from '../../kernel/json-text.ts';
import { isEvent } from './event-match.ts';
import type { RunWalker, Tx } from './run-walker.ts';

/** Heard events are kept this long; nobody takes longer from one step to the next, but for a paused journey. */
const KEPT_MS = 7 * 86_400_000;

/** Keeps events that a wait further on may ask for. */
export async function keepHeard(announcements: readonly Announcement[], tx: Tx): Promise<void> {
  if (announcements.length === 0) return;
  const list = announcements.map((one) => ({
    project_id: one.projectId,
    person_id: one.personId,
    event: one.event,
    time: new Date(one.time).toISOString(),
    message_id: one.messageId,
    properties: one.properties,
  }));
  await sql`
    INSERT INTO journey_heard (project_id, person_id, event, time, message_id, properties)
    SELECT * FROM jsonb_to_recordset(${jsonText(list)}::jsonb) AS r(project_id int, person_id bigint, event text, time timestamptz, message_id text, properties jsonb)
    ON CONFLICT DO NOTHING`.execute(tx);
}

/** For runs that have just begun to wait for an event: the instant after the first such event since they came to the step, by run. */
export async function heardFor(walkers: readonly RunWalker[], timeZone: string, tx: Tx): Promise<Map<number, number>> {
  const found = new Map<number, number>();
  const waiting = walkers.flatMap(({ who, place, definition, isFinished }) => {
    const node = definition.nodes.find((one) => one.id === place.node);
    const hasBegun = place.isWaiting && !(who.is_waiting && who.visit === place.visit);
    return !isFinished && hasBegun && node?.kind === 'wait_until' ? [{ who, place, node }] : [];
  });
  const first = waiting[0];
  if (!first) return found;
  const { rows } = await sql<{ person_id: number; event: string; time: Date; message_id: string; properties: Record<string, unknown> }>`
    SELECT person_id, event, time, message_id, properties FROM journey_heard
    WHERE project_id = ${first.who.project_id} AND person_id = ANY(${waiting.map(({ who }) => who.person_id)}::bigint[])
      AND event = ANY(${[...new Set(waiting.map(({ node }) => node.event))]}::text[]) ORDER BY time`.execute(tx);
  const byPerson = Map.groupBy(rows, (row) => row.person_id);
  for (const { who, place, node } of waiting) {
    const event = byPerson
      .get(who.person_id)
      ?.find(
        (row) =>
          row.time.getTime() >= place.arrivedAt &&
          row.message_id !== who.trigger_message_id &&
          isEvent({ ...row, time: row.time.getTime() }, node, timeZone),
      );
    if (event) found.set(who.id, event.time.getTime() + 1);
  }
  return found;
}

/** Forgets what nobody can ask for any more. */
export async function forgetHeard(now: number, tx: Tx): Promise<void> {
  await sql`DELETE FROM journey_heard WHERE time < ${new Date(now - KEPT_MS)}`.execute(tx);
}
