import { builtInRates } from './built-in-rates.ts';

/** One `base` is `rate` of `quote` on a day (days since 1970). */
export interface Rate {
  base: string;
  quote: string;
  day: number;
  rate: number;
}

export interface RateChoice {
  /** How old a rate may be for the event's day. */
  ageMaxDays: number;
  /** Whether the shipped rates step in where the project has none. */
  isBuiltInUsed: boolean;
}

export interface Converted {
  amount: number;
  isBuiltIn: boolean;
}

const DAY_MS = 86_400_000;
/** The currency that reference tables quote against. */
const PIVOT = 'EUR';
/** Digits that are kept behind the point: enough for the smallest unit of every currency, and no dust of floating point. */
const SCALE = 10_000;

/** The number of an instant's UTC day. */
export function dayNumberOf(timeMs: number): number {
  return Math.floor(timeMs / DAY_MS);
}

/** The number of `YYYY-MM-DD`. */
export function dayNumberOfText(day: string): number {
  return Date.parse(`${day}T00:00:00Z`) / DAY_MS;
}

interface Series {
  days: number[];
  rates: number[];
}

/**
 * Rates of one project in memory. A rate holds from its day until the next one, for `ageMaxDays` at most, as reference rates do over weekends.
 * A pair is looked for directly, then the other way round, then over the euro; the newest of them wins.
 */
export class Rates {
  readonly #series = new Map<string, Series>();
  readonly #choice: RateChoice;

  /** Expects the rates of a pair in the order of their days. */
  constructor(rates: Iterable<Rate>, choice: RateChoice) {
    this.#choice = choice;
    for (const { base, quote, day, rate } of rates) {
      const key = base + quote;
      let series = this.#series.get(key);
      if (!series) {
        series = { days: [], rates: [] };
        this.#series.set(key, series);
      }
      series.days.push(day);
      series.rates.push(rate);
    }
  }

  /** An amount in another currency by the rate of the day of `timeMs` (UTC). Undefined when no rate is known for that day. */
  convert(amount: number, { from, to, timeMs }: { from: string; to: string; timeMs: number }): Converted | undefined {
    if (from === to) return { amount, isBuiltIn: false };
    const day = dayNumberOf(timeMs);
    const own = this.#factor(from, to, day);
    const factor = own ?? (this.#choice.isBuiltInUsed ? builtInFactor(from, to) : undefined);
    if (factor === undefined) return undefined;
    return { amount: Math.round(amount * factor * SCALE) / SCALE, isBuiltIn: own === undefined };
  }

  #factor(from: string, to: string, day: number): number | undefined {
    const candidates = [this.#pair(from, to, day), this.#over(from, to, day)].filter((found) => found !== undefined);
    return candidates.sort((left, right) => right.day - left.day)[0]?.rate;
  }

  #over(from: string, to: string, day: number): { rate: number; day: number } | undefined {
    if (from === PIVOT || to === PIVOT) return undefined;
    const first = this.#pair(from, PIVOT, day);
    const second = first && this.#pair(PIVOT, to, day);
    return first && second && { rate: first.rate * second.rate, day: Math.min(first.day, second.day) };
  }

  #pair(from: string, to: string, day: number): { rate: number; day: number } | undefined {
    const straight = this.#at(from + to, day);
    const turned = this.#at(to + from, day);
    if (turned && (!straight || turned.day > straight.day)) return { rate: 1 / turned.rate, day: turned.day };
    return straight;
  }

  #at(key: string, day: number): { rate: number; day: number } | undefined {
    const series = this.#series.get(key);
    if (!series) return undefined;
    let low = 0;
    let high = series.days.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((series.days[middle] ?? 0) <= day) low = middle + 1;
      else high = middle;
    }
    const found = series.days[low - 1];
    const rate = series.rates[low - 1];
    return found === undefined || rate === undefined || day - found > this.#choice.ageMaxDays ? undefined : { rate, day: found };
  }
}

function builtInFactor(from: string, to: string): number | undefined {
  const rates: Readonly<Record<string, number>> = builtInRates.rates;
  const fromRate = from === builtInRates.base ? 1 : rates[from];
  const toRate = to === builtInRates.base ? 1 : rates[to];
  return fromRate === undefined || toRate === undefined ? undefined : toRate / fromRate;
}
