import { type QueryExecutorProvider, sql } from 'kysely';
import type { Fact } from '../../collect/stream/contract.ts';
import type { StreamApi } from '../../collect/stream/index.ts';
import { jsonText } from '../../kernel/json-text.ts';
import type { Kernel, Service } from '../../kernel/slice.ts';

const ROWS_AT_ONCE = 50;
const LEFT_OVER_CHECK_MS = 30_000;
const RETRY_FIRST_MS = 500;
const RETRY_MOST_MS = 30_000;

/** Bus topic that wakes the outbox of whichever process runs it. */
const TOPIC = 'operations.facts';

/** Keeps facts in the caller's transaction: they leave with it or not at all. */
export async function keepFacts(projectId: number, facts: readonly Fact[], tx: QueryExecutorProvider): Promise<void> {
  if (facts.length === 0) return;
  await sql`INSERT INTO operation_facts (project_id, facts) VALUES (${projectId}, ${jsonText(facts)}::jsonb)`.execute(tx);
}

/**
 * Brings kept facts to the stream. Reads, records, then deletes: a crash in between records again, which the stream's message ids make
 * harmless. Several processes may run it. Sleeps until told; a slow check catches what a lost notice left.
 */
export class FactOutbox implements Service {
  readonly name = 'operations.facts';
  readonly roles = ['worker', 'web'] as const;
  readonly #kernel: Kernel;
  readonly #stream: StreamApi;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #isWanted = false;
  #isStopped = true;
  #failures = 0;
  #unsubscribe: (() => void) | undefined;

  constructor(kernel: Kernel, stream: StreamApi) {
    this.#kernel = kernel;
    this.#stream = stream;
  }

  async start(): Promise<void> {
    this.#isStopped = false;
    this.#unsubscribe = this.#kernel.bus.subscribe(TOPIC, () => this.#wake());
    this.#wake();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#unsubscribe?.();
    clearTimeout(this.#timer);
    await this.#running;
  }

  /** Wakes the outbox here, or in another process when this one does not run it. */
  notify(): void {
    if (this.#isStopped) this.#kernel.bus.publish(TOPIC, {});
    else this.#wake();
  }

  /** Records everything that is kept now. Gives how many facts went out. */
  async flush(): Promise<number> {
    let total = 0;
    for (;;) {
      const count = await this.#round();
      if (count === undefined) return total;
      total += count;
    }
  }

  async #round(): Promise<number | undefined> {
    const db = this.#kernel.postgres.as<object>();
    const { rows } = await sql<{ id: number; project_id: number; facts: Fact[] }>`
      SELECT id, project_id, facts FROM operation_facts ORDER BY id LIMIT ${ROWS_AT_ONCE}`.execute(db);
    if (rows.length === 0) return undefined;
    const byProject = Map.groupBy(rows, (row) => row.project_id);
    let count = 0;
    for (const [projectId, kept] of byProject) {
      const facts = kept.flatMap((row) => row.facts);
      await this.#stream.record(projectId, facts);
      await sql`DELETE FROM operation_facts WHERE id = ANY(${kept.map((row) => row.id)})`.execute(db);
      count += facts.length;
    }
    return count;
  }

  #wake(): void {
    this.#isWanted = true;
    if (this.#running || this.#isStopped) return;
    clearTimeout(this.#timer);
    this.#running = this.#run().finally(() => {
      this.#running = undefined;
      if (this.#isStopped) return;
      if (this.#isWanted && this.#failures === 0) this.#wake();
      else this.#timer = setTimeout(() => this.#wake(), this.#failures > 0 ? backoffMs(this.#failures) : LEFT_OVER_CHECK_MS);
    });
  }

  async #run(): Promise<void> {
    this.#isWanted = false;
    try {
      await this.flush();
      this.#failures = 0;
    } catch (error) {
      this.#failures += 1;
      this.#kernel.log.warn({ error: String(error), failures: this.#failures }, 'facts wait for the stream');
    }
  }
}

function backoffMs(failures: number): number {
  return Math.min(RETRY_FIRST_MS * 2 ** (failures - 1), RETRY_MOST_MS);
}
