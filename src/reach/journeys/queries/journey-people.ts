// Who walked the journey, who stands where, and why did one person get or not get its messages?
import { type RawBuilder, sql } from 'kysely';
import type { QueryOf, ReplyOf } from '../../../kernel/http/contract.ts';
import { briefOf } from '../../../know/audiences/index.ts';
import { assignArm } from '../../../try/operations/index.ts';
import { type DeliveryReason, type DeliveryState, deliveryReasons, deliveryStates } from '../../gate/contract.ts';
import { definitionSchema, type journeyPeople, type journeyPerson, refuse } from '../contract.ts';
import { operationOf } from '../facts.ts';
import { rowOf } from '../journeys.ts';
import type { JourneyParts } from '../parts.ts';
import type { RefusalRow, RunRow, StepRow } from '../tables.ts';

type People = ReplyOf<typeof journeyPeople>;
type Person = ReplyOf<typeof journeyPerson>;
type Filters = QueryOf<typeof journeyPeople>;

/** Runs, the last entered first. States and reasons of messages are asked of the gate. */
export async function peopleOfJourney(parts: JourneyParts, projectId: number, journeyId: number, filters: Filters): Promise<People> {
  const db = parts.kernel.postgres.as<object>();
  await rowOf(projectId, journeyId, db);
  if (filters.node && isOfMessages(filters.outcome)) return peopleByMessage(parts, projectId, journeyId, filters);
  const where = conditionsOf(journeyId, filters);
  const after = /^(\d{4}-\d\d-\d\dT[\d:.]+Z)_(\d{1,18})$/.exec(filters.cursor ?? '');
  if (after?.[1] && !Number.isNaN(Date.parse(after[1]))) where.push(sql`(r.entered_at, r.id) < (${after[1]}::timestamptz, ${after[2]}::bigint)`);
  const { rows } = await sql<RunRow>`
    SELECT r.* FROM journey_runs r WHERE ${sql.join(where, sql` AND `)} ORDER BY r.entered_at DESC, r.id DESC LIMIT ${filters.limit + 1}`.execute(db);
  const page = rows.slice(0, filters.limit);
  const last = rows.length > filters.limit ? page.at(-1) : undefined;
  return { items: await asRuns(parts, projectId, page), ...(last ? { nextCursor: `${last.entered_at.toISOString()}_${last.id}` } : {}) };
}

function conditionsOf(journeyId: number, filters: Filters): RawBuilder<unknown>[] {
  const where = [sql`r.journey_id = ${journeyId}`];
  if (filters.version) where.push(sql`r.version = ${filters.version}`);
  if (filters.arm) where.push(sql`r.arm = ${filters.arm}`);
  if (filters.goal) where.push(filters.goal === 'reached' ? sql`r.goal_at IS NOT NULL` : sql`r.goal_at IS NULL`);
  if (filters.node && filters.waiting) where.push(sql`r.state = 'active' AND r.node = ${filters.node}`);
  else if (filters.node && filters.outcome)
    where.push(sql`(EXISTS (SELECT 1 FROM journey_steps s WHERE s.run_id = r.id AND s.node = ${filters.node} AND s.outcome = ${filters.outcome})
      OR (r.state = 'ended' AND r.node = ${filters.node} AND r.outcome = ${filters.outcome}))`);
  else if (filters.node)
    where.push(sql`(r.node = ${filters.node} OR EXISTS (SELECT 1 FROM journey_steps s WHERE s.run_id = r.id AND s.node = ${filters.node}))`);
  else if (filters.outcome) where.push(sql`r.outcome = ${filters.outcome}`);
  return where;
}

function isOfMessages(outcome: string | undefined): boolean {
  return [...deliveryStates, ...deliveryReasons].some((one) => one === outcome);
}

async function peopleByMessage(parts: JourneyParts, projectId: number, journeyId: number, filters: Filters): Promise<People> {
  const state = deliveryStates.find((one): one is DeliveryState => one === filters.outcome);
  const reason = deliveryReasons.find((one): one is DeliveryReason => one === filters.outcome);
  const found = await parts.gate.find(projectId, {
    operation: operationOf(journeyId),
    node: filters.node,
    state,
    reason,
    cursor: filters.cursor,
    limit: filters.limit,
  });
  const { rows } = await sql<RunRow>`
    SELECT DISTINCT ON (person_id) * FROM journey_runs
    WHERE journey_id = ${journeyId} AND project_id = ${projectId} AND person_id = ANY(${found.items.map((item) => item.personId)}::bigint[])
    ORDER BY person_id, entered_at DESC`.execute(parts.kernel.postgres.as<object>());
  const byPerson = new Map(rows.map((row) => [row.person_id, row]));
  const runs = [...new Set(found.items.map((item) => item.personId))].flatMap((personId) => byPerson.get(personId) ?? []);
  return { items: await asRuns(parts, projectId, runs), ...(found.nextCursor ? { nextCursor: found.nextCursor } : {}) };
}

/** Everything that the journey knows of one person. Throws `journeys.unknown_person`. */
export async function personInJourney(parts: JourneyParts, projectId: number, journeyId: number, personId: number): Promise<Person> {
  const db = parts.kernel.postgres.as<object>();
  const row = await rowOf(projectId, journeyId, db);
  const person = await parts.identity.person(projectId, personId);
  if (!person) throw refuse('unknown_person');
  const { rows: runs } = await sql<RunRow>`
    SELECT * FROM journey_runs WHERE journey_id = ${journeyId} AND project_id = ${projectId} AND person_id = ${person.personId} ORDER BY entered_at DESC LIMIT 50`.execute(
    db,
  );
  const { rows: steps } = await sql<StepRow & { definition: unknown }>`
    SELECT s.*, v.definition FROM journey_steps s JOIN journey_versions v ON v.journey_id = s.journey_id AND v.version = s.version
    WHERE s.run_id = ANY(${runs.map((run) => run.id)}::bigint[]) ORDER BY s.at, s.visit`.execute(db);
  const { rows: refusals } = await sql<RefusalRow>`
    SELECT * FROM journey_refusals WHERE journey_id = ${journeyId} AND person_id = ${person.personId} ORDER BY at DESC`.execute(db);
  const deliveries = await parts.gate.find(projectId, { operation: operationOf(journeyId), personId: person.personId, limit: 200 });
  const { controlPercent } = definitionSchema.parse(row.draft);
  return {
    arm: runs[0]?.arm ?? assignArm({ projectId, operation: operationOf(journeyId), personId: person.personId, controlPercent }),
    runs: await asRuns(parts, projectId, runs),
    steps: steps.map((step) => ({
      runId: String(step.run_id),
      node: step.node,
      visit: step.visit,
      kind: definitionSchema.parse(step.definition).nodes.find((node) => node.id === step.node)?.kind ?? '',
      outcome: step.outcome,
      at: step.at.toISOString(),
    })),
    deliveries: deliveries.items,
    refusals: refusals.map((refusal) => ({ at: refusal.at.toISOString(), reason: refusal.reason, times: refusal.times })),
  };
}

async function asRuns(parts: JourneyParts, projectId: number, rows: readonly RunRow[]): Promise<People['items']> {
  const people = await parts.identity.people(projectId, [...new Set(rows.map((row) => row.person_id))]);
  return rows.map((row) => {
    const person = people.get(row.person_id);
    return {
      runId: String(row.id),
      personId: row.person_id,
      name: person ? briefOf(row.person_id, person).label : null,
      version: row.version,
      arm: row.arm,
      node: row.state === 'active' || row.outcome !== 'finished' ? row.node : null,
      outcome: row.outcome,
      enteredAt: row.entered_at.toISOString(),
      wakeAt: row.state === 'active' ? row.due_at.toISOString() : null,
      goalAt: row.goal_at?.toISOString() ?? null,
      endedAt: row.ended_at?.toISOString() ?? null,
    };
  });
}
