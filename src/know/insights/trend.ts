import type { Cell, Group, Series, TrendAnswer } from './answers.ts';
import { refuse } from './contract.ts';
import { type Frame, groundOf, type Piece } from './frame.ts';
import { codeOfGroup, codesOf, groupOfCode, type TopValues } from './queries/breakdown.ts';
import { countPeopleByInterval, peopleOfDays } from './queries/trend-bitmaps.ts';
import { measureEvents, peopleOfTrend, topValuesOfTrend } from './queries/trend-events.ts';
import type { TrendQuestion } from './questions.ts';
import { type BucketedRange, onlyBucket, previousRange, resolveBuckets } from './range.ts';

type TrendCell = Extract<Cell, { kind: 'trend' }>;

/** What was measured in one period, by group code (null: all groups). */
interface Period {
  range: BucketedRange;
  lines: Map<number | null, { values: (number | null)[]; total: number | null }>;
}

/** Answers a trend. Distinct people by day, week or month without filters and breakdown come from the daily bitmaps, all else from one scan of events. */
export async function answerTrend(frame: Frame, question: TrendQuestion): Promise<TrendAnswer> {
  const range = resolveBuckets(question.range, question.interval, frame.timeZone, frame.asOf);
  const before = question.compare ? previousRange(range, frame.timeZone, frame.asOf) : undefined;
  const top = question.breakdown && (await topValuesOfTrend(frame, question, range, question.breakdown));
  const [current, previous] = await Promise.all([measurePeriod(frame, question, range, top), before && measurePeriod(frame, question, before, top)]);
  const isShown = (code: number) => code > 0 || current.lines.has(code) || previous?.lines.has(code);
  const groups: [number | null, Group][] = top
    ? codesOf(top)
        .filter(isShown)
        .map((code) => [code, groupOfCode(code, top)])
    : [[null, { kind: 'all' }]];
  const nothing = question.measure.kind === 'average' ? null : 0;
  const lineOf = (period: Period, code: number | null) =>
    period.lines.get(code) ?? { values: period.range.buckets.map(() => nothing), total: nothing };
  return {
    kind: 'trend',
    ...groundOf(frame, range, definitionsOf(question)),
    buckets: range.buckets,
    ...(previous && { previousBuckets: previous.range.buckets }),
    series: groups.map(([code, group]): Series => {
      const line = { group, ...lineOf(current, code) };
      if (!previous) return line;
      const past = lineOf(previous, code);
      return { ...line, previousValues: past.values, previousTotal: past.total };
    }),
    total: lineOf(current, null).total,
    truncated: top?.truncated ?? false,
  };
}

async function measurePeriod(frame: Frame, question: TrendQuestion, range: BucketedRange, top: TopValues | undefined): Promise<Period> {
  if (isFromBitmaps(question) && question.interval !== 'hour') {
    const counted = await countPeopleByInterval(frame, { ...question, interval: question.interval }, range);
    return { range, lines: new Map([[null, counted]]) };
  }
  const nothing = question.measure.kind === 'average' ? null : 0;
  const places = new Map(range.buckets.map((bucket, index) => [range.interval === 'hour' ? String(index) : bucket.label, index]));
  const period: Period = { range, lines: new Map() };
  for (const row of await measureEvents(frame, question, range, top)) {
    const line = period.lines.get(row.code) ?? { values: range.buckets.map(() => nothing as number | null), total: nothing };
    period.lines.set(row.code, line);
    const place = row.bucket === null ? undefined : places.get(row.bucket);
    if (row.bucket === null) line.total = row.value;
    else if (place !== undefined) line.values[place] = row.value;
  }
  return period;
}

/** True when the answer needs nothing but who was there on which day. */
export function isFromBitmaps(question: TrendQuestion): boolean {
  return question.measure.kind === 'people' && question.interval !== 'hour' && question.filters.length === 0 && !question.breakdown;
}

function definitionsOf(question: TrendQuestion): string[] {
  const keys = [`measure_${question.measure.kind}`, question.event === '' ? 'any_event' : 'one_event', `interval_${question.interval}`];
  if (question.breakdown) keys.push('breakdown');
  if (question.audience) keys.push('audience');
  if (question.compare) keys.push('compare');
  return [...keys, 'identity'];
}

/** Who is behind a cell of a trend. For counts and sums: whoever did the events that were counted. Throws `insights.no_such_cell`. */
export async function peopleOfTrendCell(frame: Frame, question: TrendQuestion, cell: TrendCell): Promise<Piece> {
  const { range, top, code } = await locateTrendCell(frame, question, cell);
  if (isFromBitmaps(question)) return peopleOfDays(frame, question.event, { fromDay: range.fromDay, toDay: range.toDay });
  return peopleOfTrend(frame, question, range, top && code !== undefined ? { top, code } : undefined);
}

/** The time of a cell and, with a breakdown, its group among the values shown. */
export async function locateTrendCell(
  frame: Frame,
  question: TrendQuestion,
  cell: TrendCell,
): Promise<{ range: BucketedRange; top?: TopValues; code?: number }> {
  const current = resolveBuckets(question.range, question.interval, frame.timeZone, frame.asOf);
  const range = timeOfCell(frame, current, cell);
  if (cell.group.kind === 'all') return { range };
  const top = question.breakdown && (await topValuesOfTrend(frame, question, current, question.breakdown));
  const code = top && codeOfGroup(cell.group, top);
  if (!top || code === undefined) throw refuse('no_such_cell');
  return { range, top, code };
}

function timeOfCell(frame: Frame, current: BucketedRange, cell: TrendCell): BucketedRange {
  const previous = () => previousRange(current, frame.timeZone, frame.asOf);
  if (cell.bucket === undefined) return cell.previous ? previous() : current;
  const only = onlyBucket(current, cell.bucket, frame.timeZone) ?? onlyBucket(previous(), cell.bucket, frame.timeZone);
  if (!only) throw refuse('no_such_cell');
  return only;
}
