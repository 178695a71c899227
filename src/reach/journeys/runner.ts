import type { Service } from '../../kernel/slice.ts';
import type { Project } from '../../workspace/projects/contract.ts';
import { advance } from './advance.ts';
import { dueJourneys, giveBack, releaseAll, takeDue } from './due-runs.ts';
import { forgetHeard } from './heard.ts';
import { listenFor, projectsWithJourneys } from './listening.ts';
import { type JourneyParts, LISTENER, RUN_TOPIC } from './parts.ts';
import { react } from './react.ts';
import { Versions } from './versions.ts';

const BATCH = 500;
const LANES = 2;
const SLEEP_MOST_MS = 60_000;
/** A lost notice delays a reaction by this much at most. */
const LOOK_FOR_EVENTS_MS = 10_000;
const AFTER_FAILURE_MS = 1_000;
const FORGET_EVERY_MS = 3_600_000;

/**
 * Keeps journeys moving: reacts to announced events and takes due runs, batch by batch. Sleeps until the earliest run is due or a notice
 * comes. Several processes may run it beside each other.
 */
export class Runner implements Service {
  readonly name = 'journeys';
  readonly roles = ['worker'] as const;
  readonly #parts: JourneyParts;
  readonly #versions = new Versions();
  readonly #owner: string;
  readonly #lanes: { react: Lane; run: Lane };
  #unsubscribe: (() => void)[] = [];
  #forgotAt = 0;

  constructor(parts: JourneyParts) {
    this.#parts = parts;
    this.#owner = parts.kernel.ids.uuid();
    const failed = (lane: string) => (error: unknown) =>
      parts.kernel.log.error({ lane, error: error instanceof Error ? error.stack : String(error) }, 'journeys stumbled');
    this.#lanes = { react: new Lane(() => this.#reactRound(), failed('react')), run: new Lane(() => this.#runRound(), failed('run')) };
  }

  async start(): Promise<void> {
    const { kernel } = this.#parts;
    if (kernel.postgres.form === 'embedded') await releaseAll(kernel);
    for (const projectId of await projectsWithJourneys(kernel.postgres.as<object>())) await listenFor(this.#parts, projectId);
    this.#unsubscribe = [
      kernel.bus.subscribe('announcements', (payload) => {
        if ((payload as { listener?: string }).listener === LISTENER) this.#lanes.react.wake();
      }),
      kernel.bus.subscribe(RUN_TOPIC, () => this.#lanes.run.wake()),
    ];
    this.#lanes.react.start();
    this.#lanes.run.start();
  }

  async stop(): Promise<void> {
    for (const end of this.#unsubscribe) end();
    await Promise.all([this.#lanes.react.stop(), this.#lanes.run.stop()]);
  }

  /** Reacts to everything that has been announced. Gives how many events were taken. */
  async reactToAll(): Promise<number> {
    let total = 0;
    for (;;) {
      const projects = new Map<number, Project>((await this.#parts.projects.list()).map((project) => [project.id, project]));
      const { taken, hasDue, hasFacts } = await react(this.#parts, this.#versions, projects);
      if (hasFacts) this.#parts.operations.flushSoon();
      if (hasDue) this.#lanes.run.wake();
      total += taken;
      if (taken === 0) return total;
    }
  }

  /** Moves everything that is due now. Gives how many steps were done. A journey that fails does not hold up the others; its error comes at the end. */
  async runAll(): Promise<number> {
    const { kernel } = this.#parts;
    const failures = new Map<number, unknown>();
    let steps = 0;
    for (;;) {
      const { due } = await dueJourneys(kernel.clock.now(), kernel.postgres.as<object>());
      let taken = 0;
      for (const journeyId of due.filter((id) => !failures.has(id))) {
        // While one batch waits for the stores, the next is thought through. The embedded store has one connection: nothing to gain there.
        const lanes = kernel.postgres.form === 'server' ? LANES : 1;
        const batches = await Promise.allSettled(Array.from({ length: lanes }, () => this.#runBatch(journeyId)));
        for (const batch of batches) {
          if (batch.status === 'rejected') failures.set(journeyId, batch.reason);
          else {
            taken += batch.value.taken;
            steps += batch.value.steps;
          }
        }
      }
      if (taken > 0 && !this.#lanes.run.isStopping) continue;
      for (const [journeyId, error] of failures) throw new Error(`journey ${journeyId} cannot go on: ${String(error)}`, { cause: error });
      return steps;
    }
  }

  async #runBatch(journeyId: number): Promise<{ taken: number; steps: number }> {
    if (this.#lanes.run.isStopping) return { taken: 0, steps: 0 };
    const { kernel } = this.#parts;
    const runs = await takeDue(journeyId, this.#owner, BATCH, kernel);
    try {
      return { taken: runs.length, steps: await advance(this.#parts, this.#versions, runs, this.#owner) };
    } catch (error) {
      await giveBack(runs, this.#owner, kernel);
      throw error;
    }
  }

  async #reactRound(): Promise<number> {
    await this.reactToAll();
    const now = this.#parts.kernel.clock.now();
    if (now - this.#forgotAt > FORGET_EVERY_MS) {
      this.#forgotAt = now;
      await forgetHeard(now, this.#parts.kernel.postgres.as<object>());
    }
    return LOOK_FOR_EVENTS_MS;
  }

  async #runRound(): Promise<number> {
    await this.runAll();
    const { kernel } = this.#parts;
    const { nextAt } = await dueJourneys(kernel.clock.now(), kernel.postgres.as<object>());
    return nextAt === undefined ? SLEEP_MOST_MS : Math.min(Math.max(nextAt - kernel.clock.now(), 10), SLEEP_MOST_MS);
  }
}

/** Runs its work when woken or when the sleep that the work asked for is over, never twice at once. */
class Lane {
  readonly #work: () => Promise<number>;
  readonly #failed: (error: unknown) => void;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #isWanted = false;
  #isStarted = false;
  isStopping = false;

  constructor(work: () => Promise<number>, failed: (error: unknown) => void) {
    this.#work = work;
    this.#failed = failed;
  }

  start(): void {
    this.#isStarted = true;
    this.isStopping = false;
    this.wake();
  }

  async stop(): Promise<void> {
    this.isStopping = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  wake(): void {
    this.#isWanted = true;
    if (this.#running || this.isStopping || !this.#isStarted) return;
    clearTimeout(this.#timer);
    this.#running = this.#round().then((sleepMs) => {
      this.#running = undefined;
      if (this.isStopping) return;
      if (this.#isWanted) this.wake();
      else this.#timer = setTimeout(() => this.wake(), sleepMs);
    });
  }

  async #round(): Promise<number> {
    this.#isWanted = false;
    try {
      return await this.#work();
    } catch (error) {
      this.#failed(error);
      this.#isWanted = false;
      return AFTER_FAILURE_MS;
    }
  }
}
