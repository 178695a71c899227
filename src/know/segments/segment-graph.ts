import { type Condition, segmentIdsOf } from '../audiences/contract.ts';

/** A segment as the graph of references sees it. */
export interface GraphNode {
  id: number;
  condition: Condition;
}

/** Whether giving segment `id` this condition would make a circle of references. `others` are the project's segments. */
export function makesCircle(id: number, condition: Condition, others: readonly GraphNode[]): boolean {
  const conditions = new Map(others.map((other) => [other.id, other.condition]));
  conditions.set(id, condition);
  const waiting = segmentIdsOf(condition);
  const seen = new Set<number>();
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (next === id) return true;
    if (seen.has(next)) continue;
    seen.add(next);
    const following = conditions.get(next);
    if (following) waiting.push(...segmentIdsOf(following));
  }
  return false;
}

/** Segments so that each comes after those that it refers to. */
export function inOrderOfReference<Node extends GraphNode>(nodes: readonly Node[]): Node[] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const ordered = new Set<Node>();
  const visit = (node: Node, above: ReadonlySet<number>): void => {
    if (ordered.has(node) || above.has(node.id)) return;
    for (const id of segmentIdsOf(node.condition)) {
      const needed = byId.get(id);
      if (needed) visit(needed, new Set([...above, node.id]));
    }
    ordered.add(node);
  };
  for (const node of nodes) visit(node, new Set());
  return [...ordered];
}

/** Whether a condition can change its answer by the passing of time alone. */
export function dependsOnTime(condition: Condition): boolean {
  const text = JSON.stringify(condition);
  return /"kind":"(last|days|between)"|"op":"date_(in_last|before_last|in_next)"/.test(text);
}
