/** How fast something may go: `rate` a second on the average, `burst` at once. */
export interface Pace {
  rate: number;
  burst: number;
}

/** A bucket that fills at `rate` up to `burst`; what is taken must be in it, but for more than it ever holds a full one is enough. */
export class TokenBucket {
  #pace: Pace;
  #level: number;
  #at: number;

  constructor(pace: Pace, now: number) {
    this.#pace = pace;
    this.#level = pace.burst;
    this.#at = now;
  }

  /** Goes on at another pace, with what is in it. */
  setPace(pace: Pace, now: number): void {
    this.#fill(now);
    this.#pace = pace;
    this.#level = Math.min(this.#level, pace.burst);
  }

  /** Takes `count`, or gives the milliseconds until it can. What is taken beyond the level is owed. */
  take(count: number, now: number): number {
    this.#fill(now);
    const wanted = Math.min(count, this.#pace.burst);
    if (this.#level >= wanted) {
      this.#level -= count;
      return 0;
    }
    return Math.ceil(((wanted - this.#level) / this.#pace.rate) * 1_000);
  }

  #fill(now: number): void {
    this.#level = Math.min(this.#pace.burst, this.#level + (Math.max(0, now - this.#at) / 1_000) * this.#pace.rate);
    this.#at = now;
  }
}
