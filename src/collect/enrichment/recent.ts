/**
 * Remembers answers by text in bounded memory: two generations, the older one goes when the younger is full, and what is asked for again moves up.
 * Cheaper than a true LRU: a hit in the young generation is one look-up and no write.
 */
export class Recent<Value> {
  readonly #generationSize: number;
  #young = new Map<string, Value>();
  #old = new Map<string, Value>();

  /** Holds `sizeMax` answers at most. */
  constructor(sizeMax: number) {
    this.#generationSize = Math.max(1, Math.floor(sizeMax / 2));
  }

  get(key: string): Value | undefined {
    const young = this.#young.get(key);
    if (young !== undefined) return young;
    const old = this.#old.get(key);
    if (old !== undefined) this.set(key, old);
    return old;
  }

  set(key: string, value: Value): void {
    if (this.#young.size >= this.#generationSize && !this.#young.has(key)) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(key, value);
  }

  get size(): number {
    return this.#young.size + this.#old.size;
  }

  /** Everything that is remembered; what stands in both generations comes twice, the younger last. */
  *entries(): IterableIterator<[string, Value]> {
    yield* this.#old;
    yield* this.#young;
  }
}
