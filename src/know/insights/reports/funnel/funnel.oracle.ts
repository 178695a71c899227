import type { Past, PastEvent } from '../../agreement.arbitraries.ts';
import { isPassing, localDay, slotsOf, span, winnerOf } from '../../agreement.oracle.ts';
import { type FunnelQuestion, windowMs } from './question.ts';
import { type Seen, type Walked, type WalkRules, walkPlainly } from './walk.oracle.ts';

/** One attempt (or person, or session) that counts. */
export interface Counted {
  person: number;
  group: string;
  level: number;
  events: (PastEvent | undefined)[];
  mature: boolean;
}

interface Candidate extends Counted {
  tainted: boolean;
  unit: string;
  key: string[];
}

const HOUR_MS = 3_600_000;

/** Which attempts count in each group, from the definitions alone. `slot`: only those that begin in it. */
export function funnelPlainly(past: Past, question: FunnelQuestion, slot?: { has(event: PastEvent): boolean }) {
  const { from, to } = span(past, question.range);
  const window = question.within === 'session' ? 24 * HOUR_MS : question.within === 'calendarDay' ? 25 * HOUR_MS : windowMs(question.window);
  const last = question.limitStepsToRange ? to : to + window;
  const bySession = question.within === 'session' || question.count === 'sessions';
  const events = past.events.filter((event) => event.time >= from && event.time < last && (!bySession || (event.session ?? '') !== ''));
  const attribution = question.attribution ?? { of: 'step', step: 1 };
  const top = question.breakdown
    ? topOf(
        past,
        question,
        events.filter((event) => isRanked(question, event, to)),
      )
    : [];
  const ownOf = (event: PastEvent) => (question.breakdown ? groupOf(event, question.breakdown.property, top) : 'all');
  const followsGroups = question.breakdown && (attribution.of === 'all' || (attribution.of === 'step' && question.count !== 'totals'));
  const followed = followsGroups ? ['all', ...top.map((value) => `value:${value}`), 'other', 'none'] : ['all'];
  const mayStart = (event: PastEvent) => event.time < to && (question.count === 'totals' || !slot || slot.has(event));
  const dayOf = (event: PastEvent) => localDay(event.time, past.timeZone);
  const counted: Counted[] = [];
  for (const [person, own] of Map.groupBy(events, (event) => winnerOf(past, event.person))) {
    for (const group of followed) {
      const candidates = walksOf(question, own, { group, ownOf, mayStart, dayOf, top, bySession }).flatMap(({ list, key, unit }) =>
        walkPlainly(
          rulesOf(question, window),
          list.map((one) => one.seen),
        ).map((walked) => ({
          ...attemptOf(walked, list, { past, question, window }),
          person,
          group,
          unit,
          key,
        })),
      );
      counted.push(...choose(question, candidates));
    }
  }
  const isIn = (one: Counted) => question.count !== 'totals' || !slot || (one.events[0] !== undefined && slot.has(one.events[0]));
  const grouped =
    question.breakdown && !followsGroups ? counted.flatMap((one) => [one, { ...one, group: groupOfAttempt(attribution, one, ownOf) }]) : counted;
  return { top, counted: grouped.filter(isIn) };
}

/** Those that a trend shows, interval by interval. */
export function trendPlainly(past: Past, question: FunnelQuestion) {
  const { breakdown: _, ...bare } = question;
  return slotsOf(past, { range: question.range, interval: question.trend ?? 'day' }).current.map((slot) => ({
    start: slot.start,
    counted: funnelPlainly(past, bare, slot).counted,
  }));
}

function rulesOf(question: FunnelQuestion, window: number): WalkRules {
  return {
    steps: question.steps.map((step) => ({
      isOptional: step.optional ?? false,
      isAnchored: step.anchored ?? false,
      minGapMs: step.minGap ? windowMs(step.minGap) : Number.NEGATIVE_INFINITY,
      maxGapMs: step.maxGap ? windowMs(step.maxGap) : Number.POSITIVE_INFINITY,
    })),
    windowMs: window,
    order: question.order ?? 'ordered',
    entry: question.entry ?? 'best',
    isTotals: question.count === 'totals',
    exclusions: question.exclusions ?? [],
    isRemoving: question.exclusionEffect === 'remove',
  };
}

function stepsOf(question: FunnelQuestion, event: PastEvent): boolean[] {
  return question.steps.map((step) => [step, ...(step.or ?? [])].some((matcher) => isPassing(event, matcher)));
}

function isRanked(question: FunnelQuestion, event: PastEvent, to: number): boolean {
  const attribution = question.attribution ?? { of: 'step', step: 1 };
  const fits = stepsOf(question, event);
  if (attribution.of !== 'step' || question.order === 'unordered') return fits.some(Boolean);
  return (fits[attribution.step - 1] ?? false) && (attribution.step > 1 || event.time < to);
}

export function textOf(event: PastEvent, property: string): string | undefined {
  const value = event.properties[property as 'kind' | 'price'];
  return value === undefined || value === null ? undefined : String(value);
}

function topOf(past: Past, question: FunnelQuestion, events: PastEvent[]): string[] {
  const { property, limit } = question.breakdown ?? { property: '', limit: 0 };
  const byValue = Map.groupBy(
    events.filter((event) => textOf(event, property) !== undefined),
    (event) => textOf(event, property) ?? '',
  );
  return [...byValue]
    .map(([value, list]) => ({ value, people: new Set(list.map((event) => winnerOf(past, event.person))).size }))
    .sort((one, other) => other.people - one.people || (one.value < other.value ? -1 : 1))
    .slice(0, limit)
    .map(({ value }) => value);
}

function groupOf(event: PastEvent, property: string, top: readonly string[]): string {
  const text = textOf(event, property);
  if (text === undefined) return 'none';
  return top.includes(text) ? `value:${text}` : 'other';
}

function groupOfAttempt(attribution: { of: string; step: number }, { events }: Counted, ownOf: (event: PastEvent) => string): string {
  if (attribution.of === 'step') {
    const event = events[attribution.step - 1];
    return event ? ownOf(event) : 'none';
  }
  const values = events.flatMap((event) => (event ? [ownOf(event)] : [])).filter((value) => value !== 'none');
  return (attribution.of === 'last' ? values.at(-1) : values[0]) ?? 'none';
}

interface Placed {
  event: PastEvent;
  seen: Seen;
  order: number[];
}

interface Following {
  group: string;
  ownOf(event: PastEvent): string;
  mayStart(event: PastEvent): boolean;
  dayOf(event: PastEvent): string;
  top: readonly string[];
  bySession: boolean;
}

/** A person's events, once for each session, day and value that have to stay the same. */
function walksOf(question: FunnelQuestion, events: PastEvent[], following: Following): { list: Placed[]; key: string[]; unit: string }[] {
  const { group, ownOf } = following;
  const attribution = question.attribution ?? { of: 'step', step: 1 };
  const isSame = question.breakdown && attribution.of === 'all';
  const parts = events.flatMap((event) => {
    if (isSame && group !== 'all' && ownOf(event) !== group) return [];
    const fits = stepsOf(question, event).map((fit, step) => {
      const isOthers = question.breakdown && !isSame && question.count !== 'totals' && attribution.of === 'step' && step === attribution.step - 1;
      return fit && !(isOthers && group !== 'all' && ownOf(event) !== group);
    });
    const fixed = [...(following.bySession ? [event.session ?? ''] : []), ...(question.within === 'calendarDay' ? [following.dayOf(event)] : [])];
    const same = isSame ? [group === 'all' ? '' : (textOf(event, question.breakdown?.property ?? '') ?? '')] : [];
    return heldOf(question, event, fits).map(({ values, seen }) => ({ event, key: [...fixed, ...values, ...same], seen }));
  });
  return [...Map.groupBy(parts, ({ key }) => JSON.stringify(key))].map(([, list]) => {
    const key = list[0]?.key ?? [];
    const placed = list.map(({ event, seen }) => ({
      event,
      seen: { ...seen, mayStart: following.mayStart(event) },
      order: orderOf(question, event, seen, following),
    }));
    return { list: inOrder(question, placed), key, unit: question.count === 'sessions' ? (key[0] ?? '') : '' };
  });
}

/** As what an event counts for each of the values that it has for steps that hold them constant. */
function heldOf(question: FunnelQuestion, event: PastEvent, steps: boolean[]): { values: string[]; seen: Seen }[] {
  const hold = question.hold ?? [];
  const exclusions = (question.exclusions ?? []).map((exclusion) => isPassing(event, exclusion));
  const isInUniverse = universeHas(question, event, steps, exclusions);
  const roles = [
    ...steps.map((fits, index) => ({ fits, names: question.steps[index]?.hold ?? hold, role: `s${index}` })),
    ...exclusions.map((fits, index) => ({
      fits,
      names: question.steps[(question.exclusions?.[index]?.from ?? 1) - 1]?.hold ?? hold,
      role: `x${index}`,
    })),
    { fits: isInUniverse, names: hold, role: 'u' },
  ].filter(({ fits }) => fits);
  const valued = roles.flatMap(({ names, role }) => {
    const values = names.map((name) => textOf(event, name));
    return values.some((value) => value === undefined) ? [] : [{ role, values: values as string[] }];
  });
  return [...Map.groupBy(valued, ({ values }) => JSON.stringify(values))].map(([text, list]) => {
    const has = new Set(list.map(({ role }) => role));
    const seen = {
      time: event.time,
      steps: steps.map((_, index) => has.has(`s${index}`)),
      exclusions: exclusions.map((_, index) => has.has(`x${index}`)),
      isInUniverse: has.has('u'),
      mayStart: false,
    };
    return { values: JSON.parse(text) as string[], seen };
  });
}

function universeHas(question: FunnelQuestion, event: PastEvent, steps: boolean[], exclusions: boolean[]): boolean {
  if (question.order !== 'strict') return false;
  const universe = question.universe ?? { of: 'all' };
  if (universe.of === 'listed') return steps.some(Boolean) || exclusions.some(Boolean);
  if (universe.of === 'events') return universe.events.includes(event.event);
  return !event.passive;
}

/** Instant, first step, sequence; then whatever tells two events apart. */
function orderOf(question: FunnelQuestion, event: PastEvent, seen: Seen, { ownOf, top }: Following): number[] {
  const bits = (list: boolean[], first: number) => list.reduce((sum, fits, index) => sum + (fits ? 2 ** (first + index) : 0), 0);
  const firstStep = seen.steps.indexOf(true);
  const mask = bits(seen.steps, 0) + bits(seen.exclusions, 32) + (seen.isInUniverse ? 2 ** 48 : 0);
  const own = ownOf(event);
  const code = !question.breakdown || own === 'other' ? 0 : own === 'none' ? -1 : top.indexOf(own.slice(6)) + 1;
  const price = question.sumOf === undefined ? undefined : event.properties[question.sumOf as 'price'];
  return [firstStep < 0 ? 0 : 2 ** firstStep, event.time, event.sequence, mask, code, typeof price === 'number' ? Math.round(price * 1e6) : 0];
}

function inOrder(question: FunnelQuestion, list: Placed[]): Placed[] {
  const compare = (one: number[], other: number[]): number => {
    const index = one.findIndex((value, place) => value !== other[place]);
    return index < 0 ? 0 : (one[index] ?? 0) - (other[index] ?? 0);
  };
  const tolerance = question.reorderToleranceMs ?? 0;
  const byTime = list.toSorted((one, other) => one.event.time - other.event.time);
  let bunch = Number.NEGATIVE_INFINITY;
  const bunched = byTime.map((one) => {
    if (one.event.time - bunch > tolerance) bunch = one.event.time;
    return { one, order: [bunch, ...one.order] };
  });
  return bunched.sort((one, other) => compare(one.order, other.order)).map(({ one }) => one);
}

function attemptOf(walked: Walked, list: Placed[], { past, question, window }: { past: Past; question: FunnelQuestion; window: number }) {
  const events = walked.places.map((place) => (place === 0 ? undefined : list[place - 1]?.event));
  const starts = list.filter(({ seen }) => seen.mayStart && (question.order === 'unordered' ? seen.steps.some(Boolean) : seen.steps[0]));
  const decisive = question.count === 'totals' ? events[0] : question.entry === 'first' ? starts[0]?.event : starts.at(-1)?.event;
  const times = starts.map(({ event }) => event.time);
  const time = question.count === 'totals' ? (decisive?.time ?? 0) : question.entry === 'first' ? Math.min(...times) : Math.max(...times);
  const isOver = question.within === 'calendarDay' ? localDay(time, past.timeZone) < localDay(past.now, past.timeZone) : time + window <= past.now;
  const { to } = span(past, question.range);
  return { level: walked.level, tainted: walked.tainted, events, mature: isOver || to + window <= past.now };
}

/** Of the walks of a person or session the one that counts. */
function choose(question: FunnelQuestion, candidates: Candidate[]): Counted[] {
  const isClean = (one: Candidate) => question.exclusionEffect !== 'remove' || !one.tainted;
  if (question.count === 'totals') return candidates.filter(isClean);
  return [...Map.groupBy(candidates, (one) => one.unit)].flatMap(([, list]) => {
    const [best] = list.toSorted((one, other) => compareCandidates(question, one, other));
    const mature = question.entry === 'first' ? (best?.mature ?? false) : list.every((one) => one.mature);
    return best && isClean(best) ? [{ ...best, mature }] : [];
  });
}

function compareCandidates(question: FunnelQuestion, one: Candidate, other: Candidate): number {
  const times = (candidate: Candidate) => candidate.events.flatMap((event) => (event ? [event.time] : []));
  const start = (candidate: Candidate) => candidate.events[0]?.time ?? 0;
  const byKey = one.key.findIndex((part, index) => part !== other.key[index]);
  const last = byKey < 0 ? 0 : (one.key[byKey] ?? '') < (other.key[byKey] ?? '') ? -1 : 1;
  if (question.entry === 'first') return start(one) - start(other) || last;
  const reached = Math.max(0, ...times(one)) - Math.max(0, ...times(other));
  return other.level - one.level || Number(one.tainted) - Number(other.tainted) || reached || start(other) - start(one) || last;
}
