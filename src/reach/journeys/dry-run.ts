import type { PersonRecord } from '../../collect/identity/contract.ts';
import type { BodyOf, ReplyOf } from '../../kernel/http/contract.ts';
import { assignArm } from '../../try/operations/index.ts';
import type { Project } from '../../workspace/projects/contract.ts';
import { mailRequest } from './advance.ts';
import { definitionSchema, type dryRun, type JourneyDefinition, refuse } from './contract.ts';
import { operationOf } from './facts.ts';
import { faultsOfDraft, rowOf } from './journeys.ts';
import type { JourneyParts } from './parts.ts';
import { type TakenStep, type Walker, walk } from './walk.ts';

const ROUNDS_MAX = 60;

type Reply = ReplyOf<typeof dryRun>;
type Body = BodyOf<typeof dryRun>;

/**
 * Walks a draft with one person as they are now, with the same walk that production uses. Waits pass at once; conditions are asked for the present.
 * Nothing is written or sent.
 */
export async function dryRunOf(parts: JourneyParts, projectId: number, journeyId: number, body: Body): Promise<Reply> {
  const row = await rowOf(projectId, journeyId, parts.kernel.postgres.as<object>());
  const definition = body.draft ?? definitionSchema.parse(row.draft);
  const [person, project] = await Promise.all([parts.identity.person(projectId, body.personId), parts.projects.project(projectId)]);
  if (!person) throw refuse('unknown_person');
  const operation = operationOf(journeyId);
  const arm = body.arm ?? assignArm({ projectId, operation, personId: person.personId, controlPercent: definition.controlPercent });
  const run = {
    id: 0,
    project_id: projectId,
    journey_id: journeyId,
    version: row.version ?? 0,
    person_id: person.personId,
    arm,
    trigger_properties: body.event ?? (await lastTriggerOf(parts, projectId, person.personId, definition)),
  };
  const steps = await walkThrough(parts, definition, { person, projectId, waits: body.waits ?? {} });
  const shown: Reply['steps'] = [];
  for (const step of steps) shown.push(await asShown(parts, definition, { step, run, person, project }));
  return { arm, faults: await faultsOfDraft(parts, projectId, definition), steps: shown };
}

/** Properties of the last event with which the person would have entered; none when there was no such event. */
async function lastTriggerOf(
  parts: JourneyParts,
  projectId: number,
  personId: number,
  { trigger }: JourneyDefinition,
): Promise<Record<string, unknown>> {
  if (trigger.kind !== 'event' || trigger.event === '') return {};
  const canonical = await parts.identity.canonical(projectId);
  const rows = await parts.kernel.clickhouse.query<{ properties: string }>(
    `SELECT toJSONString(properties) AS properties FROM events
    WHERE project_id = {projectId:UInt32} AND event = {event:String} AND ${canonical.person('person_id')} = {personId:UInt32}
    ORDER BY time DESC, sequence DESC LIMIT 1`,
    { projectId, event: trigger.event, personId, ...canonical.parameters },
  );
  return rows[0] ? (JSON.parse(rows[0].properties) as Record<string, unknown>) : {};
}

async function walkThrough(
  parts: JourneyParts,
  definition: JourneyDefinition,
  who: { person: PersonRecord; projectId: number; waits: NonNullable<Body['waits']> },
): Promise<TakenStep[]> {
  const present = parts.kernel.clock.now();
  const nodes = new Map(definition.nodes.map((node) => [node.id, node]));
  const walker: Walker<number> = {
    who: who.person.personId,
    place: { node: definition.start, visit: 0, isWaiting: false, isMet: false, arrivedAt: present, dueAt: present },
    steps: [],
    isFinished: false,
  };
  let now = present;
  for (let round = 0; round < ROUNDS_MAX && !walker.isFinished; round += 1) {
    await walk(definition, [walker], now, async (node, people) => {
      const isYes =
        node.condition !== null && (await parts.audiences.matchesNow(who.projectId, who.person.personId, node.condition, { now: present }));
      return new Set(isYes ? people : []);
    });
    const node = nodes.get(walker.place.node ?? '');
    const isMet = node?.kind === 'wait_until' && who.waits[node.id] === 'met';
    if (isMet) walker.place = { ...walker.place, isMet: true, dueAt: now };
    else now = Math.max(now, walker.place.dueAt);
  }
  return walker.steps;
}

async function asShown(
  parts: JourneyParts,
  definition: JourneyDefinition,
  about: { step: TakenStep; run: Parameters<typeof mailRequest>[1]['run']; person: PersonRecord; project: Project | undefined },
): Promise<Reply['steps'][number]> {
  const { step, run, person, project } = about;
  const plain = { node: step.node, kind: step.kind, at: new Date(step.at).toISOString(), reason: null, email: null, detail: null };
  const node = definition.nodes.find((one) => one.id === step.node);
  if (step.outcome !== 'gate' || node?.kind !== 'email') return { ...plain, outcome: step.outcome === 'gate' ? 'skipped' : step.outcome };
  const request = mailRequest(parts, { run, node, person, project });
  const foreseen = await parts.gate.foresee(request);
  try {
    return { ...plain, outcome: foreseen.outcome, reason: foreseen.reason, email: request.content() };
  } catch (error) {
    const isUnsent = foreseen.outcome === 'skipped';
    return {
      ...plain,
      outcome: 'skipped',
      reason: isUnsent ? foreseen.reason : 'render_failed',
      detail: error instanceof Error ? error.message : String(error),
    };
  }
}
