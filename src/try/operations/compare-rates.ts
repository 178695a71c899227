import gammainc from '@stdlib/math-base-special-gammainc';
import cdf from '@stdlib/stats-base-dists-t-cdf';
import quantile from '@stdlib/stats-base-dists-t-quantile';
import type { ArmResult, Comparison, SplitCheck } from './contract.ts';

const ALPHA = 0.05;
/** Fabijan et al., "Diagnosing Sample Ratio Mismatch in Online Controlled Experiments", KDD 2019. */
const SPLIT_ALARM_P = 0.001;
const SPLIT_PEOPLE_MIN = 100;

/** Mean, variance of one observation and size of an arm. */
export interface Sample {
  n: number;
  mean: number;
  variance: number;
}

/** An estimate with its standard error, Welch's degrees of freedom, 95 % interval and two-sided p. */
export interface Estimate {
  value: number;
  standardError: number;
  low: number;
  high: number;
  p: number;
}

/**
 * Welch's test of treatment B against control A (unequal variances).
 * Absolute: d = mB - mA, v = sA2/nA + sB2/nB. Relative by the delta method: d = (mB - mA)/|mA|, v = sB2/(nB mA^2) + sA2 mB^2/(nA mA^4).
 * df = (sB2/nB + sA2/nA)^2 / (sB4/(nB^2 (nB-1)) + sA4/(nA^2 (nA-1))) (Welch-Satterthwaite). Both arms need n > 1 and a variance above zero.
 */
export function welch(control: Sample, treatment: Sample, mode: 'absolute' | 'relative'): Estimate {
  const a = control.variance / control.n;
  const b = treatment.variance / treatment.n;
  const difference = treatment.mean - control.mean;
  const value = mode === 'absolute' ? difference : difference / Math.abs(control.mean);
  const variance = mode === 'absolute' ? a + b : b / control.mean ** 2 + (a * treatment.mean ** 2) / control.mean ** 4;
  const degrees = (a + b) ** 2 / (b ** 2 / (treatment.n - 1) + a ** 2 / (control.n - 1));
  const standardError = Math.sqrt(variance);
  const half = quantile(1 - ALPHA / 2, degrees) * standardError;
  return { value, standardError, low: value - half, high: value + half, p: 2 * cdf(-Math.abs(value / standardError), degrees) };
}

/** A share of successes as a sample; its variance is m(1-m). */
export function proportion(arm: { n: number; successes: number }): Sample {
  const mean = arm.successes / arm.n;
  return { n: arm.n, mean, variance: mean * (1 - mean) };
}

/** Counts of an arm with its rate; null when nobody is in it. */
export function armResult(arm: { n: number; successes: number }): ArmResult {
  return { n: arm.n, successes: arm.successes, rate: arm.n > 0 ? arm.successes / arm.n : null };
}

/**
 * Compares the goal rates of reached people and of the control group.
 * Gives a reason in place of a result when there is nobody in the control group, an arm of one, or an arm in which everybody or nobody succeeded.
 * "Significant" means that the interval of the difference leaves out zero.
 */
export function compareRates(treatment: { n: number; successes: number }, control: { n: number; successes: number }): Comparison {
  const arms = { treatment: armResult(treatment), control: armResult(control) };
  const none = (reason: Comparison['reason']): Comparison => ({ ...arms, result: null, reason });
  if (control.n === 0) return none('no_control');
  if (control.n <= 1 || treatment.n <= 1) return none('too_few_people');
  const [a, b] = [proportion(control), proportion(treatment)];
  if (!(a.variance > 0 && b.variance > 0)) return none('no_variation');
  const interval = ({ value, low, high, p }: Estimate) => ({ value, low, high, p });
  const difference = interval(welch(a, b, 'absolute'));
  const relative = interval(welch(a, b, 'relative'));
  return { ...arms, result: { difference, relative, isSignificant: difference.low > 0 || difference.high < 0 }, reason: null };
}

/**
 * Chance of a split at least this uneven if people were assigned by the weights: chi-squared over the arms with weight.
 * 1 when fewer than two arms have weight or people.
 */
export function splitP(observed: readonly number[], weights: readonly number[]): number {
  const arms = observed.map((count, index) => ({ count, weight: weights[index] ?? 0 })).filter((arm) => arm.weight > 0);
  if (arms.length < 2) return 1;
  const people = arms.reduce((sum, arm) => sum + arm.count, 0);
  const weight = arms.reduce((sum, arm) => sum + arm.weight, 0);
  if (people === 0) return 1;
  const statistic = arms.reduce((sum, arm) => {
    const expected = (people * arm.weight) / weight;
    return sum + (arm.count - expected) ** 2 / expected;
  }, 0);
  return gammainc(statistic / 2, (arms.length - 1) / 2, true, true);
}

/** Whether people fell into the arms as planned. Without a control group, or with fewer than 100 people, there is nothing to tell. */
export function checkSplit(people: { treatment: number; control: number }, controlPercent: number): SplitCheck {
  if (controlPercent === 0 || people.treatment + people.control < SPLIT_PEOPLE_MIN) return { p: null, isBroken: false };
  const p = splitP([people.treatment, people.control], [100 - controlPercent, controlPercent]);
  return { p, isBroken: p < SPLIT_ALARM_P };
}
