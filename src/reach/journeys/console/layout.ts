import { exitsOf, type JourneyDefinition, type JourneyNode } from '../contract.ts';

/** Name of the trigger among the drawn things. */
export const TRIGGER = '$trigger';

export interface Placed {
  id: string;
  /** Column in widths of a step (may be a half) and row, from the top. */
  column: number;
  row: number;
}

/**
 * Places the steps from the top down: each below everything that leads to it, the ways out of a split side by side, nothing upon another.
 * Ways back up (loops) do not count. Steps that nobody reaches stand in a row of their own at the bottom.
 */
export function layOut(definition: JourneyDefinition): Placed[] {
  const byId = new Map(definition.nodes.map((node) => [node.id, node]));
  const children = spanningTree(definition.start, byId);
  const rows = rowsOf(definition.start, byId);
  const placed: Placed[] = [];
  const place = (id: string, left: number): number => {
    const below = children.get(id) ?? [];
    let right = left;
    for (const child of below) right = place(child, right);
    const width = Math.max(right - left, 1);
    placed.push({ id, column: left + (width - 1) / 2, row: (rows.get(id) ?? 0) + 1 });
    return left + width;
  };
  const width = definition.start !== null && byId.has(definition.start) ? place(definition.start, 0) : 1;
  placed.push({ id: TRIGGER, column: (width - 1) / 2, row: 0 });
  const bottom = Math.max(...placed.map((one) => one.row)) + 1;
  const lost = definition.nodes.filter((node) => !rows.has(node.id));
  for (const [index, node] of lost.entries()) placed.push({ id: node.id, column: index, row: bottom });
  return placed;
}

/** Each step under the one that is drawn above it: the deepest of those that lead to it, so that lines are short. */
function spanningTree(start: string | null, byId: ReadonlyMap<string, JourneyNode>): Map<string, string[]> {
  const rows = rowsOf(start, byId);
  const parent = new Map<string, string>();
  for (const [id, row] of rows)
    for (const [, target] of exits(id, byId)) {
      const known = target === null ? undefined : parent.get(target);
      if (target !== null && (rows.get(target) ?? -1) > row && (known === undefined || (rows.get(known) ?? 0) < row)) parent.set(target, id);
    }
  const children = new Map<string, string[]>();
  for (const id of rows.keys())
    for (const [, target] of exits(id, byId))
      if (target !== null && parent.get(target) === id && !(children.get(id) ?? []).includes(target))
        children.set(id, [...(children.get(id) ?? []), target]);
  return children;
}

/** The longest way down to each step that can be reached, without ways back. */
function rowsOf(start: string | null, byId: ReadonlyMap<string, JourneyNode>): Map<string, number> {
  const order: string[] = [];
  const state = new Map<string, 'open' | 'done'>();
  const forward = new Map<string, string[]>();
  const visit = (id: string): void => {
    state.set(id, 'open');
    for (const [, target] of exits(id, byId)) {
      if (target === null || !byId.has(target) || state.get(target) === 'open') continue;
      forward.set(id, [...(forward.get(id) ?? []), target]);
      if (!state.has(target)) visit(target);
    }
    state.set(id, 'done');
    order.push(id);
  };
  if (start !== null && byId.has(start)) visit(start);
  const rows = new Map<string, number>(order.map((id) => [id, 0]));
  for (const id of order.toReversed())
    for (const target of forward.get(id) ?? []) rows.set(target, Math.max(rows.get(target) ?? 0, (rows.get(id) ?? 0) + 1));
  return rows;
}

function exits(id: string, byId: ReadonlyMap<string, JourneyNode>): [string, string | null][] {
  const node = byId.get(id);
  return node ? exitsOf(node) : [];
}
