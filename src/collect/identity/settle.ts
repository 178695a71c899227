import { sql } from 'kysely';
import type { Kernel } from '../../kernel/slice.ts';
import type { CanonicalPeople } from './canonical.ts';
import type { Resolver } from './resolver.ts';
import { dropSettled, writeSettled } from './settled-merges.ts';

/** Merges that may stand in the statements before they are settled, and their share of what is settled: so that each merge is written a few times at most. */
const PENDING_MAX = 5_000;
const PENDING_SHARE = 0.02;
const LEASE_MS = 300_000;
/** No report runs as long as this: what it may ask stays. */
const KEPT_MS = 900_000;

/**
 * Puts merges into a dictionary of ClickHouse, so that a million of them cost a report next to nothing. Reads give the same before, during and after: a version is
 * complete before any process is told of it, and whatever changed meanwhile still stands in the statements. One process at a time, by a lease; one
 * that dies leaves a table that nobody asks, which the next one drops.
 */
export class Settler {
  readonly #kernel: Pick<Kernel, 'postgres' | 'clickhouse' | 'bus' | 'clock' | 'log'>;
  readonly #canonical: CanonicalPeople;
  readonly #resolver: Resolver;

  constructor(kernel: Pick<Kernel, 'postgres' | 'clickhouse' | 'bus' | 'clock' | 'log'>, parts: { canonical: CanonicalPeople; resolver: Resolver }) {
    this.#kernel = kernel;
    this.#canonical = parts.canonical;
    this.#resolver = parts.resolver;
  }

  /** Settles every project that has enough merges waiting; gives how many projects that were. */
  async settleAll(): Promise<number> {
    const { rows } = await sql<{ project_id: number }>`
      SELECT merged.project_id FROM (SELECT project_id, count(*) AS merges FROM merges GROUP BY 1) AS merged
      LEFT JOIN settled_merges USING (project_id) WHERE abs(merged.merges - coalesce(settled_merges.merges, 0)) > ${PENDING_MAX}
    `.execute(this.#kernel.postgres.as());
    let count = 0;
    for (const { project_id: projectId } of rows) if (await this.settle(projectId)) count += 1;
    return count;
  }

  /** Settles one project's merges when enough wait (`pendingMax` 0: always). Gives whether it did. */
  async settle(projectId: number, pendingMax: number = PENDING_MAX): Promise<boolean> {
    this.#canonical.renew(projectId);
    const state = await this.#canonical.unsettled(projectId);
    if (state.pending <= Math.max(pendingMax, pendingMax === 0 ? 0 : state.settled * PENDING_SHARE)) return false;
    const lastVersion = await this.#lease(projectId);
    if (lastVersion === undefined) return false;
    const { clickhouse, clock, log } = this.#kernel;
    const startedAt = clock.now();
    const version = Math.max(startedAt, lastVersion + 1);
    const form = await writeSettled(clickhouse, { projectId, version }, state.winners);
    const isTold = await this.#resolver.exclusively(projectId, async (tx) => {
      const { rows: undone } = await sql`
        SELECT 1 FROM identity_changes WHERE project_id = ${projectId} AND is_undone AND sequence > ${state.sequence} LIMIT 1
      `.execute(tx);
      // It would bring back a merge that was undone while it was written: the next one will not.
      if (undone.length > 0) {
        await sql`UPDATE settled_merges SET leased_until = NULL WHERE project_id = ${projectId}`.execute(tx);
        return false;
      }
      await sql`
        UPDATE settled_merges SET version = ${version}, sequence = ${state.sequence}, merges = ${state.winners.size}, form = ${form}, leased_until = NULL
        WHERE project_id = ${projectId}
      `.execute(tx);
      await sql`
        INSERT INTO identity_changes (project_id, settled_version, settled_sequence, changed_at) VALUES (${projectId}, ${version}, ${state.sequence}, now())
      `.execute(tx);
      return true;
    });
    if (!isTold) return false;
    this.#canonical.renew(projectId);
    this.#kernel.bus.publish('merges', { projectId });
    await dropSettled(clickhouse, projectId, version - KEPT_MS);
    log.info({ projectId, merges: state.winners.size, ms: clock.now() - startedAt }, 'merges settled');
    return true;
  }

  /** Takes the lease and gives the last version; undefined: somebody else has it. */
  async #lease(projectId: number): Promise<number | undefined> {
    const until = new Date(this.#kernel.clock.now() + LEASE_MS).toISOString();
    const now = new Date(this.#kernel.clock.now()).toISOString();
    const { rows } = await sql<{ version: number }>`
      INSERT INTO settled_merges (project_id, leased_until) VALUES (${projectId}, ${until}::timestamptz)
      ON CONFLICT (project_id) DO UPDATE SET leased_until = excluded.leased_until
      WHERE settled_merges.leased_until IS NULL OR settled_merges.leased_until < ${now}::timestamptz RETURNING version
    `.execute(this.#kernel.postgres.as());
    return rows[0]?.version;
  }
}
