import type { Column } from './columns.ts';

/** Spreadsheets run cells that begin so as formulas. */
const formulaStart = /^[=+\-@\t\r]/;

function cell(value: unknown): string {
  const raw = value === null || value === undefined ? '' : String(value);
  const text = typeof value === 'string' && formulaStart.test(raw) ? `'${raw}` : raw;
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The rows as CSV text, UTF-8 with a mark so that Excel reads Chinese. Only columns that have a value. */
export function csvText<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): string {
  const written = columns.filter((column) => column.value);
  const lines = [written.map((column) => cell(column.title)), ...rows.map((row) => written.map((column) => cell(column.value?.(row))))];
  return `\uFEFF${lines.map((line) => line.join(',')).join('\r\n')}\r\n`;
}

/** Gives a text to the reader as a file. */
export function saveFile(name: string, text: string, type = 'text/csv'): void {
  const address = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}
