import { type QueryExecutorProvider, sql } from 'kysely';
import type { Kernel } from '../../kernel/slice.ts';
import type { RunRow } from './tables.ts';

/** How long a worker may hold runs before others take them for abandoned. */
export const LEASE_MS = 30_000;

/** Live journeys that have due runs now, the longest waiting first, and when the next one of all falls due. */
export async function dueJourneys(now: number, db: QueryExecutorProvider): Promise<{ due: number[]; nextAt: number | undefined }> {
  const { rows } = await sql<{ id: number; next: Date }>`
    SELECT j.id, r.next FROM journeys j
    CROSS JOIN LATERAL (SELECT min(wake_at) AS next FROM journey_runs WHERE journey_id = j.id AND state = 'active') r
    WHERE j.state = 'live' AND r.next IS NOT NULL ORDER BY r.next`.execute(db);
  const next = rows[0]?.next.getTime();
  return { due: rows.filter((row) => row.next.getTime() <= now).map((row) => row.id), nextAt: next };
}

/**
 * Takes up to `limit` due runs of a journey. Taking pushes their waking time behind the end of the lease, so that others neither see them
 * nor wait for them; when the worker dies they fall due again by themselves.
 */
export async function takeDue(journeyId: number, owner: string, limit: number, kernel: Kernel): Promise<RunRow[]> {
  const now = kernel.clock.now();
  const { rows } = await sql<RunRow>`
    UPDATE journey_runs SET lease_owner = ${owner}, wake_at = ${new Date(now + LEASE_MS)}
    WHERE id IN (
      SELECT id FROM journey_runs WHERE journey_id = ${journeyId} AND state = 'active' AND wake_at <= ${new Date(now)}
        AND EXISTS (SELECT 1 FROM journeys WHERE id = ${journeyId} AND state = 'live')
      ORDER BY wake_at LIMIT ${limit} FOR UPDATE SKIP LOCKED)
    RETURNING *`.execute(kernel.postgres.as<object>());
  return rows;
}

/** Runs of a worker that surely is dead fall due at once. Only right when no other process can be at work. */
export async function releaseAll(kernel: Kernel): Promise<void> {
  await sql`UPDATE journey_runs SET lease_owner = NULL, wake_at = due_at WHERE state = 'active' AND lease_owner IS NOT NULL`.execute(
    kernel.postgres.as<object>(),
  );
}

/** Gives runs back untouched. */
export async function giveBack(runs: readonly RunRow[], owner: string, kernel: Kernel): Promise<void> {
  await sql`
    UPDATE journey_runs SET lease_owner = NULL, wake_at = due_at
    WHERE id = ANY(${runs.map((run) => run.id)}::bigint[]) AND lease_owner = ${owner} AND state = 'active'`.execute(kernel.postgres.as<object>());
}
