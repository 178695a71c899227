import type { Service } from '../../../kernel/slice.ts';
import type { SegmentTables } from '../tables.ts';
import type { EvaluatorParts } from './evaluate.ts';
import { LeaseLostError } from './lease.ts';
import { bringUpToDate } from './work.ts';

/** Arrivals are gathered this long before people are evaluated. */
const GATHER_MS = 200;
/** After work that took t, the next begins t times this later at the earliest: a busy stream gets a part of the machine, not all of it. */
const REST_FACTOR = 2;
/** Another process is at it; it may have looked before what woke us arrived. */
const BUSY_RETRY_MS = 1_000;
const FAILED_RETRY_MS = 5_000;

/**
 * Keeps memberships live in processes of the worker role: sleeps until the bus says that something arrived or changed, then works on that project.
 * Projects are worked on one after another. Idle, it holds no timer and asks nothing.
 */
export class MembershipKeeper implements Service {
  readonly name = 'segment membership';
  readonly roles = ['worker'] as const;
  readonly #parts: EvaluatorParts;
  readonly #holder: string;
  readonly #timers = new Map<number, NodeJS.Timeout>();
  /** Projects that were woken while they were worked on. */
  readonly #again = new Set<number>();
  readonly #working = new Set<number>();
  #queue: Promise<void> = Promise.resolve();
  #unsubscribe: (() => void)[] = [];
  #isStopped = true;

  constructor(parts: EvaluatorParts) {
    this.#parts = parts;
    this.#holder = parts.kernel.ids.uuid();
  }

  async start(): Promise<void> {
    const { bus, postgres } = this.#parts.kernel;
    this.#isStopped = false;
    const onNotice = (payload: unknown): void => {
      const { projectId } = payload as { projectId?: unknown };
      if (typeof projectId === 'number') this.wake(projectId);
    };
    this.#unsubscribe = ['stream', 'merges', 'segments.wished'].map((topic) => bus.subscribe(topic, onNotice));
    const projects = await postgres.as<SegmentTables>().selectFrom('segments').select('project_id').distinct().execute();
    for (const { project_id } of projects) this.wake(project_id);
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    for (const end of this.#unsubscribe) end();
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    await this.#queue;
  }

  /** Something may have changed in this project. */
  wake(projectId: number, delayMs = GATHER_MS): void {
    if (this.#isStopped) return;
    if (this.#working.has(projectId)) {
      this.#again.add(projectId);
      return;
    }
    if (this.#timers.has(projectId)) return;
    const timer = setTimeout(() => {
      this.#timers.delete(projectId);
      this.#working.add(projectId);
      this.#queue = this.#queue.then(() => this.#work(projectId));
    }, delayMs);
    this.#timers.set(projectId, timer);
  }

  async #work(projectId: number): Promise<void> {
    if (this.#isStopped) return;
    const started = performance.now();
    let retryMs: number | undefined;
    this.#again.delete(projectId);
    try {
      const outcome = await bringUpToDate(this.#parts, projectId, { holder: this.#holder });
      if (outcome === 'busy') retryMs = BUSY_RETRY_MS;
    } catch (error) {
      if (!(error instanceof LeaseLostError)) {
        this.#parts.kernel.log.error(
          { projectId, error: error instanceof Error ? error.stack : String(error) },
          'segments could not be brought up to date',
        );
      }
      retryMs = FAILED_RETRY_MS;
    }
    this.#working.delete(projectId);
    const restMs = GATHER_MS + (performance.now() - started) * REST_FACTOR;
    if (retryMs !== undefined) this.wake(projectId, retryMs);
    else if (this.#again.has(projectId)) this.wake(projectId, restMs);
  }
}
