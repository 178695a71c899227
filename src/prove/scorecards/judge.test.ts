import { expect, test } from 'vitest';
import { compareRates } from '../../try/operations/index.ts';
import { gainOf, verdictOf } from './judge.ts';

const whole = { p: 0.5, isBroken: false };
const arm = (n: number, successes: number) => ({ n, successes });

test.each([
  ['works', arm(1_000, 200), arm(1_000, 120), whole],
  ['harms', arm(1_000, 120), arm(1_000, 200), whole],
  ['open', arm(1_000, 125), arm(1_000, 120), whole],
  ['untrusted', arm(1_000, 200), arm(1_000, 120), { p: 1e-6, isBroken: true }],
  ['unmeasured', arm(1_000, 200), arm(0, 0), whole],
] as const)('%s', (verdict, treatment, control, split) => {
  expect(verdictOf({ comparison: compareRates(treatment, control), split })).toBe(verdict);
});

test('the gain is the difference times the people treated, with its interval around it', () => {
  const comparison = compareRates(arm(1_000, 200), arm(500, 60));
  const gain = gainOf(comparison);
  expect(gain?.value).toBeCloseTo(80, 9);
  expect(gain && gain.low < gain.value && gain.value < gain.high).toBe(true);
  expect(gainOf(compareRates(arm(5, 5), arm(0, 0)))).toBeNull();
});
