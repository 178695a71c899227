import type { TimeFormat } from './mapping.ts';
import { createTimeParser } from './parse-time.ts';

/** Tried in this order; the first that reads the most samples wins. */
const order: readonly TimeFormat[] = ['text', 'text_day_first', 'text_month_first', 'milliseconds', 'seconds', 'microseconds', 'excel'];
/** A number is taken for a time only between these instants: order numbers and prices are numbers too. */
const PLAUSIBLE_FROM_MS = Date.UTC(2000, 0, 1);
const PLAUSIBLE_AHEAD_MS = 366 * 86_400_000;

/** The format that reads these cells, and the share of them that it reads; undefined when none reads half. */
export function guessTimeFormat(samples: readonly unknown[], now: number): { format: TimeFormat; share: number } | undefined {
  const cells = samples.filter((value) => value !== '' && value !== null && value !== undefined);
  if (cells.length === 0) return undefined;
  let best: { format: TimeFormat; share: number } | undefined;
  for (const format of order) {
    const parse = createTimeParser(format, 'UTC');
    const read = cells.filter((value) => {
      const time = parse(value);
      return time !== undefined && time >= PLAUSIBLE_FROM_MS && time <= now + PLAUSIBLE_AHEAD_MS;
    }).length;
    const share = read / cells.length;
    if (share >= 0.5 && share > (best?.share ?? 0)) best = { format, share };
  }
  return best;
}
