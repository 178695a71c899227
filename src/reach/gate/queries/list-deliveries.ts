// What was sent and not sent, newest first, and why?
import { type QueryExecutorProvider, type RawBuilder, sql } from 'kysely';
import type { QueryOf } from '../../../kernel/http/contract.ts';
import type { Delivery, listDeliveries } from '../contract.ts';
import type { DeliveryRow } from '../tables.ts';

type Filters = { [Key in keyof QueryOf<typeof listDeliveries>]?: QueryOf<typeof listDeliveries>[Key] | undefined } & { limit: number };

/** One page, and (unless not wanted) how many there are of each state under the same filters without the state. */
export async function findDeliveries(
  projectId: number,
  filters: Filters,
  db: QueryExecutorProvider,
  isCounted = true,
): Promise<{ items: Delivery[]; nextCursor?: string; counts: Record<string, number> }> {
  const where = conditions(projectId, filters);
  const after = readCursor(filters.cursor);
  const page = [...where];
  if (filters.state) page.push(sql`state = ${filters.state}`);
  if (after) page.push(sql`(created_at, id) < (${after.at}::timestamptz, ${after.id}::uuid)`);
  const { rows } = await sql<DeliveryRow>`
    SELECT * FROM deliveries WHERE ${sql.join(page, sql` AND `)} ORDER BY created_at DESC, id DESC LIMIT ${filters.limit + 1}`.execute(db);
  const counted = sql<{ state: string; count: number }>`
    SELECT state, count(*)::int AS count FROM deliveries WHERE ${sql.join(where, sql` AND `)} GROUP BY state`;
  const counts = isCounted ? (await counted.execute(db)).rows : [];
  const items = rows.slice(0, filters.limit);
  const last = rows.length > filters.limit ? items.at(-1) : undefined;
  return {
    items: items.map(asDelivery),
    ...(last ? { nextCursor: `${last.created_at.toISOString()}_${last.id}` } : {}),
    counts: Object.fromEntries(counts.map((row) => [row.state, row.count])),
  };
}

/** One message of the project, or undefined. */
export async function findDelivery(projectId: number, deliveryId: string, db: QueryExecutorProvider): Promise<DeliveryRow | undefined> {
  const { rows } = await sql<DeliveryRow>`SELECT * FROM deliveries WHERE project_id = ${projectId} AND id = ${deliveryId}`.execute(db);
  return rows[0];
}

/** A row as the contract shows it. */
export function asDelivery(row: DeliveryRow): Delivery {
  return {
    id: row.id,
    personId: row.person_id,
    channel: row.channel,
    operation: row.operation,
    node: row.node,
    category: row.category,
    state: row.state,
    reason: row.reason,
    address: row.address,
    subject: row.subject,
    attempts: row.attempts,
    nextTryAt: row.state === 'queued' ? (row.send_at?.toISOString() ?? null) : null,
    lastError: row.last_error,
    createdAt: row.created_at.toISOString(),
    sentAt: row.sent_at?.toISOString() ?? null,
  };
}

function conditions(projectId: number, filters: Filters): RawBuilder<unknown>[] {
  const where = [sql`project_id = ${projectId}`];
  if (filters.reason) where.push(sql`reason = ${filters.reason}`);
  if (filters.personId) where.push(sql`person_id = ${filters.personId}`);
  if (filters.operation) where.push(sql`operation = ${filters.operation}`);
  if (filters.node) where.push(sql`node = ${filters.node}`);
  return where;
}

/** A cursor that is not ours begins at the top. */
function readCursor(cursor: string | undefined): { at: string; id: string } | undefined {
  const match = /^(\d{4}-\d\d-\d\dT[\d:.]+Z)_([0-9a-f-]{36})$/.exec(cursor ?? '');
  return match?.[1] && match[2] && !Number.isNaN(Date.parse(match[1])) ? { at: match[1], id: match[2] } : undefined;
}
