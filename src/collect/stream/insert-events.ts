import type { ClickHouse } from '../../kernel/clickhouse/clickhouse.ts';

/** How rows of `events` are read: property types stay what the sender wrote (a text that looks like a date stays a text). */
const settings = {
  type_json_skip_duplicated_paths: 1,
  input_format_try_infer_dates: 0,
  input_format_try_infer_datetimes: 0,
  input_format_json_try_infer_numbers_from_strings: 0,
  // Imports of years touch many months at once.
  throw_on_max_partitions_per_insert_block: 0,
} as const;

/** Codes of ClickHouse that blame the row and not the store (src/Common/ErrorCodes.cpp): parsing, wrong values, clashing or too many JSON paths. */
const rowFaults = new Set([
  '6',
  '25',
  '26',
  '27',
  '33',
  '38',
  '41',
  '53',
  '69',
  '70',
  '72',
  '117',
  '130',
  '131',
  '307',
  '321',
  '349',
  '441',
  '467',
  '469',
  '645',
  '691',
]);

/** Inserts rows (JSON texts); gives the places of those that ClickHouse cannot keep. Throws when it is the store that failed. */
export async function insertEvents(clickhouse: ClickHouse, rows: readonly string[]): Promise<number[]> {
  if (rows.length === 0) return [];
  try {
    await clickhouse.insert('events', rows.join('\n'), { settings });
    return [];
  } catch (error) {
    if (!isRowFault(error)) throw error;
    if (rows.length === 1) return [0];
  }
  // A block with one bad row is refused whole, so halves find it.
  const half = rows.length >> 1;
  const left = await insertEvents(clickhouse, rows.slice(0, half));
  const right = await insertEvents(clickhouse, rows.slice(half));
  return [...left, ...right.map((place) => place + half)];
}

function isRowFault(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = (error as { code?: unknown }).code ?? /Code: (\d+)\./.exec(error.message)?.[1];
  return rowFaults.has(String(code));
}
