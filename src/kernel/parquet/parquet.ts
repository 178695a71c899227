import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Readable } from 'node:stream';

const PROGRAM = join(import.meta.dirname, 'parquet-worker.ts');
const REASON_LENGTH_MAX = 500;

/** The engine could not read or write the file; the message is its own. */
export class ParquetError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ParquetError';
  }
}

/**
 * The rows of a Parquet file as JSON objects, one a line, while the engine reads on in a process of its own (start: 0.4 s, 300 MB). Whole numbers stand
 * as they are (beyond 2^53 too), times as ISO texts in UTC. Ends with a `ParquetError` when the file is no Parquet; leaving the loop ends the process.
 */
export async function* readParquet(file: string, signal?: AbortSignal): AsyncGenerator<Buffer> {
  const child = start(['read', file], signal);
  const ended = endOf(child);
  try {
    yield* child.stdout as AsyncIterable<Buffer>;
    await ended;
  } finally {
    child.kill('SIGKILL');
    await ended.catch(() => {});
  }
}

/** How many rows a Parquet file says that it has. */
export async function countParquet(file: string): Promise<number> {
  const text = await output(['count', file]);
  return (JSON.parse(text) as { count: number }).count;
}

/** Makes a Parquet file (zstd) of rows that lie as JSONEachRow in `rowsFile`. `structure` names its columns: `event String, time DateTime64(3, 'UTC')`. */
export async function writeParquet(rowsFile: string, file: string, structure: string): Promise<void> {
  await output(['write', rowsFile, file, structure]);
}

type Child = ChildProcess & { stdout: Readable; stderr: Readable };

function start(given: readonly string[], signal?: AbortSignal): Child {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', PROGRAM, ...given], {
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(signal && { signal }),
  });
  return child as Child;
}

async function output(given: readonly string[]): Promise<string> {
  const child = start(given);
  const ended = endOf(child);
  const chunks: Buffer[] = [];
  for await (const chunk of child.stdout as AsyncIterable<Buffer>) chunks.push(chunk);
  await ended;
  return Buffer.concat(chunks).toString('utf8');
}

function endOf(child: Child): Promise<void> {
  let reason = '';
  child.stderr.on('data', (chunk: Buffer) => {
    if (reason.length < REASON_LENGTH_MAX) reason += chunk.toString('utf8');
  });
  const ended = new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve();
      else reject(new ParquetError(reason.slice(0, REASON_LENGTH_MAX) || 'the engine ended'));
    });
  });
  ended.catch(() => {});
  return ended;
}
