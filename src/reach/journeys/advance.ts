import type { PersonRecord } from '../../collect/identity/contract.ts';
import type { Project } from '../../workspace/projects/contract.ts';
import type { DeliveryRequest } from '../gate/index.ts';
import { commitWalk } from './commit-walk.ts';
import type { JourneyNode } from './contract.ts';
import { cancelKeyOf, operationOf } from './facts.ts';
import type { JourneyParts } from './parts.ts';
import type { RunWalker } from './run-walker.ts';
import type { RunRow } from './tables.ts';
import type { Versions } from './versions.ts';
import { type DecideBranch, walk } from './walk.ts';

type EmailNode = Extract<JourneyNode, { kind: 'email' }>;

/**
 * Moves taken runs of one journey as far as they go: questions to the audience language outside a transaction, then everything that follows
 * from the answers in one. Gives how many steps were done; a run that changed hands or ended meanwhile is left alone.
 */
export async function advance(parts: JourneyParts, versions: Versions, runs: readonly RunRow[], owner: string): Promise<number> {
  const first = runs[0];
  if (!first) return 0;
  const now = parts.kernel.clock.now();
  const db = parts.kernel.postgres.as<object>();
  const definitionOf = await versions.definitions(
    runs.map((run) => ({ journeyId: run.journey_id, version: run.version })),
    db,
  );
  const walkers: RunWalker[] = [];
  for (const [version, group] of Map.groupBy(runs, (run) => run.version)) {
    const definition = definitionOf(first.journey_id, version);
    if (!definition) throw new Error(`version ${version} of journey ${first.journey_id} is missing`);
    const own = group.map((run): RunWalker => ({ who: run, definition, place: placeOf(run), steps: [], isFinished: false }));
    await walk(definition, own, now, branchDecider(parts, now));
    walkers.push(...own);
  }
  const project = await parts.projects.project(first.project_id);
  const mails = await mailsOf(parts, walkers, project);
  const timeZone = project?.timeZone ?? 'UTC';
  const done = await parts.kernel.postgres.transaction((tx) => commitWalk({ parts, owner, now, walkers, mails, timeZone }, tx));
  if (done.facts > 0) parts.operations.flushSoon();
  if (done.queued > 0) parts.gate.sendSoon();
  return done.steps;
}

function placeOf(run: RunRow): RunWalker['place'] {
  return {
    node: run.node,
    visit: run.visit,
    isWaiting: run.is_waiting,
    isMet: run.resolution === 'met',
    arrivedAt: run.arrived_at.getTime(),
    dueAt: run.due_at.getTime(),
  };
}

/** One query for everybody at the branch, by the numbers of the people they are today. */
function branchDecider(parts: JourneyParts, now: number): DecideBranch<RunRow> {
  return async (node, runs) => {
    const projectId = runs[0]?.project_id;
    if (node.condition === null || projectId === undefined) return new Set();
    const winners = await parts.identity.winners(
      projectId,
      runs.map((run) => run.person_id),
    );
    const winnerOf = (run: RunRow): number => winners.get(run.person_id) ?? run.person_id;
    const people = new Set(await parts.audiences.peopleOf(projectId, node.condition, { now, persons: [...new Set(runs.map(winnerOf))] }));
    return new Set(runs.filter((run) => people.has(winnerOf(run))));
  };
}

/** The requests to the gate for every mail step taken, in step order; people are loaded only when there are any. */
async function mailsOf(parts: JourneyParts, walkers: readonly RunWalker[], project: Project | undefined): Promise<Map<string, DeliveryRequest>> {
  const mails = new Map<string, DeliveryRequest>();
  const writers = walkers.filter((walker) => walker.steps.some((step) => step.kind === 'email'));
  const projectId = writers[0]?.who.project_id;
  if (projectId === undefined) return mails;
  const people = await parts.identity.people(projectId, [...new Set(writers.map((walker) => walker.who.person_id))]);
  for (const walker of writers) {
    const nodes = new Map(walker.definition.nodes.map((node) => [node.id, node]));
    for (const step of walker.steps) {
      const node = nodes.get(step.node);
      if (node?.kind !== 'email') continue;
      const request = mailRequest(parts, { run: walker.who, node, person: people.get(walker.who.person_id), project });
      mails.set(`${walker.who.id}:${step.visit}`, { ...request, idempotencyKey: `journey:${walker.who.id}:${step.node}:${step.visit}` });
    }
  }
  return mails;
}

/** What a mail step asks of the gate for one person. */
export function mailRequest(
  parts: Pick<JourneyParts, 'templates'>,
  about: {
    run: Pick<RunRow, 'id' | 'project_id' | 'journey_id' | 'person_id' | 'arm' | 'version' | 'trigger_properties'>;
    node: EmailNode;
    person: PersonRecord | undefined;
    project: Project | undefined;
  },
): Omit<DeliveryRequest, 'idempotencyKey'> {
  const { run, node, person, project } = about;
  return {
    projectId: run.project_id,
    personId: person?.personId ?? run.person_id,
    channel: 'email',
    operation: operationOf(run.journey_id),
    variant: String(run.version),
    node: node.id,
    category: node.category,
    cancelKey: cancelKeyOf(run.id),
    arm: run.arm,
    traits: person?.traits ?? null,
    projectTimeZone: project?.timeZone ?? 'UTC',
    content: () =>
      parts.templates.render(node, {
        person: person?.traits ?? {},
        event: run.trigger_properties,
        project: { id: run.project_id, name: project?.name ?? '' },
      }),
  };
}
