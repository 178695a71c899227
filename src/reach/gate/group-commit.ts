/**
 * Collects what many ask for at once and does it in one go: while one group is being written, the next gathers. Each caller gets the answer for
 * its own item. When the write fails, everybody in the group fails.
 */
export class GroupCommit<Item, Answer> {
  readonly #write: (items: Item[]) => Promise<Answer[]>;
  #waiting: { item: Item; resolve: (answer: Answer) => void; reject: (error: unknown) => void }[] = [];
  #isWriting = false;

  /** `write` answers in the order of its items. */
  constructor(write: (items: Item[]) => Promise<Answer[]>) {
    this.#write = write;
  }

  add(item: Item): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, resolve, reject });
      if (!this.#isWriting) void this.#drain();
    });
  }

  async #drain(): Promise<void> {
    this.#isWriting = true;
    while (this.#waiting.length > 0) {
      const group = this.#waiting;
      this.#waiting = [];
      try {
        const answers = await this.#write(group.map((entry) => entry.item));
        group.forEach((entry, index) => {
          entry.resolve(answers[index] as Answer);
        });
      } catch (error) {
        for (const entry of group) entry.reject(error);
      }
    }
    this.#isWriting = false;
  }
}
