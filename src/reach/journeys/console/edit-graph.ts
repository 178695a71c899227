import { exitsOf, type JourneyDefinition, type JourneyNode } from '../contract.ts';

export type NodeKind = JourneyNode['kind'];

/** A way out of a step; `from` null is the trigger. */
export interface Exit {
  from: string | null;
  name: string;
}

/** Kinds that can be added, in the order of the menu. */
export const addable: readonly NodeKind[] = ['wait', 'wait_until', 'branch', 'email'];

function freeId(nodes: readonly JourneyNode[], prefix: string): string {
  for (let count = 1; ; count += 1) if (!nodes.some((node) => node.id === `${prefix}${count}`)) return `${prefix}${count}`;
}

/** Puts a new step onto a way out: it goes on to where that led. A second way out leads to an end. Gives the new step's id too. */
export function insertStep(definition: JourneyDefinition, at: Exit, kind: NodeKind): { definition: JourneyDefinition; id: string } {
  const id = freeId(definition.nodes, 'step');
  const target = targetOf(definition, at);
  const isSplit = kind === 'branch' || kind === 'wait_until';
  const known = definition.nodes.find((node) => node.kind === 'exit');
  const end = isSplit ? (known?.id ?? freeId(definition.nodes, 'end')) : null;
  const nodes = [...definition.nodes, emptyStep(kind, id, target, end)];
  if (end !== null && !known) nodes.push({ id: end, kind: 'exit', exits: {} });
  return { definition: connect({ ...definition, nodes }, at, id), id };
}

function emptyStep(kind: NodeKind, id: string, next: string | null, end: string | null): JourneyNode {
  switch (kind) {
    case 'wait':
      return { id, kind, duration: { amount: 1, unit: 'days' }, exits: { next } };
    case 'wait_until':
      return { id, kind, event: '', where: [], atMost: { amount: 3, unit: 'days' }, exits: { met: end, timeout: next } };
    case 'branch':
      return { id, kind, condition: null, exits: { yes: next, no: end } };
    case 'email':
      return { id, kind, subject: '', body: '', category: 'marketing', exits: { next } };
    case 'exit':
      return { id, kind, exits: {} };
  }
}

/** Where a way out leads. */
export function targetOf(definition: JourneyDefinition, { from, name }: Exit): string | null {
  if (from === null) return definition.start;
  const node = definition.nodes.find((one) => one.id === from);
  return node ? (exitsOf(node).find(([exit]) => exit === name)?.[1] ?? null) : null;
}

/** Lets a way out lead somewhere else. */
export function connect(definition: JourneyDefinition, { from, name }: Exit, target: string | null): JourneyDefinition {
  if (from === null) return { ...definition, start: target };
  return replaceNode(definition, from, (node) => ({ ...node, exits: { ...node.exits, [name]: target } }) as JourneyNode);
}

/** Changes one step. */
export function replaceNode(definition: JourneyDefinition, id: string, change: (node: JourneyNode) => JourneyNode): JourneyDefinition {
  return { ...definition, nodes: definition.nodes.map((node) => (node.id === id ? change(node) : node)) };
}

/** Takes a step out: what led to it leads on to where its first way out led. What nobody can reach any more goes too. */
export function removeStep(definition: JourneyDefinition, id: string): JourneyDefinition {
  const gone = definition.nodes.find((node) => node.id === id);
  if (!gone) return definition;
  const [, first = null] = exitsOf(gone).find(([name]) => name !== 'met') ?? [];
  const next = first === id ? null : first;
  const instead = (target: string | null): string | null => (target === id ? next : target);
  const nodes = definition.nodes
    .filter((node) => node.id !== id)
    .map((node) => ({ ...node, exits: Object.fromEntries(exitsOf(node).map(([name, target]) => [name, instead(target)])) }) as JourneyNode);
  return withoutLost({ ...definition, start: instead(definition.start), nodes }, reachable(definition));
}

/** Only steps that this change has cut off: what was lost before stays to be seen. */
function withoutLost(definition: JourneyDefinition, before: ReadonlySet<string>): JourneyDefinition {
  const now = reachable(definition);
  return { ...definition, nodes: definition.nodes.filter((node) => now.has(node.id) || !before.has(node.id)) };
}

/** Steps that people can come to. */
export function reachable(definition: JourneyDefinition): Set<string> {
  const byId = new Map(definition.nodes.map((node) => [node.id, node]));
  const seen = new Set<string>();
  const open = definition.start === null ? [] : [definition.start];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    const node = byId.get(id);
    if (!node || seen.has(id)) continue;
    seen.add(id);
    for (const [, target] of exitsOf(node)) if (target !== null) open.push(target);
  }
  return seen;
}
