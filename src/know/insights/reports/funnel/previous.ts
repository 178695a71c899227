import type { Frame } from '../../frame.ts';
import type { Range } from '../../question-parts.ts';
import { type ResolvedRange, resolveRange } from '../../range.ts';
import { addIntervals } from '../../zone-time.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** The same number of units just before a range. */
export function rangeBefore(range: Range, resolved: ResolvedRange, frame: Pick<Frame, 'timeZone' | 'asOf'>): ResolvedRange {
  if (range.kind === 'last' && range.unit === 'hour') {
    return resolveRange(range, frame.timeZone, resolved.from - HOUR_MS);
  }
  const days = range.kind === 'between' ? Math.round((Date.parse(range.to) - Date.parse(range.from)) / DAY_MS) : 0;
  const from =
    range.kind === 'last' && range.unit !== 'hour'
      ? addIntervals(resolved.fromDay, -range.count, range.unit)
      : addIntervals(resolved.fromDay, -days, 'day');
  return resolveRange({ kind: 'between', from, to: resolved.fromDay }, frame.timeZone, frame.asOf);
}
