import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Session } from 'chdb';

/**
 * Reads or writes one Parquet file with the ClickHouse engine in a process of its own: the embedded store has the engine of the main process in hand,
 * servers cannot see our disk, and a file made to break a reader breaks only this.
 *
 * `parquet-worker.ts read <file>` rows as JSONEachRow on the standard output · `columns <file>` · `count <file>`
 * `parquet-worker.ts write <rows.jsonl> <file> <structure>`
 */
const [verb, ...given] = process.argv.slice(2);
const settings = [
  'output_format_json_quote_64bit_integers = 0',
  "date_time_output_format = 'iso'",
  "session_timezone = 'UTC'",
  'enable_json_type = 1',
  'max_threads = 2',
  'max_memory_usage = 2000000000',
  'input_format_parquet_allow_missing_columns = 1',
  "output_format_parquet_compression_method = 'zstd'",
  'output_format_parquet_string_as_string = 1',
  'engine_file_truncate_on_insert = 1',
  'input_format_try_infer_dates = 0',
  'input_format_try_infer_datetimes = 0',
];

const folder = mkdtempSync(join(tmpdir(), 'perennial-parquet-'));
const session = new Session(folder, { connectionArgs: ['--memory_worker_period_ms=1000'] });
try {
  await session.queryAsync(`SET ${settings.join(', ')}`);
  await run();
} catch (error) {
  process.stderr.write(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
} finally {
  session.close();
  rmSync(folder, { recursive: true, force: true });
}

async function run(): Promise<void> {
  const [first = '', second = '', structure = ''] = given;
  if (verb === 'read') return print(`SELECT * FROM file(${literal(first)}, Parquet)`);
  if (verb === 'columns') return print(`DESCRIBE file(${literal(first)}, Parquet)`);
  if (verb === 'count') return print(`SELECT num_rows AS count FROM file(${literal(first)}, ParquetMetadata)`);
  if (verb === 'write')
    await session.queryAsync(
      `INSERT INTO FUNCTION file(${literal(second)}, Parquet, ${literal(structure)}) SELECT * FROM file(${literal(first)}, JSONEachRow, ${literal(structure)})`,
    );
}

async function print(sql: string): Promise<void> {
  for await (const chunk of session.queryStream(sql, { format: 'JSONEachRow' }))
    if (!process.stdout.write(chunk.text())) await new Promise<void>((resolve) => process.stdout.once('drain', resolve));
}

function literal(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
