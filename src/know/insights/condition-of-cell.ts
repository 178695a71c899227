import type { Condition, Filter, Scalar } from '../audiences/contract.ts';
import type { Group } from './answers.ts';
import type { NumberOfAnswer } from './contract.ts';
import type { Frame } from './frame.ts';
import type { TopValues } from './queries/breakdown.ts';
import { FIRST_DAY, type RetentionQuestion, type TrendQuestion } from './questions.ts';
import { resolveBuckets } from './range.ts';
import { isFromDays, zeroRuleOf } from './reports/retention/rules.ts';
import { locateTrendCell } from './trend.ts';
import { addIntervals, dayOf } from './zone-time.ts';

/** In place of `''` in the audience language. */
const ANY_ACTIVE = '*';

/** Local days, half-open. */
interface Days {
  from: string;
  to: string;
}

/**
 * The audience condition that says exactly what a number says, or undefined when there is none that stays true: for funnels (the language knows no order),
 * for hours, for time that is not over, and with an audience or tests relative to today, which would mean other people tomorrow.
 */
export async function conditionOfNumber(frame: Frame, number: NumberOfAnswer): Promise<Condition | undefined> {
  const { question, cell } = number;
  if (question.audience) return undefined;
  const today = dayOf(frame.asOf, frame.timeZone);
  if (question.kind === 'trend' && cell.kind === 'trend') {
    if (question.interval === 'hour' || question.measure.kind === 'sum' || question.measure.kind === 'average') return undefined;
    const { range, top } = await locateTrendCell(frame, question, cell);
    const filters = filtersOf(question, cell.group, top);
    return range.toDay <= today && filters ? did(question.event, { from: range.fromDay, to: range.toDay }, filters) : undefined;
  }
  if (question.kind === 'retention' && cell.kind === 'retention') return retentionCondition(frame, question, cell, today);
  return undefined;
}

function did(event: string, days: Days, where: Filter[] = [], of: 'did' | 'did_not' = 'did'): Condition {
  return { kind: 'event', event: event === '' ? ANY_ACTIVE : event, where, measure: { of }, window: { kind: 'between', ...days } };
}

function filtersOf(question: TrendQuestion, group: Group, top: TopValues | undefined): Filter[] | undefined {
  if (question.filters.some((filter) => /^date_(in|before)_(last|next)$/.test(filter.test.op))) return undefined;
  if (group.kind === 'all' || !top) return question.filters;
  const { property } = top;
  if (group.kind === 'none') return [...question.filters, { property, test: { op: 'is_not_set' } }];
  const named = group.kind === 'value' ? [group.value] : top.values;
  const values = named.flatMap((text) => scalarsOf(text) ?? []);
  if (named.some((text) => !scalarsOf(text))) return undefined;
  if (group.kind === 'value') return [...question.filters, { property, test: { op: 'in', values } }];
  return [
    ...question.filters,
    { property, test: { op: 'is_set' } },
    ...(values.length > 0 ? [{ property, test: { op: 'not_in' as const, values } }] : []),
  ];
}

/** A breakdown shows values as text; here are all values that read so. Undefined: lists and numbers that are written in another way. */
function scalarsOf(text: string): Scalar[] | undefined {
  if (text.startsWith('[') || text.length > 1000) return undefined;
  if (text === 'true' || text === 'false') return [text, text === 'true'];
  if (text.trim() === '' || Number.isNaN(Number(text))) return [text];
  return String(Number(text)) === text && Math.abs(Number(text)) <= 1e15 ? [text, Number(text)] : undefined;
}

function retentionCondition(
  frame: Frame,
  question: RetentionQuestion,
  cell: Extract<NumberOfAnswer['cell'], { kind: 'retention' }>,
  today: string,
): Condition | undefined {
  const { interval } = question;
  if (interval === 'hour' || !isFromDays(question) || (cell.group && cell.group.kind !== 'all')) return undefined;
  const range = resolveBuckets(question.range, interval, frame.timeZone, frame.asOf);
  const day = range.buckets.find((bucket) => (cell.start === undefined ? bucket.label === cell.cohort : bucket.start === cell.start))?.label;
  if (day === undefined) return undefined;
  const intervalFrom = (from: string): Days => ({ from, to: addIntervals(from, 1, interval) });
  const cohort = intervalFrom(day);
  const conditions: Condition[] = [did(question.start, cohort)];
  const earlierFrom = question.type === 'firstTime' ? FIRST_DAY : range.fromDay;
  if (question.type !== 'recurring' && earlierFrom < cohort.from)
    conditions.push(did(question.start, { from: earlierFrom, to: cohort.from }, [], 'did_not'));
  if (cell.offset === undefined) return cohort.to <= today ? { kind: 'all', conditions } : undefined;
  const back = intervalFrom(addIntervals(day, cell.offset, interval));
  const isOrdered = cell.offset === 0 && zeroRuleOf(question) === 'inOrder';
  if (question.mode !== 'on' || isOrdered || back.to > today) return undefined;
  return { kind: 'all', conditions: [...conditions, did(question.return, back, [], cell.outcome === 'returned' ? 'did' : 'did_not')] };
}
