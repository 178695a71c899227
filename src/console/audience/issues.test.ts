import { expect, test } from 'vitest';
import { type Condition, conditionSchema, EVERYBODY } from '../../know/audiences/contract.ts';
import { depthOf, incompleteLeaves, issuesOf, readCondition, revived, without } from './issues.ts';
import { NO_NUMBER, startKinds, startOf } from './starts.ts';

const keys = (condition: Condition) => issuesOf(condition).map(({ path, key }) => `${path}: ${key}`);
const all = (...conditions: Condition[]): Condition => ({ kind: 'all', conditions });
const orders: Condition = {
  kind: 'event',
  event: 'Order Completed',
  where: [],
  measure: { of: 'count', op: 'greater_or_equal', value: 2 },
  window: { kind: 'last', amount: 30, unit: 'days' },
};

test('a complete tree has no issue and passes the schema', () => {
  const tree = all(orders, { kind: 'not', condition: { kind: 'trait', trait: 'income', test: { op: 'in', values: ['50-74K', 12, true] } } });
  expect(keys(tree)).toEqual([]);
  expect(conditionSchema.safeParse(tree).success).toBe(true);
  expect(keys(EVERYBODY)).toEqual([]);
});

test('every beginning says what is missing, at its field; only the recipe is complete', () => {
  const found = startKinds.map((kind) => [kind, keys(all(startOf(kind)))]);
  expect(Object.fromEntries(found)).toEqual({
    did: ['conditions.0.event: event'],
    didNot: ['conditions.0.event: event'],
    trait: ['conditions.0.trait: trait', 'conditions.0.test.value: value'],
    segment: ['conditions.0.segmentId: segment'],
    notReached: [],
    group: ['conditions.0.conditions.0.event: event'],
  });
});

test('what the server would refuse is found here first', () => {
  const wrong: Condition[] = [
    { ...orders, measure: { of: 'count', op: 'equals', value: 1.5 } } as Condition,
    { ...orders, measure: { of: 'sum', property: '', op: 'less', value: NO_NUMBER } } as Condition,
    { ...orders, window: { kind: 'between', from: '2026-05-02', to: '2026-05-02' } } as Condition,
    { ...orders, window: { kind: 'last', amount: NO_NUMBER, unit: 'days' } } as Condition,
    { ...orders, where: [{ property: 'a..b', test: { op: 'between', from: 2, to: 1 } }] } as Condition,
    { kind: 'trait', trait: 'age', test: { op: 'equals', value: NO_NUMBER } },
    { kind: 'trait', trait: 'plan', test: { op: 'in', values: [] } },
  ];
  expect(wrong.map((condition) => keys(condition))).toEqual([
    ['measure.value: times'],
    ['measure.property: property', 'measure.value: number'],
    ['window.to: emptySpan'],
    ['window.amount: wholeNumber'],
    ['where.0.property: fieldName', 'where.0.test.to: emptySpan'],
    ['test.value: number'],
    ['test.values: values'],
  ]);
});

test('a segment must be known once the names are loaded', () => {
  const tree: Condition = { kind: 'segment', segmentId: 7 };
  expect(issuesOf(tree)).toEqual([]);
  expect(issuesOf(tree, { segmentIds: new Set([7]) })).toEqual([]);
  expect(issuesOf(tree, { segmentIds: new Set([8]) })).toEqual([{ path: 'segmentId', key: 'segmentGone', values: { segmentId: 7 } }]);
});

test('depth and size have their limits', () => {
  let deep: Condition = orders;
  for (let level = 0; level < 9; level += 1) deep = all(deep);
  expect(depthOf(deep)).toBe(9);
  expect(keys(deep)).toEqual([': tooDeep']);
  expect(keys(all(...Array.from({ length: 51 }, () => orders)))).toEqual([': groupTooLarge']);
});

test('what is not complete is left out when the rest is said', () => {
  const tree = all(orders, { kind: 'any', conditions: [startOf('trait')] }, { kind: 'not', condition: startOf('segment') });
  const places = incompleteLeaves(tree, issuesOf(tree));
  expect([...places]).toEqual(['conditions.1.conditions.0', 'conditions.2.condition']);
  expect(without(tree, places)).toEqual(all(orders));
  expect(without(all(startOf('trait')), new Set(['conditions.0']))).toBeUndefined();
  expect(without(EVERYBODY, new Set())).toEqual(EVERYBODY);
});

test('pasted text is read by the schema, with the place of each fault', () => {
  expect(readCondition(JSON.stringify(orders))).toEqual({ condition: orders });
  expect(readCondition('{"kind":"event","event":"A"}')).toMatchObject({ condition: { measure: { of: 'did' }, window: { kind: 'ever' } } });
  expect(readCondition('{"kind":"all","conditions":[{"kind":"trait","trait":"a","test":{"op":"equals"}}]}')).toMatchObject({
    faults: [{ path: 'conditions.0.test.value' }],
  });
  expect(readCondition('{oops')).toMatchObject({ faults: [{ path: '' }] });
});

test('a draft that was kept as JSON has its missing numbers back', () => {
  const draft = all({ kind: 'trait', trait: 'age', test: { op: 'greater', value: NO_NUMBER } });
  expect(revived(JSON.parse(JSON.stringify(draft)))).toEqual(draft);
  expect(keys(revived(JSON.parse(JSON.stringify(draft))))).toEqual(['conditions.0.test.value: number']);
});
