/** A message that waits, with those who want to hear of its fate. */
export interface Waiting {
  text: string;
  sizeBytes: number;
  settle?: { delivered(): void; lost(error: Error): void };
}

/** Messages that wait, bounded in number and bytes. */
export class BoundedQueue {
  readonly items: Waiting[] = [];
  #bytes = 0;
  readonly #countMax: number;
  readonly #sizeMaxBytes: number;
  /** Those who wait for room, the first who came first. */
  readonly #forRoom: { item: Waiting; enter: () => void }[] = [];

  constructor(countMax: number, sizeMaxBytes: number) {
    this.#countMax = countMax;
    this.#sizeMaxBytes = sizeMaxBytes;
  }

  /** False when there is no room, or others wait for it already. */
  add(item: Waiting): boolean {
    if (this.#forRoom.length > 0 || !this.#hasRoom(item)) return false;
    this.#push(item);
    return true;
  }

  /** Resolves when the message is in; in the order of the calls. */
  addWhenRoom(item: Waiting): Promise<void> {
    if (this.add(item)) return Promise.resolve();
    return new Promise((resolve) => {
      this.#forRoom.push({ item, enter: resolve });
    });
  }

  /** Takes the first ones out. */
  removeFirst(count: number): void {
    for (const item of this.items.splice(0, count)) this.#bytes -= item.sizeBytes;
    while (this.#forRoom[0] && this.#hasRoom(this.#forRoom[0].item)) {
      const next = this.#forRoom.shift();
      if (!next) break;
      this.#push(next.item);
      next.enter();
    }
  }

  /** Messages that wait, those that wait for room with them. */
  get count(): number {
    return this.items.length + this.#forRoom.length;
  }

  #hasRoom(item: Waiting): boolean {
    return this.items.length === 0 || (this.items.length < this.#countMax && this.#bytes + item.sizeBytes <= this.#sizeMaxBytes);
  }

  #push(item: Waiting): void {
    this.items.push(item);
    this.#bytes += item.sizeBytes;
  }
}
