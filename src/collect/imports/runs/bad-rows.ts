import { type FileHandle, open } from 'node:fs/promises';
import { stringify } from 'csv-stringify/sync';
import type { ReadRow } from '../reading/read-row.ts';
import type { FileShape } from '../reading/shape.ts';

/** Columns that tell the place and the reason; an import passes over them, so the file can be mended and imported again. */
const ROW = '_import_row';
const REASON = '_import_reason';

/**
 * The file of rows that were not taken, in the shape of the file that they came from. What was written after the last checkpoint is cut off when a run
 * is taken up again, so each bad row stands in it once.
 */
export class BadRows {
  readonly #handle: FileHandle;
  readonly #shape: FileShape;
  #size: number;

  private constructor(handle: FileHandle, shape: FileShape, size: number) {
    this.#handle = handle;
    this.#shape = shape;
    this.#size = size;
  }

  static async open(path: string, shape: FileShape, size: number): Promise<BadRows> {
    // The file is gone when a person was erased whom it named: it begins anew.
    const kept = size === 0 ? undefined : await open(path, 'r+').catch(() => undefined);
    const handle = kept ?? (await open(path, 'w', 0o600));
    const from = kept ? size : 0;
    await handle.truncate(from);
    const bad = new BadRows(handle, shape, from);
    // The mark lets spreadsheets read it as UTF-8.
    if (from === 0 && shape.format === 'csv') await bad.#write(`\uFEFF${stringify([[ROW, REASON, ...shape.columns]])}`);
    return bad;
  }

  /** Bytes that a checkpoint has to remember. */
  get size(): number {
    return this.#size;
  }

  async add(rows: readonly { read: ReadRow; reason: string }[]): Promise<void> {
    if (rows.length === 0) return;
    const text =
      this.#shape.format === 'csv'
        ? stringify(
            rows.map(({ read, reason }) => [read.row, reason, ...read.raw]),
            { cast: { number: String } },
          )
        : rows.map(({ read, reason }) => `${JSON.stringify(lineOf(read, reason))}\n`).join('');
    await this.#write(text);
  }

  close(): Promise<void> {
    return this.#handle.close();
  }

  async #write(text: string): Promise<void> {
    const bytes = Buffer.from(text, 'utf8');
    await this.#handle.write(bytes, 0, bytes.length, this.#size);
    this.#size += bytes.length;
  }
}

function lineOf(read: ReadRow, reason: string): Record<string, unknown> {
  const place = { [ROW]: read.row, [REASON]: reason };
  return read.record ? { ...place, ...read.record } : { ...place, _import_text: read.raw };
}
