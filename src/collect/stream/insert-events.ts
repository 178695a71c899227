import type { ClickHouse } from '../../kernel/clickhouse/clickhouse.ts';
import { insertBinaryRows } from '../../kernel/clickhouse/insert-rows.ts';
import type { BinaryRow } from '../../kernel/clickhouse/row-writer.ts';
import { eventColumns } from './event-row.ts';

/** How rows of `events` are read: property types stay what the sender wrote (a text that looks like a date stays a text). */
const settings = {
  type_json_skip_duplicated_paths: 1,
  input_format_try_infer_dates: 0,
  input_format_try_infer_datetimes: 0,
  input_format_json_try_infer_numbers_from_strings: 0,
  // Imports of years touch many months at once.
  throw_on_max_partitions_per_insert_block: 0,
} as const;

const into = { table: 'events', columns: eventColumns };

/** Inserts rows; gives the places of those that ClickHouse cannot keep. Throws when it is the store that failed. */
export function insertEvents(clickhouse: ClickHouse, rows: readonly BinaryRow[]): Promise<number[]> {
  return insertBinaryRows(clickhouse, into, rows, settings);
}
