import type { Past } from '../../agreement.arbitraries.ts';
import { winnerOf } from '../../agreement.oracle.ts';
import { intervalsOf, isNamed, labelsOf, stepBack } from '../../testing/plain-intervals.ts';
import type { ActivityQuestion } from './question.ts';

/** Who is active and new in each interval, person by person. */
export function activity(past: Past, question: ActivityQuestion) {
  const interval = question.clock === 'trailing' ? 'day' : question.interval;
  const labels = labelsOf(past, { ...question, interval });
  const people = intervalsOf(past, { event: question.event, interval });
  const unmerged = intervalsOf({ ...past, merges: [] }, { event: question.event, interval });
  const during = (days: readonly string[]) => [...people].filter(([, own]) => days.some((day) => own.has(day))).map(([person]) => person);
  const freshOf = (all: typeof people, label: string) => [...all].filter(([, own]) => [...own].sort()[0] === label).map(([person]) => person);
  const lastDays = (label: string, count: number) => Array.from({ length: count }, (_, back) => stepBack(label, back, 'day'));
  const rows = labels.map((label) => ({
    label,
    active: during([label]),
    week: during(lastDays(label, 7)),
    month: during(lastDays(label, 30)),
    new: freshOf(people, label),
    newUnmerged: freshOf(unmerged, label).length,
  }));
  const everybody = new Set(past.events.filter((event) => isNamed(event, question.event)).map((event) => winnerOf(past, event.person)));
  return { rows, total: during(labels).filter((person) => everybody.has(person)), fresh: rows.flatMap((row) => row.new) };
}
