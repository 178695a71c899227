import type { Frame, Piece } from '../../frame.ts';
import { type DaysOfPeople, peopleByInterval, peopleOfSets, placeOf, placeOfDay } from '../../queries/people-by-interval.ts';
import type { BucketedRange } from '../../range.ts';
import type { LifecycleBucket, LifecycleCell } from './answer.ts';
import type { LifecycleQuestion } from './question.ts';

type Counted = Omit<LifecycleBucket, 'start' | 'label' | 'complete'>;
type Row = [place: number, fresh: number, returning: number, active: number, awake: number, awakeBefore: number, lost: number];
const NOBODY: Row = [0, 0, 0, 0, 0, 0, 0];

/**
 * The states of each interval of a range, in order. Sizes of unions say nearly everything: with E(i) everybody until i and W(i) everybody awake in i,
 * new = |E(i)| - |E(i-1)|, returning = |A(i) and W(i-1)|, resurrecting = |A(i)| - new - returning, dormant = |W(i-1)| + new + resurrecting - |W(i)|.
 */
export async function countLifecycle(frame: Frame, question: LifecycleQuestion, range: BucketedRange): Promise<Counted[]> {
  const { interval, wakeLatency, lostAfter } = question;
  const from = placeOf(range.fromDay, interval);
  const to = placeOf(range.buckets.at(-1)?.label ?? range.fromDay, interval) + 1;
  const days: DaysOfPeople = { event: question.event, interval, from: from - Math.max(wakeLatency, lostAfter ?? 0), to };
  const isByEvent = question.newBy === 'firstEvent';
  const named = peopleByInterval(frame, days, isByEvent);
  const created = isByEvent ? undefined : createdBefore(frame, question, { from, to });
  const over = (frameOf: string) => `OVER (ORDER BY place ROWS BETWEEN ${frameOf})`;
  const union = (first: number, last: number) =>
    `groupBitmapOrState(bitmap) ${over(`${first} PRECEDING AND ${last === 0 ? 'CURRENT ROW' : `${last} PRECEDING`}`)}`;
  const known = 'toInt64(bitmapCardinality(groupBitmapOrState(bitmap) OVER (ORDER BY place ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)))';
  const columns = [
    'place',
    'bitmap',
    `${union(wakeLatency, 1)} AS awake_before`,
    'toInt64(bitmapCardinality(bitmap)) AS active',
    wakeLatency === 1 ? 'active AS awake' : `toInt64(bitmapCardinality(${union(wakeLatency - 1, 0)})) AS awake`,
    ...(isByEvent ? [`${known} AS known`] : []),
    lostAfter === undefined
      ? 'toInt64(0) AS lost'
      : `toInt64(bitmapCardinality(${union(lostAfter, 0)})) - toInt64(bitmapCardinality(${union(lostAfter - 1, 0)})) AS lost`,
  ];
  const fresh = isByEvent
    ? `known - lagInFrame(known, 1, toInt64(0)) OVER (ORDER BY place ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)`
    : 'toInt64(bitmapAndnotCardinality(bitmapAndnot(bitmap, awake_before), created.people))';
  const rows = await frame.rows<{ row: Row }>({
    sql: `${named.sql}
SELECT CAST([place, fresh, again, active, awake, size_before, lost], 'Array(Float64)') AS row
FROM (
  SELECT place, ${fresh} AS fresh, toInt64(bitmapAndCardinality(bitmap, awake_before)) AS again, active, awake,
    toInt64(bitmapCardinality(awake_before)) AS size_before, lost
  FROM (SELECT ${columns.join(', ')} FROM by_interval) AS counted
  ${created ? `INNER JOIN (${created.sql}) AS created ON created.created_place = counted.place` : ''}
)
WHERE place >= {shownFrom:Int32} ORDER BY place`,
    parameters: { ...named.parameters, ...created?.parameters, shownFrom: from },
  });
  const byPlace = new Map(rows.map(({ row }) => [row[0], row]));
  return range.buckets.map((_, index) => {
    const [, fresh, returning, active, awake, awakeBefore, lost] = byPlace.get(from + index) ?? NOBODY;
    const resurrecting = active - fresh - returning;
    const dormant = awakeBefore + fresh + resurrecting - awake;
    return { new: fresh, returning, resurrecting, dormant, lost: lostAfter === undefined ? null : lost, active, awake, awakeBefore };
  });
}

/** Everybody who was known before each interval: rows `created_place`, `people` without gaps. */
function createdBefore(frame: Frame, { interval }: LifecycleQuestion, range: { from: number; to: number }): Piece {
  const place = placeOfDay(interval, `toDate(created_at, {zone:String})`);
  return {
    sql: `SELECT place AS created_place, groupBitmapOrState(bitmap) OVER (ORDER BY place ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS people
  FROM (
    SELECT place, bitmap FROM (
      SELECT greatest(${place}, ${range.from - 1}) AS place, groupBitmapState(person_id) AS bitmap
      FROM people FINAL WHERE project_id = {projectId:UInt32} AND gone = 0 AND ${place} < ${range.to} GROUP BY place
    ) ORDER BY place WITH FILL FROM ${range.from - 1} TO ${range.to}
  )`,
    parameters: { zone: frame.timeZone },
  };
}

/** Who is in a state in the interval that begins with `label`? By sets, as the definitions say it. */
export function peopleOfState(frame: Frame, question: LifecycleQuestion, label: string, state: LifecycleCell['state']): Piece {
  const { interval, wakeLatency, lostAfter = wakeLatency } = question;
  const place = placeOf(label, interval);
  const days: DaysOfPeople = { event: question.event, interval, from: place, to: place + 1 };
  const silence = state === 'lost' ? lostAfter : wakeLatency;
  const sets: Record<string, string> = { active: `place = ${place}` };
  if (state === 'dormant' || state === 'lost') {
    sets['fell'] = `place = ${place - silence}`;
    sets['since'] = `place > ${place - silence}`;
  } else sets['awake'] = `place < ${place} AND place >= ${place - wakeLatency}`;
  const isByEvent = question.newBy === 'firstEvent';
  if (isByEvent) sets['earlier'] = `place < ${place}`;
  const known = isByEvent ? 'earlier' : 'known_before';
  const result = {
    active: 'active',
    returning: 'bitmapAnd(active, awake)',
    new: `bitmapAndnot(bitmapAndnot(active, awake), ${known})`,
    resurrecting: `bitmapAnd(bitmapAndnot(active, awake), ${known})`,
    dormant: 'bitmapAndnot(fell, since)',
    lost: 'bitmapAndnot(fell, since)',
  }[state];
  const people = peopleOfSets(frame, days, sets, result);
  if (isByEvent) return people;
  const created = placeOfDay(interval, `toDate(created_at, {zone:String})`);
  const before = `(SELECT groupBitmapState(person_id) FROM people FINAL WHERE project_id = {projectId:UInt32} AND gone = 0 AND ${created} < ${place}) AS known_before`;
  const sql = people.sql.startsWith('WITH ') ? people.sql.replace('WITH ', `WITH ${before}, `) : `WITH ${before}\n${people.sql}`;
  return { sql, parameters: { ...people.parameters, zone: frame.timeZone } };
}
