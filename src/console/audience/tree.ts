import { type Condition, EVERYBODY, type EventCondition } from '../../know/audiences/contract.ts';

/** Place of a condition as the server names it in its issues: `conditions.1.condition`; '' is the root. */
export type Path = string;

/** A group that holds a list. */
export type Group = Extract<Condition, { conditions: Condition[] }>;

const ids = new WeakMap<object, number>();
let lastId = 0;

/** A number that stays with a condition while it is edited and moved, for React's keys. */
export function idOf(condition: Condition): number {
  const known = ids.get(condition);
  if (known !== undefined) return known;
  lastId += 1;
  ids.set(condition, lastId);
  return lastId;
}

function inherit<T extends Condition>(before: Condition, after: T): T {
  if (before !== after) ids.set(after, idOf(before));
  return after;
}

/** Joins a place with what lies below it. */
export function below(path: Path, part: string): Path {
  return path === '' ? part : `${path}.${part}`;
}

/** What stands inside `not`s, how deep, and whether they turn it round. */
export function unwrap(condition: Condition): { inner: Condition; suffix: Path; isNegated: boolean } {
  let inner = condition;
  let suffix = '';
  let isNegated = false;
  while (inner.kind === 'not') {
    inner = inner.condition;
    suffix = below(suffix, 'condition');
    isNegated = !isNegated;
  }
  return { inner, suffix, isNegated };
}

/** The same condition turned round; two `not`s cancel each other. */
export function negate(condition: Condition): Condition {
  const { inner, isNegated } = unwrap(condition);
  return isNegated ? inner : inherit(condition, { kind: 'not', condition: inner });
}

/** The tree as the builder shows it: its root is always a group. */
export function asRoot(condition: Condition): Condition {
  const { inner } = unwrap(condition);
  return inner.kind === 'all' || inner.kind === 'any' ? condition : { kind: 'all', conditions: [condition] };
}

function stepsOf(path: Path): string[] {
  return path === '' ? [] : path.split('.').filter((part) => part !== 'conditions');
}

/** The condition at a place; undefined when the place does not exist. */
export function nodeAt(root: Condition, path: Path): Condition | undefined {
  let node: Condition | undefined = root;
  for (const step of stepsOf(path)) {
    if (node?.kind === 'not' && step === 'condition') node = node.condition;
    else if (node?.kind === 'all' || node?.kind === 'any') node = node.conditions[Number(step)];
    else return undefined;
  }
  return node;
}

/** Puts something else at a place; what is around keeps its identity. */
export function replaceAt(root: Condition, path: Path, change: (before: Condition) => Condition): Condition {
  return replace(root, stepsOf(path), change);
}

function replace(node: Condition, steps: readonly string[], change: (before: Condition) => Condition): Condition {
  const [step, ...rest] = steps;
  if (step === undefined) return inherit(node, change(node));
  if (node.kind === 'not') return inherit(node, { kind: 'not', condition: replace(node.condition, rest, change) });
  if (node.kind !== 'all' && node.kind !== 'any') return node;
  const conditions = node.conditions.map((inner, index) => (index === Number(step) ? replace(inner, rest, change) : inner));
  return inherit(node, { kind: node.kind, conditions });
}

/** Group and index that hold a place: `a.conditions.3` -> [`a`, 3]. Undefined for the root and for what stands in a `not`. */
export function parentOf(path: Path): { group: Path; index: number } | undefined {
  const [, group = '', index] = /^(?:(.*)\.)?conditions\.(\d+)$/.exec(path) ?? [];
  return index === undefined ? undefined : { group, index: Number(index) };
}

function changeList(root: Condition, group: Path, change: (list: readonly Condition[]) => Condition[]): Condition {
  return replaceAt(root, group, (node) => (node.kind === 'all' || node.kind === 'any' ? { ...node, conditions: change(node.conditions) } : node));
}

/** Puts a condition into the group at `group`, at the end unless an index is given. */
export function insertAt(root: Condition, group: Path, condition: Condition, index = Number.POSITIVE_INFINITY): Condition {
  return changeList(root, group, (list) => [...list.slice(0, index), condition, ...list.slice(index)]);
}

/** Takes the condition at a place out. */
export function removeAt(root: Condition, path: Path): Condition {
  const parent = parentOf(path);
  return parent ? changeList(root, parent.group, (list) => list.filter((_, index) => index !== parent.index)) : EVERYBODY;
}

/** Puts a copy below the condition at a place. */
export function duplicateAt(root: Condition, path: Path): Condition {
  const parent = parentOf(path);
  const node = nodeAt(root, path);
  return parent && node ? insertAt(root, parent.group, structuredClone(node), parent.index + 1) : root;
}

/** Where a condition can go by one step. */
export type Way = 'up' | 'down' | 'in' | 'out';

/**
 * Moves the condition at a place: `up` and `down` within its group, `in`to the nearest group above it (else below it), `out` of its group to stand behind it.
 * Undefined when it cannot go there.
 */
export function move(root: Condition, path: Path, way: Way): Condition | undefined {
  const parent = parentOf(path);
  const node = nodeAt(root, path);
  if (!parent || !node) return undefined;
  const group = nodeAt(root, parent.group);
  const siblings = group && 'conditions' in group ? group.conditions : [];
  if (way === 'in') return moveIn(root, path, siblings);
  if (way === 'out') return moveOut(root, path, node);
  const to = parent.index + (way === 'up' ? -1 : 1);
  if (to < 0 || to >= siblings.length) return undefined;
  return changeList(root, parent.group, (list) => {
    const rest = list.filter((_, index) => index !== parent.index);
    return [...rest.slice(0, to), node, ...rest.slice(to)];
  });
}

function moveIn(root: Condition, path: Path, siblings: readonly Condition[]): Condition | undefined {
  const parent = parentOf(path);
  const node = nodeAt(root, path);
  if (!parent || !node) return undefined;
  for (const index of [parent.index - 1, parent.index + 1]) {
    const neighbour = siblings[index];
    if (!neighbour) continue;
    const { inner, suffix } = unwrap(neighbour);
    if (inner.kind !== 'all' && inner.kind !== 'any') continue;
    const target = [below(parent.group, `conditions.${index}`), suffix].filter(Boolean).join('.');
    const filled = insertAt(root, target, node, index > parent.index ? 0 : undefined);
    return removeAt(filled, path);
  }
  return undefined;
}

function moveOut(root: Condition, path: Path, node: Condition): Condition | undefined {
  const parent = parentOf(path);
  if (!parent) return undefined;
  const row = parent.group.replace(/(\.condition)+$/, '');
  const place = parentOf(row);
  if (!place) return undefined;
  return insertAt(removeAt(root, path), place.group, node, place.index + 1);
}

/** Puts the condition at a place into a group of its own. */
export function groupAt(root: Condition, path: Path): Condition {
  const parent = parentOf(path);
  const node = nodeAt(root, path);
  if (!parent || !node) return root;
  return changeList(root, parent.group, (list) => list.map((one, index) => (index === parent.index ? { kind: 'any', conditions: [node] } : one)));
}

/** Puts what stands in the group at a place where the group stood. Undefined for a group that is turned round. */
export function ungroupAt(root: Condition, path: Path): Condition | undefined {
  const parent = parentOf(path);
  const node = nodeAt(root, path);
  if (!parent || !node || !('conditions' in node)) return undefined;
  return changeList(root, parent.group, (list) => list.flatMap((one, index) => (index === parent.index ? node.conditions : [one])));
}

/** An event condition as code reads it: what the schema fills in may be absent in trees that were written by hand. */
export function filledEvent(condition: EventCondition): EventCondition {
  return { ...condition, where: condition.where ?? [], measure: condition.measure ?? { of: 'did' }, window: condition.window ?? { kind: 'ever' } };
}
