import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Selectable, sql } from 'kysely';
import { z } from 'zod';
import type { JobDefinition } from '../../../kernel/jobs/jobs.ts';
import { jsonText } from '../../../kernel/json-text.ts';
import type { Kernel } from '../../../kernel/slice.ts';
import type { IdentityApi } from '../../identity/index.ts';
import { type Download, refuseExport } from '../contract.ts';
import { allEvents, countEvents } from '../reading/events.ts';
import { countPeople, everybody } from '../reading/people.ts';
import type { DownloadsTable, ExportTables } from '../tables.ts';
import { type Content, writeDownload } from './write-download.ts';

export type DownloadRow = Selectable<DownloadsTable>;

const HOUR_MS = 3_600_000;
/** Days that a file stays. */
export const KEPT_DAYS = 3;
const KEPT_MS = KEPT_DAYS * 24 * HOUR_MS;
const TOLD_EVERY_MS = 700;
const LISTED_MAX = 100;
const TIME_MAX_MS = Date.UTC(2200, 0, 1);

export const makeDownloadJob: JobDefinition<{ projectId: number; downloadId: string }> = {
  id: 'exports.make_download',
  payload: z.object({ projectId: z.number().int(), downloadId: z.uuid() }),
  attempts: 3,
  timeoutMs: 3 * HOUR_MS,
  singletonKey: ({ downloadId }) => downloadId,
};

export const removeDownloadsJob: JobDefinition<Record<string, never>> = {
  id: 'exports.remove_downloads',
  payload: z.object({}) as z.ZodType<Record<string, never>>,
  attempts: 3,
  timeoutMs: HOUR_MS,
  schedule: '41 3 * * *',
};

export interface NewDownload {
  content: 'events' | 'people';
  format: 'csv' | 'jsonl' | 'parquet';
  events: string[];
  from: string | null;
  until: string | null;
}

/** Files that are made once, to be downloaded. */
export class Downloads {
  readonly #kernel: Kernel;
  readonly #identity: IdentityApi;
  readonly #folder: string;

  constructor(kernel: Kernel, identity: IdentityApi, folder: string) {
    this.#kernel = kernel;
    this.#identity = identity;
    this.#folder = folder;
  }

  get #db() {
    return this.#kernel.postgres.as<ExportTables>();
  }

  path(row: Pick<DownloadRow, 'id' | 'format'>): string {
    return join(this.#folder, `${row.id}.${row.format}`);
  }

  async list(projectId: number): Promise<Download[]> {
    const rows = await this.#db
      .selectFrom('export_downloads')
      .selectAll()
      .where('project_id', '=', projectId)
      .orderBy('created_at', 'desc')
      .limit(LISTED_MAX)
      .execute();
    return rows.map(presentDownload);
  }

  async find(projectId: number, id: string): Promise<DownloadRow> {
    const row = await this.#db.selectFrom('export_downloads').selectAll().where('project_id', '=', projectId).where('id', '=', id).executeTakeFirst();
    if (!row) throw refuseExport('unknown_download');
    return row;
  }

  async create(projectId: number, createdBy: string, given: NewDownload): Promise<Download> {
    const { events, from, until } = given;
    const row = await this.#db
      .insertInto('export_downloads')
      .values({
        id: this.#kernel.ids.uuid(),
        project_id: projectId,
        content: given.content,
        format: given.format,
        filter: jsonText({ events, from, until }),
        state: 'queued',
        created_by: createdBy,
        created_at: new Date(this.#kernel.clock.now()),
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    await this.#kernel.jobs.send(makeDownloadJob, { projectId, downloadId: row.id });
    return presentDownload(row);
  }

  async cancel(projectId: number, id: string): Promise<Download> {
    await this.#mine(projectId, id)
      .set({ state: 'cancelled', finished_at: new Date(this.#kernel.clock.now()) })
      .where('state', 'in', ['queued', 'running'])
      .execute();
    return presentDownload(await this.find(projectId, id));
  }

  /** Makes the file. A cancelled one is left; a failure is written down with its reason. */
  async make(projectId: number, id: string, signal: AbortSignal): Promise<void> {
    const row = await this.#mine(projectId, id)
      .set({ state: 'running', rows: 0, started_at: new Date(this.#kernel.clock.now()) })
      .where('state', 'in', ['queued', 'running'])
      .returningAll()
      .executeTakeFirst();
    if (!row) return;
    const ended = new AbortController();
    try {
      await mkdir(this.#folder, { recursive: true, mode: 0o700 });
      await this.#mine(projectId, id)
        .set({ total: await this.#count(row) })
        .execute();
      const counter = this.#counter(projectId, id);
      const content = await this.#contentOf(row, AbortSignal.any([signal, ended.signal]));
      const size = await writeDownload(content, { path: this.path(row), format: row.format, onRows: counter.add });
      await this.#mine(projectId, id)
        .set({ state: 'done', rows: counter.rows(), total: counter.rows(), size_bytes: size, finished_at: new Date(this.#kernel.clock.now()) })
        .where('state', '=', 'running')
        .execute();
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof Cancelled) return;
      this.#kernel.log.warn({ download: id, error: error instanceof Error ? error.stack : String(error) }, 'a download could not be made');
      const failure = jsonText({ code: 'exports.failed', details: { reason: error instanceof Error ? error.message.slice(0, 200) : String(error) } });
      await this.#mine(projectId, id)
        .set({ state: 'failed', failure, finished_at: new Date(this.#kernel.clock.now()) })
        .execute();
    } finally {
      ended.abort();
    }
  }

  async removeOld(): Promise<void> {
    const old = await this.#db
      .updateTable('export_downloads')
      .set({ state: 'removed' })
      .where('created_at', '<', new Date(this.#kernel.clock.now() - KEPT_MS))
      .where('state', '<>', 'removed')
      .returning(['id', 'format'])
      .execute();
    for (const row of old) await rm(this.path(row), { force: true });
  }

  /** Counts rows into the table now and then, and hears that somebody cancelled. */
  #counter(projectId: number, id: string): { add(count: number): Promise<void>; rows(): number } {
    let rows = 0;
    let toldAt = Date.now();
    return {
      rows: () => rows,
      add: async (count) => {
        rows += count;
        if (Date.now() - toldAt < TOLD_EVERY_MS) return;
        toldAt = Date.now();
        const told = await this.#mine(projectId, id).set({ rows }).where('state', '=', 'running').returning('id').executeTakeFirst();
        if (!told) throw new Cancelled();
      },
    };
  }

  async #count(row: DownloadRow): Promise<number> {
    return row.content === 'people' ? countPeople(this.#kernel.clickhouse, row.project_id) : countEvents(this.#kernel.clickhouse, questionOf(row));
  }

  async #contentOf(row: DownloadRow, signal: AbortSignal): Promise<Content> {
    const { clickhouse } = this.#kernel;
    if (row.content === 'people') return { kind: 'people', chunks: everybody({ clickhouse, identity: this.#identity }, row.project_id) };
    return { kind: 'events', chunks: allEvents(clickhouse, await this.#identity.canonical(row.project_id), questionOf(row), signal) };
  }

  #mine(projectId: number, id: string) {
    return this.#db.updateTable('export_downloads').set({ id: sql`id` }).where('project_id', '=', projectId).where('id', '=', id);
  }
}

class Cancelled extends Error {}

function questionOf({ project_id: projectId, filter }: DownloadRow) {
  const from = filter.from === null ? 0 : Date.parse(filter.from);
  const until = filter.until === null ? TIME_MAX_MS : Date.parse(filter.until);
  return { projectId, events: filter.events, from, until };
}

function presentDownload(row: DownloadRow): Download {
  return {
    id: row.id,
    content: row.content,
    format: row.format,
    events: row.filter.events,
    from: row.filter.from,
    until: row.filter.until,
    state: row.state,
    total: row.total,
    rows: row.rows,
    sizeBytes: row.size_bytes,
    failure: row.failure,
    createdAt: row.created_at.toISOString(),
    startedAt: row.started_at?.toISOString() ?? null,
    finishedAt: row.finished_at?.toISOString() ?? null,
  };
}
