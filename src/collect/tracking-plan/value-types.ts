import type { ValueType } from './plan-document.ts';

const dateText = /^(\d{4})-(\d{2})-(\d{2})(?:[T ]([01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})?)?$/;

/** Whether a text is a date or an instant in ISO 8601 (`2026-05-01`, `2026-05-01T10:00:00Z`, also with a space) that the calendar has. */
export function isDateText(text: string): boolean {
  if (text.length < 10 || text.length > 40) return false;
  const parts = dateText.exec(text);
  if (!parts) return false;
  const month = Number(parts[2]);
  const day = Number(parts[3]);
  return day >= 1 && day <= new Date(Date.UTC(Number(parts[1]), month, 0)).getUTCDate() && month >= 1 && month <= 12;
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
