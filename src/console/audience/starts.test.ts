import { expect, test } from 'vitest';
import { asType, measureWithVerb, NO_NUMBER, soleType, testForName, testWithOp, valueTypesOf, windowOfKind } from './starts.ts';

test("the store's types become the types that the reader knows", () => {
  expect(valueTypesOf(['Int64', 'Float64'])).toEqual(new Set(['number']));
  expect(valueTypesOf(['String', 'Array(Nullable(String))'])).toEqual(new Set(['text']));
  expect(soleType(valueTypesOf(['Bool', 'String']))).toBeUndefined();
  expect(valueTypesOf([])).toBeUndefined();
});

test('a value follows its type', () => {
  expect([asType('12', 'number'), asType(12, 'text'), asType('true', 'boolean'), asType(NO_NUMBER, 'text')]).toEqual([12, '12', true, '']);
  expect(asType('', 'number')).toBeNaN();
});

test('another operator keeps what fits', () => {
  expect(testWithOp('in', { op: 'equals', value: 'Gold' })).toEqual({ op: 'in', values: ['Gold'] });
  expect(testWithOp('equals', { op: 'in', values: [3, 4] })).toEqual({ op: 'equals', value: 3 });
  expect(testWithOp('between', { op: 'greater', value: 5 })).toEqual({ op: 'between', from: 5, to: NO_NUMBER });
  expect(testWithOp('contains', { op: 'equals', value: 5 })).toEqual({ op: 'contains', value: '' });
  expect(testWithOp('date_in_next', { op: 'date_in_last', days: 7 })).toEqual({ op: 'date_in_next', days: 7 });
  expect(testWithOp('equals', { op: 'is_set' }, new Set(['boolean']))).toEqual({ op: 'equals', value: true });
});

test('another name keeps the operator but not the values of the old one', () => {
  expect(testForName({ op: 'in', values: ['a'] }, undefined)).toEqual({ op: 'in', values: [] });
  expect(testForName({ op: 'greater', value: 5 }, new Set(['text']))).toEqual({ op: 'equals', value: '' });
  expect(testForName({ op: 'date_in_last', days: 7 }, new Set(['text']))).toEqual({ op: 'date_in_last', days: 7 });
});

test('another measure keeps property and value, a count does not become an amount', () => {
  const sum = { of: 'sum', property: 'revenue', op: 'greater', value: 100 } as const;
  expect(measureWithVerb('avg', sum)).toEqual({ ...sum, of: 'avg' });
  expect(measureWithVerb('sum', { of: 'count', op: 'less', value: 2 })).toEqual({ of: 'sum', property: '', op: 'less', value: NO_NUMBER });
  expect(measureWithVerb('did', sum)).toEqual({ of: 'did' });
});

test('a window of dates begins as the last 30 days, today in', () => {
  expect(windowOfKind('between', { kind: 'ever' }, '2026-05-31')).toEqual({ kind: 'between', from: '2026-05-02', to: '2026-06-01' });
  expect(windowOfKind('days', { kind: 'last', amount: 7, unit: 'days' }, '2026-05-31')).toEqual({ kind: 'days', count: 7 });
});
