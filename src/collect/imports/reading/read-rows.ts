import { readParquet } from '../../../kernel/parquet/parquet.ts';
import { refuseFile } from '../refuse-file.ts';
import { decode, openParts } from './open-content.ts';
import { readCsv } from './read-csv.ts';
import { readJsonLines, readJsonObjects } from './read-json.ts';
import type { ReadRow } from './read-row.ts';
import type { FileShape } from './shape.ts';

/** A file that lies on disk. */
export interface RowSource {
  path: string;
  shape: FileShape;
  /** Hears how many bytes of the file were read, for progress; Parquet tells nothing. */
  onBytes?(count: number): void;
  signal?: AbortSignal;
}

/**
 * The rows of a file, one after another, in bounded memory. Rows that cannot be read come with their fault; a file that cannot be read any further ends
 * with `imports.file_unreadable` or `imports.file_quote_open`.
 */
export async function* readRows(source: RowSource): AsyncGenerator<ReadRow> {
  const { shape } = source;
  try {
    if (shape.format === 'parquet') yield* readJsonLines(decodeBuffers(readParquet(source.path, source.signal)));
    else if (shape.format === 'csv') yield* readCsv(firstPart(source), shape.delimiter);
    else if (shape.format === 'jsonl') yield* readJsonLines(allParts(source));
    else yield* readJsonObjects(allParts(source));
  } catch (error) {
    source.signal?.throwIfAborted();
    throw isBroken(error) ? refuseFile('file_unreadable', { details: { reason: error.message.slice(0, 200) }, cause: error }) : error;
  }
}

function isBroken(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  const code = (error as { code?: unknown }).code;
  return error.name === 'ParquetError' || (typeof code === 'string' && /^Z_|^ERR_ENCODING|^ERR_ZLIB/.test(code));
}

async function* decodeBuffers(buffers: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8');
  for await (const buffer of buffers) yield decoder.decode(buffer, { stream: true });
}

/** A table in an archive is its first file: a second heading would be a row. */
async function* firstPart(source: RowSource): AsyncGenerator<string> {
  for await (const part of openParts(packed(source))) {
    yield* decode(part, source.shape.encoding);
    return;
  }
}

async function* allParts(source: RowSource): AsyncGenerator<string> {
  for await (const part of openParts(packed(source))) {
    yield* decode(part, source.shape.encoding);
    yield '\n';
  }
}

function packed({ path, shape, onBytes }: RowSource) {
  return { path, compression: shape.compression, ...(onBytes && { onBytes }) };
}
