import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';

/** Writes numbers and times as the reader's language does. */
export interface Format {
  /** 12,345.6 */
  number(value: number, digits?: number): string;
  /** 1.2万 / 12K, for axes and tight places. */
  compact(value: number): string;
  /** 0.123 -> 12.3%. */
  percent(ratio: number, digits?: number): string;
  /** `minor` is in the currency's smallest unit (fen, cents). */
  money(minor: number, currency: string): string;
  /** Absolute, in a zone: 2026-11-22 14:05. */
  time(instant: Date | string | number, timeZone?: string, withSeconds?: boolean): string;
  /** A day as it stands in the project's calendar: `2026-11-22` -> 11月22日 / Nov 22. */
  day(isoDay: string): string;
  /** 3 分钟前 / 3 min ago. */
  relative(instant: Date | string | number, now?: number): string;
  /** 90,000 -> 1 分 30 秒 / 1m 30s: two largest units. */
  duration(ms: number): string;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
const relativeSteps: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['year', 365 * DAY_MS],
  ['month', 30 * DAY_MS],
  ['day', DAY_MS],
  ['hour', HOUR_MS],
  ['minute', MINUTE_MS],
];
const durationSteps: readonly (readonly [string, number])[] = [
  ['day', DAY_MS],
  ['hour', HOUR_MS],
  ['minute', MINUTE_MS],
  ['second', 1_000],
];

/** The format of a language (`zh-CN` or `en`). */
export function createFormat(language: string): Format {
  const compactFormat = new Intl.NumberFormat(language, { notation: 'compact', maximumFractionDigits: 1 });
  const relativeFormat = new Intl.RelativeTimeFormat(language, { numeric: 'auto', style: 'short' });
  const dayFormat = new Intl.DateTimeFormat(language, { month: 'short', day: 'numeric', timeZone: 'UTC' });
  return {
    number: (value, digits) =>
      new Intl.NumberFormat(
        language,
        digits === undefined ? { maximumFractionDigits: 2 } : { minimumFractionDigits: digits, maximumFractionDigits: digits },
      ).format(value),
    compact: (value) => compactFormat.format(value),
    percent: (ratio, digits = 1) =>
      new Intl.NumberFormat(language, { style: 'percent', minimumFractionDigits: digits, maximumFractionDigits: digits }).format(ratio),
    money: (minor, currency) => {
      const format = new Intl.NumberFormat(language, { style: 'currency', currency, currencyDisplay: 'narrowSymbol' });
      return format.format(minor / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2));
    },
    time: (instant, timeZone, withSeconds = false) => absolute(new Date(instant), timeZone, withSeconds),
    day: (isoDay) => dayFormat.format(new Date(`${isoDay}T00:00:00Z`)),
    relative: (instant, now = Date.now()) => {
      const distance = new Date(instant).getTime() - now;
      const step = relativeSteps.find(([, size]) => Math.abs(distance) >= size);
      return step ? relativeFormat.format(Math.trunc(distance / step[1]), step[0]) : relativeFormat.format(0, 'second');
    },
    duration: (ms) => durationText(language, ms),
  };
}

/** ISO-like in both languages: it sorts, and nobody confuses day and month. */
function absolute(instant: Date, timeZone: string | undefined, withSeconds: boolean): string {
  const zone = timeZone === undefined ? {} : { timeZone };
  const text = new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: withSeconds ? 'medium' : 'short', ...zone }).format(instant);
  return text;
}

function durationText(language: string, ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  const parts: string[] = [];
  let rest = ms;
  for (const [unit, size] of durationSteps) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) parts.push(new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'short' }).format(count));
  }
  return parts.slice(0, 2).join(' ');
}

/** The reader's format; changes with the language. */
export function useFormat(): Format {
  const { i18n } = useTranslation();
  return useMemo(() => createFormat(i18n.language), [i18n.language]);
}
