import type { RetentionQuestion } from './question.ts';

/** Intervals after the start that one column covers, both ends in. */
export interface Span {
  first: number;
  last: number;
}

/** What each column of a table covers: interval k, or with brackets interval 0 and then so many intervals each. */
export function spansOf(question: Pick<RetentionQuestion, 'mode' | 'offsets' | 'brackets'>): Span[] {
  if (question.mode !== 'brackets') return Array.from({ length: question.offsets + 1 }, (_, offset) => ({ first: offset, last: offset }));
  const spans: Span[] = [{ first: 0, last: 0 }];
  for (const size of question.brackets) {
    const first = (spans.at(-1)?.last ?? 0) + 1;
    spans.push({ first, last: first + size - 1 });
  }
  return spans;
}

/** True when starting and returning are the same thing. */
export function isSameMatcher(question: RetentionQuestion): boolean {
  return (
    question.start === question.return &&
    question.startMin === question.returnMin &&
    JSON.stringify(question.startFilters) === JSON.stringify(question.returnFilters)
  );
}

/**
 * Who counts as returned in interval 0.
 * `always`: the start is itself a return. `inOrder`: whoever returned after the start. `anyOrder`: whoever returned in the same interval, also before.
 */
export function zeroRuleOf(question: RetentionQuestion): 'always' | 'inOrder' | 'anyOrder' {
  if (isSameMatcher(question)) return question.mode === 'onOrBefore' ? 'inOrder' : 'always';
  return question.clock === 'calendar' ? question.zero : 'inOrder';
}

/** True when it is enough to know who did what on which day, but perhaps for interval 0. */
export function isFromDays(question: RetentionQuestion): boolean {
  const { interval, clock, startFilters, returnFilters, startMin, returnMin, third, breakdown } = question;
  return (
    interval !== 'hour' &&
    clock === 'calendar' &&
    startFilters.length + returnFilters.length === 0 &&
    startMin * returnMin === 1 &&
    !third &&
    !breakdown
  );
}
