import type { Condition, Leaf } from './condition.ts';

/** A leaf with its place in the tree, e.g. `conditions.1.condition`. */
export interface PlacedLeaf {
  path: string;
  leaf: Leaf;
}

/** Every trait, event and segment condition of the tree, in reading order. */
export function leavesOf(condition: Condition, path = ''): PlacedLeaf[] {
  const below = (part: string) => (path === '' ? part : `${path}.${part}`);
  if (condition.kind === 'all' || condition.kind === 'any') {
    return condition.conditions.flatMap((inner, index) => leavesOf(inner, below(`conditions.${index}`)));
  }
  if (condition.kind === 'not') return leavesOf(condition.condition, below('condition'));
  return [{ path, leaf: condition }];
}

/** The segments that the tree names, each once. */
export function segmentIdsOf(condition: Condition): number[] {
  const ids = leavesOf(condition).flatMap(({ leaf }) => (leaf.kind === 'segment' ? [leaf.segmentId] : []));
  return [...new Set(ids)];
}
