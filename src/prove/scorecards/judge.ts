import type { JourneyEffect } from '../../reach/journeys/index.ts';
import type { Scorecard, Verdict } from './contract.ts';

/** Puts an effect into a word, by the rules of `verdicts`. */
export function verdictOf(effect: Pick<JourneyEffect, 'comparison' | 'split'>): Verdict {
  if (effect.split.isBroken) return 'untrusted';
  const { result } = effect.comparison;
  if (!result) return 'unmeasured';
  if (!result.isSignificant) return 'open';
  return result.difference.value > 0 ? 'works' : 'harms';
}

/** Additional people who reached the goal because of the operation. */
export function gainOf(comparison: JourneyEffect['comparison']): Scorecard['gained'] {
  if (!comparison.result) return null;
  const { value, low, high } = comparison.result.difference;
  const people = comparison.treatment.n;
  return { value: value * people, low: low * people, high: high * people };
}
