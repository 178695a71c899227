import type { ValueType } from './plan-document.ts';

const dateText = /^\d{4}-\d{2}-\d{2}(?:[T ](?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})?)?$/;
const HYPHEN = 45;
const ZERO = 48;

/** Whether a text is a date or an instant in ISO 8601 (`2026-05-01`, `2026-05-01T10:00:00Z`, also with a space) that the calendar has. Makes nothing. */
export function isDateText(text: string): boolean {
  // Most texts are none: two letters tell.
  if (text.length < 10 || text.length > 40 || text.charCodeAt(4) !== HYPHEN || text.charCodeAt(7) !== HYPHEN) return false;
  if (!dateText.test(text)) return false;
  const month = twoDigits(text, 5);
  const day = twoDigits(text, 8);
  return month >= 1 && month <= 12 && day >= 1 && day <= daysOf(twoDigits(text, 0) * 100 + twoDigits(text, 2), month);
}

function twoDigits(text: string, at: number): number {
  return (text.charCodeAt(at) - ZERO) * 10 + text.charCodeAt(at + 1) - ZERO;
}

function daysOf(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** The narrowest type that holds the value; undefined for null, which is the same as nothing. */
export function typeOfValue(value: unknown): ValueType | undefined {
  switch (typeof value) {
    case 'string':
      return isDateText(value) ? 'datetime' : 'string';
    case 'number':
      return Number.isInteger(value) ? 'integer' : 'number';
    case 'boolean':
      return 'boolean';
    case 'object':
      if (value === null) return undefined;
      return Array.isArray(value) ? 'list' : 'object';
    default:
      return undefined;
  }
}

/** Whether a value may stand where the plan says `type`. Nothing is converted: the text `"12"` is no number. */
export function fitsType(value: unknown, type: ValueType): boolean {
  switch (type) {
    case 'string':
      return typeof value === 'string';
    case 'number':
      return typeof value === 'number';
    case 'integer':
      return Number.isInteger(value);
    case 'boolean':
      return typeof value === 'boolean';
    case 'datetime':
      return typeof value === 'string' && isDateText(value);
    case 'list':
      return Array.isArray(value);
    case 'object':
      return typeof value === 'object' && value !== null && !Array.isArray(value);
  }
}

const SHOWN_LENGTH_MAX = 100;

/** A value as JSON, short enough to stand in a list. */
export function shownValue(value: unknown): string {
  const text = typeof value === 'string' ? JSON.stringify(value.slice(0, SHOWN_LENGTH_MAX + 1)) : (JSON.stringify(value) ?? 'null');
  return text.length > SHOWN_LENGTH_MAX ? `${text.slice(0, SHOWN_LENGTH_MAX)}…` : text;
}
