import { parse } from 'csv-parse/sync';

/** A rate as a file or a member gives it. */
export interface ReadRate {
  base: string;
  quote: string;
  /** `YYYY-MM-DD`. */
  day: string;
  rate: number;
}

export interface ReadRates {
  rates: ReadRate[];
  /** Lines that say nothing usable, at most 50. */
  faults: { line: number; reason: 'day' | 'rate' | 'currency' | 'columns'; value: string }[];
}

const FAULTS_MAX = 50;
const currencyForm = /^[A-Z]{3}$/;
const missing = new Set(['', 'N/A', 'NA', '-']);

/**
 * Reads rates from CSV in either of two forms, told by the header:
 * wide as the ECB publishes (`Date,USD,JPY,...`, units for one euro; `N/A` is no rate), or long (`date,base,quote,rate`).
 */
export function readRatesCsv(text: string): ReadRates {
  const lines = parse(text, {
    info: true,
    bom: true,
    relax_column_count: true,
    skip_empty_lines: true,
    trim: true,
  }) as unknown as { info: { lines: number }; record: string[] }[];
  const header = (lines.shift()?.record ?? []).map((name) => name.trim());
  const names = header.map((name) => name.toLowerCase());
  const read: ReadRates = { rates: [], faults: [] };
  const isLong = ['date', 'base', 'quote', 'rate'].every((name) => names.includes(name));
  if (!isLong && (names[0] !== 'date' || !header.slice(1).some((name) => currencyForm.test(name))))
    return { rates: [], faults: [{ line: 1, reason: 'columns', value: header.join(',').slice(0, 100) }] };
  for (const { info, record } of lines) {
    if (isLong) {
      const cell = (name: string): string => record[names.indexOf(name)] ?? '';
      add(read, info.lines, { day: cell('date'), base: cell('base').toUpperCase(), quote: cell('quote').toUpperCase(), rate: cell('rate') });
    } else if (dayOf(record[0] ?? '') === undefined) {
      if (read.faults.length < FAULTS_MAX) read.faults.push({ line: info.lines, reason: 'day', value: (record[0] ?? '').slice(0, 60) });
    } else {
      for (let column = 1; column < header.length; column++) {
        const quote = header[column] ?? '';
        const rate = record[column] ?? '';
        if (currencyForm.test(quote) && !missing.has(rate)) add(read, info.lines, { day: record[0] ?? '', base: 'EUR', quote, rate });
      }
    }
  }
  return read;
}

function add(read: ReadRates, line: number, cells: { day: string; base: string; quote: string; rate: string }): void {
  const day = dayOf(cells.day);
  const rate = Number(cells.rate);
  const fault = (reason: ReadRates['faults'][number]['reason'], value: string): void => {
    if (read.faults.length < FAULTS_MAX) read.faults.push({ line, reason, value: value.slice(0, 60) });
  };
  if (day === undefined) fault('day', cells.day);
  else if (!currencyForm.test(cells.base) || !currencyForm.test(cells.quote) || cells.base === cells.quote)
    fault('currency', `${cells.base}/${cells.quote}`);
  else if (!(rate > 0) || !Number.isFinite(rate)) fault('rate', cells.rate);
  else read.rates.push({ day, base: cells.base, quote: cells.quote, rate });
}

/** `2024-01-31`, or `31 January 2024` as the ECB's daily file has it. */
function dayOf(text: string): string | undefined {
  const iso = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text) ? text : undefined;
  const time = iso ? Date.parse(`${iso}T00:00:00Z`) : /^\d{1,2} [A-Z][a-z]+ \d{4}$/.test(text) ? Date.parse(`${text} UTC`) : Number.NaN;
  if (Number.isNaN(time)) return undefined;
  const day = new Date(time).toISOString().slice(0, 10);
  return iso === undefined || iso === day ? day : undefined;
}
