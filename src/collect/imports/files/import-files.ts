import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { Selectable } from 'kysely';
import { AppError } from '../../../kernel/errors/errors.ts';
import { jsonText } from '../../../kernel/json-text.ts';
import type { Kernel } from '../../../kernel/slice.ts';
import type { ProjectsApi } from '../../../workspace/projects/index.ts';
import type { ImportFile } from '../contract.ts';
import { guessMapping } from '../mapping/guess-mapping.ts';
import type { GuessedMapping, Mapping } from '../mapping/mapping.ts';
import type { Row } from '../mapping/row-reader.ts';
import { presets } from '../presets/presets.ts';
import { detectShape, sample } from '../reading/detect-shape.ts';
import type { FileShape } from '../reading/shape.ts';
import { refuseFile } from '../refuse-file.ts';
import type { Failure, FileLocation, ImportFilesTable, ImportTables } from '../tables.ts';
import type { FileStore } from './file-store.ts';

export type FileRow = Selectable<ImportFilesTable>;

/** A file that is ready, with its first rows and what we take its columns for. */
export interface LookedAtFile {
  row: FileRow & { shape: FileShape; hash: string };
  rows: Row[];
  guess: GuessedMapping;
  /** What was chosen for the same columns before. */
  saved: Mapping | undefined;
}

/** Files on their way into imports: their rows in PostgreSQL, their bytes in the store. */
export class ImportFiles {
  readonly #kernel: Kernel;
  readonly #projects: Pick<ProjectsApi, 'project'>;
  readonly store: FileStore;
  /** Files that this process is writing. */
  readonly #busy = new Set<string>();

  constructor(kernel: Kernel, projects: Pick<ProjectsApi, 'project'>, store: FileStore) {
    this.#kernel = kernel;
    this.#projects = projects;
    this.store = store;
  }

  get #db() {
    return this.#kernel.postgres.as<ImportTables>();
  }

  async create(projectId: number, given: { name: string; sizeBytes: number | null; location?: FileLocation }): Promise<FileRow> {
    if (given.sizeBytes !== null) this.checkSize(given.sizeBytes);
    const now = new Date(this.#kernel.clock.now());
    return this.#db
      .insertInto('import_files')
      .values({
        id: this.#kernel.ids.uuid(),
        project_id: projectId,
        name: given.name,
        origin: given.location?.kind ?? 'upload',
        location: given.location ? jsonText(given.location) : null,
        state: 'arriving',
        size_bytes: given.sizeBytes,
        created_at: now,
        used_at: now,
      })
      .returningAll()
      .executeTakeFirstOrThrow();
  }

  checkSize(sizeBytes: number): void {
    if (sizeBytes > this.store.sizeMax) throw refuseFile('file_too_large', { details: { max: this.store.sizeMax, size: sizeBytes } });
    if (sizeBytes === 0) throw refuseFile('file_empty');
  }

  /** Throws `imports.file_unknown`. */
  async find(projectId: number, fileId: string): Promise<FileRow> {
    const row = await this.#db.selectFrom('import_files').selectAll().where('project_id', '=', projectId).where('id', '=', fileId).executeTakeFirst();
    if (!row || row.state === 'removed') throw refuseFile('file_unknown');
    return row;
  }

  /** Throws `imports.file_not_ready` and what made it fail. */
  async ready(projectId: number, fileId: string): Promise<FileRow & { shape: FileShape; hash: string }> {
    const row = await this.find(projectId, fileId);
    if (row.state === 'failed') throw failureOf(row.failure);
    if (row.state !== 'ready' || row.shape === null || row.hash === null) throw refuseFile('file_not_ready');
    return { ...row, shape: row.shape, hash: row.hash };
  }

  /** Takes the next bytes of an upload; when all are there the file is looked at. Safe to send again from where it stands. */
  async receive(projectId: number, fileId: string, { offset, bytes }: { offset: number; bytes: Readable }): Promise<FileRow> {
    const row = await this.find(projectId, fileId);
    const size = row.size_bytes;
    const isExpected = row.origin === 'upload' && row.state === 'arriving' && size !== null;
    if (!isExpected || offset !== row.arrived_bytes || this.#busy.has(fileId)) {
      bytes.resume();
      throw refuseFile('file_offset', { details: { arrived: row.arrived_bytes, state: row.state } });
    }
    this.#busy.add(fileId);
    try {
      const { arrived, fault } = await this.store.append(fileId, bytes, { offset, lengthMax: size });
      await this.#db
        .updateTable('import_files')
        .set({ arrived_bytes: arrived })
        .where('project_id', '=', projectId)
        .where('id', '=', fileId)
        .execute();
      if (fault !== undefined) throw fault;
      return arrived === size ? await this.finish(projectId, fileId, size) : { ...row, arrived_bytes: arrived };
    } finally {
      this.#busy.delete(fileId);
    }
  }

  /** All bytes are there: finds out what the file is. A file that cannot be read fails with its reason. */
  async finish(projectId: number, fileId: string, size: number): Promise<FileRow> {
    const found = await this.#look(fileId);
    return this.#db
      .updateTable('import_files')
      .set({ ...found, size_bytes: size, arrived_bytes: size })
      .where('project_id', '=', projectId)
      .where('id', '=', fileId)
      .returningAll()
      .executeTakeFirstOrThrow();
  }

  async #look(fileId: string): Promise<{ state: 'ready'; hash: string; shape: string } | { state: 'failed'; failure: string }> {
    try {
      const hash = await this.store.hash(fileId);
      const { shape } = await detectShape(this.store.path(fileId));
      return { state: 'ready', hash, shape: jsonText(shape) };
    } catch (error) {
      if (!(error instanceof AppError)) this.#kernel.log.warn({ error: String(error) }, 'a file to import could not be looked at');
      return { state: 'failed', failure: jsonText(failureFrom(error)) };
    }
  }

  async fail(projectId: number, fileId: string, error: unknown): Promise<void> {
    await this.#db
      .updateTable('import_files')
      .set({ state: 'failed', failure: jsonText(failureFrom(error)) })
      .where('project_id', '=', projectId)
      .where('id', '=', fileId)
      .where('state', '=', 'arriving')
      .execute();
  }

  async progress(fileId: string, arrivedBytes: number, sizeBytes: number | null): Promise<void> {
    await this.#db.updateTable('import_files').set({ arrived_bytes: arrivedBytes, size_bytes: sizeBytes }).where('id', '=', fileId).execute();
  }

  /** Reads the file in another encoding or with another delimiter. */
  async reshape(projectId: number, fileId: string, change: Partial<Pick<FileShape, 'encoding' | 'delimiter'>>): Promise<void> {
    const row = await this.ready(projectId, fileId);
    await this.store.sizeOf(fileId);
    const { shape } = await sample(this.store.path(fileId), { ...row.shape, ...change });
    await this.#db
      .updateTable('import_files')
      .set({ shape: jsonText(shape) })
      .where('project_id', '=', projectId)
      .where('id', '=', fileId)
      .execute();
  }

  /** First rows and a proposal for the mapping. */
  async look(projectId: number, fileId: string): Promise<LookedAtFile> {
    const row = await this.ready(projectId, fileId);
    await this.store.sizeOf(fileId);
    const { rows } = await sample(this.store.path(fileId), row.shape);
    const project = await this.#projects.project(projectId);
    const timeZone = project?.timeZone ?? 'UTC';
    const now = this.#kernel.clock.now();
    const guess = guessMapping({ columns: row.shape.columns, rows, timeZone, now });
    if (row.shape.preset !== null) {
      guess.mapping.preset = row.shape.preset;
      guess.mapping.content = presets[row.shape.preset].content;
      guess.mapping.timeZone = 'UTC';
    }
    await this.#db
      .updateTable('import_files')
      .set({ used_at: new Date(now) })
      .where('project_id', '=', projectId)
      .where('id', '=', fileId)
      .execute();
    return { row, rows, guess, saved: await this.#savedMapping(projectId, row.shape) };
  }

  async #savedMapping(projectId: number, shape: FileShape): Promise<Mapping | undefined> {
    const saved = await this.#db
      .selectFrom('import_mappings')
      .select('mapping')
      .where('project_id', '=', projectId)
      .where('heading', '=', headingOf(shape))
      .executeTakeFirst();
    return saved?.mapping;
  }

  /** Remembers a mapping for files with the same columns. */
  async keepMapping(projectId: number, shape: FileShape, mapping: Mapping): Promise<void> {
    const kept = { mapping: jsonText(mapping), used_at: new Date(this.#kernel.clock.now()) };
    await this.#db
      .insertInto('import_mappings')
      .values({ project_id: projectId, heading: headingOf(shape), ...kept })
      .onConflict((conflict) => conflict.columns(['project_id', 'heading']).doUpdateSet(kept))
      .execute();
  }

  /** Removes the bytes of files that nobody used since; the row stays, so that history can name it. */
  async removeUnused(before: Date): Promise<number> {
    const old = await this.#db
      .updateTable('import_files')
      .set({ state: 'removed', location: null })
      .where('used_at', '<', before)
      .where('state', '<>', 'removed')
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom('imports')
              .select('imports.id')
              .whereRef('imports.file_id', '=', 'import_files.id')
              .where('imports.state', 'in', ['queued', 'running', 'paused']),
          ),
        ),
      )
      .returning('id')
      .execute();
    for (const { id } of old) await this.store.remove(id);
    await this.#removeBadRows(before);
    return old.length;
  }

  /** Refused rows live as long as the files that they came from. */
  async #removeBadRows(before: Date): Promise<void> {
    const old = await this.#db.selectFrom('imports').select('id').where('finished_at', '<', before).where('file_id', 'is not', null).execute();
    for (const { importId } of await this.store.withBadRows(old.map(({ id }) => id))) await this.store.removeBadRows(importId);
  }
}

function headingOf(shape: FileShape): string {
  return createHash('sha256')
    .update(JSON.stringify([...shape.columns].sort()))
    .digest('hex')
    .slice(0, 32);
}

/** What is kept of an error, so that it can be told later in any language. */
export function failureFrom(error: unknown): Failure {
  if (error instanceof AppError) return { code: error.code, details: error.details };
  const code = (error as { code?: unknown } | undefined)?.code;
  if (code === 'ENOSPC') return { code: 'imports.disk_full', details: {} };
  return { code: null, details: { reason: error instanceof Error ? error.message.slice(0, 200) : String(error).slice(0, 200) } };
}

function failureOf(failure: Failure | null): AppError {
  const reason = failure?.code?.replace(/^imports\./, '');
  return refuseFile(reason !== undefined && reason in refuseFile.catalogue ? (reason as keyof typeof refuseFile.catalogue) : 'file_unreadable', {
    details: { reason: '', ...failure?.details },
  });
}

/** A file as callers see it. */
export function presentFile(row: FileRow): ImportFile {
  return {
    id: row.id,
    name: row.name,
    origin: row.origin,
    state: row.state,
    sizeBytes: row.size_bytes,
    arrivedBytes: row.arrived_bytes,
    shape: row.shape,
    failure: row.failure,
    createdAt: row.created_at.toISOString(),
  };
}
