import type { Selectable } from 'kysely';
import type { Kernel } from '../../kernel/slice.ts';
import type { ProjectsApi } from '../../workspace/projects/index.ts';
import type { DayCut, StreamApi } from '../stream/index.ts';
import { EVERY_OTHER, type Expired, type RetentionRule, type RetentionRun, type Rulebook, refuseRetention } from './contract.ts';
import type { RetentionTables } from './tables.ts';

const DAY_MS = 86_400_000;
/** When the daily run begins, in UTC: minutes of the day, and the same as cron text. */
const RUN_AT_MINUTES = 3 * 60 + 17;
export const DAILY_AT = '17 3 * * *';
const RUNS_LISTED_MAX = 50;

export interface RuleParts {
  kernel: Kernel;
  projects: Pick<ProjectsApi, 'project'>;
  stream: Pick<StreamApi, 'countExpired' | 'expiredDays' | 'expire' | 'eventNames'>;
}

/** For how long projects keep events, and the runs that delete what is older. */
export class Rules {
  readonly #parts: RuleParts;

  constructor(parts: RuleParts) {
    this.#parts = parts;
  }

  /** The rules with what a reader needs to change them. */
  async book(projectId: number): Promise<Rulebook> {
    const [items, events] = await Promise.all([this.read(projectId), this.#parts.stream.eventNames(projectId)]);
    return { items, nextRunAt: this.#nextRunAt(), events: events.map(({ event, count }) => ({ event, count })) };
  }

  async read(projectId: number): Promise<RetentionRule[]> {
    const rows = await this.#db().selectFrom('retention_rules').select(['event', 'keep_days']).where('project_id', '=', projectId).execute();
    const items = rows.map(({ event, keep_days }) => ({ event, keepDays: keep_days }));
    items.sort((a, b) => Number(b.event === EVERY_OTHER) - Number(a.event === EVERY_OTHER) || a.event.localeCompare(b.event));
    return items;
  }

  async save(projectId: number, items: readonly RetentionRule[]): Promise<void> {
    const changedAt = new Date(this.#parts.kernel.clock.now());
    await this.#parts.kernel.postgres.transaction<RetentionTables, void>(async (tx) => {
      await tx.deleteFrom('retention_rules').where('project_id', '=', projectId).execute();
      if (items.length === 0) return;
      const rows = items.map(({ event, keepDays }) => ({ project_id: projectId, event, keep_days: keepDays, changed_at: changedAt }));
      await tx.insertInto('retention_rules').values(rows).execute();
    });
  }

  /** What these rules would delete now. */
  async preview(projectId: number, items: readonly RetentionRule[]): Promise<Expired> {
    const found = await this.#parts.stream.countExpired(projectId, await this.#cuts(projectId, items));
    return { items: found, total: found.reduce((sum, { events }) => sum + events, 0) };
  }

  async runs(projectId: number): Promise<RetentionRun[]> {
    const rows = await this.#db()
      .selectFrom('retention_runs')
      .selectAll()
      .where('project_id', '=', projectId)
      .orderBy('id', 'desc')
      .limit(RUNS_LISTED_MAX)
      .execute();
    return rows.map(shown);
  }

  /** Projects that have rules. */
  async projects(): Promise<number[]> {
    const rows = await this.#db().selectFrom('retention_rules').select('project_id').distinct().execute();
    return rows.map((row) => row.project_id);
  }

  /** Carries out a project's rules. First finishes runs that were broken off. Writes a run only when there is something to delete. */
  async carryOut(projectId: number, cause: 'daily' | 'member'): Promise<void> {
    const broken = await this.#db()
      .selectFrom('retention_runs')
      .selectAll()
      .where('project_id', '=', projectId)
      .where('state', '!=', 'done')
      .execute();
    for (const run of broken) await this.#finish(run);
    const items = await this.read(projectId);
    const cuts = await this.#cuts(projectId, items);
    const [expired, days] = await Promise.all([this.#parts.stream.countExpired(projectId, cuts), this.#parts.stream.expiredDays(projectId, cuts)]);
    if (days.length === 0) return;
    const run = await this.#db()
      .insertInto('retention_runs')
      .values({
        project_id: projectId,
        cause,
        state: 'running',
        cuts: JSON.stringify(cuts),
        days: JSON.stringify(days),
        deleted: JSON.stringify(expired.map(({ event, events }) => ({ event, events }))),
        started_at: new Date(this.#parts.kernel.clock.now()),
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    await this.#finish(run);
  }

  async #finish(run: Selectable<RetentionTables['retention_runs']>): Promise<void> {
    const end = (values: { state: 'done' | 'failed'; error: string | null }) =>
      this.#db()
        .updateTable('retention_runs')
        .set({ ...values, finished_at: new Date(this.#parts.kernel.clock.now()) })
        .where('id', '=', run.id)
        .execute();
    try {
      await this.#parts.stream.expire(run.project_id, run.cuts, run.days);
    } catch (error) {
      await end({ state: 'failed', error: String(error).slice(0, 1_000) });
      throw error;
    }
    await end({ state: 'done', error: null });
  }

  /** The first local day that each rule keeps. */
  async #cuts(projectId: number, items: readonly RetentionRule[]): Promise<DayCut[]> {
    const project = await this.#parts.projects.project(projectId);
    if (!project) throw refuseRetention('project_unknown');
    const today = new Intl.DateTimeFormat('en-CA', { timeZone: project.timeZone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(
      this.#parts.kernel.clock.now(),
    );
    return items.map(({ event, keepDays }) => ({
      event,
      keepFrom: keepDays === null ? null : new Date(Date.parse(`${today}T00:00:00Z`) - (keepDays - 1) * DAY_MS).toISOString().slice(0, 10),
    }));
  }

  #nextRunAt(): number {
    const now = this.#parts.kernel.clock.now();
    const today = Math.floor(now / DAY_MS) * DAY_MS + RUN_AT_MINUTES * 60_000;
    return today > now ? today : today + DAY_MS;
  }

  #db() {
    return this.#parts.kernel.postgres.as<RetentionTables>();
  }
}

function shown(row: Selectable<RetentionTables['retention_runs']>): RetentionRun {
  return {
    runId: row.id,
    cause: row.cause,
    state: row.state,
    startedAt: row.started_at.getTime(),
    ...(row.finished_at && { finishedAt: row.finished_at.getTime() }),
    deleted: row.deleted,
    total: row.deleted.reduce((sum, { events }) => sum + events, 0),
    ...(row.error && { error: row.error }),
  };
}
