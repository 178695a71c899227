import type { Past, PastEvent } from '../../agreement.arbitraries.ts';
import { isPassing, slotsOf, winnerOf } from '../../agreement.oracle.ts';
import type { RetentionQuestion } from './question.ts';

const HOUR_MS = 3_600_000;

/** One person in one cohort. */
interface Member {
  person: number;
  cohort: number;
  /** Text of the breakdown's property on the start event; null without one. */
  value: string | null;
  startMs: number;
  came: boolean[];
  amounts: number[];
}

/** Person by person and event by event, from the definitions. `columns` are the intervals that each column covers. */
export function retention(past: Past, question: RetentionQuestion, columns: readonly { first: number; last: number }[]) {
  const wide = widely(past, question);
  const members = [
    ...Map.groupBy(
      past.events.map((event, index) => ({ event, index })),
      ({ event }) => winnerOf(past, event.person),
    ),
  ].flatMap(([person, own]) =>
    membershipsOf(question, wide, own).map(({ at, list, cohort }): Member => {
      const started = list[at];
      if (!started) throw new Error('nobody started');
      const back = backOf(past, question, wide, { at, list, cohort });
      return {
        person,
        cohort,
        value: textOf(started.event, question),
        startMs: started.event.time,
        came: columns.map(({ first, last }) => hasCome(question, back, first, last)),
        amounts: columns.map(({ first, last }) => amountOf({ past, question, wide }, { started: started.event, list, cohort }, { first, last })),
      };
    }),
  );
  return { members, cohorts: wide.cohorts, now: wide.now - wide.first };
}

type Wide = ReturnType<typeof widely>;
/** A history, what is asked of it, and its intervals. */
interface World {
  past: Past;
  question: RetentionQuestion;
  wide: Wide;
}
type Own = { event: PastEvent; index: number };

/** Intervals around the history and its answers, in days. */
const AROUND = { hour: 0, day: 110, week: 150, month: 400, quarter: 900 } as const;

/** All intervals around the history, those of the range among them. Ordinals count from the first of the range. */
function widely(past: Past, question: RetentionQuestion) {
  const range = slotsOf(past, question).current;
  const { interval } = question;
  const around =
    interval === 'hour'
      ? Array.from({ length: 2_400 }, (_, index) => {
          const start = (range[0]?.start ?? 0) + (index - 1_200) * HOUR_MS;
          return { start, has: (event: PastEvent) => event.time >= start && event.time < start + HOUR_MS };
        })
      : slotsOf(past, { interval, range: { kind: 'between', from: dayFrom(past, -AROUND[interval]), to: dayFrom(past, AROUND[interval]) } }).current;
  const first = around.findIndex((slot) => slot.start === range[0]?.start);
  const placeOf = (time: number) => around.findLastIndex((slot) => slot.start <= time);
  return { around, first, placeOf, now: placeOf(past.now), cohorts: range.length };
}

const dayFrom = (past: Past, days: number) => new Date(past.now + days * 24 * HOUR_MS).toISOString().slice(0, 10);

const isStart = (event: PastEvent, question: RetentionQuestion) => isPassing(event, { event: question.start, filters: question.startFilters });
const isReturn = (event: PastEvent, question: RetentionQuestion) => isPassing(event, { event: question.return, filters: question.returnFilters });

/** The cohorts of a person, each with the event that completed the start, in the order start, both, return of one millisecond. */
function membershipsOf(question: RetentionQuestion, wide: Wide, own: readonly Own[]): { at: number; list: Own[]; cohort: number }[] {
  const endOfRange = wide.around[wide.first + wide.cohorts]?.start ?? Number.POSITIVE_INFINITY;
  const mayStart = (event: PastEvent) => isStart(event, question) && event.time < endOfRange;
  const rank = (event: PastEvent) => (mayStart(event) ? (isReturn(event, question) ? 1 : 0) : isReturn(event, question) ? 2 : 3);
  const list = own.toSorted(
    (one, other) =>
      one.event.time - other.event.time ||
      rank(one.event) - rank(other.event) ||
      one.event.sequence - other.event.sequence ||
      (String(one.index) < String(other.index) ? -1 : 1),
  );
  const times = new Map<number, number>();
  const hits = list.flatMap(({ event }, at) => {
    if (!mayStart(event)) return [];
    const place = wide.placeOf(event.time);
    times.set(place, (times.get(place) ?? 0) + 1);
    return times.get(place) === question.startMin ? [{ at, list, cohort: place - wide.first }] : [];
  });
  const isIn = ({ cohort }: { cohort: number }) => cohort >= 0 && cohort < wide.cohorts;
  if (question.type === 'recurring') return hits.filter(isIn);
  return question.type === 'firstTime' ? hits.slice(0, 1).filter(isIn) : hits.filter(isIn).slice(0, 1);
}

const lengths = { hour: 1, day: 24, week: 168, month: 720, quarter: 2_160 };

/** The interval after the start in which an event lies; undefined when nobody has seen it yet, or it lies before. */
function offsetOf(world: World, start: { startMs: number; cohort: number }, event: PastEvent): number | undefined {
  const { past, question, wide } = world;
  const { startMs, cohort } = start;
  if (question.clock === 'rolling')
    return event.time > past.now || event.time < startMs ? undefined : Math.floor((event.time - startMs) / (lengths[question.interval] * HOUR_MS));
  const place = wide.placeOf(event.time);
  return place > wide.now || place - wide.first < cohort ? undefined : place - wide.first - cohort;
}

/** The intervals in which a person came back often enough. */
function backOf(past: Past, question: RetentionQuestion, wide: Wide, member: { at: number; list: Own[]; cohort: number }): Set<number> {
  const { at, list, cohort } = member;
  const startMs = list[at]?.event.time ?? 0;
  const isSame =
    question.start === question.return &&
    question.startMin === question.returnMin &&
    String(question.startFilters.map((one) => one.property)) === String(question.returnFilters.map((one) => one.property));
  const isByDefinition = isSame && question.mode !== 'onOrBefore';
  const isAnyOrder = !isSame && question.zero === 'anyOrder' && question.clock === 'calendar';
  const counts = new Map<number, number>();
  for (const [place, { event }] of list.entries()) {
    if (!isReturn(event, question)) continue;
    const offset = offsetOf({ past, question, wide }, { startMs, cohort }, event);
    if (offset === undefined || (place <= at && !(isAnyOrder && offset === 0))) continue;
    counts.set(offset, (counts.get(offset) ?? 0) + 1);
  }
  const back = new Set([...counts].filter(([, count]) => count >= question.returnMin).map(([offset]) => offset));
  return isByDefinition ? back.add(0) : back;
}

function hasCome({ mode }: RetentionQuestion, back: ReadonlySet<number>, first: number, last: number): boolean {
  const some = (test: (offset: number) => boolean) => [...back].some(test);
  if (mode === 'on') return back.has(first);
  if (mode === 'onOrAfter') return some((offset) => offset >= first);
  if (mode === 'onOrBefore') return some((offset) => offset <= first);
  if (mode === 'brackets') return some((offset) => offset >= first && offset <= last);
  return Array.from({ length: first + 1 }, (_, offset) => offset).every((offset) => back.has(offset));
}

function amountOf(
  world: World,
  member: { started: PastEvent; list: readonly Own[]; cohort: number },
  { first, last }: { first: number; last: number },
): number {
  const { question } = world;
  const { third } = question;
  if (!third) return 0;
  return member.list.reduce((sum, { event }) => {
    const offset = offsetOf(world, { startMs: member.started.time, cohort: member.cohort }, event);
    if (!isPassing(event, third) || offset === undefined || offset < first || offset > last) return sum;
    if (third.measure.kind === 'events') return sum + 1;
    return sum + (typeof event.properties.price === 'number' ? Math.round(event.properties.price * 1e6) / 1e6 : 0);
  }, 0);
}

function textOf(event: PastEvent, question: RetentionQuestion): string | null {
  const value = question.breakdown ? event.properties[question.breakdown.property as 'kind' | 'price'] : null;
  return value === undefined || value === null ? null : String(value);
}
