/** A clock that stands still until it is told to go on, with timers upon it. */
export class VirtualTime {
  now: number;
  #timers: { at: number; order: number; work: () => void }[] = [];
  #count = 0;

  constructor(now: number) {
    this.now = now;
  }

  later(work: () => void, delayMs: number): () => void {
    this.#count += 1;
    const timer = { at: this.now + Math.max(0, delayMs), order: this.#count, work };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((each) => each !== timer);
    };
  }

  /** Goes on to this instant and does on the way what is due, in order. */
  async goTo(instant: number): Promise<void> {
    for (;;) {
      await turns();
      const due = this.#timers.filter((timer) => timer.at <= instant).toSorted((one, other) => one.at - other.at || one.order - other.order);
      const [next] = due;
      if (!next) break;
      this.now = Math.max(this.now, next.at);
      this.#timers = this.#timers.filter((timer) => timer !== next);
      next.work();
    }
    this.now = instant;
  }
}

/** Lets promises that are settled be told of it. */
async function turns(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
