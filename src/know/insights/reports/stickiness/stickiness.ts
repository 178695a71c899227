import { refuse } from '../../contract.ts';
import { type Frame, groundOf, type Piece } from '../../frame.ts';
import { type BucketedRange, resolveBuckets } from '../../range.ts';
import type { StickinessAnswer, StickinessCell } from './answer.ts';
import { STICKINESS_INTERVALS_MAX, type StickinessQuestion } from './question.ts';
import { intervalsOfPeople, isFromDays } from './stickiness-queries.ts';

/** Answers a histogram of stickiness. Throws `insights.too_many_buckets` beyond 400 intervals. */
export async function answerStickiness(frame: Frame, question: StickinessQuestion): Promise<StickinessAnswer> {
  const range = rangeOf(frame, question);
  const each = intervalsOfPeople(frame, question, range);
  const rows = await frame.rows<{ intervals: number; people: number }>({
    sql: `SELECT toFloat64(intervals) AS intervals, toFloat64(count()) AS people FROM (${each.sql}) GROUP BY intervals`,
    parameters: each.parameters,
  });
  const counted = new Map(rows.map((row) => [row.intervals, row.people]));
  const people = rows.reduce((sum, row) => sum + row.people, 0);
  const share = (count: number) => (people === 0 ? null : count / people);
  let before = 0;
  const bins = range.buckets.map((_, index) => {
    const exactly = counted.get(index + 1) ?? 0;
    const atLeast = people - before;
    before += exactly;
    return { count: index + 1, people: exactly, share: share(exactly), atLeast, atLeastShare: share(atLeast) };
  });
  return {
    kind: 'stickiness',
    ...groundOf(frame, range, definitionsOf(question)),
    bins,
    people,
    mean: people === 0 ? null : rows.reduce((sum, row) => sum + row.intervals * row.people, 0) / people,
    mature: range.buckets.every((bucket) => bucket.complete),
  };
}

function rangeOf(frame: Frame, question: StickinessQuestion): BucketedRange {
  const range = resolveBuckets(question.range, question.interval, frame.timeZone, frame.asOf);
  if (range.buckets.length > STICKINESS_INTERVALS_MAX) throw refuse('too_many_buckets', { details: { max: STICKINESS_INTERVALS_MAX } });
  return range;
}

function definitionsOf(question: StickinessQuestion): string[] {
  const keys = ['stickiness', `stickiness_${question.times.op}`, question.event === '' ? 'any_event' : 'one_event', `interval_${question.interval}`];
  if (!isFromDays(question)) keys.push('stickiness_counted');
  if (question.audience) keys.push('audience');
  return [...keys, 'identity'];
}

/** Who did it in so many intervals. Throws `insights.no_such_cell`. */
export function peopleOfStickinessCell(frame: Frame, question: StickinessQuestion, cell: StickinessCell): Piece {
  const range = rangeOf(frame, question);
  if (cell.count > range.buckets.length) throw refuse('no_such_cell');
  const each = intervalsOfPeople(frame, question, range);
  return {
    sql: `SELECT person FROM (${each.sql}) WHERE intervals ${cell.reach === 'exactly' ? '=' : '>='} {intervals:UInt32}`,
    parameters: { ...each.parameters, intervals: cell.count },
  };
}
