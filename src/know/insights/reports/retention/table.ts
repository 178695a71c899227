import type { Frame } from '../../frame.ts';
import { addIntervals, startOfDay } from '../../zone-time.ts';
import type { RetentionAnswer, RetentionCell, RetentionCohort } from './answer.ts';
import type { RetentionQuestion } from './question.ts';
import { type CountedRow, type RetentionScan, rollingMs } from './retention-events.ts';
import { type Span, spansOf } from './rules.ts';

type Table = Pick<RetentionAnswer, 'cohorts' | 'mean' | 'simpleMean' | 'thirdMean'>;

/** Puts counted rows together as a table, with rates, maturity and means. `place` of a row counts from the first cohort; rows of one place add up. */
export function tableOf(frame: Frame, scan: RetentionScan, rows: readonly CountedRow[]): Table {
  const { question, range } = scan;
  const spans = spansOf(question);
  const byPlace = Map.groupBy(rows, (row) => row.place);
  const cohorts = range.buckets.map((bucket, place): RetentionCohort => {
    const own = byPlace.get(place) ?? [];
    const size = total(own.map((row) => row.size));
    const times = timesOf(frame, question, bucket);
    const people = spans.map((_, column) => total(own.map((row) => row.people[column] ?? 0)));
    const cells = spans.map((span, column): RetentionCell | null => {
      if (times.begins(span) > frame.asOf) return null;
      const isOver = times.ends(span) <= frame.asOf;
      const over = question.clock === 'rolling' ? total(own.map((row) => row.over[column] ?? 0)) : isOver ? size : 0;
      const back = people[column] ?? 0;
      const share = shareOf(question, { size, people, column });
      const value = total(own.map((row) => row.third[column] ?? 0));
      return {
        people: back,
        rate: share,
        mature: size === 0 ? isOver : over === size,
        nMature: over,
        ...(question.third && { third: { value, perHead: back === 0 ? null : value / back } }),
      };
    });
    return { day: bucket.label.slice(0, 10), start: bucket.start, label: bucket.label, size, cells };
  });
  return { cohorts, ...meansOf(question, spans, cohorts) };
}

const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);

/** When the time of a column begins for the first of a cohort, and ends for the last. */
function timesOf(frame: Frame, question: RetentionQuestion, bucket: { start: number; label: string }) {
  const { interval, clock } = question;
  const at = (offset: number): number =>
    interval === 'hour' ? bucket.start + offset * rollingMs.hour : startOfDay(addIntervals(bucket.label, offset, interval), frame.timeZone);
  if (clock === 'calendar') return { begins: (span: Span) => at(span.first), ends: (span: Span) => at(span.last + 1) };
  const own = rollingMs[interval];
  return { begins: (span: Span) => bucket.start + span.first * own, ends: (span: Span) => at(1) + (span.last + 1) * own };
}

interface Shared {
  size: number;
  people: readonly number[];
  column: number;
}

/** What a rate is a share of. */
function baseOf(question: RetentionQuestion, { size, people, column }: Shared): number {
  return question.denominator === 'previous' && column > 0 ? (people[column - 1] ?? 0) : size;
}

function shareOf(question: RetentionQuestion, shared: Shared): number | null {
  return rateOf(question, shared.people[shared.column] ?? 0, baseOf(question, shared));
}

function rateOf(question: RetentionQuestion, people: number, base: number): number | null {
  if (base === 0) return null;
  return question.view === 'lost' ? 1 - people / base : people / base;
}

function meansOf(question: RetentionQuestion, spans: readonly Span[], cohorts: readonly RetentionCohort[]): Omit<Table, 'cohorts'> {
  const columns = spans.map((_, column) => {
    const mature = cohorts.flatMap(({ size, cells }) => {
      const cell = cells[column];
      const people = cells.map((one) => one?.people ?? 0);
      return cell?.mature ? [{ cell, base: baseOf(question, { size, people, column }) }] : [];
    });
    const people = total(mature.map(({ cell }) => cell.people));
    const rates = mature.flatMap(({ cell }) => (cell.rate === null ? [] : [cell.rate]));
    return {
      mean: rateOf(question, people, total(mature.map(({ base }) => base))),
      simpleMean: rates.length === 0 ? null : total(rates) / rates.length,
      thirdMean: people === 0 ? null : total(mature.map(({ cell }) => cell.third?.value ?? 0)) / people,
    };
  });
  return {
    mean: columns.map((column) => column.mean),
    simpleMean: columns.map((column) => column.simpleMean),
    ...(question.third && { thirdMean: columns.map((column) => column.thirdMean) }),
  };
}
