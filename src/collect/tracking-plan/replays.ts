import { type Kysely, type Selectable, sql } from 'kysely';
import { AppError } from '../../kernel/errors/errors.ts';
import { jsonText } from '../../kernel/json-text.ts';
import type { Kernel } from '../../kernel/slice.ts';
import { refusePlan } from './contract.ts';
import { replayJob } from './jobs.ts';
import type { Replay } from './quarantine-contract.ts';
import type { QuarantineFilter } from './quarantine-states.ts';
import { type ReplayParts, replay } from './replay.ts';
import type { PlanTables, QuarantineReplaysTable } from './tables.ts';

const SHOWN = 10;
const KEPT_DAYS = 30;
const DAY_MS = 86_400_000;

/** Replays of everything that a filter matches: part by part in the background, gone on with after a crash, stopped when somebody wishes. */
export class Replays {
  readonly #kernel: Kernel;
  readonly #parts: ReplayParts;

  constructor(kernel: Kernel, parts: ReplayParts) {
    this.#kernel = kernel;
    this.#parts = parts;
  }

  get #db(): Kysely<PlanTables> {
    return this.#kernel.postgres.as<PlanTables>();
  }

  /** Begins one, or goes on with the one that is under way: then `isNew` is false. */
  async begin(projectId: number, filter: QuarantineFilter): Promise<{ replay: Replay; isNew: boolean }> {
    const { total, last } = await this.#parts.quarantine.extent(projectId, filter);
    const id = this.#kernel.ids.uuid();
    await sql`
      INSERT INTO quarantine_replays (id, project_id, filter, state, position, last_id, total, replayed, duplicates, waiting, created_at)
      VALUES (${id}, ${projectId}, ${jsonText(filter)}::jsonb, 'running', 0, ${last}, ${total}, 0, 0, 0, ${this.#now()})
      ON CONFLICT (project_id) WHERE state = 'running' DO NOTHING`.execute(this.#db);
    const row = await this.#of(projectId).where('state', '=', 'running').executeTakeFirst();
    // Another process may have finished it in this instant.
    if (!row) return { replay: view(await this.#find(projectId, id)), isNew: true };
    await this.#kernel.jobs.send(replayJob, { projectId, replayId: row.id });
    return { replay: view(row), isNew: row.id === id };
  }

  /** The last ones, newest first. */
  async list(projectId: number): Promise<Replay[]> {
    const rows = await this.#of(projectId).orderBy('created_at', 'desc').orderBy('id', 'desc').limit(SHOWN).execute();
    return rows.map(view);
  }

  /** What is being tried is still done. Throws `tracking-plan.unknown_replay`. */
  async stop(projectId: number, replayId: string): Promise<Replay> {
    await this.#end(replayId, 'stopped');
    return view(await this.#find(projectId, replayId));
  }

  /** Works through one. Throws the stream's 503s: the job comes again and goes on where it stood. */
  async work(projectId: number, replayId: string, signal: AbortSignal): Promise<void> {
    for (;;) {
      const row = await this.#of(projectId).where('id', '=', replayId).executeTakeFirst();
      if (row?.state !== 'running') return;
      // The job comes again.
      signal.throwIfAborted();
      const part = await replay(this.#parts, projectId, { filter: row.filter, cursor: row.position, upTo: row.last_id }).catch(
        async (error: unknown) => {
          await this.#note(replayId, error instanceof AppError ? error.code : 'tracking-plan.replay_failed');
          throw error;
        },
      );
      await this.#add(replayId, part, part.nextCursor ?? row.last_id);
      if (part.nextCursor === undefined) {
        await this.#end(replayId, 'done');
        return;
      }
    }
  }

  /** Takes out what is past its age. */
  async purge(): Promise<void> {
    const before = new Date(this.#kernel.clock.now() - KEPT_DAYS * DAY_MS);
    await this.#db.deleteFrom('quarantine_replays').where('state', '!=', 'running').where('created_at', '<', before).execute();
  }

  #of(projectId: number) {
    return this.#db.selectFrom('quarantine_replays').selectAll().where('project_id', '=', projectId);
  }

  async #find(projectId: number, replayId: string): Promise<ReplayRow> {
    const row = await this.#of(projectId).where('id', '=', replayId).executeTakeFirst();
    if (!row) throw refusePlan('unknown_replay');
    return row;
  }

  async #add(replayId: string, part: { replayed: number; duplicates: number; waiting: number }, position: number): Promise<void> {
    await sql`
      UPDATE quarantine_replays SET replayed = replayed + ${part.replayed}, duplicates = duplicates + ${part.duplicates},
        waiting = waiting + ${part.waiting}, position = ${position}, failure = NULL WHERE id = ${replayId}`.execute(this.#db);
  }

  async #note(replayId: string, failure: string): Promise<void> {
    await this.#db.updateTable('quarantine_replays').set({ failure }).where('id', '=', replayId).execute();
  }

  /** What was searched for may name a person, so that it goes with the end. */
  async #end(replayId: string, state: 'done' | 'stopped'): Promise<void> {
    await sql`
      UPDATE quarantine_replays SET state = ${state}, filter = filter - 'search', failure = NULL, finished_at = ${this.#now()}
      WHERE id = ${replayId} AND state = 'running'`.execute(this.#db);
  }

  #now(): Date {
    return new Date(this.#kernel.clock.now());
  }
}

type ReplayRow = Selectable<QuarantineReplaysTable>;

function view(row: ReplayRow): Replay {
  const { id, state, failure } = row;
  const [total, replayed, duplicates, waiting] = [row.total, row.replayed, row.duplicates, row.waiting].map(Number) as [
    number,
    number,
    number,
    number,
  ];
  return {
    id,
    state,
    total,
    replayed,
    duplicates,
    waiting,
    failure,
    createdAt: row.created_at.toISOString(),
    finishedAt: row.finished_at?.toISOString() ?? null,
  };
}
