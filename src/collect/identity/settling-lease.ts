import { sql } from 'kysely';
import type { Kernel } from '../../kernel/slice.ts';

const LEASE_MS = 300_000;
const RENEW_MS = 60_000;
const LOOK_AGAIN_MS = 200;

/** One process at a time works on what is settled of a project: while it works its lease is renewed, and one that dies is waited for no longer than its lease. */
export class SettlingLease {
  readonly #kernel: Pick<Kernel, 'postgres' | 'clock'>;

  constructor(kernel: Pick<Kernel, 'postgres' | 'clock'>) {
    this.#kernel = kernel;
  }

  /** Works when nobody else does, else gives undefined at once. `work` is told the version that counts (0: none). */
  async try<T>(projectId: number, work: (version: number) => Promise<T>): Promise<T | undefined> {
    const version = await this.#take(projectId);
    if (version === undefined) return undefined;
    const timer = setInterval(() => void this.#keep(projectId, LEASE_MS).catch(() => undefined), RENEW_MS);
    try {
      return await work(version);
    } finally {
      clearInterval(timer);
      await this.#keep(projectId, undefined);
    }
  }

  /** Works when whoever else works has ended. */
  async wait<T>(projectId: number, work: () => Promise<T>): Promise<T> {
    for (;;) {
      const done = await this.try(projectId, async () => ({ value: await work() }));
      if (done) return done.value;
      await new Promise((resolve) => {
        setTimeout(resolve, LOOK_AGAIN_MS);
      });
    }
  }

  async #take(projectId: number): Promise<number | undefined> {
    const now = this.#kernel.clock.now();
    const { rows } = await sql<{ version: number }>`
      INSERT INTO settled_merges (project_id, leased_until) VALUES (${projectId}, ${new Date(now + LEASE_MS).toISOString()}::timestamptz)
      ON CONFLICT (project_id) DO UPDATE SET leased_until = excluded.leased_until
      WHERE settled_merges.leased_until IS NULL OR settled_merges.leased_until < ${new Date(now).toISOString()}::timestamptz RETURNING version
    `.execute(this.#kernel.postgres.as());
    return rows[0]?.version;
  }

  async #keep(projectId: number, forMs: number | undefined): Promise<void> {
    const until = forMs === undefined ? null : new Date(this.#kernel.clock.now() + forMs).toISOString();
    await sql`UPDATE settled_merges SET leased_until = ${until}::timestamptz WHERE project_id = ${projectId}`.execute(this.#kernel.postgres.as());
  }
}
