import { refuse } from '../../contract.ts';
import { type Frame, groundOf, type Piece } from '../../frame.ts';
import { codeOfGroup, codesOf, groupOfCode } from '../../queries/breakdown.ts';
import type { DayInterval } from '../../queries/people-by-interval.ts';
import { limits } from '../../question-parts.ts';
import { resolveBuckets } from '../../range.ts';
import { addIntervals, alignDay, dayOf, startOfDay, startOfHour } from '../../zone-time.ts';
import type { RetentionAnswer, RetentionCellRef } from './answer.ts';
import type { RetentionQuestion } from './question.ts';
import { countFromDays } from './retention-days.ts';
import { countFromEvents, firstPlace, peopleFromEvents, type RetentionScan, rollingMs, topValuesOfRetention } from './retention-events.ts';
import { isFromDays, spansOf, zeroRuleOf } from './rules.ts';
import { tableOf } from './table.ts';

const HOUR_MS = 3_600_000;

/** Answers a retention table: from daily sets where they are enough, else in one pass over events. Throws `insights.too_many_buckets` beyond 100 cohorts. */
export async function answerRetention(frame: Frame, question: RetentionQuestion): Promise<RetentionAnswer> {
  const scan = await scanOf(frame, question);
  const { interval } = question;
  const rows =
    isFromDays(question) && interval !== 'hour'
      ? await countFromDays(frame, { ...scan, question: { ...question, interval } })
      : await countFromEvents(frame, scan);
  const { top } = scan;
  const place = firstPlace(scan);
  const table = (code: number | undefined) =>
    tableOf(
      frame,
      scan,
      rows.filter((row) => code === undefined || row.code === code).map((row) => ({ ...row, place: row.place - place })),
    );
  return {
    kind: 'retention',
    ...groundOf(frame, scan.range, definitionsOf(question)),
    ...table(undefined),
    columns: spansOf(question),
    ...(top && {
      groups: codesOf(top)
        .filter((code) => code > 0 || rows.some((row) => row.code === code))
        .map((code) => ({ group: groupOfCode(code, top), ...table(code) })),
    }),
    truncated: top?.truncated ?? false,
  };
}

async function scanOf(frame: Frame, question: RetentionQuestion): Promise<RetentionScan> {
  const { interval } = question;
  const range = resolveBuckets(question.range, interval, frame.timeZone, frame.asOf);
  if (range.buckets.length > limits.retentionCohorts) throw refuse('too_many_buckets', { details: { max: limits.retentionCohorts } });
  const reach = (spansOf(question).at(-1)?.last ?? 0) + 1;
  const top = await topValuesOfRetention(frame, question, range);
  const isEndless = question.mode === 'onOrAfter';
  if (question.clock === 'rolling') {
    const instant = Math.min(frame.asOf + 1, isEndless ? Number.MAX_SAFE_INTEGER : range.to + reach * rollingMs[interval]);
    return { question, range, until: { instant, day: range.toDay }, top };
  }
  if (interval === 'hour') {
    const now = startOfHour(frame.asOf, frame.timeZone) + HOUR_MS;
    return { question, range, until: { instant: isEndless ? now : Math.min(now, range.to + reach * HOUR_MS), day: range.toDay }, top };
  }
  const observed = observedUntil(frame, interval);
  const tableEnd = addIntervals(range.buckets.at(-1)?.label ?? range.fromDay, reach, interval);
  const day = !isEndless && tableEnd < observed ? tableEnd : observed;
  return { question, range, until: { instant: startOfDay(day, frame.timeZone), day }, top };
}

/** First day behind the last interval that has begun. */
function observedUntil(frame: Frame, interval: DayInterval): string {
  return addIntervals(alignDay(dayOf(frame.asOf, frame.timeZone), interval), 1, interval);
}

function definitionsOf(question: RetentionQuestion): string[] {
  const isBrackets = question.mode === 'brackets';
  const keys = [
    `retention_${question.type}`,
    `retention_${question.mode}`,
    question.clock === 'rolling' ? `retention_rolling_${question.interval}` : `interval_${question.interval}`,
    ...(isBrackets ? ['retention_zero_own'] : []),
    `retention_zero_${zeroRuleOf(question)}`,
    `retention_of_${question.denominator}`,
    ...(question.view === 'lost' ? ['retention_lost'] : []),
    ...(question.startMin > 1 || question.returnMin > 1 ? ['retention_min'] : []),
    'retention_mean',
    ...(question.third ? ['retention_third'] : []),
    ...(question.breakdown ? ['retention_breakdown'] : []),
  ];
  if (question.audience) keys.push('audience');
  return [...keys, 'identity'];
}

/** Who is behind a cell of a retention table. Throws `insights.no_such_cell`. */
export async function peopleOfRetentionCell(frame: Frame, question: RetentionQuestion, cell: RetentionCellRef): Promise<Piece> {
  const scan = await scanOf(frame, question);
  const index = scan.range.buckets.findIndex((bucket) => (cell.start === undefined ? bucket.label === cell.cohort : bucket.start === cell.start));
  const group = cell.group ?? { kind: 'all' };
  const code = group.kind === 'all' ? undefined : scan.top && codeOfGroup(group, scan.top);
  const span = cell.offset === undefined ? undefined : spansOf(question)[cell.offset];
  const isWrong = index < 0 || (group.kind !== 'all' && code === undefined) || (cell.offset !== undefined && !span);
  if (isWrong || (span && !isBegun(frame, scan, index, span.first))) throw refuse('no_such_cell');
  return peopleFromEvents(frame, scan, { place: firstPlace(scan) + index, code, column: cell.offset, outcome: cell.outcome });
}

/** Has the interval `first` after the start begun for anybody of a cohort? */
function isBegun(frame: Frame, scan: RetentionScan, index: number, first: number): boolean {
  return tableOf(frame, scan, []).cohorts[index]?.cells[spansOf(scan.question).findIndex((span) => span.first === first)] !== null;
}
