import { AppError } from '../../../kernel/errors/errors.ts';
import { DueLoop } from '../../../kernel/jobs/due-loop.ts';
import type { Service } from '../../../kernel/slice.ts';
import type { ProjectsApi } from '../../../workspace/projects/index.ts';
import { nextRun } from '../schedule.ts';
import type { PullTables } from '../tables.ts';
import { LEASE_MS, LeaseLostError, type PullParts, PullRun } from './run-pull.ts';

const AT_ONCE_MAX = 2;
const RETRY_FIRST_MS = 30_000;
const RETRY_MAX_MS = 3_600_000;
/** Tells all processes that a pull is due now. */
export const WAKE_TOPIC = 'pulls.due';

/** Runs pulls that are due, in whatever process of the worker role takes them first. */
export class PullRunner {
  readonly #parts: PullParts;
  readonly #projects: Pick<ProjectsApi, 'project'>;
  readonly #runner: string;
  readonly #working = new Map<string, Promise<void>>();
  readonly #stopping = new AbortController();
  readonly #loop: DueLoop;

  constructor(parts: PullParts, projects: Pick<ProjectsApi, 'project'>) {
    this.#parts = parts;
    this.#projects = projects;
    this.#runner = parts.kernel.ids.uuid();
    this.#loop = new DueLoop({ ...parts.kernel, topic: WAKE_TOPIC, look: () => this.look() });
  }

  service(): Service {
    return {
      name: 'pulls runner',
      roles: ['worker'],
      start: async () => this.#loop.start(),
      stop: async () => {
        this.#stopping.abort();
        await this.#loop.stop();
        await Promise.allSettled(this.#working.values());
      },
    };
  }

  get #db() {
    return this.#parts.kernel.postgres.as<PullTables>();
  }

  /** Begins what is due; gives the instant (ms) at which the next pull is. */
  async look(): Promise<number | undefined> {
    const room = AT_ONCE_MAX - this.#working.size;
    if (room <= 0 || this.#stopping.signal.aborted) return undefined;
    const now = new Date(this.#parts.kernel.clock.now());
    const due = await this.#db
      .selectFrom('pulls')
      .select(['id', 'project_id'])
      .where('state', '=', 'running')
      .where('next_at', '<=', now)
      .where((where) => where.or([where('leased_until', 'is', null), where('leased_until', '<', now)]))
      .orderBy('next_at')
      .limit(room)
      .execute();
    for (const { id, project_id: projectId } of due) {
      if (this.#working.has(id)) continue;
      const work = this.#run(projectId, id)
        .catch((error: unknown) => this.#parts.kernel.log.warn({ pull: id, error: String(error) }, 'a pull could not be written down'))
        .finally(() => {
          this.#working.delete(id);
          this.#loop.wake();
        });
      this.#working.set(id, work);
    }
    const next = await this.#db
      .selectFrom('pulls')
      .select((is) => is.fn.min('next_at').as('at'))
      .where('state', '=', 'running')
      .where('leased_until', 'is', null)
      .executeTakeFirst();
    return next?.at?.getTime();
  }

  async #run(projectId: number, id: string): Promise<void> {
    const { clock, log } = this.#parts.kernel;
    const now = clock.now();
    const pull = await this.#db
      .updateTable('pulls')
      .set({ runner: this.#runner, leased_until: new Date(now + LEASE_MS) })
      .where('project_id', '=', projectId)
      .where('id', '=', id)
      .where('state', '=', 'running')
      .where('next_at', '<=', new Date(now))
      .where((where) => where.or([where('leased_until', 'is', null), where('leased_until', '<', new Date(now))]))
      .returningAll()
      .executeTakeFirst();
    if (!pull) return;
    await this.#endLost(id, now);
    const zone = (await this.#projects.project(projectId))?.timeZone ?? 'UTC';
    try {
      await new PullRun(this.#parts, pull, this.#runner).work(this.#stopping.signal);
      await this.#release(id, { attempts: 0, next_at: new Date(nextRun(pull.schedule, zone, clock.now())) });
    } catch (error) {
      if (error instanceof LeaseLostError || this.#stopping.signal.aborted) return this.#release(id, {});
      if (!(error instanceof AppError)) log.warn({ pull: id, error: error instanceof Error ? error.stack : String(error) }, 'a pull failed');
      const attempts = pull.attempts + 1;
      const retryAt = clock.now() + Math.min(RETRY_MAX_MS, RETRY_FIRST_MS * 2 ** Math.min(attempts - 1, 20));
      await this.#release(id, { attempts, next_at: new Date(Math.min(retryAt, nextRun(pull.schedule, zone, clock.now()))) });
    }
  }

  /** Runs that a crash left behind say that they are under way. */
  async #endLost(pullId: string, now: number): Promise<void> {
    await this.#db
      .updateTable('pull_runs')
      .set({
        state: 'failed',
        finished_at: new Date(now),
        failure: JSON.stringify({ code: 'pulls.failed', details: { reason: 'the process ended' } }),
      })
      .where('pull_id', '=', pullId)
      .where('state', '=', 'running')
      .execute();
  }

  async #release(id: string, change: { attempts?: number; next_at?: Date }): Promise<void> {
    await this.#db
      .updateTable('pulls')
      .set({ ...change, runner: null, leased_until: null })
      .where('id', '=', id)
      .where('runner', '=', this.#runner)
      .execute();
  }
}
