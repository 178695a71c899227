import { expect, test } from 'vitest';
import type { Condition } from '../../know/audiences/contract.ts';
import { asRoot, duplicateAt, groupAt, idOf, insertAt, move, negate, nodeAt, removeAt, replaceAt, ungroupAt } from './tree.ts';

const trait = (name: string): Condition => ({ kind: 'trait', trait: name, test: { op: 'is_set' } });
const any = (...conditions: Condition[]): Condition => ({ kind: 'any', conditions });
const all = (...conditions: Condition[]): Condition => ({ kind: 'all', conditions });
const not = (condition: Condition): Condition => ({ kind: 'not', condition });

const tree = all(trait('a'), not(any(trait('b'), trait('c'))), trait('d'));

test('a place is found through groups and nots, as the server names it', () => {
  expect(nodeAt(tree, 'conditions.1.condition.conditions.0')).toEqual(trait('b'));
  expect(nodeAt(tree, '')).toBe(tree);
  expect(nodeAt(tree, 'conditions.7')).toBeUndefined();
  expect(nodeAt(tree, 'conditions.0.conditions.0')).toBeUndefined();
});

test('what is edited, and what is around it, keeps its number; the rest keeps being the same object', () => {
  const [first, second] = (tree as { conditions: Condition[] }).conditions;
  const before = [idOf(tree), idOf(second as Condition), idOf(nodeAt(tree, 'conditions.1.condition.conditions.1') as Condition)];
  const next = replaceAt(tree, 'conditions.1.condition.conditions.1', () => trait('x'));
  expect(next).toEqual(all(trait('a'), not(any(trait('b'), trait('x'))), trait('d')));
  const after = ['', 'conditions.1', 'conditions.1.condition.conditions.1'].map((path) => idOf(nodeAt(next, path) as Condition));
  expect(after).toEqual(before);
  expect(nodeAt(next, 'conditions.0')).toBe(first);
});

test('conditions are put in, taken out and copied', () => {
  expect(insertAt(tree, 'conditions.1.condition', trait('x'))).toEqual(all(trait('a'), not(any(trait('b'), trait('c'), trait('x'))), trait('d')));
  expect(removeAt(tree, 'conditions.1')).toEqual(all(trait('a'), trait('d')));
  const copied = duplicateAt(tree, 'conditions.1');
  expect(copied).toEqual(all(trait('a'), not(any(trait('b'), trait('c'))), not(any(trait('b'), trait('c'))), trait('d')));
  expect(idOf(nodeAt(copied, 'conditions.1') as Condition)).not.toBe(idOf(nodeAt(copied, 'conditions.2') as Condition));
});

test('a condition moves within its group and stops at the ends', () => {
  expect(move(tree, 'conditions.2', 'up')).toEqual(all(trait('a'), trait('d'), not(any(trait('b'), trait('c')))));
  expect(move(tree, 'conditions.0', 'down')).toEqual(all(not(any(trait('b'), trait('c'))), trait('a'), trait('d')));
  expect(move(tree, 'conditions.0', 'up')).toBeUndefined();
  expect(move(tree, 'conditions.2', 'down')).toBeUndefined();
});

test('a condition moves into the group beside it and out behind it', () => {
  expect(move(tree, 'conditions.2', 'in')).toEqual(all(trait('a'), not(any(trait('b'), trait('c'), trait('d')))));
  expect(move(tree, 'conditions.0', 'in')).toEqual(all(not(any(trait('a'), trait('b'), trait('c'))), trait('d')));
  expect(move(all(trait('a'), trait('b')), 'conditions.0', 'in')).toBeUndefined();
  expect(move(tree, 'conditions.1.condition.conditions.0', 'out')).toEqual(all(trait('a'), not(any(trait('c'))), trait('b'), trait('d')));
  expect(move(tree, 'conditions.0', 'out')).toBeUndefined();
});

test('groups are made and dissolved, conditions turned round', () => {
  expect(groupAt(tree, 'conditions.0')).toEqual(all(any(trait('a')), not(any(trait('b'), trait('c'))), trait('d')));
  expect(ungroupAt(all(trait('a'), any(trait('b'), trait('c'))), 'conditions.1')).toEqual(all(trait('a'), trait('b'), trait('c')));
  expect(ungroupAt(tree, 'conditions.1')).toBeUndefined();
  expect(negate(trait('a'))).toEqual(not(trait('a')));
  expect(negate(not(trait('a')))).toEqual(trait('a'));
  expect(negate(not(not(trait('a'))))).toEqual(not(trait('a')));
});

test('the builder always has a group at the root', () => {
  expect(asRoot(trait('a'))).toEqual(all(trait('a')));
  expect(asRoot(not(trait('a')))).toEqual(all(not(trait('a'))));
  const turned = not(any(trait('a')));
  expect(asRoot(turned)).toBe(turned);
});
