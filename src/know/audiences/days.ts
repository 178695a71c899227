const MS_PER_DAY = 86_400_000;
const formats = new Map<string, Intl.DateTimeFormat>();

/** A calendar day as its distance from 1970-01-01 in days. */
export type DayNumber = number;

/** The local calendar day of an instant (ms). */
export function dayOfInstant(time: number, timeZone: string): DayNumber {
  let format = formats.get(timeZone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      era: 'short',
      calendar: 'gregory',
      numberingSystem: 'latn',
    });
    formats.set(timeZone, format);
  }
  const parts = new Map(format.formatToParts(time).map((part) => [part.type, part.value]));
  return Math.floor(Date.UTC(Number(parts.get('year')), Number(parts.get('month')) - 1, Number(parts.get('day'))) / MS_PER_DAY);
}

/** `2026-05-01` as a day number; the text has been checked. */
export function dayOfText(text: string): DayNumber {
  const [year = 0, month = 1, day = 1] = text.split('-').map(Number);
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return Math.floor(date.getTime() / MS_PER_DAY);
}

/** A day number as `2026-05-01`. */
export function textOfDay(day: DayNumber): string {
  return new Date(day * MS_PER_DAY).toISOString().slice(0, 10);
}

/** First and last day that ClickHouse's `Date` holds. */
const DATE_FIRST = 0;
const DATE_LAST = 65_535;

/** Moves a day into the range of ClickHouse's `Date`; no event lies outside. */
export function clampDay(day: DayNumber): DayNumber {
  return Math.min(Math.max(day, DATE_FIRST), DATE_LAST);
}

/** Earliest and latest offset of any zone's local day from the UTC day, for narrowing scans by time. */
const OFFSET_MAX_MS = 36 * 3_600_000;

/** An instant (ms) before every event of the local day, in any zone. */
export function beforeDay(day: DayNumber): number {
  return day * MS_PER_DAY - OFFSET_MAX_MS;
}

/** An instant (ms) after every event of the local days before `day`, in any zone. */
export function afterDaysBefore(day: DayNumber): number {
  return day * MS_PER_DAY + OFFSET_MAX_MS;
}

/** What a value must look like to be a date. The SQL evaluator uses the same text. */
export const DATE_PATTERN =
  '^(19[7-9][0-9]|20[0-9][0-9]|21[0-9][0-9])-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,9})?)?(Z|[+-][0-9]{2}:?[0-9]{2})?)?$';
const datePattern = new RegExp(DATE_PATTERN);
/** Hours of the largest offset that a date-time may name. */
export const OFFSET_HOURS_MAX = 14;

/** The local day that a date or date-time in text means, or undefined when it is none. */
export function dayOfDateText(value: string, timeZone: string): DayNumber | undefined {
  if (!datePattern.test(value)) return undefined;
  const day = dayOfText(value.slice(0, 10));
  if (textOfDay(day) !== value.slice(0, 10)) return undefined;
  if (value.length === 10) return day;
  const hours = Number(value.slice(11, 13));
  const minutes = Number(value.slice(14, 16));
  const seconds = value[16] === ':' ? Number(value.slice(17, 19)) : 0;
  if (hours > 23 || minutes > 59 || seconds > 59) return undefined;
  const zone = /(?:Z|[+-][0-9]{2}:?[0-9]{2})$/.exec(value)?.[0];
  if (zone === undefined) return day;
  const offset = offsetSeconds(zone);
  if (offset === undefined) return undefined;
  return dayOfInstant((day * 86_400 + hours * 3_600 + minutes * 60 + seconds - offset) * 1_000, timeZone);
}

function offsetSeconds(zone: string): number | undefined {
  if (zone === 'Z') return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(-2));
  if (hours > OFFSET_HOURS_MAX || minutes > 59) return undefined;
  return (zone.startsWith('-') ? -1 : 1) * (hours * 3_600 + minutes * 60);
}
