import { durationMs, type JourneyDefinition, type JourneyNode, type StepOutcome } from './contract.ts';

/** Most steps that a person takes in one go; a loop always has a wait, so this only bounds one batch. */
const STEPS_AT_ONCE_MAX = 200;

/** Where a person stands in a run. */
export interface Place {
  node: string | null;
  visit: number;
  isWaiting: boolean;
  /** What the wait was for has come. */
  isMet: boolean;
  /** ms: when the person came to the step, and when it is due. */
  arrivedAt: number;
  dueAt: number;
}

/** One finished step. A mail's outcome is the gate's to give. */
export interface TakenStep {
  node: string;
  visit: number;
  kind: JourneyNode['kind'];
  outcome: StepOutcome | 'gate';
  at: number;
}

export interface Walker<Who> {
  who: Who;
  place: Place;
  steps: TakenStep[];
  isFinished: boolean;
}

/** Answers for everybody who stands at a branch at once: who takes `yes`. */
export type DecideBranch<Who> = (node: Extract<JourneyNode, { kind: 'branch' }>, who: readonly Who[]) => Promise<ReadonlySet<Who>>;

/**
 * Lets people of one version walk until each of them waits or is through. All who stand at the same branch are decided together.
 * Pure but for `decide`: it is what runs in production, in dry runs and in tests.
 */
export async function walk<Who>(
  definition: JourneyDefinition,
  walkers: readonly Walker<Who>[],
  now: number,
  decide: DecideBranch<Who>,
): Promise<void> {
  const nodes = new Map(definition.nodes.map((node) => [node.id, node]));
  let moving = [...walkers];
  for (let round = 0; moving.length > 0 && round < STEPS_AT_ONCE_MAX; round += 1) {
    const groups = Map.groupBy(moving, (walker) => walker.place.node);
    moving = [];
    for (const [id, group] of groups) {
      const node = id === null ? undefined : nodes.get(id);
      const yes =
        node?.kind === 'branch'
          ? await decide(
              node,
              group.map((walker) => walker.who),
            )
          : undefined;
      for (const walker of group) {
        if (!node || node.kind === 'exit') finish(walker, node, now);
        else if (stepOn(walker, node, now, yes?.has(walker.who) ?? false)) moving.push(walker);
      }
    }
  }
}

function finish<Who>(walker: Walker<Who>, node: JourneyNode | undefined, now: number): void {
  if (node) walker.steps.push({ node: node.id, visit: walker.place.visit, kind: 'exit', outcome: 'exited', at: now });
  walker.isFinished = true;
}

/** Takes one step; false when the person stays to wait. */
function stepOn<Who>(walker: Walker<Who>, node: Exclude<JourneyNode, { kind: 'exit' }>, now: number, isYes: boolean): boolean {
  const { place } = walker;
  const leave = (outcome: TakenStep['outcome'], target: string | null): true => {
    walker.steps.push({ node: node.id, visit: place.visit, kind: node.kind, outcome, at: now });
    const arrivedAt = place.isWaiting ? place.dueAt : place.arrivedAt;
    walker.place = { node: target, visit: place.visit + 1, isWaiting: false, isMet: false, arrivedAt, dueAt: now };
    return true;
  };
  const stay = (ms: number): false => {
    walker.place = { ...place, isWaiting: true, dueAt: now + ms };
    return false;
  };
  switch (node.kind) {
    case 'wait':
      return place.isWaiting ? leave('waited', node.exits.next) : stay(durationMs(node.duration));
    case 'wait_until':
      if (!place.isWaiting) return stay(durationMs(node.atMost));
      return place.isMet ? leave('met', node.exits.met) : leave('timeout', node.exits.timeout);
    case 'branch':
      return isYes ? leave('yes', node.exits.yes) : leave('no', node.exits.no);
    case 'email':
      return leave('gate', node.exits.next);
  }
}
