import { type Selectable, sql } from 'kysely';
import { AppError } from '../../../kernel/errors/errors.ts';
import { jsonText } from '../../../kernel/json-text.ts';
import type { SecretBox } from '../../../kernel/secret-box.ts';
import type { Kernel } from '../../../kernel/slice.ts';
import type { GatewayApi } from '../../gateway/index.ts';
import { compileMapping, type ReadRow, type Row, realBatch, type TakenBatch } from '../../imports/index.ts';
import { refusePull } from '../contract.ts';
import { cursorText, valueBefore } from '../cursor.ts';
import { hashOf, keysOf } from '../row-hash.ts';
import { openSource } from '../sources/open-source.ts';
import type { PullRefusal, PullsTable, PullTables } from '../tables.ts';

export type PullRow = Selectable<PullsTable>;

export interface PullParts {
  kernel: Kernel;
  gateway: GatewayApi;
  box: SecretBox;
  allowsPrivate: boolean;
}

export const LEASE_MS = 60_000;
const REFUSALS_KEPT = 100;

/** Another process has the pull now, or a member paused it. */
export class LeaseLostError extends Error {
  constructor() {
    super('the pull was taken over or paused');
    this.name = 'LeaseLostError';
  }
}

/**
 * Asks the database once and sends its rows through the door of all events. What was read is remembered batch by batch, so a run that breaks goes on
 * from there the next time; rows that are read again are known by their ids (events) or by what they said the last time (people).
 */
export class PullRun {
  readonly #parts: PullParts;
  readonly #pull: PullRow;
  readonly #runner: string;
  readonly #runId: string;
  readonly #counts = { rows: 0, accepted: 0, unchanged: 0, refused: 0 };
  /** Since the last time that they were written: what was kept before may have been erased meanwhile. */
  #refusals: PullRefusal[] = [];
  #refusalsKept = 0;
  #read = 0;

  constructor(parts: PullParts, pull: PullRow, runner: string) {
    this.#parts = parts;
    this.#pull = pull;
    this.#runner = runner;
    this.#runId = parts.kernel.ids.uuid();
  }

  get #db() {
    return this.#parts.kernel.postgres.as<PullTables>();
  }

  /** Works to the end. Throws what stopped it, after it was written into the run's row. */
  async work(signal: AbortSignal): Promise<void> {
    const { id, project_id: projectId } = this.#pull;
    const startedAt = new Date(this.#parts.kernel.clock.now());
    await this.#db
      .insertInto('pull_runs')
      .values({ id: this.#runId, pull_id: id, project_id: projectId, state: 'running', started_at: startedAt })
      .execute();
    try {
      await this.#pullAll(signal);
      await this.#save({ state: 'done', finished_at: new Date(this.#parts.kernel.clock.now()) });
    } catch (error) {
      const failure = jsonText(failureOf(error));
      await this.#save({ state: 'failed', failure, finished_at: new Date(this.#parts.kernel.clock.now()) });
      throw error;
    }
  }

  async #pullAll(signal: AbortSignal): Promise<void> {
    const { connection, question, cursor, cursor_value: value } = this.#pull;
    const session = await openSource({ connection, password: this.#password() }, this.#parts.allowsPrivate);
    try {
      const from = cursor && { column: cursor.column, value: value === null ? undefined : valueBefore(value, cursor.overlap) };
      for await (const rows of session.rows(question, { signal, ...(from && { from }) })) {
        await this.#take(rows);
        await this.#advance(rows);
        await this.#save({});
        signal.throwIfAborted();
      }
    } finally {
      await session.close();
    }
  }

  #password(): string {
    try {
      return this.#parts.box.open(this.#pull.sealed_password);
    } catch (cause) {
      throw refusePull('secret_lost', { cause });
    }
  }

  async #take(rows: readonly Row[]): Promise<void> {
    const isPeople = this.#pull.mapping.content === 'people';
    const first = this.#read + 1;
    this.#read += rows.length;
    const numbered: ReadRow[] = rows.map((record, index) => ({ row: first + index, record, raw: '' }));
    this.#counts.rows += rows.length;
    const { changed, said } = isPeople ? await this.#changedPeople(numbered) : { changed: numbered, said: new Map<string, string>() };
    this.#counts.unchanged += numbered.length - changed.length;
    const taken = await this.#send(changed, isPeople);
    this.#counts.accepted += taken.accepted;
    this.#counts.unchanged += taken.duplicates;
    this.#counts.refused += taken.bad.length;
    for (const { read, code, details } of taken.bad.slice(0, REFUSALS_KEPT - this.#refusalsKept)) {
      this.#refusals.push({ line: read.row, code, details });
      this.#refusalsKept += 1;
    }
    await this.#remember(said);
  }

  /** Events without an id of their own are known by all that their row says; what is said about people is told each time that it changes. */
  #send(rows: readonly ReadRow[], isPeople: boolean): Promise<TakenBatch> {
    const { id, mapping, project_id: projectId } = this.#pull;
    const records = new Map(rows.map(({ row, record }) => [row, record]));
    const idOf = (row: number): string => (isPeople ? `pull:${this.#runId}:${row}` : `pull:${id}:${hashOf(records.get(row) ?? {})}`);
    const read = compileMapping(mapping, { idOf, takenAt: this.#parts.kernel.clock.now() });
    const take = realBatch(read, projectId, { gateway: this.#parts.gateway, sender: 'pull', wait: (ms) => this.#wait(ms) });
    return take({ rows, lastRow: this.#read });
  }

  async #changedPeople(rows: readonly ReadRow[]): Promise<{ changed: ReadRow[]; said: Map<string, string> }> {
    const columns = this.#pull.mapping.columns.filter(({ role }) => role !== 'ignore').map(({ column }) => column);
    const keys = keysOf(this.#pull.mapping);
    const sayings = rows.map((row) => {
      const part = (names: readonly string[]): string => hashOf(Object.fromEntries(names.map((name) => [name, row.record?.[name] ?? null])));
      return { row, person: part(keys), said: part(columns) };
    });
    const persons = [...new Set(sayings.map(({ person }) => person))];
    const known = new Map(
      (
        await this.#db
          .selectFrom('pull_people')
          .select(['person', 'said'])
          .where('pull_id', '=', this.#pull.id)
          .where('person', 'in', persons)
          .execute()
      ).map(({ person, said }) => [person, said]),
    );
    const news = sayings.filter(({ person, said }) => known.get(person) !== said);
    return { changed: news.map(({ row }) => row), said: new Map(news.map(({ person, said }) => [person, said])) };
  }

  async #remember(said: ReadonlyMap<string, string>): Promise<void> {
    if (said.size === 0) return;
    await this.#db
      .insertInto('pull_people')
      .values([...said].map(([person, text]) => ({ pull_id: this.#pull.id, person, said: text })))
      .onConflict((conflict) => conflict.columns(['pull_id', 'person']).doUpdateSet({ said: sql`excluded.said` }))
      .execute();
  }

  /** Remembers the last value of the cursor column and keeps the lease. */
  async #advance(rows: readonly Row[]): Promise<void> {
    const { cursor } = this.#pull;
    const last = cursor ? cursorText(rows.at(-1)?.[cursor.column]) : undefined;
    if (cursor && rows.length > 0 && !(cursor.column in (rows[0] ?? {}))) throw refusePull('cursor_unknown', { details: { column: cursor.column } });
    await this.#keep(last === undefined ? {} : { cursor_value: last });
  }

  async #keep(change: { cursor_value?: string }): Promise<void> {
    const row = await this.#db
      .updateTable('pulls')
      .set({ ...change, leased_until: new Date(this.#parts.kernel.clock.now() + LEASE_MS) })
      .where('project_id', '=', this.#pull.project_id)
      .where('id', '=', this.#pull.id)
      .where('runner', '=', this.#runner)
      .returning('id')
      .executeTakeFirst();
    if (!row) throw new LeaseLostError();
  }

  async #wait(ms: number): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, ms));
    await this.#keep({});
  }

  async #save(change: { state?: 'done' | 'failed'; failure?: string; finished_at?: Date }): Promise<void> {
    const fresh = jsonText(this.#refusals);
    this.#refusals = [];
    await this.#db
      .updateTable('pull_runs')
      .set({ ...this.#counts, refusals: sql`refusals || ${fresh}::jsonb`, ...change })
      .where('project_id', '=', this.#pull.project_id)
      .where('id', '=', this.#runId)
      .execute();
  }
}

export function failureOf(error: unknown): { code: string; details: Record<string, unknown> } {
  if (error instanceof AppError) return { code: error.code, details: error.details };
  return { code: 'pulls.failed', details: { reason: error instanceof Error ? error.message.slice(0, 200) : String(error).slice(0, 200) } };
}
