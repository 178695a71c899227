import type { TemplatesApi } from '../templates/index.ts';
import { exitsOf, type Fault, type JourneyDefinition, type JourneyNode } from './contract.ts';

type Reason = Fault['reason'];

/** What the definition alone does not tell. */
export interface Surroundings {
  templates: TemplatesApi;
  hasSegment(segmentId: number): Promise<boolean>;
  /** What is wrong with a condition, in words; undefined when nothing. */
  faultOfCondition(condition: NonNullable<Extract<JourneyNode, { kind: 'branch' }>['condition']>): Promise<string | undefined>;
}

function fault(reason: Reason, node: string | null = null, more: Partial<Fault> = {}): Fault {
  return { reason, node, part: null, line: null, column: null, detail: null, ...more };
}

/** Everything that keeps a draft from being published, the journey's own faults first, then step by step in their order. */
export async function faultsOf(definition: JourneyDefinition, surroundings: Surroundings): Promise<Fault[]> {
  const faults: Fault[] = [];
  const { trigger, goal, start, nodes } = definition;
  if (trigger.kind === 'event' && trigger.event === '') faults.push(fault('no_trigger'));
  if (trigger.kind === 'segment') {
    if (trigger.segmentId === null) faults.push(fault('no_trigger'));
    else if (!(await surroundings.hasSegment(trigger.segmentId))) faults.push(fault('unknown_segment'));
  }
  if (goal === null || goal.event === '') faults.push(fault('no_goal'));
  if (!nodes.some((node) => node.kind !== 'exit')) faults.push(fault('no_steps'));
  if (start === null) faults.push(fault('no_start'));
  faults.push(...faultsOfGraph(definition));
  for (const node of nodes) faults.push(...(await faultsOfNode(node, surroundings)));
  return faults;
}

/** Faults of mails that do not parse, with their lines: a draft may be unfinished, but these are not stored. */
export function faultsOfTemplates(definition: JourneyDefinition, templates: TemplatesApi): Fault[] {
  return definition.nodes.flatMap((node) =>
    node.kind === 'email'
      ? templates
          .check(node)
          .faults.map(({ part, line, column, message }) => fault('broken_template', node.id, { part, line, column, detail: message }))
      : [],
  );
}

function faultsOfGraph({ start, nodes }: JourneyDefinition): Fault[] {
  const byId = new Map<string, JourneyNode>();
  const faults: Fault[] = [];
  for (const node of nodes) {
    if (byId.has(node.id)) faults.push(fault('duplicate_step', node.id));
    byId.set(node.id, node);
  }
  if (start !== null && !byId.has(start)) faults.push(fault('unknown_step', null, { part: 'start', detail: start }));
  for (const node of nodes)
    for (const [part, target] of exitsOf(node)) {
      if (target === null) faults.push(fault('missing_exit', node.id, { part }));
      else if (!byId.has(target)) faults.push(fault('unknown_step', node.id, { part, detail: target }));
    }
  const reached = reachableFrom(start, byId);
  for (const node of byId.values()) if (!reached.has(node.id)) faults.push(fault('unreachable_step', node.id));
  for (const id of loopsWithoutWait(byId)) faults.push(fault('loop_without_wait', id));
  return faults;
}

function reachableFrom(start: string | null, byId: ReadonlyMap<string, JourneyNode>): Set<string> {
  const reached = new Set<string>();
  const open = start === null ? [] : [start];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    const node = byId.get(id);
    if (!node || reached.has(id)) continue;
    reached.add(id);
    for (const [, target] of exitsOf(node)) if (target !== null) open.push(target);
  }
  return reached;
}

/** Steps that a person could come back to without any wait on the way. */
function loopsWithoutWait(byId: ReadonlyMap<string, JourneyNode>): string[] {
  const next = (id: string): string[] => {
    const node = byId.get(id);
    // A wait for a fixed time breaks a loop; a wait for an event does not, because the event may have come already.
    if (!node || node.kind === 'wait') return [];
    return exitsOf(node).flatMap(([, target]) => (target === null ? [] : [target]));
  };
  return [...byId.keys()].filter((id) => {
    const seen = new Set<string>();
    const open = next(id);
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      if (at === id) return true;
      if (seen.has(at)) continue;
      seen.add(at);
      open.push(...next(at));
    }
    return false;
  });
}

async function faultsOfNode(node: JourneyNode, surroundings: Surroundings): Promise<Fault[]> {
  switch (node.kind) {
    case 'wait_until':
      return node.event === '' ? [fault('no_event', node.id)] : [];
    case 'branch': {
      if (node.condition === null) return [fault('no_condition', node.id)];
      const detail = await surroundings.faultOfCondition(node.condition);
      return detail === undefined ? [] : [fault('broken_condition', node.id, { detail })];
    }
    case 'email': {
      const faults = surroundings.templates
        .check(node)
        .faults.map(({ part, line, column, message }) => fault('broken_template', node.id, { part, line, column, detail: message }));
      if (node.subject.trim() === '') faults.push(fault('no_subject', node.id));
      if (node.body.trim() === '') faults.push(fault('no_body', node.id));
      return faults;
    }
    default:
      return [];
  }
}
