import type { Bus } from '../bus/bus.ts';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';

const SHORTEST_MS = 250;
const LONGEST_MS = 30_000;

export interface DueLoopOptions {
  bus: Bus;
  clock: Clock;
  log: Log;
  /** A notice on it, of any process, says that something may be due now. */
  topic: string;
  /** Begins what is due; gives the instant (ms) at which the next thing will be, if that is known. */
  look(): Promise<number | undefined>;
}

/**
 * Looks for due work without asking the store all the time: when told, when the next thing is due, and every 30 s at the latest, because notices may be lost
 * and processes die with work in hand. One look at a time; whoever wakes it meanwhile gets another one after it.
 */
export class DueLoop {
  readonly #options: DueLoopOptions;
  #timer: NodeJS.Timeout | undefined;
  #unsubscribe: () => void = () => {};
  #looking: Promise<void> | undefined;
  #isWanted = false;
  #isRunning = false;

  constructor(options: DueLoopOptions) {
    this.#options = options;
  }

  start(): void {
    this.#isRunning = true;
    this.#unsubscribe = this.#options.bus.subscribe(this.#options.topic, () => this.wake());
    this.wake();
  }

  /** Resolves when the look under way is over. */
  async stop(): Promise<void> {
    this.#isRunning = false;
    this.#unsubscribe();
    clearTimeout(this.#timer);
    await this.#looking;
  }

  /** Looks soon. Does nothing before the start and after the stop. */
  wake(): void {
    if (!this.#isRunning) return;
    this.#isWanted = true;
    this.#looking ??= this.#run().finally(() => {
      this.#looking = undefined;
      // Woken between the last look and now.
      if (this.#isWanted) this.wake();
    });
  }

  async #run(): Promise<void> {
    const { look, clock, log, topic } = this.#options;
    while (this.#isWanted && this.#isRunning) {
      this.#isWanted = false;
      clearTimeout(this.#timer);
      const nextAt = await look().catch((error: unknown) => {
        log.warn({ topic, error: String(error) }, 'what is due could not be looked up');
        return undefined;
      });
      const waitMs = nextAt === undefined ? LONGEST_MS : Math.min(LONGEST_MS, Math.max(SHORTEST_MS, nextAt - clock.now()));
      if (this.#isRunning) this.#timer = setTimeout(() => this.wake(), waitMs);
    }
  }
}
