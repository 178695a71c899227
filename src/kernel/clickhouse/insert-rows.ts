import type { ClickHouse } from './clickhouse.ts';
import { codeOf } from './errors.ts';
import { type BinaryRow, piecesOf } from './row-writer.ts';

/** Codes of ClickHouse that blame the row and not the store (src/Common/ErrorCodes.cpp): parsing, wrong values, clashing or too many JSON paths. */
const rowFaults = new Set([6, 25, 26, 27, 33, 38, 41, 53, 69, 70, 72, 117, 130, 131, 307, 321, 349, 441, 467, 469, 645, 691]);

/**
 * Inserts rows (JSON texts) and gives the places of those that ClickHouse cannot parse; all others are durable when it resolves.
 * Throws when it is the store that failed. One bad row costs some more inserts: a block with it is refused whole, so halves find it.
 */
export async function insertRows(
  clickhouse: ClickHouse,
  table: string,
  rows: readonly string[],
  settings: Record<string, string | number> = {},
): Promise<number[]> {
  return insertHalves(rows, (some) => clickhouse.insert(table, some.join('\n'), { settings }));
}

/** The same for rows in RowBinary. */
export async function insertBinaryRows(
  clickhouse: ClickHouse,
  into: { table: string; columns: readonly string[] },
  rows: readonly BinaryRow[],
  settings: Record<string, string | number> = {},
): Promise<number[]> {
  return insertHalves(rows, (some) => clickhouse.insertBinary(into, piecesOf(some), { settings }));
}

async function insertHalves<Row>(rows: readonly Row[], insert: (rows: readonly Row[]) => Promise<void>): Promise<number[]> {
  if (rows.length === 0) return [];
  try {
    await insert(rows);
    return [];
  } catch (error) {
    if (!rowFaults.has(codeOf(error) ?? 0)) throw error;
    if (rows.length === 1) return [0];
  }
  const half = rows.length >> 1;
  const left = await insertHalves(rows.slice(0, half), insert);
  const right = await insertHalves(rows.slice(half), insert);
  return [...left, ...right.map((place) => place + half)];
}
