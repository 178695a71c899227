/** Lends a small number of things, made when first needed; whoever finds all lent out waits in line. */
export class Lane<T> {
  readonly #make: () => Promise<T>;
  readonly #max: number;
  readonly #free: T[] = [];
  readonly #line: { take(item: T): void; refuse(error: unknown): void }[] = [];
  #made = 0;
  #idle: (() => void) | undefined;
  #isClosed = false;

  constructor(max: number, make: () => Promise<T>) {
    this.#max = max;
    this.#make = make;
  }

  /** Runs `work` with one of the things. A caller whose signal aborts while it waits leaves the line. */
  async use<R>(work: (item: T) => Promise<R>, signal?: AbortSignal): Promise<R> {
    const item = await this.take(signal);
    try {
      return await work(item);
    } finally {
      this.give(item);
    }
  }

  async take(signal?: AbortSignal): Promise<T> {
    signal?.throwIfAborted();
    if (this.#isClosed) throw new Error('The store is closed');
    const free = this.#free.pop();
    if (free !== undefined) return free;
    if (this.#made < this.#max) {
      this.#made += 1;
      try {
        return await this.#make();
      } catch (error) {
        this.#made -= 1;
        throw error;
      }
    }
    return this.#wait(signal);
  }

  give(item: T): void {
    const next = this.#line.shift();
    if (next !== undefined) {
      next.take(item);
      return;
    }
    this.#free.push(item);
    if (this.#free.length === this.#made) this.#idle?.();
  }

  /** Lets the line go, waits for what is lent out, and gives everything back to be closed. */
  async close(): Promise<readonly T[]> {
    this.#isClosed = true;
    for (const waiting of this.#line.splice(0)) waiting.refuse(new Error('The store is closed'));
    if (this.#free.length < this.#made)
      await new Promise<void>((resolve) => {
        this.#idle = resolve;
      });
    return this.#free.splice(0);
  }

  #wait(signal?: AbortSignal): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const leave = (): void => {
        this.#line.splice(this.#line.indexOf(place), 1);
        reject(signal?.reason);
      };
      const place = {
        take: (item: T): void => {
          signal?.removeEventListener('abort', leave);
          resolve(item);
        },
        refuse: reject,
      };
      signal?.addEventListener('abort', leave, { once: true });
      this.#line.push(place);
    });
  }
}
