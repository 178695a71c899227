import type { Clock } from './clock.ts';

/** Limits of what is remembered. */
export interface RememberedLimits {
  /** Found values; the oldest go first. */
  foundMax: number;
  foundTtlMs: number;
  /** Absent values are counted apart, so that guesses cannot push out what is in use. */
  absentMax: number;
  absentTtlMs: number;
}

interface Entry<Value> {
  value: Value;
  until: number;
}

/** Remembers answers of a slow question, also the answer "there is none", and asks once when many ask at the same time. */
export class Remembered<Key, Value> {
  readonly #ask: (key: Key) => Promise<Value | undefined>;
  readonly #clock: Clock;
  readonly #limits: RememberedLimits;
  readonly #found = new Map<Key, Entry<Value>>();
  readonly #absent = new Map<Key, Entry<undefined>>();
  readonly #asked = new Map<Key, Promise<Value | undefined>>();
  #generation = 0;

  constructor(ask: (key: Key) => Promise<Value | undefined>, clock: Clock, limits: RememberedLimits) {
    this.#ask = ask;
    this.#clock = clock;
    this.#limits = limits;
  }

  get(key: Key): Promise<Value | undefined> {
    const now = this.#clock.now();
    const found = this.#found.get(key);
    if (found && found.until > now) return Promise.resolve(found.value);
    const absent = this.#absent.get(key);
    if (absent && absent.until > now) return Promise.resolve(undefined);
    const asked = this.#asked.get(key);
    if (asked) return asked;
    const answer = this.#load(key).finally(() => {
      if (this.#asked.get(key) === answer) this.#asked.delete(key);
    });
    this.#asked.set(key, answer);
    return answer;
  }

  /** Forgets everything, or what fits; answers that are on their way are given but not kept. */
  forget(fits: (key: Key, value: Value) => boolean = () => true): void {
    this.#generation++;
    this.#asked.clear();
    this.#absent.clear();
    for (const [key, entry] of this.#found) if (fits(key, entry.value)) this.#found.delete(key);
  }

  async #load(key: Key): Promise<Value | undefined> {
    const generation = this.#generation;
    const value = await this.#ask(key);
    if (generation !== this.#generation) return value;
    const { foundMax, foundTtlMs, absentMax, absentTtlMs } = this.#limits;
    const now = this.#clock.now();
    this.#found.delete(key);
    this.#absent.delete(key);
    if (value === undefined) keep(this.#absent, key, { value, until: now + absentTtlMs }, absentMax);
    else keep(this.#found, key, { value, until: now + foundTtlMs }, foundMax);
    return value;
  }
}

function keep<Key, Value>(map: Map<Key, Entry<Value>>, key: Key, entry: Entry<Value>, max: number): void {
  for (const oldest of map.keys()) {
    if (map.size < max) break;
    map.delete(oldest);
  }
  map.set(key, entry);
}
