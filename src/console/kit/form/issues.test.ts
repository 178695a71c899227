import { expect, test } from 'vitest';
import { ApiError } from '../../api-error.ts';
import { sortIssues } from './issues.ts';

const refusal = (...issues: { path: string; message: string }[]) => new ApiError(400, { code: 'kernel.invalid', message: 'Look below.', issues });

test('an issue goes to its field, and two of one field stand together', () => {
  const error = refusal({ path: 'body.name', message: 'too short' }, { path: 'body.name', message: 'taken' });
  expect(sortIssues(error, [['name']])).toEqual({ faults: [{ name: ['name'], errors: ['too short', 'taken'] }], rest: [] });
});

test('a deep issue goes to the nearest field around it', () => {
  const error = refusal({ path: 'body.steps.2.delay.unit', message: 'unknown unit' });
  expect(sortIssues(error, [['steps', 2, 'delay']]).faults).toEqual([{ name: ['steps', 2, 'delay'], errors: ['unknown unit'] }]);
  expect(sortIssues(error, [['steps']]).faults).toEqual([{ name: ['steps'], errors: ['unknown unit'] }]);
});

test('what belongs to no field is told above the form', () => {
  expect(sortIssues(refusal({ path: 'body', message: 'empty' }, { path: 'query.x', message: 'odd' }), [['name']])).toEqual({
    faults: [],
    rest: ['empty', 'odd'],
  });
});
