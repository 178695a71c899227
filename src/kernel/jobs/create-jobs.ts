import { type Job, PgBoss } from 'pg-boss';
import type { Bus } from '../bus/bus.ts';
import type { Log } from '../log.ts';
import type { Postgres } from '../postgres/postgres.ts';
import type { JobDefinition, Jobs } from './jobs.ts';

const SCHEMA = 'jobs';
const DEAD_QUEUE = 'kernel.dead';
const WAKE_TOPIC = 'kernel.jobs';
/** A safety net only: work is fetched when a notice says that it is there. */
const POLLING_SECONDS = 120;
const SCHEDULING_SECONDS = 30;
/** A timer in memory fetches delayed jobs on time; after a restart, and beyond this, the safety net does. */
const TIMER_MAX_MS = 3_600_000;
const RETRY_FIRST_SECONDS = 5;
const RETRY_MAX_SECONDS = 3_600;
const HEARTBEAT_SECONDS = 30;
const KEEP_DONE_SECONDS = 86_400;
const STOP_TIMEOUT_MS = 8_000;
/** A due time that was stored is never later than this after the timer that was set for it. */
const WAKE_SLACK_MS = 50;

export interface JobsOptions {
  postgres: Postgres;
  bus: Bus;
  log: Log;
  definitions: readonly JobDefinition[];
  /** How often schedules are looked at; a scheduled job begins at most three times this after its minute. 30 unless given. */
  schedulingSeconds?: number;
  /** Makes the queues with the first use instead of now. */
  isLazy?: boolean;
}

/** Jobs of this process; sending works at once, working begins with `startWorkers`. */
export interface RunningJobs extends Jobs {
  /** Begins to work on every job that has a handler, and to send the scheduled ones. For processes of the `worker` role. */
  startWorkers(): Promise<void>;
  /** Lets running jobs finish, 8 s at most; what is not finished is tried again by another process. */
  stop(): Promise<void>;
}

type Handler = (payload: unknown, signal: AbortSignal) => Promise<void>;

/**
 * Opens the queues in schema `jobs`. Each definition is a queue; a job that used up its attempts goes to `kernel.dead`.
 * Idle cost: workers sleep and are woken by a notice on the bus, with a look every 120 s as a safety net. Measured embedded with
 * 12 queues and 2 schedules on a busy machine: the whole process stays at 0.4-0.7 % of a core, of which chDB takes 0.2 and PGlite next to nothing.
 */
export async function createJobs(options: JobsOptions): Promise<RunningJobs> {
  const jobs = new BossJobs(options);
  if (options.isLazy !== true) await jobs.open();
  return jobs;
}

class BossJobs implements RunningJobs {
  readonly #options: JobsOptions;
  readonly #schedulingSeconds: number;
  readonly #sender: PgBoss;
  readonly #definitions: ReadonlyMap<string, JobDefinition>;
  readonly #handlers = new Map<string, Handler>();
  readonly #workers = new Map<string, string>();
  readonly #timers = new Set<NodeJS.Timeout>();
  #worker: PgBoss | undefined;
  #unsubscribe: () => void = () => {};
  #opening: Promise<void> | undefined;
  #isStopped = false;

  constructor(options: JobsOptions) {
    this.#options = options;
    this.#definitions = new Map(options.definitions.map((definition) => [definition.id, definition]));
    this.#schedulingSeconds = options.schedulingSeconds ?? SCHEDULING_SECONDS;
    this.#sender = this.#boss({ supervise: false, schedule: false });
  }

  open(): Promise<void> {
    this.#opening ??= this.#open();
    return this.#opening;
  }

  async #open(): Promise<void> {
    await this.#sender.start();
    const queues = new Map((await this.#sender.getQueues()).map((queue) => [queue.name, queue]));
    if (!queues.has(DEAD_QUEUE)) await this.#sender.createQueue(DEAD_QUEUE);
    for (const definition of this.#definitions.values()) {
      const { policy, ...settings } = queueOf(definition);
      const standing = queues.get(definition.id);
      if (standing === undefined) await this.#sender.createQueue(definition.id, { policy, ...settings });
      else if (standing.policy !== policy)
        throw new Error(`Job ${definition.id}: a queue cannot change between single and many jobs a key; give the job another id`);
      else if (Object.entries(settings).some(([key, value]) => standing[key as keyof typeof standing] !== value))
        await this.#sender.updateQueue(definition.id, settings);
    }
  }

  async send<P>(definition: JobDefinition<P>, payload: P, { startAfterMs }: { startAfterMs?: number } = {}): Promise<void> {
    if (!this.#definitions.has(definition.id)) throw new Error(`Job ${definition.id} is not listed in its slice's door`);
    await this.open();
    const data = definition.payload.parse(payload);
    const singletonKey = definition.singletonKey?.(data);
    const id = await this.#sender.send(
      definition.id,
      { payload: data },
      {
        ...(singletonKey !== undefined && { singletonKey }),
        ...(startAfterMs !== undefined && startAfterMs > 0 && { startAfter: new Date(Date.now() + startAfterMs) }),
      },
    );
    // No id: an equal job is queued or running already.
    if (id !== null) this.#options.bus.publish(WAKE_TOPIC, { id: definition.id, inMs: startAfterMs ?? 0 });
  }

  handle<P>(definition: JobDefinition<P>, handler: (payload: P, signal: AbortSignal) => Promise<void>): void {
    if (!this.#definitions.has(definition.id)) throw new Error(`Job ${definition.id} is not listed in its slice's door`);
    if (this.#handlers.has(definition.id)) throw new Error(`Job ${definition.id} has two handlers`);
    this.#handlers.set(definition.id, (payload, signal) => handler(definition.payload.parse(payload), signal));
    if (this.#worker !== undefined)
      void this.#work(this.#worker, definition.id).catch((error: unknown) =>
        this.#options.log.error({ job: definition.id, error: String(error) }, 'a worker did not start'),
      );
  }

  async startWorkers(): Promise<void> {
    await this.open();
    const boss = this.#boss({ supervise: true, schedule: true });
    await boss.start();
    this.#worker = boss;
    this.#unsubscribe = this.#options.bus.subscribe(WAKE_TOPIC, (notice) => this.#wake(notice as { id: string; inMs: number }));
    for (const id of this.#handlers.keys()) await this.#work(boss, id);
    await this.#schedule(boss);
  }

  async stop(): Promise<void> {
    if (this.#isStopped) return;
    this.#isStopped = true;
    this.#unsubscribe();
    for (const timer of this.#timers) clearTimeout(timer);
    await this.#worker?.stop({ graceful: true, timeout: STOP_TIMEOUT_MS, close: false });
    if (this.#opening !== undefined) await this.#sender.stop({ graceful: false, close: false });
  }

  #boss(part: { supervise: boolean; schedule: boolean }): PgBoss {
    const { pool } = this.#options.postgres;
    const boss = new PgBoss({
      db: { executeSql: (text, values) => pool.query(text, values as unknown[] | undefined) },
      schema: SCHEMA,
      ...part,
      superviseIntervalSeconds: 60,
      queueCacheIntervalSeconds: 600,
      cronMonitorIntervalSeconds: this.#schedulingSeconds,
      cronWorkerIntervalSeconds: this.#schedulingSeconds,
      flowIntervalSeconds: 3_600,
      bamIntervalSeconds: 3_600,
    });
    boss.on('error', (error) => {
      if (!this.#isStopped) this.#options.log.error({ error: error.message }, 'the job queue met an error');
    });
    return boss;
  }

  async #work(boss: PgBoss, id: string): Promise<void> {
    const handler = this.#handlers.get(id);
    if (handler === undefined) return;
    const pollingIntervalSeconds = this.#definitions.get(id)?.schedule === undefined ? POLLING_SECONDS : this.#schedulingSeconds;
    const worker = await boss.work<{ payload?: unknown }>(id, { pollingIntervalSeconds, batchSize: 1 }, async ([job]) => {
      if (job !== undefined) await this.#run(id, handler, job);
    });
    this.#workers.set(id, worker);
  }

  async #run(id: string, handler: Handler, job: Job<{ payload?: unknown }>): Promise<void> {
    try {
      await handler(job.data?.payload ?? {}, job.signal);
    } catch (error) {
      const waitMs = RETRY_FIRST_SECONDS * 1_000 * 2 ** job.retryCount;
      this.#options.log.warn({ job: id, attempt: job.retryCount + 1, error: error instanceof Error ? error.stack : String(error) }, 'a job failed');
      // pg-boss stores a due time between once and twice the wait.
      for (const part of [1.25, 1.5, 2]) this.#wakeLater(id, waitMs * part);
      throw error;
    } finally {
      // A worker would sleep until its next look; there may be more.
      this.#wakeLater(id, 0);
    }
  }

  #wake({ id, inMs }: { id: string; inMs: number }): void {
    if (inMs > 0) this.#wakeLater(id, inMs);
    else this.#notify(id);
  }

  #wakeLater(id: string, inMs: number): void {
    if (inMs > TIMER_MAX_MS) return;
    const timer = setTimeout(
      () => {
        this.#timers.delete(timer);
        this.#notify(id);
      },
      inMs === 0 ? 0 : inMs + WAKE_SLACK_MS,
    );
    this.#timers.add(timer);
  }

  #notify(id: string): void {
    const worker = this.#workers.get(id);
    if (worker !== undefined) this.#worker?.notifyWorker(worker);
  }

  async #schedule(boss: PgBoss): Promise<void> {
    const wanted = [...this.#definitions.values()].filter((definition) => definition.schedule !== undefined);
    for (const { name } of await boss.getSchedules()) if (!wanted.some((definition) => definition.id === name)) await boss.unschedule(name);
    for (const { id, schedule = '' } of wanted) await boss.schedule(id, schedule, {}, { tz: 'UTC' });
  }
}

function queueOf(definition: JobDefinition) {
  return {
    policy: definition.singletonKey === undefined ? 'standard' : 'exclusive',
    retryLimit: definition.attempts - 1,
    retryDelay: RETRY_FIRST_SECONDS,
    retryBackoff: true,
    retryDelayMax: RETRY_MAX_SECONDS,
    expireInSeconds: Math.max(1, Math.ceil(definition.timeoutMs / 1_000)),
    heartbeatSeconds: HEARTBEAT_SECONDS,
    deleteAfterSeconds: KEEP_DONE_SECONDS,
    deadLetter: DEAD_QUEUE,
  };
}
