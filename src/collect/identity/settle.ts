import { sql } from 'kysely';
import type { Kernel } from '../../kernel/slice.ts';
import type { CanonicalPeople, Unsettled } from './canonical.ts';
import type { Resolver } from './resolver.ts';
import { copyDays, daysComplete, dropDays, MARGIN_SECONDS } from './settled-days.ts';
import { dropSettled, type SettledPlace, writeSettled } from './settled-merges.ts';
import { SettlingLease } from './settling-lease.ts';

/** Merges that may stand in the statements before they are settled, and their share of what is settled: so that each merge is written a few times at most. */
const PENDING_MAX = 1_000;
const PENDING_SHARE = 0.001;
/** No report runs as long as this: what it may ask stays. */
const KEPT_MS = 900_000;
/** Settled daily sets that lie so far behind are brought on. */
const DAYS_BEHIND_MAX_SECONDS = 1_500;

type SettlerKernel = Pick<Kernel, 'postgres' | 'clickhouse' | 'bus' | 'clock' | 'log'>;

/**
 * Puts merges into a dictionary of ClickHouse and into a copy of the daily sets, so that a million of them cost a report next to nothing. Reads give the
 * same before, during and after: a version is complete before any process is told of it, and whatever changed meanwhile still stands in the
 * statements. One process at a time, by a lease; one that dies leaves a table that nobody asks, which the next one drops.
 * Where people were parted the copied sets are not read until they are made anew: the rows of the stream and the sets of the stream keep their numbers.
 */
export class Settler {
  readonly #kernel: SettlerKernel;
  readonly #canonical: CanonicalPeople;
  readonly #resolver: Resolver;
  readonly #lease: SettlingLease;

  constructor(kernel: SettlerKernel, parts: { canonical: CanonicalPeople; resolver: Resolver }) {
    this.#kernel = kernel;
    this.#canonical = parts.canonical;
    this.#resolver = parts.resolver;
    this.#lease = new SettlingLease(kernel);
  }

  /** Settles every project that has enough merges waiting or whose daily sets are not to be read, and brings the others' on; gives how many were settled. */
  async settleAll(): Promise<number> {
    const { rows } = await sql<{ project_id: number }>`
      SELECT coalesce(merged.project_id, settled.project_id) AS project_id
      FROM (SELECT project_id, count(*) AS merges FROM merges GROUP BY 1) AS merged FULL JOIN settled_merges AS settled USING (project_id)
      WHERE abs(coalesce(merged.merges, 0) - coalesce(settled.merges, 0)) > ${PENDING_MAX}
        OR (settled.version > 0 AND coalesce(settled.days_until, 0) < extract(epoch FROM now()) - ${DAYS_BEHIND_MAX_SECONDS})
    `.execute(this.#kernel.postgres.as());
    let count = 0;
    for (const { project_id: projectId } of rows) {
      if (await this.settle(projectId)) count += 1;
      else await this.bringDaysOn(projectId, DAYS_BEHIND_MAX_SECONDS);
    }
    return count;
  }

  /** Settles one project's merges when enough wait (`pendingMax` 0: always). Gives whether it did. */
  async settle(projectId: number, pendingMax: number = PENDING_MAX): Promise<boolean> {
    this.#canonical.renew(projectId);
    const state = await this.#canonical.unsettled(projectId);
    const isEnough = state.pending > Math.max(pendingMax, pendingMax === 0 ? 0 : state.settled * PENDING_SHARE);
    const lacksDays = state.settled > 0 && !state.hasDays && !(await this.#isMovingEvents(projectId));
    if (!isEnough && !lacksDays) return false;
    return (await this.#lease.try(projectId, (lastVersion) => this.#write(projectId, state, lastVersion))) ?? false;
  }

  /** Puts into the settled daily sets what came since they were made, when they lie so far behind. Gives whether it did. */
  async bringDaysOn(projectId: number, behindSeconds = 0): Promise<boolean> {
    const isDone = await this.#lease.try(projectId, async () => {
      const { clickhouse, postgres } = this.#kernel;
      const { rows } = await sql<SettledPlace>`
        SELECT project_id AS "projectId", version, form, days_until AS "daysUntil" FROM settled_merges WHERE project_id = ${projectId} AND version > 0
      `.execute(postgres.as());
      const [place] = rows;
      if (!place || place.daysUntil === null) return false;
      const until = await daysComplete(clickhouse);
      if (until + MARGIN_SECONDS - place.daysUntil < behindSeconds) return false;
      await copyDays(clickhouse, place, place.daysUntil);
      return this.#resolver.exclusively(projectId, async (tx) => {
        // Nothing is found when people were parted meanwhile.
        const { rows: changed } = await sql`
          UPDATE settled_merges SET days_until = ${until}
          WHERE project_id = ${projectId} AND version = ${place.version} AND days_until = ${place.daysUntil} RETURNING version
        `.execute(tx);
        if (changed.length > 0)
          await sql`INSERT INTO identity_changes (project_id, settled_version, changed_at) VALUES (${projectId}, ${place.version}, now())`.execute(
            tx,
          );
        return changed.length > 0;
      });
    });
    if (isDone) this.#tell(projectId);
    return isDone ?? false;
  }

  /** Does what takes people or events out of the daily sets while nobody copies them: else it might come back. */
  whileDaysRest<T>(projectId: number, work: () => Promise<T>): Promise<T> {
    return this.#lease.wait(projectId, work);
  }

  async #write(projectId: number, state: Unsettled, lastVersion: number): Promise<boolean> {
    const { clickhouse, clock, log } = this.#kernel;
    const startedAt = clock.now();
    const version = Math.max(startedAt, lastVersion + 1);
    const form = await writeSettled(clickhouse, { projectId, version }, state.winners);
    let daysUntil: number | null = null;
    if (!(await this.#isMovingEvents(projectId))) {
      daysUntil = await daysComplete(clickhouse);
      await copyDays(clickhouse, { projectId, version, form });
    }
    const isTold = await this.#resolver.exclusively(projectId, async (tx) => {
      const { rows: undone } = await sql`
        SELECT 1 FROM identity_changes WHERE project_id = ${projectId} AND is_undone AND sequence > ${state.sequence} LIMIT 1
      `.execute(tx);
      // It would bring back a merge that was undone while it was written: the next one will not.
      if (undone.length > 0) return false;
      const { rows: changed } = await sql`
        UPDATE settled_merges SET version = ${version}, sequence = ${state.sequence}, merges = ${state.winners.size}, form = ${form}, days_until = ${daysUntil}
        WHERE project_id = ${projectId} AND version = ${lastVersion} RETURNING version
      `.execute(tx);
      if (changed.length === 0) return false;
      await sql`
        INSERT INTO identity_changes (project_id, settled_version, settled_sequence, changed_at) VALUES (${projectId}, ${version}, ${state.sequence}, now())
      `.execute(tx);
      return true;
    });
    if (!isTold) {
      await dropDays(clickhouse, projectId, { only: version });
      return false;
    }
    this.#tell(projectId);
    await dropSettled(clickhouse, projectId, version - KEPT_MS);
    await dropDays(clickhouse, projectId, { olderThan: version - KEPT_MS });
    log.info({ projectId, merges: state.winners.size, ms: clock.now() - startedAt }, 'merges settled');
    return true;
  }

  /** Whether events of people who were parted are still on their way: daily sets that were copied now would lie afterwards. */
  async #isMovingEvents(projectId: number): Promise<boolean> {
    const { rows } = await sql`SELECT 1 FROM event_moves WHERE project_id = ${projectId} AND done_at IS NULL LIMIT 1`.execute(
      this.#kernel.postgres.as(),
    );
    return rows.length > 0;
  }

  #tell(projectId: number): void {
    this.#canonical.renew(projectId);
    this.#kernel.bus.publish('merges', { projectId });
  }
}
