import { expect, test } from 'vitest';
import { describeSteps, wilson } from './funnel.ts';

test("Wilson's interval gives the published values", () => {
  // R. G. Newcombe, Statistics in Medicine 17 (1998), table I, method 3: score without continuity correction.
  const published: [successes: number, total: number, low: number, high: number][] = [
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ];
  for (const [successes, total, low, high] of published) {
    const interval = wilson(successes, total);
    expect([interval?.low.toFixed(4), interval?.high.toFixed(4)]).toEqual([low.toFixed(4), high.toFixed(4)]);
  }
  expect(wilson(0, 0)).toBeUndefined();
  expect(wilson(20, 20)?.high).toBe(1);
});

test('steps lose what the next one does not have', () => {
  const steps = describeSteps([40, 10, 0, 0], [5_000, 0, 0]);
  expect(steps.map((step) => [step.people, step.droppedOff, step.fromPrevious, step.fromFirst, step.medianMs])).toEqual([
    [40, 0, 1, 1, null],
    [10, 30, 0.25, 0.25, 5_000],
    [0, 10, 0, 0, null],
    [0, 0, null, 0, null],
  ]);
});
