import { PatternFault, type PatternNode, parsePattern } from './pattern-syntax.ts';

/** Places of a pattern after its repetitions are written out. */
const PLACES_MAX = 2_000;
/** Sets of places that are remembered; beyond it memory starts anew. */
const STATES_MAX = 500;
const ASCII = 128;

type Place =
  | { kind: 'atom'; matches(codePoint: number): boolean; next: number }
  | { kind: 'split'; ways: readonly number[] }
  | { kind: 'start' | 'end'; next: number }
  | { kind: 'accept' };

/** What is known after some characters: where in the pattern one may stand. */
interface State {
  places: readonly number[];
  isMatch: boolean;
  isMatchAtEnd: boolean;
  ascii: (State | undefined)[];
  others: Map<number, State>;
}

/** A pattern that takes time in proportion to the text, whatever the pattern: senders choose the texts, so backtracking would let them stop the server. */
export interface Pattern {
  /** Whether the pattern matches somewhere in the text, as `new RegExp(source, 'u').test(text)` says. */
  test(text: string): boolean;
}

/** Patterns that are kept compiled: those of a plan serve its next version, and events that share a pattern share what it has learned. */
const KEPT_MAX = 1_000;
const kept = new Map<string, Pattern>();

/** Compiles a pattern to an automaton that is built while it is used (Thompson 1968; as in RE2). Throws `PatternFault`. */
export function compilePattern(source: string): Pattern {
  const known = kept.get(source);
  if (known) return known;
  const fresh = automatonOf(source);
  if (kept.size >= KEPT_MAX) kept.clear();
  kept.set(source, fresh);
  return fresh;
}

function automatonOf(source: string): Automaton {
  const places: Place[] = [{ kind: 'accept' }];
  const first = place(places, parsePattern(source), 0);
  return new Automaton(places, first);
}

/** Adds the places of a node that leads to `next`; gives the first of them. */
function place(places: Place[], node: PatternNode, next: number): number {
  switch (node.kind) {
    case 'atom':
      return add(places, { kind: 'atom', matches: matcherOf(node.source), next });
    case 'start':
    case 'end':
      return add(places, { kind: node.kind, next });
    case 'sequence':
      return node.parts.reduceRight((after, part) => place(places, part, after), next);
    case 'choice':
      return add(places, { kind: 'split', ways: node.branches.map((branch) => place(places, branch, next)) });
    case 'repeat':
      return placeRepeat(places, node, next);
  }
}

function placeRepeat(places: Place[], { part, min, max }: Extract<PatternNode, { kind: 'repeat' }>, next: number): number {
  let after = next;
  if (max === Infinity) {
    const loop = add(places, { kind: 'split', ways: [] });
    places[loop] = { kind: 'split', ways: [place(places, part, loop), next] };
    after = loop;
  } else {
    for (let index = min; index < max; index += 1) after = add(places, { kind: 'split', ways: [place(places, part, after), next] });
  }
  for (let index = 0; index < min; index += 1) after = place(places, part, after);
  return after;
}

function add(places: Place[], one: Place): number {
  if (places.length >= PLACES_MAX) throw new PatternFault('too_large');
  places.push(one);
  return places.length - 1;
}

/** What matches one character is left to the engine, which knows Unicode. */
function matcherOf(source: string): (codePoint: number) => boolean {
  const one = new RegExp(`^(?:${source})$`, 'u');
  return (codePoint) => one.test(String.fromCodePoint(codePoint));
}

class Automaton implements Pattern {
  readonly #places: readonly Place[];
  readonly #first: number;
  #states = new Map<string, State>();
  #start: State;

  constructor(places: readonly Place[], first: number) {
    this.#places = places;
    this.#first = first;
    this.#start = this.#stateOf([first], true);
  }

  test(text: string): boolean {
    let state = this.#start;
    for (let at = 0; at < text.length; at += 1) {
      if (state.isMatch) return true;
      const code = text.charCodeAt(at);
      if (code < ASCII) {
        state = state.ascii[code] ?? this.#step(state, code);
        continue;
      }
      const codePoint = text.codePointAt(at) as number;
      if (codePoint > 0xffff) at += 1;
      state = state.others.get(codePoint) ?? this.#step(state, codePoint);
    }
    return state.isMatch || state.isMatchAtEnd;
  }

  #step(from: State, codePoint: number): State {
    const reached: number[] = [this.#first];
    for (const index of from.places) {
      const one = this.#places[index];
      if (one?.kind === 'atom' && one.matches(codePoint)) reached.push(one.next);
    }
    const state = this.#stateOf(reached, false);
    if (codePoint < ASCII) from.ascii[codePoint] = state;
    else if (from.others.size < STATES_MAX) from.others.set(codePoint, state);
    return state;
  }

  #stateOf(reached: readonly number[], isAtStart: boolean): State {
    const places = this.#spread(reached, { isAtStart, isAtEnd: false });
    const key = `${isAtStart}${places.join()}`;
    const known = this.#states.get(key);
    if (known) return known;
    // States that are in use keep each other alive, so memory is given back only when all of them are let go.
    if (this.#states.size >= STATES_MAX) {
      this.#states = new Map();
      this.#start = this.#fresh(this.#spread([this.#first], { isAtStart: true, isAtEnd: false }), true);
    }
    const state = this.#fresh(places, isAtStart);
    this.#states.set(key, state);
    return state;
  }

  #fresh(places: readonly number[], isAtStart: boolean): State {
    const isMatchAtEnd = this.#spread(places, { isAtStart, isAtEnd: true }).includes(0);
    return { places, isMatch: places.includes(0), isMatchAtEnd, ascii: new Array<undefined>(ASCII).fill(undefined), others: new Map() };
  }

  /** Every place that is reached without a further character. Places that wait for the end stay, so that the end can be tried later. */
  #spread(from: readonly number[], where: { isAtStart: boolean; isAtEnd: boolean }): number[] {
    const seen = new Set<number>();
    const waiting = [...from];
    for (let index = waiting.pop(); index !== undefined; index = waiting.pop()) {
      if (seen.has(index)) continue;
      seen.add(index);
      const one = this.#places[index];
      if (one?.kind === 'split') waiting.push(...one.ways);
      else if (one?.kind === 'start' && where.isAtStart) waiting.push(one.next);
      else if (one?.kind === 'end' && where.isAtEnd) waiting.push(one.next);
    }
    return [...seen].sort((a, b) => a - b);
  }
}
