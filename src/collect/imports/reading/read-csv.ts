import { Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import type { Row } from '../mapping/row-reader.ts';
import { refuseFile } from '../refuse-file.ts';
import { refuseRow } from '../refuse-row.ts';
import type { ReadRow } from './read-row.ts';

const RECORD_MAX = 1_048_576;

/** The cells of a CSV text as RFC 4180 has them, forgiving where people's files are not strict. Ends with `imports.file_quote_open` when a quote never closes. */
export async function* readCells(texts: AsyncIterable<string>, delimiter: string): AsyncGenerator<string[]> {
  const parser = parse({
    delimiter,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    max_record_size: RECORD_MAX,
    record_delimiter: ['\r\n', '\n', '\r'],
  });
  const source = Readable.from(texts, { objectMode: true });
  source.once('error', (error) => parser.destroy(error));
  source.pipe(parser);
  try {
    for await (const cells of parser as AsyncIterable<string[]>) yield cells;
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const { lines } = error as CsvError & { lines?: number };
    const reason = error.code === 'CSV_MAX_RECORD_SIZE' || error.code === 'CSV_QUOTE_NOT_CLOSED' ? 'file_quote_open' : 'file_unreadable';
    throw refuseFile(reason, { details: { line: lines ?? 0, reason: error.code }, cause: error });
  } finally {
    source.destroy();
    parser.destroy();
  }
}

/** Names for the cells of a heading: trimmed, none empty, none twice. */
export function columnNames(heading: readonly string[]): string[] {
  const seen = new Map<string, number>();
  return heading.map((cell, index) => {
    const name = cell.trim().slice(0, 280) || `column_${index + 1}`;
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return count === 1 ? name : `${name}_${count}`;
  });
}

/** Rows below the heading. */
export async function* readCsv(texts: AsyncIterable<string>, delimiter: string): AsyncGenerator<ReadRow> {
  let columns: string[] | undefined;
  let row = 0;
  for await (const cells of readCells(texts, delimiter)) {
    if (columns === undefined) {
      columns = columnNames(cells);
      continue;
    }
    row += 1;
    yield toRow(columns, cells, row);
  }
}

function toRow(columns: readonly string[], cells: readonly string[], row: number): ReadRow {
  if (cells.length !== columns.length && !isForgivable(columns, cells))
    return { row, raw: cells, fault: refuseRow('row_columns', { details: { cells: cells.length, columns: columns.length } }) };
  const record: Row = {};
  for (let index = 0; index < columns.length; index += 1) record[columns[index] ?? ''] = cells[index] ?? '';
  return { row, record, raw: cells };
}

/** Spreadsheets leave out empty cells at the end of a row, or add some. */
function isForgivable(columns: readonly string[], cells: readonly string[]): boolean {
  if (cells.length > columns.length) return cells.slice(columns.length).every((cell) => cell === '');
  return cells.length > 1 && cells.length >= columns.length - 1;
}
