/**
 * The slow and plain way through one person's events: every chain of them is tried. Shares no code with the report.
 */

/** An event as a walk sees it, in order. */
export interface Seen {
  time: number;
  /** Which steps and exclusions it fits. */
  steps: boolean[];
  exclusions: boolean[];
  isInUniverse: boolean;
  mayStart: boolean;
}

export interface WalkRules {
  steps: { isOptional: boolean; isAnchored: boolean; minGapMs: number; maxGapMs: number }[];
  windowMs: number;
  order: 'ordered' | 'strict' | 'unordered';
  entry: 'best' | 'first';
  isTotals: boolean;
  /** Levels `[from, to)`: how many steps were reached. */
  exclusions: { from: number; to: number }[];
  isRemoving: boolean;
}

/** What became of an attempt: places of its steps' events, from 1; 0 for steps that were skipped. */
export interface Walked {
  level: number;
  tainted: boolean;
  places: number[];
}

interface Chain {
  places: number[];
  start: number;
  last: number;
}

/** The attempts that count of one walk. */
export function walkPlainly(rules: WalkRules, events: Seen[]): Walked[] {
  if (rules.isTotals) return oneAfterTheOther(rules, events);
  const starts = events.flatMap((event, index) => (event.mayStart && fitsFirst(rules, event) ? [index + 1] : []));
  const allowed = rules.entry === 'first' ? starts.slice(0, 1) : starts;
  const chains = allowed.flatMap((start) => chainsFrom(rules, events, start));
  if (chains.length === 0) return [];
  const depth = Math.max(...chains.map((chain) => chain.places.length));
  let deepest = chains.filter((chain) => chain.places.length === depth);
  let before: Chain | undefined;
  for (;;) {
    const best = firstOf(rules, events, deepest);
    if (!best) return [{ level: depth, tainted: true, places: before?.places ?? [] }];
    before = best;
    const hit = rules.isRemoving ? nextHit(rules, events, best) : undefined;
    if (hit === undefined) return [{ level: depth, tainted: false, places: best.places }];
    deepest = deepest.filter((chain) => chain.last >= hit);
  }
}

function timeAt(events: Seen[], place: number): number {
  return events[place - 1]?.time ?? Number.NaN;
}

/** An excluded event after the attempt came so far and before it went on, in its window. */
function nextHit(rules: WalkRules, events: Seen[], chain: Chain): number | undefined {
  const hit = events.findIndex(
    (event, index) =>
      index + 1 > chain.last && isHit(rules, event, chain.places.length) && event.time - timeAt(events, chain.start) <= rules.windowMs,
  );
  return hit < 0 ? undefined : hit + 1;
}

function isHit(rules: WalkRules, event: Seen, level: number): boolean {
  return rules.exclusions.some(({ from, to }, index) => event.exclusions[index] && level >= from && level < to);
}

/** Reached first; began last; took most steps; took them earliest. In any order: began last. */
function firstOf(rules: WalkRules, events: Seen[], chains: Chain[]): Chain | undefined {
  const passed = (chain: Chain) => chain.places.filter((place) => place > 0).length;
  return chains.toSorted((one, other) => {
    if (one.last !== other.last) return one.last - other.last;
    const later = timeAt(events, other.start) - timeAt(events, one.start);
    if (later !== 0) return later;
    if (rules.order === 'unordered') return other.start - one.start;
    if (passed(one) !== passed(other)) return passed(other) - passed(one);
    const different = one.places.findIndex((place, index) => place !== other.places[index]);
    return (one.places[different] ?? 0) - (other.places[different] ?? 0);
  })[0];
}

function fitsFirst(rules: WalkRules, event: Seen): boolean {
  return rules.order === 'unordered' ? freeStep(rules, event, new Set()) !== undefined : (event.steps[0] ?? false);
}

/** The first step in any order that an event can be when some are taken. */
function freeStep(rules: WalkRules, event: Seen, taken: ReadonlySet<number>): number | undefined {
  const step = rules.steps.findIndex((rule, index) => {
    if (!event.steps[index] || taken.has(index)) return false;
    const anchors = rules.steps.flatMap((one, place) => (one.isAnchored && place < index ? [place] : []));
    const needed = rule.isAnchored ? index : (anchors.at(-1) ?? -1) + 1;
    return Array.from({ length: needed }, (_, place) => place).every((place) => taken.has(place));
  });
  return step < 0 ? undefined : step;
}

/** Every attempt that begins with an event, also those cut short. */
function chainsFrom(rules: WalkRules, events: Seen[], start: number): Chain[] {
  return rules.order === 'unordered' ? prefixes(takeAnyOrder(rules, events, start), start) : follow(rules, events, [start]);
}

function prefixes(places: number[], start: number): Chain[] {
  return places.map((last, index) => ({ places: places.slice(0, index + 1), start, last }));
}

function takeAnyOrder(rules: WalkRules, events: Seen[], start: number): number[] {
  const taken = new Set<number>();
  const places: number[] = [];
  for (let place = start; place <= events.length; place++) {
    const event = events[place - 1];
    if (!event || event.time - timeAt(events, start) > rules.windowMs || places.length === rules.steps.length) break;
    if (place > start && event.exclusions.some(Boolean)) break;
    const step = freeStep(rules, event, taken);
    if (step === undefined) continue;
    taken.add(step);
    places.push(place);
  }
  return places;
}

function follow(rules: WalkRules, events: Seen[], places: number[]): Chain[] {
  const start = places[0] ?? 0;
  const last = places.at(-1) ?? 0;
  const chains: Chain[] = [{ places, start, last }];
  for (let place = last + 1; place <= events.length; place++) {
    const event = events[place - 1];
    if (!event || event.time - timeAt(events, start) > rules.windowMs) break;
    // An excluded event ends the attempt before it may be a step itself.
    if (isHit(rules, event, places.length)) break;
    for (let step = places.length; step < rules.steps.length; step++) {
      const rule = rules.steps[step];
      const gap = event.time - timeAt(events, last);
      if (rule && event.steps[step] && gap >= rule.minGapMs && gap <= rule.maxGapMs) {
        const skipped = Array.from({ length: step - places.length }, () => 0);
        chains.push(...follow(rules, events, [...places, ...skipped, place]));
      }
      if (!rule?.isOptional) break;
    }
    if (rules.order === 'strict' && event.isInUniverse) break;
  }
  return chains;
}

/** One attempt at a time: the next may begin when the last is over. */
function oneAfterTheOther(rules: WalkRules, events: Seen[]): Walked[] {
  const found: Walked[] = [];
  let place = 1;
  while (place <= events.length) {
    const event = events[place - 1];
    if (!event?.mayStart || !fitsFirst(rules, event)) {
      place += 1;
      continue;
    }
    const { walked, next } = attemptFrom(rules, events, place);
    found.push(walked);
    place = next;
  }
  return found;
}

function attemptFrom(rules: WalkRules, events: Seen[], start: number): { walked: Walked; next: number } {
  const chains = chainsFrom(rules, events, start);
  const levelBy = (place: number) => Math.max(...chains.filter((chain) => chain.last <= place).map((chain) => chain.places.length));
  const result = (place: number, tainted: boolean) => {
    const level = levelBy(place);
    const best = firstOf(
      rules,
      events,
      chains.filter((chain) => chain.last <= place && chain.places.length === level),
    );
    return { level, tainted, places: best?.places ?? [] };
  };
  if (rules.steps.length === 1) return { walked: result(start, false), next: start + 1 };
  for (let place = start + 1; place <= events.length; place++) {
    const event = events[place - 1];
    if (!event) break;
    if (event.time - timeAt(events, start) > rules.windowMs) return { walked: result(place - 1, false), next: place };
    const isExcluded = rules.order === 'unordered' ? event.exclusions.some(Boolean) : isHit(rules, event, levelBy(place - 1));
    if (isExcluded) return { walked: result(place - 1, true), next: place + 1 };
    const isGoingOn = chains.some((chain) => chain.last === place);
    if (rules.order === 'strict' && event.isInUniverse && !isGoingOn) return { walked: result(place - 1, false), next: place };
    if (levelBy(place) === rules.steps.length) return { walked: result(place, false), next: place + 1 };
  }
  return { walked: result(events.length, false), next: events.length + 1 };
}
