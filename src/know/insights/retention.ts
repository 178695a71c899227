import type { Cell, RetentionAnswer, RetentionCell } from './answers.ts';
import { refuse } from './contract.ts';
import { type Frame, groundOf, type Piece } from './frame.ts';
import { countRetention, peopleOfRetention, type RetentionParts } from './queries/retention-bitmaps.ts';
import { limits, type RetentionQuestion } from './questions.ts';
import { resolveBuckets } from './range.ts';
import { addIntervals, alignDay, dayOf, startOfDay } from './zone-time.ts';

/** Answers a retention table from daily bitmaps alone. Throws `insights.too_many_buckets` beyond 100 cohorts. */
export async function answerRetention(frame: Frame, question: RetentionQuestion): Promise<RetentionAnswer> {
  const parts = partsOf(frame, question);
  const counted = new Map((await countRetention(frame, parts)).map((cohort) => [cohort.day, cohort]));
  const cohorts = parts.range.buckets.map(({ label: day }) => {
    const { size, returned } = counted.get(day) ?? { size: 0, returned: [] };
    const cells = Array.from({ length: question.offsets + 1 }, (_, offset): RetentionCell | null => {
      const back = addIntervals(day, offset, question.interval);
      if (back >= parts.observedUntil) return null;
      const [, people = 0] = returned.find(([day]) => (question.mode === 'on' ? day === back : day >= back)) ?? [];
      const mature = startOfDay(addIntervals(back, 1, question.interval), frame.timeZone) <= frame.asOf;
      return { people, rate: size === 0 ? null : people / size, mature };
    });
    return { day, size, cells };
  });
  return { kind: 'retention', ...groundOf(frame, parts.range, definitionsOf(question)), cohorts, mean: meanOf(cohorts, question.offsets) };
}

function partsOf(frame: Frame, question: RetentionQuestion): RetentionParts {
  const range = resolveBuckets(question.range, question.interval, frame.timeZone, frame.asOf);
  if (range.buckets.length > limits.retentionCohorts) throw refuse('too_many_buckets', { details: { max: limits.retentionCohorts } });
  const observedUntil = addIntervals(alignDay(dayOf(frame.asOf, frame.timeZone), question.interval), 1, question.interval);
  const last = range.buckets.at(-1)?.label ?? range.fromDay;
  const tableEnd = addIntervals(last, question.offsets + 1, question.interval);
  return { question, range, observedUntil, returnsUntil: question.mode === 'on' && tableEnd < observedUntil ? tableEnd : observedUntil };
}

/** Weighted by cohort size over mature cells: returned people of all mature cells by the people of their cohorts. */
function meanOf(cohorts: RetentionAnswer['cohorts'], offsets: number): (number | null)[] {
  return Array.from({ length: offsets + 1 }, (_, offset) => {
    const mature = cohorts.filter((cohort) => cohort.cells[offset]?.mature);
    const size = mature.reduce((sum, cohort) => sum + cohort.size, 0);
    const people = mature.reduce((sum, cohort) => sum + (cohort.cells[offset]?.people ?? 0), 0);
    return size === 0 ? null : people / size;
  });
}

function definitionsOf(question: RetentionQuestion): string[] {
  const keys = [`retention_${question.type}`, `retention_${question.mode}`, `interval_${question.interval}`, 'retention_zero', 'retention_mean'];
  if (question.audience) keys.push('audience');
  return [...keys, 'identity'];
}

/** Who is behind a cell of a retention table. Throws `insights.no_such_cell`. */
export function peopleOfRetentionCell(frame: Frame, question: RetentionQuestion, cell: Extract<Cell, { kind: 'retention' }>): Piece {
  const parts = partsOf(frame, question);
  if (!parts.range.buckets.some((bucket) => bucket.label === cell.cohort)) throw refuse('no_such_cell');
  if (cell.offset === undefined) return peopleOfRetention(frame, parts, { cohort: cell.cohort, outcome: cell.outcome });
  const back = addIntervals(cell.cohort, cell.offset, question.interval);
  if (cell.offset > question.offsets || back >= parts.observedUntil) throw refuse('no_such_cell');
  return peopleOfRetention(frame, parts, { cohort: cell.cohort, back, outcome: cell.outcome });
}
