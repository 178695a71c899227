import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { prepareFolder } from './pglite-folder.ts';
import { PGliteStream } from './pglite-stream.ts';

/** PGlite on a folder, in a worker thread. */
export interface PGliteEngine {
  /** Makes a stream for one `pg` client. */
  connect(): PGliteStream;
  close(): Promise<void>;
}

/**
 * Starts PGlite on `folder`.
 *
 * Between `pg` and the engine stands our own server (pglite-worker.ts), not `@electric-sql/pglite-socket` 0.2.17: that one queues single protocol
 * messages, so two clients whose messages arrive in pieces (a 300 kB parameter is enough) run on each other's unnamed statement. Seen: 319 of 320
 * parallel queries answered with rows of another one, without an error.
 */
export async function startPGlite(folder: string): Promise<PGliteEngine> {
  await prepareFolder(folder, makeFolder);
  const worker = await startWorker(folder);
  return { connect: () => new PGliteStream(worker), close: () => closeWorker(worker) };
}

/** Makes PGlite's files in an empty folder. */
export async function makeFolder(folder: string): Promise<void> {
  await closeWorker(await startWorker(folder));
}

async function startWorker(folder: string): Promise<Worker> {
  const worker = new Worker(new URL('./pglite-worker.ts', import.meta.url), { workerData: { folder }, execArgv: [] });
  let fault: Error | undefined;
  worker.on('error', (error) => {
    fault = error instanceof Error ? error : new Error(String(error));
  });
  const ended = once(worker, 'exit').then(() => {
    throw new Error(`The embedded PostgreSQL in ${folder} did not start: ${fault?.message ?? 'its thread ended'}`, { cause: fault });
  });
  await Promise.race([once(worker, 'message'), ended]);
  // It ends when it is closed, and then nobody waits for this.
  ended.catch(() => {});
  return worker;
}

async function closeWorker(worker: Worker): Promise<void> {
  const exited = once(worker, 'exit');
  worker.postMessage('close');
  await exited;
}
