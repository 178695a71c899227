import type { Selectable } from 'kysely';
import { jsonText } from '../../kernel/json-text.ts';
import type { SecretBox } from '../../kernel/secret-box.ts';
import type { Kernel } from '../../kernel/slice.ts';
import type { ProjectsApi } from '../../workspace/projects/index.ts';
import type { Mapping } from '../imports/contract.ts';
import { gapsOf, guessMapping, LocalTime, type Row } from '../imports/index.ts';
import { type Connection, type CursorRule, type Pull, type PullRun, type Question, refusePull, type Schedule } from './contract.ts';
import type { PullRow } from './runs/run-pull.ts';
import { WAKE_TOPIC } from './runs/runner.ts';
import { openSource } from './sources/open-source.ts';
import type { SourceSession } from './sources/source.ts';
import type { PullRunsTable, PullTables } from './tables.ts';

const SAMPLED_ROWS = 200;
const SAMPLES_SHOWN = 4;
const SAMPLE_LENGTH = 80;
const RUNS_SHOWN = 100;

export interface NewPull {
  name: string;
  connection: Connection;
  password: string;
  question: Question;
  mapping: Mapping;
  cursor: CursorRule | null;
  schedule: Schedule;
}

export type PullChange = { [Key in keyof NewPull]?: NewPull[Key] | undefined } & { state?: 'running' | 'paused' | undefined };

interface Reach {
  connection: Connection;
  password?: string | undefined;
  pullId?: string | undefined;
}

/** Questions to databases, asked on a schedule. */
export class Pulls {
  readonly #kernel: Kernel;
  readonly #projects: Pick<ProjectsApi, 'project'>;
  readonly #box: SecretBox;
  readonly #allowsPrivate: boolean;

  constructor(parts: { kernel: Kernel; projects: Pick<ProjectsApi, 'project'>; box: SecretBox; allowsPrivate: boolean }) {
    this.#kernel = parts.kernel;
    this.#projects = parts.projects;
    this.#box = parts.box;
    this.#allowsPrivate = parts.allowsPrivate;
  }

  get #db() {
    return this.#kernel.postgres.as<PullTables>();
  }

  async list(projectId: number): Promise<Pull[]> {
    const rows = await this.#db.selectFrom('pulls').selectAll().where('project_id', '=', projectId).orderBy('created_at').execute();
    const last = await this.#lastRuns(rows.map((row) => row.id));
    return rows.map((row) => presentPull(row, last.get(row.id)));
  }

  async get(projectId: number, id: string): Promise<Pull> {
    const row = await this.#find(projectId, id);
    return presentPull(row, (await this.#lastRuns([id])).get(id));
  }

  async runs(projectId: number, id: string): Promise<PullRun[]> {
    await this.#find(projectId, id);
    const rows = await this.#db
      .selectFrom('pull_runs')
      .selectAll()
      .where('project_id', '=', projectId)
      .where('pull_id', '=', id)
      .orderBy('started_at', 'desc')
      .limit(RUNS_SHOWN)
      .execute();
    return rows.map(presentRun);
  }

  async test(projectId: number, reach: Reach): Promise<{ version: string; tables: { schema: string; table: string }[] }> {
    return this.#withSession(projectId, reach, async (session) => ({ version: await session.version(), tables: await session.tables() }));
  }

  /** First rows, what their columns may mean, and the column that may say what is new. */
  async sample(projectId: number, reach: Reach, question: Question) {
    const rows = await this.#withSession(projectId, reach, async (session) => {
      const found: Row[] = [];
      for await (const part of session.rows(question, { limit: SAMPLED_ROWS })) found.push(...part);
      return found;
    });
    const [first] = rows;
    if (!first) throw refusePull('nothing_read');
    const columns = Object.keys(first);
    const timeZone = (await this.#projects.project(projectId))?.timeZone ?? 'UTC';
    const { mapping, confidence } = guessMapping({ columns, rows, timeZone, now: this.#kernel.clock.now() });
    const shown = columns.map((column, index) => ({ column, samples: samplesOf(rows, column), confidence: confidence[index] ?? 0 }));
    return {
      columns: shown,
      guess: mapping,
      cursor: columns.find((column) => /^(updated_?at|update_?time|modified_?at|last_?modified)$/i.test(column)) ?? null,
    };
  }

  async create(projectId: number, given: NewPull): Promise<Pull> {
    checkMapping(given.mapping);
    const now = new Date(this.#kernel.clock.now());
    const row = await this.#db
      .insertInto('pulls')
      .values({
        id: this.#kernel.ids.uuid(),
        project_id: projectId,
        name: given.name,
        connection: jsonText(given.connection),
        sealed_password: this.#box.seal(given.password),
        question: jsonText(given.question),
        mapping: jsonText(given.mapping),
        cursor: given.cursor && jsonText(given.cursor),
        schedule: jsonText(given.schedule),
        state: 'running',
        next_at: now,
        created_at: now,
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    this.#kernel.bus.publish(WAKE_TOPIC, {});
    return presentPull(row, undefined);
  }

  async change(projectId: number, id: string, change: PullChange): Promise<Pull> {
    const before = await this.#find(projectId, id);
    if (change.mapping) checkMapping(change.mapping);
    const { connection, question, mapping, cursor, schedule, password, name, state } = change;
    const isOther =
      (question && jsonText(question) !== jsonText(before.question)) || (cursor !== undefined && cursor?.column !== before.cursor?.column);
    await this.#db
      .updateTable('pulls')
      .set({
        project_id: projectId,
        ...(name !== undefined && { name }),
        ...(connection && { connection: jsonText(connection) }),
        ...(password !== undefined && { sealed_password: this.#box.seal(password) }),
        ...(question && { question: jsonText(question) }),
        ...(mapping && { mapping: jsonText(mapping) }),
        ...(cursor !== undefined && { cursor: cursor && jsonText(cursor) }),
        ...(schedule && { schedule: jsonText(schedule) }),
        ...(isOther && { cursor_value: null }),
        ...(state !== undefined && { state, runner: null, leased_until: null }),
        ...(state !== 'paused' && { next_at: new Date(this.#kernel.clock.now()), attempts: 0 }),
      })
      .where('project_id', '=', projectId)
      .where('id', '=', id)
      .execute();
    this.#kernel.bus.publish(WAKE_TOPIC, {});
    return this.get(projectId, id);
  }

  async runNow(projectId: number, id: string): Promise<Pull> {
    await this.#find(projectId, id);
    await this.#db
      .updateTable('pulls')
      .set({ next_at: new Date(this.#kernel.clock.now()), state: 'running' })
      .where('project_id', '=', projectId)
      .where('id', '=', id)
      .execute();
    this.#kernel.bus.publish(WAKE_TOPIC, {});
    return this.get(projectId, id);
  }

  async remove(projectId: number, id: string): Promise<Pull> {
    const row = await this.#find(projectId, id);
    await this.#db.deleteFrom('pulls').where('project_id', '=', projectId).where('id', '=', id).execute();
    await this.#db.deleteFrom('pull_runs').where('pull_id', '=', id).execute();
    await this.#db.deleteFrom('pull_people').where('pull_id', '=', id).execute();
    return presentPull(row, undefined);
  }

  async #withSession<T>(projectId: number, reach: Reach, work: (session: SourceSession) => Promise<T>): Promise<T> {
    const password = reach.password ?? (await this.#keptPassword(projectId, reach));
    const session = await openSource({ connection: reach.connection, password }, this.#allowsPrivate);
    try {
      return await work(session);
    } finally {
      await session.close();
    }
  }

  /** A kept password goes only to the server that it was given for. */
  async #keptPassword(projectId: number, { pullId, connection }: Reach): Promise<string> {
    if (pullId === undefined) throw refusePull('password_missing');
    const row = await this.#find(projectId, pullId);
    const isSame = row.connection.host === connection.host && row.connection.port === connection.port && row.connection.user === connection.user;
    if (!isSame) throw refusePull('password_missing');
    try {
      return this.#box.open(row.sealed_password);
    } catch (cause) {
      throw refusePull('secret_lost', { cause });
    }
  }

  async #lastRuns(ids: readonly string[]): Promise<Map<string, Selectable<PullRunsTable>>> {
    if (ids.length === 0) return new Map();
    const rows = await this.#db
      .selectFrom('pull_runs')
      .distinctOn('pull_id')
      .selectAll()
      .where('pull_id', 'in', ids)
      .orderBy('pull_id')
      .orderBy('started_at', 'desc')
      .execute();
    return new Map(rows.map((row) => [row.pull_id, row]));
  }

  async #find(projectId: number, id: string): Promise<PullRow> {
    const row = await this.#db.selectFrom('pulls').selectAll().where('project_id', '=', projectId).where('id', '=', id).executeTakeFirst();
    if (!row) throw refusePull('unknown_pull');
    return row;
  }
}

function checkMapping(mapping: Mapping): void {
  const gaps = gapsOf(
    mapping,
    mapping.columns.map(({ column }) => column),
  );
  if (gaps.length > 0) throw refusePull('mapping_incomplete', { details: { gaps, list: gaps.join(', ') } });
  try {
    new LocalTime(mapping.timeZone).instantOf(0);
  } catch {
    throw refusePull('zone_unknown', { details: { timeZone: mapping.timeZone } });
  }
}

function samplesOf(rows: readonly Row[], column: string): string[] {
  const texts = rows.flatMap((row) => {
    const value = row[column];
    if (value === null || value === undefined || value === '') return [];
    const text = typeof value === 'object' ? jsonText(value) : String(value);
    return [text.length > SAMPLE_LENGTH ? `${text.slice(0, SAMPLE_LENGTH)}…` : text];
  });
  return [...new Set(texts)].slice(0, SAMPLES_SHOWN);
}

function presentPull(row: PullRow, lastRun: Selectable<PullRunsTable> | undefined): Pull {
  return {
    id: row.id,
    name: row.name,
    connection: row.connection,
    question: row.question,
    mapping: row.mapping,
    cursor: row.cursor,
    cursorValue: row.cursor_value,
    schedule: row.schedule,
    state: row.state,
    nextAt: row.next_at.toISOString(),
    isWorking: row.leased_until !== null && lastRun?.state === 'running',
    lastRun: lastRun ? presentRun(lastRun) : null,
    createdAt: row.created_at.toISOString(),
  };
}

function presentRun(row: Selectable<PullRunsTable>): PullRun {
  const { id, state, rows, accepted, unchanged, refused, refusals, failure } = row;
  return {
    id,
    state,
    rows,
    accepted,
    unchanged,
    refused,
    refusals,
    failure,
    startedAt: row.started_at.toISOString(),
    finishedAt: row.finished_at?.toISOString() ?? null,
  };
}
