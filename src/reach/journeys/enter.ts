import { sql } from 'kysely';
import type { Announcement, Fact } from '../../collect/stream/contract.ts';
import { jsonText } from '../../kernel/json-text.ts';
import { assignArm } from '../../try/operations/index.ts';
import type { JourneyDefinition } from './contract.ts';
import { isEvent } from './event-match.ts';
import { journeyFact, operationOf } from './facts.ts';
import type { ProjectEvents } from './project-events.ts';
import type { Tx } from './run-walker.ts';
import type { RefusalReason, RunRow } from './tables.ts';

const DAY_MS = 86_400_000;
/** An event that is told later than this after it happened, as imports of the past are, lets nobody in. Longer than an outage should be. */
const TRIGGER_AGE_MAX_MS = 3 * DAY_MS;

/** A journey that takes people in. */
export interface LiveJourney {
  id: number;
  version: number;
  definition: JourneyDefinition;
}

interface Entry {
  journey: LiveJourney;
  event: Announcement;
}

/** Lets people in whom an event brings, and keeps why others stay out. Called by one process at a time. */
export async function enterByEvents(project: ProjectEvents, journeys: readonly LiveJourney[], tx: Tx): Promise<{ facts: Fact[]; count: number }> {
  const now = project.parts.kernel.clock.now();
  const candidates: Entry[] = journeys.flatMap((journey) =>
    project.events
      .filter((event) => event.time > now - TRIGGER_AGE_MAX_MS && triggers(event, journey.definition, project.timeZone))
      .map((event) => ({ journey, event })),
  );
  if (candidates.length === 0) return { facts: [], count: 0 };
  const last = await lastRuns(candidates, tx);
  const entries: Entry[] = [];
  const refusals: (Entry & { reason: RefusalReason })[] = [];
  for (const candidate of candidates) {
    const key = `${candidate.journey.id}:${candidate.event.personId}`;
    const before = last.get(key);
    if (before?.messageIds.has(candidate.event.messageId)) continue;
    const reason = refusalOf(candidate, before);
    if (reason) refusals.push({ ...candidate, reason });
    else {
      entries.push(candidate);
      last.set(key, { isActive: true, enteredAt: Math.min(candidate.event.time, now), messageIds: new Set([candidate.event.messageId]) });
    }
  }
  await writeRefusals(project.projectId, refusals, tx);
  const runs = await writeRuns(project.projectId, entries, now, tx);
  return { facts: runs.map((run) => journeyFact('$journey_entered', run, { key: 'entered', at: run.entered_at.getTime() })), count: runs.length };
}

function triggers(event: Announcement, { trigger }: JourneyDefinition, timeZone: string): boolean {
  if (trigger.kind === 'event') return isEvent(event, trigger, timeZone);
  return event.event === '$segment_entered' && event.properties.segmentId === trigger.segmentId;
}

interface LastRun {
  isActive: boolean;
  enteredAt: number;
  messageIds: Set<string>;
}

/** The last run of each candidate in each journey. */
async function lastRuns(candidates: readonly Entry[], tx: Tx): Promise<Map<string, LastRun>> {
  const { rows } = await sql<Pick<RunRow, 'journey_id' | 'person_id' | 'state' | 'entered_at' | 'trigger_message_id'>>`
    SELECT DISTINCT ON (r.journey_id, r.person_id) r.journey_id, r.person_id, r.state, r.entered_at, r.trigger_message_id
    FROM journey_runs r
    WHERE r.project_id = ${candidates[0]?.event.projectId ?? 0} AND r.person_id = ANY(${candidates.map(({ event }) => event.personId)}::bigint[])
      AND r.journey_id = ANY(${candidates.map(({ journey }) => journey.id)}::int[])
    ORDER BY r.journey_id, r.person_id, (r.state = 'active') DESC, r.entered_at DESC`.execute(tx);
  return new Map(
    rows.map((row) => [
      `${row.journey_id}:${row.person_id}`,
      { isActive: row.state === 'active', enteredAt: row.entered_at.getTime(), messageIds: new Set([row.trigger_message_id]) },
    ]),
  );
}

/** Nobody walks a journey twice at the same time, whatever its rule. */
function refusalOf({ journey, event }: Entry, before: LastRun | undefined): RefusalReason | undefined {
  if (!before) return undefined;
  const { reentry } = journey.definition;
  if (reentry.kind === 'once') return 'once';
  if (before.isActive) return 'still_inside';
  if (reentry.kind === 'after_days' && event.time < before.enteredAt + reentry.days * DAY_MS) return 'too_soon';
  return undefined;
}

async function writeRuns(projectId: number, entries: readonly Entry[], now: number, tx: Tx): Promise<RunRow[]> {
  if (entries.length === 0) return [];
  const list = entries.map(({ journey, event }) => {
    const enteredAt = Math.min(event.time, now);
    const { controlPercent, goal, start } = journey.definition;
    return {
      journey_id: journey.id,
      version: journey.version,
      person_id: event.personId,
      arm: assignArm({ projectId, operation: operationOf(journey.id), personId: event.personId, controlPercent }),
      node: start,
      entered_at: new Date(enteredAt).toISOString(),
      goal_until: new Date(enteredAt + (goal?.windowDays ?? 0) * DAY_MS).toISOString(),
      message_id: event.messageId,
      properties: event.properties,
    };
  });
  const { rows } = await sql<RunRow>`
    INSERT INTO journey_runs (project_id, journey_id, version, person_id, arm, state, outcome, node, arrived_at, due_at, wake_at, trigger_message_id,
      trigger_properties, entered_at, goal_until)
    SELECT ${projectId}, r.journey_id, r.version, r.person_id, r.arm, 'active', 'active', r.node, r.entered_at, ${new Date(now)}, ${new Date(now)}, r.message_id,
      r.properties, r.entered_at, r.goal_until
    FROM jsonb_to_recordset(${jsonText(list)}::jsonb) AS r(journey_id int, version int, person_id bigint, arm text, node text, entered_at timestamptz,
      goal_until timestamptz, message_id text, properties jsonb)
    ON CONFLICT (journey_id, trigger_message_id) DO NOTHING RETURNING *`.execute(tx);
  return rows;
}

async function writeRefusals(projectId: number, refusals: readonly (Entry & { reason: RefusalReason })[], tx: Tx): Promise<void> {
  if (refusals.length === 0) return;
  const groups = Map.groupBy(refusals, ({ journey, event, reason }) => `${journey.id}:${event.personId}:${reason}`);
  const list = [...groups.values()].flatMap((group) => {
    const one = group.at(-1);
    return one
      ? [{ journey_id: one.journey.id, person_id: one.event.personId, reason: one.reason, at: new Date(one.event.time), times: group.length }]
      : [];
  });
  await sql`
    INSERT INTO journey_refusals AS known (journey_id, person_id, reason, project_id, at, times)
    SELECT r.journey_id, r.person_id, r.reason, ${projectId}, r.at, r.times
    FROM jsonb_to_recordset(${JSON.stringify(list)}::jsonb) AS r(journey_id int, person_id bigint, reason text, at timestamptz, times int)
    ON CONFLICT (journey_id, person_id, reason) DO UPDATE SET at = GREATEST(known.at, excluded.at), times = known.times + excluded.times`.execute(tx);
}
