import type { Selectable } from 'kysely';
import { sql } from 'kysely';
import { jsonText } from '../../../kernel/json-text.ts';
import type { Kernel } from '../../../kernel/slice.ts';
import type { Refusal } from '../contract.ts';
import type { Failure, ImportsTable, ImportTables, RunSummary } from '../tables.ts';

export type RunRow = Selectable<ImportsTable>;

const LEASE_MS = 30_000;

/** How far a run is. */
export interface Checkpoint {
  position: number;
  accepted: number;
  duplicates: number;
  refused: number;
  /** Those since the last checkpoint: what was kept before may have been erased meanwhile. */
  refusals: readonly Refusal[];
  summary: RunSummary;
  badBytes: number;
  bytesDone: number;
  /** Time since the last checkpoint. */
  workedMs: number;
}

/** Another process has the run now; what this one has in hand is dropped, nothing is lost. */
export class LeaseLostError extends Error {
  constructor() {
    super('another process has taken this import over');
    this.name = 'LeaseLostError';
  }
}

/** The rows of runs over files, as the one process that works on a run writes them. */
export class RunRows {
  readonly #kernel: Kernel;
  readonly #runner: string;

  constructor(kernel: Kernel, runner: string) {
    this.#kernel = kernel;
    this.#runner = runner;
  }

  /** Takes the run for this process; undefined when another works on it or it is over. */
  async claim(projectId: number, importId: string): Promise<RunRow | undefined> {
    const now = this.#kernel.clock.now();
    return this.#kernel.postgres
      .as<ImportTables>()
      .updateTable('imports')
      .set({ state: 'running', runner: this.#runner, leased_until: new Date(now + LEASE_MS) })
      .where('project_id', '=', projectId)
      .where('id', '=', importId)
      .where('file_id', 'is not', null)
      .where('state', 'in', ['queued', 'running'])
      .where((where) => where.or([where('leased_until', 'is', null), where('leased_until', '<', new Date(now)), where('runner', '=', this.#runner)]))
      .returningAll()
      .executeTakeFirst();
  }

  /** Writes how far it is, keeps the lease and hears what members wish. */
  async checkpoint(run: RunRow, at: Checkpoint): Promise<RunRow['wish']> {
    const row = await this.#mine(run)
      .set({
        position: at.position,
        accepted: at.accepted,
        duplicates: at.duplicates,
        refused: at.refused,
        refusals: sql`refusals || ${jsonText(at.refusals)}::jsonb`,
        summary: jsonText(at.summary),
        bad_bytes: at.badBytes,
        bytes_done: at.bytesDone,
        worked_ms: sql`worked_ms + ${Math.round(at.workedMs)}`,
        leased_until: new Date(this.#kernel.clock.now() + LEASE_MS),
      })
      .returning('wish')
      .executeTakeFirst();
    if (!row) throw new LeaseLostError();
    return row.wish;
  }

  /** Keeps the lease while there is nothing to write down. */
  async renew(run: RunRow): Promise<RunRow['wish']> {
    const row = await this.#mine(run)
      .set({ leased_until: new Date(this.#kernel.clock.now() + LEASE_MS) })
      .returning('wish')
      .executeTakeFirst();
    if (!row) throw new LeaseLostError();
    return row.wish;
  }

  /** Ends the run, or lays it down (`paused`, `queued`). */
  async leave(run: RunRow, state: RunRow['state'], more: { total?: number; failure?: Failure } = {}): Promise<void> {
    const isOver = state === 'done' || state === 'cancelled' || state === 'failed';
    await this.#mine(run)
      .set({
        state,
        runner: null,
        leased_until: null,
        ...(isOver && { finished_at: new Date(this.#kernel.clock.now()) }),
        ...(more.total !== undefined && { total: more.total, bytes_done: run.bytes_total ?? 0 }),
        ...(more.failure && { failure: jsonText(more.failure) }),
      })
      .execute();
  }

  #mine(run: RunRow) {
    return this.#kernel.postgres
      .as<ImportTables>()
      .updateTable('imports')
      .where('project_id', '=', run.project_id)
      .where('id', '=', run.id)
      .where('state', '=', 'running')
      .where('runner', '=', this.#runner);
  }
}
