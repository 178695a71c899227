import { refuse } from '../../contract.ts';
import { type Frame, groundOf, type Piece } from '../../frame.ts';
import { type BucketedRange, resolveBuckets } from '../../range.ts';
import { countActive, countNew, peopleOfActivity } from './activity-bitmaps.ts';
import type { ActivityAnswer, ActivityBucket, ActivityCell } from './answer.ts';
import type { ActivityQuestion } from './question.ts';

/** Answers who is active and new from daily bitmaps alone. Throws `insights.too_many_buckets`. */
export async function answerActivity(frame: Frame, question: ActivityQuestion): Promise<ActivityAnswer> {
  const range = rangeOf(frame, question);
  const [active, fresh, unmerged] = await Promise.all([
    countActive(frame, question, range),
    countNew(frame, question, range, false),
    frame.canonical.losers.length === 0 ? undefined : countNew(frame, question, range, true),
  ]);
  const isTrailing = question.clock === 'trailing';
  const buckets = range.buckets.map((bucket, index): ActivityBucket => {
    const [people, week, month] = active.counts[index] ?? [0, 0, 0];
    return {
      ...bucket,
      active: people,
      week: isTrailing ? week : null,
      month: isTrailing ? month : null,
      perWeek: isTrailing && week > 0 ? people / week : null,
      perMonth: isTrailing && month > 0 ? people / month : null,
      new: fresh[index] ?? 0,
      newUnmerged: (unmerged ?? fresh)[index] ?? 0,
    };
  });
  const ended = buckets.filter((bucket) => bucket.complete);
  return {
    kind: 'activity',
    ...groundOf(frame, range, definitionsOf(question)),
    buckets,
    dauPerMau: meanOf(ended.map((bucket) => bucket.perMonth)),
    dauPerWau: meanOf(ended.map((bucket) => bucket.perWeek)),
    people: active.total,
    newPeople: sum(fresh),
    newUnmerged: sum(unmerged ?? fresh),
  };
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

function meanOf(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : sum(known) / known.length;
}

function rangeOf(frame: Frame, question: ActivityQuestion): BucketedRange {
  return resolveBuckets(question.range, question.clock === 'trailing' ? 'day' : question.interval, frame.timeZone, frame.asOf);
}

function definitionsOf(question: ActivityQuestion): string[] {
  const trailing = ['activity_trailing', 'activity_ratio', 'interval_day'];
  const keys = [
    ...(question.clock === 'trailing' ? trailing : ['activity_calendar', `interval_${question.interval}`]),
    'activity_new',
    'activity_new_unmerged',
    question.event === '' ? 'any_event' : 'one_event',
  ];
  if (question.audience) keys.push('audience');
  return [...keys, 'identity'];
}

/** Who is behind a figure. Throws `insights.no_such_cell`. */
export function peopleOfActivityCell(frame: Frame, question: ActivityQuestion, cell: ActivityCell): Piece {
  const range = rangeOf(frame, question);
  const place = cell.bucket === undefined ? undefined : range.buckets.findIndex((bucket) => bucket.start === cell.bucket);
  const isTrailing = cell.figure === 'week' || cell.figure === 'month';
  if (place === -1 || (isTrailing && (place === undefined || question.clock !== 'trailing'))) throw refuse('no_such_cell');
  return peopleOfActivity(frame, question, range, { place, figure: cell.figure });
}
