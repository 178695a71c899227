import { open } from 'node:fs/promises';
import type { Row } from '../mapping/row-reader.ts';
import { recognisePreset } from '../presets/presets.ts';
import { refuseFile } from '../refuse-file.ts';
import { openParts } from './open-content.ts';
import { columnNames, readCells } from './read-csv.ts';
import { parseJson } from './read-json.ts';
import { readRows } from './read-rows.ts';
import { type Compression, delimiters, type Encoding, type FileShape } from './shape.ts';

const SAMPLE_BYTES = 1_048_576;
const SAMPLE_ROWS = 200;
const COLUMNS_MAX = 500;

/** What a file looks like, with its first rows. */
export interface SampledFile {
  shape: FileShape;
  rows: Row[];
}

/** Finds out how a file has to be read, from its first bytes and never from its name. Throws `imports.file_empty` and `imports.file_unreadable`. */
export async function detectShape(path: string): Promise<SampledFile> {
  const head = await headOf(path);
  if (head.length === 0) throw refuseFile('file_empty');
  if (head.subarray(0, 4).toString('latin1') === 'PAR1')
    return sample(path, { format: 'parquet', compression: 'none', encoding: 'utf-8', delimiter: ',', columns: [], preset: null });
  const compression = compressionOf(head);
  const start = await firstBytes(path, compression);
  if (start.subarray(0, 4).toString('latin1') === 'PAR1') throw refuseFile('file_unreadable', { details: { reason: 'parquet inside an archive' } });
  const encoding = encodingOf(start);
  const text = new TextDecoder(encoding).decode(start, { stream: true });
  if (text.trim() === '') throw refuseFile('file_empty');
  if (text.includes('\u0000')) throw refuseFile('file_unreadable', { details: { reason: 'binary' } });
  const format = formatOf(text);
  const delimiter = format === 'csv' ? await delimiterOf(text) : ',';
  return sample(path, { format, compression, encoding, delimiter, columns: [], preset: null });
}

/** Reads the first rows in a given shape and names its columns. */
export async function sample(path: string, shape: FileShape): Promise<SampledFile> {
  const rows: Row[] = [];
  const names = new Set<string>();
  let seen = 0;
  for await (const { record } of readRows({ path, shape })) {
    seen += 1;
    if (record) {
      rows.push(record);
      for (const name of Object.keys(record)) if (names.size < COLUMNS_MAX) names.add(name);
    }
    if (seen >= SAMPLE_ROWS) break;
  }
  if (rows.length === 0) throw refuseFile(seen === 0 ? 'file_empty' : 'file_unreadable', { details: { reason: 'no readable row' } });
  return { shape: { ...shape, columns: [...names], preset: recognisePreset(rows) ?? null }, rows };
}

async function headOf(path: string): Promise<Buffer> {
  const handle = await open(path);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(8), 0, 8, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

function compressionOf(head: Buffer): Compression {
  if (head[0] === 0x1f && head[1] === 0x8b) return 'gzip';
  return head.subarray(0, 4).toString('latin1') === 'PK\u0003\u0004' ? 'zip' : 'none';
}

async function firstBytes(path: string, compression: Compression): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const part of openParts({ path, compression })) {
      for await (const chunk of part as AsyncIterable<Buffer>) {
        chunks.push(chunk);
        size += chunk.length;
        if (size >= SAMPLE_BYTES) break;
      }
      part.destroy();
      break;
    }
  } catch (error) {
    throw refuseFile('file_unreadable', { details: { reason: String(error).slice(0, 200) }, cause: error });
  }
  return Buffer.concat(chunks).subarray(0, SAMPLE_BYTES);
}

function encodingOf(bytes: Buffer): Encoding {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  try {
    // The sample may end inside a character.
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
    return 'utf-8';
  } catch {
    return 'gb18030';
  }
}

function formatOf(text: string): FileShape['format'] {
  const start = text.trimStart();
  if (start.startsWith('[')) return 'json';
  if (!start.startsWith('{')) return 'csv';
  const [line = ''] = start.split('\n', 1);
  try {
    parseJson(line);
    return 'jsonl';
  } catch {
    // A broken first line of many good ones is still JSON lines; an object over several lines is not.
    return line.trim() === '{' || /^\{\s*"[^"]*"\s*:\s*[^}]*$/.test(line.trim()) ? 'json' : 'jsonl';
  }
}

/** The sign that cuts the first lines into the same number of cells, and into the most. */
async function delimiterOf(text: string): Promise<FileShape['delimiter']> {
  const lines = text.slice(0, 65_536);
  let best: { delimiter: FileShape['delimiter']; score: number } = { delimiter: ',', score: 0 };
  for (const delimiter of delimiters) {
    const counts: number[] = [];
    try {
      for await (const cells of readCells(single(lines), delimiter)) if (counts.push(columnNames(cells).length) >= 50) break;
    } catch {
      // The cut-off end of the sample may lie inside quotes.
    }
    const [first = 0] = counts;
    const same = counts.filter((count) => count === first).length / Math.max(1, counts.length);
    const score = first > 1 ? first * same * same : 0;
    if (score > best.score) best = { delimiter, score };
  }
  return best.delimiter;
}

async function* single(text: string): AsyncGenerator<string> {
  yield text;
}
