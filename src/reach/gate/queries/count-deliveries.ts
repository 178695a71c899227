// How many messages of an operation stand where, step by step?
import { type QueryExecutorProvider, sql } from 'kysely';
import type { DeliveryCount } from '../api.ts';

/** All versions unless one is given. */
export async function countDeliveries(
  projectId: number,
  of: { operation: string; variant?: string | undefined },
  db: QueryExecutorProvider,
): Promise<DeliveryCount[]> {
  const { rows } = await sql<DeliveryCount>`
    SELECT node, state, reason, count(*)::int AS count FROM deliveries
    WHERE project_id = ${projectId} AND operation = ${of.operation} AND (${of.variant ?? null}::text IS NULL OR variant = ${of.variant ?? null})
    GROUP BY node, state, reason`.execute(db);
  return rows;
}
