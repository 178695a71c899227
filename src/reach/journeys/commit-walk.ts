import { sql } from 'kysely';
import type { Fact } from '../../collect/stream/contract.ts';
import type { DeliveryDecision } from '../gate/index.ts';
import type { StepOutcome } from './contract.ts';
import { journeyFact } from './facts.ts';
import { heardFor } from './heard.ts';
import type { RunWalker, Tx, WalkToCommit } from './run-walker.ts';

/**
 * Writes a walk: mails through the gate, the step log, where everybody stands now, and the facts for the stream. All in `tx`, and only for runs that
 * are still held by this worker: an event may have ended or moved one since.
 */
export async function commitWalk(
  { parts, owner, now, walkers, mails, timeZone }: WalkToCommit,
  tx: Tx,
): Promise<{ steps: number; facts: number; queued: number }> {
  const { rows } = await sql<{ id: number; visit: number }>`
    SELECT id, visit FROM journey_runs WHERE id = ANY(${walkers.map((walker) => walker.who.id)}::bigint[]) AND lease_owner = ${owner} AND state = 'active'
    ORDER BY id FOR UPDATE`.execute(tx);
  const held = new Map(rows.map((row) => [row.id, row.visit]));
  const own = walkers.filter((walker) => held.get(walker.who.id) === walker.who.visit);
  const projectId = own[0]?.who.project_id;
  if (projectId === undefined) return { steps: 0, facts: 0, queued: 0 };
  const requests = own.flatMap((walker) => walker.steps.flatMap((step) => mails.get(`${walker.who.id}:${step.visit}`) ?? []));
  const decisions = await parts.gate.deliverMany(requests, tx);
  const decisionOf = new Map(requests.map((request, index) => [request.idempotencyKey, decisions[index]]));
  const steps = own.flatMap((walker) => walker.steps.map((step) => ({ walker, step, outcome: outcomeOf(step, decisionOf, walker) })));
  await writeSteps(steps, tx);
  await writePlaces(own, now, await heardFor(own, timeZone, tx), tx);
  const facts = [
    ...steps.map(({ walker, step, outcome }) =>
      journeyFact('$journey_step', walker.who, { key: `step:${step.visit}`, at: step.at, node: step.node, outcome }),
    ),
    ...own
      .filter((walker) => walker.isFinished)
      .map((walker) => journeyFact('$journey_exited', walker.who, { key: 'exited', at: now, node: walker.place.node, outcome: 'finished' })),
  ] satisfies Fact[];
  await parts.operations.recordLater(projectId, facts, tx);
  return { steps: steps.length, facts: facts.length, queued: decisions.filter((decision) => decision.outcome === 'queued').length };
}

type Written = { walker: RunWalker; step: RunWalker['steps'][number]; outcome: StepOutcome };

function outcomeOf(step: RunWalker['steps'][number], decisions: ReadonlyMap<string, DeliveryDecision | undefined>, walker: RunWalker): StepOutcome {
  if (step.outcome !== 'gate') return step.outcome;
  return decisions.get(`journey:${walker.who.id}:${step.node}:${step.visit}`)?.outcome ?? 'skipped';
}

async function writeSteps(steps: readonly Written[], tx: Tx): Promise<void> {
  if (steps.length === 0) return;
  const list = steps.map(({ walker: { who }, step, outcome }) => ({
    run_id: who.id,
    node: step.node,
    visit: step.visit,
    project_id: who.project_id,
    journey_id: who.journey_id,
    version: who.version,
    person_id: who.person_id,
    outcome,
    at: new Date(step.at),
  }));
  await sql`
    INSERT INTO journey_steps (run_id, node, visit, project_id, journey_id, version, person_id, outcome, at)
    SELECT * FROM jsonb_to_recordset(${JSON.stringify(list)}::jsonb)
      AS r(run_id bigint, node text, visit int, project_id int, journey_id int, version int, person_id bigint, outcome text, at timestamptz)`.execute(
    tx,
  );
}

async function writePlaces(own: readonly RunWalker[], now: number, heardAt: ReadonlyMap<number, number>, tx: Tx): Promise<void> {
  const list = own.map(({ who, place, isFinished }) => {
    const heard = heardAt.get(who.id);
    return {
      id: who.id,
      state: isFinished ? 'ended' : 'active',
      outcome: isFinished ? 'finished' : 'active',
      node: place.node,
      visit: place.visit,
      is_waiting: place.isWaiting,
      resolution: heard === undefined ? null : 'met',
      arrived_at: new Date(place.arrivedAt),
      due_at: new Date(heard ?? place.dueAt),
      wake_at: new Date(heard === undefined ? place.dueAt : now),
      ended_at: isFinished ? new Date(now) : null,
    };
  });
  await sql`
    UPDATE journey_runs j SET state = r.state, outcome = r.outcome, node = r.node, visit = r.visit, is_waiting = r.is_waiting, resolution = r.resolution,
      arrived_at = r.arrived_at, due_at = r.due_at, wake_at = r.wake_at, ended_at = r.ended_at, lease_owner = NULL
    FROM jsonb_to_recordset(${JSON.stringify(list)}::jsonb) AS r(id bigint, state text, outcome text, node text, visit int, is_waiting boolean,
      resolution text, arrived_at timestamptz, due_at timestamptz, wake_at timestamptz, ended_at timestamptz)
    WHERE j.id = r.id`.execute(tx);
}
