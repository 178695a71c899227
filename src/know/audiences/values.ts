import type { Comparison, Scalar, Test } from './condition.ts';
import { type DayNumber, dayOfDateText, dayOfText } from './days.ts';

/** The instant for which a condition is decided. */
export interface Instant {
  /** ms */
  now: number;
  timeZone: string;
  /** The project's local day of `now`. */
  today: DayNumber;
}

/**
 * The value at a dotted path, as the stream's JSON column sees it: `a.b` is key `b` of the object `a`, or the key `a.b`.
 * null, objects and missing keys are undefined.
 */
export function valueAt(holder: Record<string, unknown>, path: string): unknown {
  if (Object.hasOwn(holder, path) && !isObject(holder[path])) return holder[path] ?? undefined;
  for (let dot = path.indexOf('.'); dot !== -1; dot = path.indexOf('.', dot + 1)) {
    const inner = Object.hasOwn(holder, path.slice(0, dot)) ? holder[path.slice(0, dot)] : undefined;
    if (isObject(inner)) {
      const found = valueAt(inner, path.slice(dot + 1));
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Decides one test on a value that `valueAt` gave. */
export function passes(test: Test, value: unknown, instant: Instant): boolean {
  switch (test.op) {
    case 'is_set':
      return value !== undefined;
    case 'is_not_set':
      return value === undefined;
    case 'equals':
      return isSame(value, test.value);
    case 'not_equals':
      return !isSame(value, test.value);
    case 'in':
      return test.values.some((wanted) => isSame(value, wanted));
    case 'not_in':
      return !test.values.some((wanted) => isSame(value, wanted));
    case 'contains':
      return contains(value, test.value);
    case 'not_contains':
      return !contains(value, test.value);
    case 'between':
      return typeof value === 'number' && value >= test.from && value < test.to;
    case 'greater':
    case 'greater_or_equal':
    case 'less':
    case 'less_or_equal':
      return typeof value === 'number' && compare(value, test.op, test.value);
    default:
      return passesDate(test, value, instant);
  }
}

/** The tests that read a string as a date. */
export type DateTest = Extract<Test, { op: `date_${string}` }>;

/** The local days [from, until) that a date test accepts; a missing end is open. */
export function daysOfTest(test: DateTest, today: DayNumber): { from?: DayNumber; until?: DayNumber } {
  switch (test.op) {
    case 'date_before':
      return { until: dayOfText(test.date) };
    case 'date_on_or_after':
      return { from: dayOfText(test.date) };
    case 'date_between':
      return { from: dayOfText(test.from), until: dayOfText(test.to) };
    case 'date_in_last':
      return { from: today - test.days + 1, until: today + 1 };
    case 'date_before_last':
      return { until: today - test.days + 1 };
    case 'date_in_next':
      return { from: today + 1, until: today + test.days + 1 };
  }
}

function passesDate(test: DateTest, value: unknown, instant: Instant): boolean {
  const day = typeof value === 'string' ? dayOfDateText(value, instant.timeZone) : undefined;
  if (day === undefined) return false;
  const { from, until } = daysOfTest(test, instant.today);
  return (from === undefined || day >= from) && (until === undefined || day < until);
}

function isSame(value: unknown, wanted: Scalar): boolean {
  return value === wanted;
}

function contains(value: unknown, part: string): boolean {
  if (typeof value === 'string') return value.includes(part);
  if (!Array.isArray(value) || !value.every((item) => item === null || typeof item === 'string')) return false;
  return value.includes(part);
}

/** Compares two numbers of the same kind. */
export function compare<N extends number | bigint>(left: N, op: Comparison, right: N): boolean {
  switch (op) {
    case 'greater':
      return left > right;
    case 'greater_or_equal':
      return left >= right;
    case 'less':
      return left < right;
    case 'less_or_equal':
      return left <= right;
    case 'equals':
      return left === right;
    case 'not_equals':
      return left !== right;
  }
}
