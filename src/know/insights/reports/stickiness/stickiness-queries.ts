import type { Frame, Piece } from '../../frame.ts';
import { betweenInstants, matcher, onDays } from '../../queries/events-scan.ts';
import { peopleByInterval, placeOf, placeOfDay } from '../../queries/people-by-interval.ts';
import type { BucketedRange } from '../../range.ts';
import type { StickinessQuestion } from './question.ts';

const HOUR_MS = 3_600_000;

/** True when it is enough to know who was there on which day. */
export function isFromDays({ interval, filters, times }: StickinessQuestion): boolean {
  return interval !== 'hour' && filters.length === 0 && times.op === 'atLeast' && times.value === 1;
}

/** Rows `person`, `intervals`: everybody with at least one interval that counts. */
export function intervalsOfPeople(frame: Frame, question: StickinessQuestion, range: BucketedRange): Piece {
  const { interval } = question;
  if (!isFromDays(question) || interval === 'hour') return fromEvents(frame, question, range);
  const from = placeOf(range.fromDay, interval);
  const named = peopleByInterval(frame, { event: question.event, interval, from, to: from + range.buckets.length }, false);
  return {
    sql: `${named.sql}
SELECT person, count() AS intervals FROM (SELECT arrayJoin(bitmapToArray(bitmap)) AS person FROM by_interval) GROUP BY person`,
    parameters: named.parameters,
  };
}

function fromEvents(frame: Frame, question: StickinessQuestion, range: BucketedRange): Piece {
  const { interval, times } = question;
  const rows = matcher(frame, question, 'counted');
  const time = interval === 'hour' ? betweenInstants(frame, range) : onDays(frame, range);
  const place = interval === 'hour' ? `intDiv(toUnixTimestamp64Milli(time) - {fromMs:Int64}, ${HOUR_MS})` : placeOfDay(interval);
  const test = { atLeast: '>=', atMost: '<=', exactly: '=' }[times.op];
  return {
    sql: `SELECT person, count() AS intervals
FROM (SELECT toUInt32(${frame.person}) AS person, ${place} AS place, count() AS times FROM events WHERE ${time.sql} AND ${rows.sql} GROUP BY person, place)
WHERE times ${test} {times:UInt32} GROUP BY person`,
    parameters: { ...time.parameters, ...rows.parameters, times: times.value },
  };
}
