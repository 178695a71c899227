import { type QueryExecutorProvider, sql } from 'kysely';

/** Numbers that one `nextval` of the sequence stands for; see the migration. */
const BLOCK_SIZE = 500;

/** Hands out person numbers from blocks that this process reserved. Numbers of an abandoned block are never used. */
export class PersonNumbers {
  #free: { next: number; end: number }[] = [];
  #count = 0;

  /** Makes sure that `count` numbers can be taken. */
  async reserve(count: number, db: QueryExecutorProvider): Promise<void> {
    const missing = count - this.#count;
    if (missing <= 0) return;
    const blocks = Math.ceil(missing / BLOCK_SIZE);
    const { rows } = await sql<{ start: number }>`SELECT nextval('person_numbers') AS start FROM generate_series(1, ${blocks}::int)`.execute(db);
    for (const { start } of rows) this.#free.push({ next: start, end: start + BLOCK_SIZE });
    this.#count += rows.length * BLOCK_SIZE;
  }

  take(): number {
    const block = this.#free[0];
    if (!block) throw new Error('No person number is reserved');
    const number = block.next++;
    this.#count -= 1;
    if (block.next === block.end) this.#free.shift();
    return number;
  }
}
