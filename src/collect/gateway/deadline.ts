const CHECK_EVERY_MS = 500;

interface Waiting {
  /** As `performance.now()` tells it. */
  readonly startedAt: number;
}

/** Tells of those who wait for too long, with one timer for all of them. */
export class Deadline<Who extends Waiting> {
  readonly #limitMs: number;
  readonly #late: (who: Who) => void;
  /** The oldest first. */
  readonly #waiting = new Set<Who>();
  #timer: NodeJS.Timeout | undefined;

  constructor(limitMs: number, late: (who: Who) => void) {
    this.#limitMs = limitMs;
    this.#late = late;
  }

  begin(who: Who): void {
    this.#waiting.add(who);
    this.#timer ??= setInterval(() => this.#check(), CHECK_EVERY_MS).unref();
  }

  end(who: Who): void {
    this.#waiting.delete(who);
  }

  #check(): void {
    const before = performance.now() - this.#limitMs;
    for (const who of this.#waiting) {
      if (who.startedAt > before) break;
      this.#waiting.delete(who);
      this.#late(who);
    }
    if (this.#waiting.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
