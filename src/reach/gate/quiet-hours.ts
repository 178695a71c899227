import { Temporal } from 'temporal-polyfill';

/** Times of day `HH:MM`; `to` before `from` spans midnight. */
export interface QuietHours {
  from: string;
  to: string;
}

/**
 * The instant at which a message that would go out at `nowMs` may go out: `nowMs` itself, or the end of the quiet hours in the zone.
 * Where the clock is put forward over the end, the first instant after the gap; where it is put back, the first of the two.
 */
export function quietUntil(quiet: QuietHours, zone: string, nowMs: number): number {
  const now = Temporal.Instant.fromEpochMilliseconds(nowMs).toZonedDateTimeISO(zone);
  const time = now.toPlainTime().toString({ smallestUnit: 'minute' });
  const spansMidnight = quiet.from > quiet.to;
  const isQuiet = spansMidnight ? time >= quiet.from || time < quiet.to : time >= quiet.from && time < quiet.to;
  if (!isQuiet) return nowMs;
  const endDay = spansMidnight && time >= quiet.from ? now.toPlainDate().add({ days: 1 }) : now.toPlainDate();
  const end = endDay.toZonedDateTime({ timeZone: zone, plainTime: Temporal.PlainTime.from(quiet.to) }).epochMilliseconds;
  // After the clock was put back the end of today may lie behind us while the wall still reads a quiet time: the later of its two instants counts then.
  if (end > nowMs) return end;
  return endDay.toPlainDateTime(quiet.to).toZonedDateTime(zone, { disambiguation: 'later' }).epochMilliseconds;
}

const known = new Map<string, boolean>();

/** The person's zone when it is a real one, else the project's. */
export function zoneOf(traits: Record<string, unknown> | null, projectZone: string): string {
  const own = traits?.timezone ?? traits?.timeZone;
  if (typeof own !== 'string' || own === '') return projectZone;
  let isReal = known.get(own);
  if (isReal === undefined) {
    isReal = isZone(own);
    if (known.size < 2_000) known.set(own, isReal);
  }
  return isReal ? own : projectZone;
}

function isZone(name: string): boolean {
  // A fixed offset is no zone: it would be wrong for half of the year.
  if (/^[+-]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
