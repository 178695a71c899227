import type { Log } from '../log.ts';

type Stop = () => unknown;

const STOP_TIMEOUT_MS = 10_000;

/** What has been started, so that it can be stopped in reverse. */
export class Lifecycle {
  readonly #log: Log;
  readonly #stops: { name: string; stop: Stop }[] = [];
  #stopping: Promise<void> | undefined;

  constructor(log: Log) {
    this.#log = log;
  }

  /** Remembers how to stop what already runs. */
  add(name: string, stop: Stop): void {
    this.#stops.push({ name, stop });
  }

  async start(name: string, part: { start(): Promise<void>; stop(): Promise<void> }): Promise<void> {
    this.add(name, () => part.stop());
    await part.start();
  }

  /** Stops everything in reverse order, each within 10 s; a part that fails or hangs is logged and the rest still stops. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stopAll();
    return this.#stopping;
  }

  async #stopAll(): Promise<void> {
    for (const { name, stop } of this.#stops.reverse()) {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(new Error(`did not stop within ${STOP_TIMEOUT_MS} ms`)), STOP_TIMEOUT_MS);
      });
      try {
        await Promise.race([stop(), late]);
      } catch (error) {
        this.#log.error({ part: name, error: String(error) }, 'stop failed');
      } finally {
        clearTimeout(timer);
      }
    }
  }
}
