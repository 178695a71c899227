import { refuse } from '../../contract.ts';
import { type Frame, groundOf, type Piece } from '../../frame.ts';
import { resolveBuckets } from '../../range.ts';
import type { LifecycleAnswer, LifecycleBucket, LifecycleCell } from './answer.ts';
import { countLifecycle, peopleOfState } from './lifecycle-bitmaps.ts';
import type { LifecycleQuestion } from './question.ts';

/** Answers a lifecycle from daily bitmaps alone. Throws `insights.too_many_buckets`. */
export async function answerLifecycle(frame: Frame, question: LifecycleQuestion): Promise<LifecycleAnswer> {
  const range = resolveBuckets(question.range, question.interval, frame.timeZone, frame.asOf);
  const counted = await countLifecycle(frame, question, range);
  const buckets = counted.flatMap((states, index): LifecycleBucket[] => {
    const bucket = range.buckets[index];
    return bucket ? [{ ...bucket, ...states }] : [];
  });
  const ended = buckets.filter((bucket) => bucket.complete);
  const asleep = ended.reduce((sum, bucket) => sum + bucket.dormant, 0);
  return {
    kind: 'lifecycle',
    ...groundOf(frame, range, definitionsOf(question)),
    buckets,
    quickRatio: asleep === 0 ? null : ended.reduce((sum, bucket) => sum + bucket.new + bucket.resurrecting, 0) / asleep,
  };
}

function definitionsOf(question: LifecycleQuestion): string[] {
  const keys = [
    `lifecycle_new_${question.newBy}`,
    'lifecycle_returning',
    'lifecycle_resurrecting',
    'lifecycle_dormant',
    ...(question.lostAfter === undefined ? [] : ['lifecycle_lost']),
    'lifecycle_identity',
    question.event === '' ? 'any_event' : 'one_event',
    `interval_${question.interval}`,
  ];
  if (question.audience) keys.push('audience');
  return [...keys, 'identity'];
}

/** Who is in a state in one interval. Throws `insights.no_such_cell`. */
export function peopleOfLifecycleCell(frame: Frame, question: LifecycleQuestion, cell: LifecycleCell): Piece {
  const range = resolveBuckets(question.range, question.interval, frame.timeZone, frame.asOf);
  const bucket = range.buckets.find((one) => one.start === cell.bucket);
  if (!bucket || (cell.state === 'lost' && question.lostAfter === undefined)) throw refuse('no_such_cell');
  return peopleOfState(frame, question, bucket.label, cell.state);
}
