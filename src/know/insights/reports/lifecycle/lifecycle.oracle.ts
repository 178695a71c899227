import type { Past } from '../../agreement.arbitraries.ts';
import { intervalsOf, isBefore, stepBack } from '../../testing/plain-intervals.ts';
import type { LifecycleQuestion } from './question.ts';

/** Person by person, from the definitions: the states of each interval, first days of intervals as labels. */
export function lifecycle(past: Past, question: LifecycleQuestion, labels: readonly string[], created: ReadonlyMap<number, string>) {
  const { interval, wakeLatency, lostAfter, newBy } = question;
  const active = intervalsOf(past, question);
  const silentFor = (days: ReadonlySet<string>, label: string, length: number): boolean =>
    days.has(stepBack(label, length, interval)) &&
    Array.from({ length }, (_, back) => stepBack(label, back, interval)).every((day) => !days.has(day));
  return labels.map((label) => {
    const states: Record<string, number[]> = {
      new: [],
      returning: [],
      resurrecting: [],
      dormant: [],
      lost: [],
      active: [],
      awakeBefore: [],
      awake: [],
    };
    for (const [person, days] of active) {
      const wasAwake = Array.from({ length: wakeLatency }, (_, back) => stepBack(label, back + 1, interval)).some((day) => days.has(day));
      const isKnown = newBy === 'personCreated' ? isBefore(created.get(person), label) : [...days].some((day) => day < label);
      if (wasAwake) states['awakeBefore']?.push(person);
      if (Array.from({ length: wakeLatency }, (_, back) => stepBack(label, back, interval)).some((day) => days.has(day)))
        states['awake']?.push(person);
      if (days.has(label)) {
        states['active']?.push(person);
        states[wasAwake ? 'returning' : isKnown ? 'resurrecting' : 'new']?.push(person);
      }
      if (silentFor(days, label, wakeLatency)) states['dormant']?.push(person);
      if (lostAfter !== undefined && silentFor(days, label, lostAfter)) states['lost']?.push(person);
    }
    return states;
  });
}
