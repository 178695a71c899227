import type { CellType } from './mapping.ts';
import type { TimeParser } from './parse-time.ts';

/** A cell that says nothing. */
const nothing = new Set(['', 'null', 'NULL', 'Null', '\\N', 'N/A', 'n/a', '#N/A', 'NaN', 'None', 'undefined']);
const number = /^[+-]?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
/** Money as spreadsheets write it; the sign of the currency is dropped. */
const currencySign = /^[¥￥$€£]\s*/;
const words = new Map([
  ['true', true],
  ['yes', true],
  ['y', true],
  ['1', true],
  ['是', true],
  ['false', false],
  ['no', false],
  ['n', false],
  ['0', false],
  ['否', false],
]);

/** A column of numbers may hold a few cells that are none; they are told as bad rows. */
const NUMBERS_SHARE = 0.95;

/** What a cell is: a value, nothing, or not what its column says. */
export type Cell = { value: unknown } | 'nothing' | 'unreadable';

export function isNothing(value: unknown): boolean {
  return value === undefined || value === null || (typeof value === 'string' && nothing.has(value.trim()));
}

export function readCell(value: unknown, as: CellType, parseTime: TimeParser): Cell {
  if (isNothing(value)) return 'nothing';
  switch (as) {
    case 'auto':
      return { value };
    case 'text':
      return { value: typeof value === 'string' ? value : typeof value === 'object' ? JSON.stringify(value) : String(value) };
    case 'number': {
      const found = numberOf(value);
      return found === undefined ? 'unreadable' : { value: found };
    }
    case 'boolean': {
      if (typeof value === 'boolean') return { value };
      const found = words.get(String(value).trim().toLowerCase());
      return found === undefined ? 'unreadable' : { value: found };
    }
    case 'time': {
      const time = parseTime(value);
      return time === undefined ? 'unreadable' : { value: new Date(time).toISOString() };
    }
    case 'json': {
      const found = jsonOf(value);
      return found === undefined ? 'unreadable' : { value: found };
    }
  }
}

export function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value !== 'string') return undefined;
  const text = value.trim().replace(currencySign, '');
  if (!number.test(text)) return undefined;
  const found = Number(text.replaceAll(',', ''));
  return Number.isFinite(found) ? found : undefined;
}

function jsonOf(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}

/** The type that all of these texts have, for columns of files whose cells are only texts. Digits with leading zeros and long ones are names, not numbers. */
export function guessCellType(samples: readonly unknown[]): CellType {
  const cells = samples.filter((value) => !isNothing(value));
  if (cells.length === 0 || cells.some((value) => typeof value !== 'string')) return 'auto';
  const texts = cells.map((value) => String(value).trim());
  if (texts.every((text) => /^(true|false)$/i.test(text))) return 'boolean';
  const isNumber = (text: string): boolean =>
    numberOf(text) !== undefined && !/^[+-]?0\d/.test(text) && !text.startsWith('+') && text.replace(/\D/g, '').length <= 15;
  if (texts.filter(isNumber).length >= texts.length * NUMBERS_SHARE) return 'number';
  if (texts.every((text) => /^[[{]/.test(text) && jsonOf(text) !== undefined)) return 'json';
  return 'text';
}
