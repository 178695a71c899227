import { LocalTime } from './local-time.ts';
import type { TimeFormat } from './mapping.ts';

/** Reads a cell as an instant (ms); undefined when it is none. */
export type TimeParser = (value: unknown) => number | undefined;

const YEAR_MIN = 1970;
const YEAR_MAX = 2200;
const clock = /(?:[T ,]\s*(\d{1,2})[:时](\d{1,2})(?:[:分](\d{1,2})(?:[.,](\d{1,9}))?秒?)?分?\s*(AM|PM)?)?/.source;
const zone = /\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2})?/.source;
const yearFirst = new RegExp(`^(\\d{4})[-/.年](\\d{1,2})[-/.月](\\d{1,2})日?${clock}${zone}$`, 'i');
const yearLast = new RegExp(`^(\\d{1,2})[-/.](\\d{1,2})[-/.](\\d{4})${clock}${zone}$`, 'i');
const compact = /^(\d{4})(\d{2})(\d{2})(?:[T ]?(\d{2})(\d{2})(\d{2})?)?(Z)?$/;
const number = /^[+-]?\d+(?:\.\d+)?$/;

/** Day 0 of spreadsheets is 30 December 1899; days from 1 March 1900 are counted right. */
const EXCEL_EPOCH_MS = Date.UTC(1899, 11, 30);
const DAY_MS = 86_400_000;
const EXCEL_DAY_MAX = 109_573;

/** Makes the reader of one format; texts that name no zone are wall-clock times of `timeZone`. */
export function createTimeParser(format: TimeFormat, timeZone: string): TimeParser {
  const local = new LocalTime(timeZone);
  switch (format) {
    case 'seconds':
      return scaled(1_000);
    case 'milliseconds':
      return scaled(1);
    case 'microseconds':
      return scaled(0.001);
    case 'excel':
      return (value) => {
        const days = numberOf(value);
        // Serials have a resolution of milliseconds; the fraction of a day does not.
        return days === undefined || days < 1 || days > EXCEL_DAY_MAX ? undefined : local.instantOf(Math.round(EXCEL_EPOCH_MS + days * DAY_MS));
      };
    case 'text':
      return (value) => textTime(value, local);
    case 'text_day_first':
      return (value) => lastYearTime(value, local, true);
    case 'text_month_first':
      return (value) => lastYearTime(value, local, false);
  }
}

/** The instant of a number whose unit is told by its size: seconds, milliseconds, microseconds or nanoseconds since 1970. */
export function instantOfNumber(value: number): number | undefined {
  const size = Math.abs(value);
  if (!Number.isFinite(value) || size < 1e8) return undefined;
  if (size < 1e11) return Math.round(value * 1_000);
  if (size < 1e14) return Math.round(value);
  if (size < 1e17) return Math.round(value / 1_000);
  return Math.round(value / 1_000_000);
}

function scaled(factor: number): TimeParser {
  return (value) => {
    const found = numberOf(value);
    if (found === undefined) return undefined;
    const time = Math.round(found * factor);
    return inRange(time) ? time : undefined;
  };
}

function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  return typeof value === 'string' && number.test(value.trim()) ? Number(value) : undefined;
}

const inRange = (time: number): boolean => time >= Date.UTC(YEAR_MIN, 0, 1) && time < Date.UTC(YEAR_MAX, 0, 1);

function textTime(value: unknown, local: LocalTime): number | undefined {
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  const found = yearFirst.exec(text) ?? compactParts(text);
  if (!found) return undefined;
  const [, year, month, day, ...rest] = found;
  return instantOf({ year: Number(year), month: Number(month), day: Number(day) }, rest, local);
}

function compactParts(text: string): (string | undefined)[] | undefined {
  const found = compact.exec(text);
  if (!found) return undefined;
  const [whole, year, month, day, hour, minute, second, isUtc] = found;
  return [whole, year, month, day, hour, minute, second, undefined, undefined, isUtc];
}

function lastYearTime(value: unknown, local: LocalTime, isDayFirst: boolean): number | undefined {
  if (typeof value !== 'string') return undefined;
  const found = yearLast.exec(value.trim());
  if (!found) return undefined;
  const [, first, second, year, ...rest] = found;
  const [day, month] = isDayFirst ? [first, second] : [second, first];
  return instantOf({ year: Number(year), month: Number(month), day: Number(day) }, rest, local);
}

/** `clockParts` are hour, minute, second, fraction, AM/PM, zone. */
function instantOf(
  date: { year: number; month: number; day: number },
  clockParts: readonly (string | undefined)[],
  local: LocalTime,
): number | undefined {
  const { year, month, day } = date;
  const [hourText = '0', minute = '0', second = '0', fraction = '', half, zoneText] = clockParts;
  let hour = Number(hourText);
  if (half !== undefined) {
    if (hour < 1 || hour > 12) return undefined;
    hour = (hour % 12) + (half.toUpperCase() === 'PM' ? 12 : 0);
  }
  if (year < YEAR_MIN || year >= YEAR_MAX || hour > 24 || Number(minute) > 59 || Number(second) > 60) return undefined;
  const start = Date.UTC(year, month - 1, day);
  const back = new Date(start);
  if (back.getUTCMonth() !== month - 1 || back.getUTCDate() !== day) return undefined;
  const milliseconds = fraction === '' ? 0 : Math.floor(Number(`0.${fraction}`) * 1_000 + 1e-6);
  const wall = start + hour * 3_600_000 + Number(minute) * 60_000 + Number(second) * 1_000 + milliseconds;
  return zoneText === undefined ? local.instantOf(wall) : wall - offsetOf(zoneText);
}

function offsetOf(text: string): number {
  const found = /^([+-])(\d{2}):?(\d{2})?$/.exec(text);
  if (!found) return 0;
  const [, sign, hours, minutes = '0'] = found;
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
}
