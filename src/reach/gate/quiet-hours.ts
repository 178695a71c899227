import { Temporal } from 'temporal-polyfill';

/** Times of day `HH:MM`; `to` before `from` spans midnight. */
export interface QuietHours {
  from: string;
  to: string;
}

/**
 * The instant at which a message that would go out at `nowMs` may go out: `nowMs` itself, or the end of the quiet hours in the zone.
 * That is the first instant at which the clock on the wall leaves them: where it is put forward over the end, the change itself; where it is put back,
 * the first of the two.
 */
export function quietUntil(quiet: QuietHours, zone: string, nowMs: number): number {
  const now = Temporal.Instant.fromEpochMilliseconds(nowMs).toZonedDateTimeISO(zone);
  if (!isQuiet(quiet, now)) return nowMs;
  const isEvening = quiet.from > quiet.to && timeOf(now) >= quiet.from;
  const endDay = isEvening ? now.toPlainDate().add({ days: 1 }) : now.toPlainDate();
  const end = endDay.toPlainDateTime(quiet.to);
  let ends = end.toZonedDateTime(zone, { disambiguation: 'compatible' });
  // Once the clock was put back, the end of today may lie behind us while the wall reads a quiet time again: its second instant counts.
  if (ends.epochMilliseconds <= nowMs) ends = end.toZonedDateTime(zone, { disambiguation: 'later' });
  const change = now.getTimeZoneTransition('next');
  const isLeaptOver = change !== null && change.epochMilliseconds < ends.epochMilliseconds && !isQuiet(quiet, change);
  return isLeaptOver ? change.epochMilliseconds : ends.epochMilliseconds;
}

function timeOf(at: Temporal.ZonedDateTime): string {
  return at.toPlainTime().toString({ smallestUnit: 'minute' });
}

function isQuiet({ from, to }: QuietHours, at: Temporal.ZonedDateTime): boolean {
  const time = timeOf(at);
  return from > to ? time >= from || time < to : time >= from && time < to;
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
