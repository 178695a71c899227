import type { Locale } from '../../../kernel/http/handle.ts';
import { jsonText } from '../../../kernel/json-text.ts';
import type { Kernel } from '../../../kernel/slice.ts';
import { type Import, refuseImport } from '../contract.ts';
import type { ImportFiles } from '../files/import-files.ts';
import { checkMapping } from '../mapping/check-mapping.ts';
import type { Mapping } from '../mapping/mapping.ts';
import { present } from '../present.ts';
import type { ImportTables } from '../tables.ts';
import { runImportJob } from './jobs.ts';
import type { RunRow } from './run-rows.ts';

export interface NewRun {
  fileId: string;
  mapping: Mapping;
  mode: 'take' | 'check';
  locale: Locale;
}

/** Starts, pauses, goes on with and ends runs over files. */
export class FileRuns {
  readonly #kernel: Kernel;
  readonly #files: ImportFiles;

  constructor(kernel: Kernel, files: ImportFiles) {
    this.#kernel = kernel;
    this.#files = files;
  }

  get #db() {
    return this.#kernel.postgres.as<ImportTables>();
  }

  /** Starts a run, or gives the one over the same file that is not over yet. A dry run that is not over gives way to a new one. */
  async start(projectId: number, { fileId, mapping, mode, locale }: NewRun): Promise<Import> {
    const file = await this.#files.ready(projectId, fileId);
    checkMapping(mapping, file.shape);
    if (mode === 'check') await this.#endChecks(projectId, fileId);
    const id = this.#kernel.ids.uuid();
    const fresh = {
      id,
      project_id: projectId,
      name: file.name,
      state: 'queued' as const,
      total: null,
      created_at: new Date(this.#kernel.clock.now()),
      finished_at: null,
      file_id: fileId,
      mode,
      mapping: jsonText(mapping),
      locale,
      bytes_total: file.size_bytes,
    };
    await this.#db
      .insertInto('imports')
      .values(fresh)
      .onConflict((conflict) => conflict.columns(['project_id', 'file_id', 'mode']).where('state', 'in', ['queued', 'running', 'paused']).doNothing())
      .execute();
    const row = await this.#db
      .selectFrom('imports')
      .selectAll()
      .where('project_id', '=', projectId)
      .where('file_id', '=', fileId)
      .where('mode', '=', mode)
      .orderBy('created_at', 'desc')
      .limit(1)
      .executeTakeFirstOrThrow();
    if (mode === 'take') await this.#files.keepMapping(projectId, file.shape, mapping);
    await this.#send(row);
    return present(row);
  }

  async #endChecks(projectId: number, fileId: string): Promise<void> {
    await this.#db
      .updateTable('imports')
      .set({ state: 'cancelled', wish: 'cancel', runner: null, leased_until: null, finished_at: new Date(this.#kernel.clock.now()) })
      .where('project_id', '=', projectId)
      .where('file_id', '=', fileId)
      .where('mode', '=', 'check')
      .where('state', 'in', ['queued', 'running', 'paused'])
      .execute();
  }

  /** What a member wishes; a run that nobody works on obeys at once, the others at their next checkpoint. Throws `imports.import_closed` for one that is over. */
  async wish(projectId: number, importId: string, wish: 'run' | 'pause' | 'cancel'): Promise<Import> {
    const state = wish === 'run' ? 'queued' : wish === 'pause' ? 'paused' : 'cancelled';
    const mine = this.#db.updateTable('imports').where('project_id', '=', projectId).where('id', '=', importId).where('file_id', 'is not', null);
    const heard = await mine.set({ wish }).where('state', 'in', ['queued', 'running', 'paused']).returning('id').executeTakeFirst();
    if (!heard) {
      const row = await this.#find(projectId, importId);
      throw refuseImport('import_closed', { details: { state: row.state } });
    }
    await mine
      .set({ state, ...(wish === 'cancel' && { finished_at: new Date(this.#kernel.clock.now()) }) })
      .where('state', 'in', wish === 'run' ? ['paused'] : ['queued', 'paused'])
      .execute();
    const row = await this.#find(projectId, importId);
    if (wish === 'run') await this.#send(row);
    return present(row);
  }

  /** Sends runs to work that nobody works on: after a crash, or when a job got lost. */
  async sweep(): Promise<void> {
    const rows = await this.#db
      .selectFrom('imports')
      .selectAll()
      .where('file_id', 'is not', null)
      .where('state', 'in', ['queued', 'running'])
      .where((where) => where.or([where('leased_until', 'is', null), where('leased_until', '<', new Date(this.#kernel.clock.now()))]))
      .limit(100)
      .execute();
    for (const row of rows) await this.#send(row);
  }

  async #find(projectId: number, importId: string): Promise<RunRow> {
    const row = await this.#db.selectFrom('imports').selectAll().where('project_id', '=', projectId).where('id', '=', importId).executeTakeFirst();
    if (!row) throw refuseImport('unknown_import');
    return row;
  }

  #send(row: RunRow): Promise<void> {
    return this.#kernel.jobs.send(runImportJob, { projectId: row.project_id, importId: row.id });
  }
}
