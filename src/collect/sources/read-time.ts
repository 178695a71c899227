import { Temporal } from 'temporal-polyfill';

/** Numbers below this are seconds, below the next milliseconds, beyond it microseconds. */
const SECONDS_BELOW = 1e11;
const MILLISECONDS_BELOW = 1e14;

/**
 * The instant (ms) of what other systems write: seconds, milliseconds or microseconds as number or text, ISO 8601, `2026-05-01 10:00:00`,
 * `2026/05/01 10:00` or `20260501100000` on the clock of `timeZone`. Undefined for anything else.
 */
export function readTime(value: unknown, timeZone: string): number | undefined {
  if (typeof value === 'number') return ofNumber(value);
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  const packed = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(text);
  if (packed) return ofClock(`${packed[1]}-${packed[2]}-${packed[3]}T${packed[4]}:${packed[5]}:${packed[6]}`, timeZone);
  if (/^\d+(\.\d+)?$/.test(text)) return ofNumber(Number(text));
  const written = /^(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:[T ]+(\d{1,2}):(\d\d)(?::(\d\d)(\.\d{1,9})?)?)?\s*(Z|[+-]\d\d:?\d\d)?$/i.exec(text);
  if (!written) return undefined;
  const [, year, month = '', day = '', hour = '0', minute = '00', second = '00', fraction = '', zone] = written;
  const clock = `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}T${hour.padStart(2, '0')}:${minute}:${second}${fraction}`;
  if (zone === undefined) return ofClock(clock, timeZone);
  const instant = Date.parse(`${clock.replace(/(\.\d{3})\d+$/, '$1')}${zone.toUpperCase().replace(/^([+-]\d\d)(\d\d)$/, '$1:$2')}`);
  return Number.isNaN(instant) ? undefined : instant;
}

function ofNumber(value: number): number | undefined {
  if (!Number.isFinite(value) || value <= 0) return undefined;
  if (value < SECONDS_BELOW) return Math.round(value * 1_000);
  return value < MILLISECONDS_BELOW ? Math.round(value) : Math.round(value / 1_000);
}

function ofClock(clock: string, timeZone: string): number | undefined {
  try {
    return Temporal.PlainDateTime.from(clock, { overflow: 'reject' }).toZonedDateTime(timeZone).epochMilliseconds;
  } catch {
    return undefined;
  }
}
