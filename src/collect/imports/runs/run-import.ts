import type { Texts } from '../../../kernel/http/texts.ts';
import type { Kernel } from '../../../kernel/slice.ts';
import type { GatewayApi } from '../../gateway/index.ts';
import { REFUSALS_KEPT, type Refusal } from '../contract.ts';
import { failureFrom, type ImportFiles } from '../files/import-files.ts';
import { compileMapping } from '../mapping/map-row.ts';
import type { ReadRow } from '../reading/read-row.ts';
import { readRows } from '../reading/read-rows.ts';
import type { FileShape } from '../reading/shape.ts';
import { refuseFile } from '../refuse-file.ts';
import type { RunSummary } from '../tables.ts';
import { BadRows } from './bad-rows.ts';
import { LeaseLostError, type RunRow, RunRows } from './run-rows.ts';
import { type Batch, dryBatch, realBatch, type TakeBatch, type TakenBatch } from './take-batch.ts';

const BATCH_ROWS = 1_000;
/** Batches under way at once, where the order of rows does not matter to people's traits. */
const AHEAD_MAX = 3;
const CHECKPOINT_EVERY_MS = 700;
const EVENT_NAMES_MAX = 200;

export interface RunParts {
  kernel: Kernel;
  gateway: GatewayApi;
  files: ImportFiles;
  texts: Texts;
  /** Aborts when this process stops: the run is taken up by another one, or after the restart. */
  stopping: AbortSignal;
}

/** A member asked for it, or the process stops. */
class LaidDown extends Error {
  readonly state: 'paused' | 'cancelled' | 'queued';
  constructor(state: LaidDown['state']) {
    super(`laid down: ${state}`);
    this.state = state;
  }
}

/**
 * Works through a file from where it stands. Every checkpoint is a place from which another process can go on after a crash; rows after it are read
 * again and are known by their message ids. Gives `laid_down` when the process stops before the end.
 */
export async function runImport(
  parts: RunParts,
  { projectId, importId }: { projectId: number; importId: string },
  signal: AbortSignal,
): Promise<'over' | 'laid_down'> {
  const rows = new RunRows(parts.kernel, parts.kernel.ids.uuid());
  const run = await rows.claim(projectId, importId);
  if (!run) return 'over';
  try {
    const total = await new FileRun(parts, rows, run, AbortSignal.any([signal, parts.stopping])).work();
    await rows.leave(run, 'done', { total });
  } catch (error) {
    if (error instanceof LeaseLostError) return 'over';
    if (error instanceof LaidDown) {
      await rows.leave(run, error.state);
      return error.state === 'queued' ? 'laid_down' : 'over';
    }
    parts.kernel.log.warn({ import: importId, error: error instanceof Error ? error.stack : String(error) }, 'an import failed');
    await rows.leave(run, 'failed', { failure: failureFrom(error) });
  }
  return 'over';
}

class FileRun {
  readonly #parts: RunParts;
  readonly #rows: RunRows;
  readonly #run: RunRow;
  readonly #signal: AbortSignal;
  /** Since the last checkpoint. */
  #refusals: Refusal[] = [];
  #refusalsKept: number;
  readonly #summary: RunSummary;
  #counts: { position: number; accepted: number; duplicates: number; refused: number };
  #bad: BadRows | undefined;
  #bytes = 0;
  #lastRow = 0;
  #savedAt = performance.now();

  constructor(parts: RunParts, rows: RunRows, run: RunRow, signal: AbortSignal) {
    this.#parts = parts;
    this.#rows = rows;
    this.#run = run;
    this.#signal = signal;
    this.#refusalsKept = run.refusals.length;
    this.#summary = { ...run.summary, events: { ...run.summary.events } };
    const { position, accepted, duplicates, refused } = run;
    this.#counts = { position, accepted, duplicates, refused };
  }

  /** Works to the end; gives the number of the last row. */
  async work(): Promise<number> {
    const { files } = this.#parts;
    const file = await files.ready(this.#run.project_id, this.#run.file_id ?? '');
    await files.store.sizeOf(file.id);
    const { shape } = file;
    if (this.#run.mode === 'take') {
      const kind = shape.format === 'csv' ? 'csv' : 'jsonl';
      this.#bad = await BadRows.open(files.store.badRowsPath(this.#run.id, kind), shape, this.#run.bad_bytes);
    }
    const ended = new AbortController();
    try {
      const source = {
        path: files.store.path(file.id),
        shape,
        signal: AbortSignal.any([this.#signal, ended.signal]),
        onBytes: (count: number) => {
          this.#bytes += count;
        },
      };
      await this.#takeAll(readRows(source), this.#taker(file.hash, shape));
      await this.#save();
      return this.#lastRow;
    } finally {
      ended.abort();
      await this.#bad?.close();
    }
  }

  #taker(hash: string, shape: FileShape): TakeBatch {
    const { mapping, project_id: projectId, created_at: createdAt, mode } = this.#run;
    if (!mapping) throw refuseFile('mapping_incomplete');
    // The same rows of the same file are the same events, whenever they are imported; as people they say something else.
    const prefix = `import:${hash.slice(0, 32)}:${mapping.content === 'people' ? 'p' : 'e'}${shape.format === 'csv' ? '' : 'j'}`;
    const read = compileMapping(mapping, { idOf: (row) => `${prefix}:${row}`, takenAt: createdAt.getTime() });
    return mode === 'check'
      ? dryBatch(read)
      : realBatch(read, projectId, { gateway: this.#parts.gateway, sender: 'import', wait: (ms) => this.#wait(ms) });
  }

  async #takeAll(rows: AsyncGenerator<ReadRow>, take: TakeBatch): Promise<void> {
    const ahead = this.#changesPeople() ? 1 : AHEAD_MAX;
    const underWay: Promise<TakenBatch>[] = [];
    try {
      for await (const batch of this.#batches(rows)) {
        const taken = take(batch);
        taken.catch(() => {});
        underWay.push(taken);
        if (underWay.length >= ahead) await this.#settle(underWay.shift());
      }
      while (underWay.length > 0) await this.#settle(underWay.shift());
    } finally {
      await Promise.allSettled(underWay);
    }
  }

  /** Later rows win over earlier ones only when they are written in their order. */
  #changesPeople(): boolean {
    const { mapping } = this.#run;
    return (
      mapping === null ||
      mapping.preset !== null ||
      mapping.content === 'people' ||
      mapping.columns.some(({ role }) => role === 'trait' || role === 'traits')
    );
  }

  async *#batches(rows: AsyncGenerator<ReadRow>): AsyncGenerator<Batch> {
    let held: ReadRow[] = [];
    for await (const row of rows) {
      this.#lastRow = row.row;
      if (row.row <= this.#run.position) continue;
      held.push(row);
      if (held.length < BATCH_ROWS) continue;
      yield { rows: held, lastRow: row.row };
      held = [];
    }
    if (held.length > 0) yield { rows: held, lastRow: this.#lastRow };
  }

  async #settle(underWay: Promise<TakenBatch> | undefined): Promise<void> {
    const taken = await underWay;
    if (!taken) return;
    const bad = taken.bad.map((row) => ({ ...row, reason: this.#inWords(row.code, row.details) }));
    await this.#bad?.add(bad);
    for (const { read, code, reason } of bad.slice(0, REFUSALS_KEPT - this.#refusalsKept)) {
      this.#refusals.push({ line: read.row, code, message: reason });
      this.#refusalsKept += 1;
    }
    const { accepted, duplicates, refused } = this.#counts;
    this.#counts = {
      position: taken.lastRow,
      accepted: accepted + taken.accepted,
      duplicates: duplicates + taken.duplicates,
      refused: refused + taken.bad.length,
    };
    this.#sumUp(taken);
    if (performance.now() - this.#savedAt >= CHECKPOINT_EVERY_MS) this.#obey(await this.#save());
    if (this.#signal.aborted) {
      await this.#save();
      throw new LaidDown('queued');
    }
  }

  #sumUp(taken: TakenBatch): void {
    const events = this.#summary.events ?? {};
    this.#summary.events = events;
    for (const { event, time } of taken.events) {
      if (event in events || Object.keys(events).length < EVENT_NAMES_MAX) events[event] = (events[event] ?? 0) + 1;
      if (this.#summary.from === undefined || time < this.#summary.from) this.#summary.from = time;
      if (this.#summary.to === undefined || time > this.#summary.to) this.#summary.to = time;
    }
  }

  async #save(): Promise<RunRow['wish']> {
    const now = performance.now();
    const workedMs = now - this.#savedAt;
    this.#savedAt = now;
    const { refusals, summary, badBytes } = { refusals: this.#refusals, summary: this.#summary, badBytes: this.#bad?.size ?? 0 };
    this.#refusals = [];
    return this.#rows.checkpoint(this.#run, { ...this.#counts, refusals, summary, badBytes, bytesDone: this.#bytes, workedMs });
  }

  #obey(wish: RunRow['wish']): void {
    if (wish === 'pause') throw new LaidDown('paused');
    if (wish === 'cancel') throw new LaidDown('cancelled');
  }

  /** Waits for a store that has no room, and still hears members and the end of the process. */
  async #wait(ms: number): Promise<void> {
    const until = performance.now() + ms;
    while (performance.now() < until) {
      if (this.#signal.aborted) throw new LaidDown('queued');
      await new Promise((resolve) => setTimeout(resolve, Math.min(1_000, until - performance.now())));
      this.#obey(await this.#rows.renew(this.#run));
    }
  }

  #inWords(code: string, details: Record<string, unknown>): string {
    const [slice = '', reason = ''] = code.split('.');
    return this.#parts.texts.text(this.#run.locale, `${slice}.errors.${reason}`, details) ?? code;
  }
}
