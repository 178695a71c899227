import { type Kysely, type Selectable, sql, type Transaction } from 'kysely';
import { cleanText, jsonText } from '../../kernel/json-text.ts';
import { BODY_KEPT_MAX, DELIVERIES_KEPT, type Delivery, type DeliveryState, type Problem, refuseSource } from './contract.ts';
import type { DeliveryRow, SourceTables } from './tables.ts';

/** A body that came, and what became of it. */
export interface NewDelivery {
  id: string;
  projectId: number;
  sourceId: string;
  at: number;
  body: string;
  headers: Record<string, string>;
  fate: Fate;
}

export interface Fate {
  state: DeliveryState;
  accepted: number;
  duplicates: number;
  refused: number;
  problems: Problem[];
}

/** Headers that say something about the telling and are no secrets. */
const keptHeader =
  /^(content-type|user-agent|x-(?!forwarded|real-ip|amzn|api-key|auth|token|access)[\w-]+|idempotency-key|webhook-[\w-]+|ce-[\w-]+)$/;
const HEADERS_KEPT_MAX = 40;

/** The headers that are kept and that a mapping may read; never those that let somebody in. */
export function keptHeaders(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers))
    if (
      keptHeader.test(name) &&
      !/signature|hmac|secret|token/.test(name) &&
      typeof value === 'string' &&
      Object.keys(kept).length < HEADERS_KEPT_MAX
    )
      kept[name] = cleanText(value.slice(0, 500));
  return kept;
}

/** Keeps the body, forgets the oldest beyond 50, and counts on the source. */
export async function keepDelivery(tx: Transaction<SourceTables>, delivery: NewDelivery): Promise<void> {
  const { fate } = delivery;
  await tx
    .insertInto('source_deliveries')
    .values({
      id: delivery.id,
      project_id: delivery.projectId,
      source_id: delivery.sourceId,
      at: new Date(delivery.at),
      ...countsOf(fate),
      headers: jsonText(delivery.headers),
      body: cleanText(delivery.body.slice(0, BODY_KEPT_MAX)),
      is_cut: delivery.body.length > BODY_KEPT_MAX,
    })
    .execute();
  await sql`DELETE FROM source_deliveries WHERE source_id = ${delivery.sourceId} AND id IN (
    SELECT id FROM source_deliveries WHERE source_id = ${delivery.sourceId} ORDER BY at DESC, id DESC OFFSET ${DELIVERIES_KEPT})`.execute(tx);
  await count(tx, delivery);
}

/** Writes what became of a body that was taken again. */
export async function renewDelivery(
  tx: Transaction<SourceTables>,
  at: { projectId: number; sourceId: string; id: string; at: number },
  fate: Fate,
): Promise<void> {
  await tx.updateTable('source_deliveries').set(countsOf(fate)).where('project_id', '=', at.projectId).where('id', '=', at.id).execute();
  await count(tx, { ...at, fate });
}

function countsOf(fate: Fate): Pick<Selectable<DeliveryRow>, 'state' | 'accepted' | 'duplicates' | 'refused'> & { problems: string } {
  const { state, accepted, duplicates, refused, problems } = fate;
  return { state, accepted, duplicates, refused, problems: JSON.stringify(problems.slice(0, 20)) };
}

async function count(
  tx: Transaction<SourceTables>,
  { projectId, sourceId, at, fate }: { projectId: number; sourceId: string; at: number; fate: Fate },
): Promise<void> {
  await tx
    .updateTable('sources')
    .set((is) => ({ accepted: is('accepted', '+', fate.accepted), refused: is('refused', '+', fate.refused), last_at: new Date(at) }))
    .where('project_id', '=', projectId)
    .where('id', '=', sourceId)
    .execute();
}

export async function lastDeliveries(db: Kysely<SourceTables>, projectId: number, sourceId: string): Promise<Delivery[]> {
  const rows = await db
    .selectFrom('source_deliveries')
    .selectAll()
    .where('project_id', '=', projectId)
    .where('source_id', '=', sourceId)
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(DELIVERIES_KEPT)
    .execute();
  return rows.map(presentDelivery);
}

/** Throws `sources.unknown_delivery`. */
export async function findDelivery(db: Kysely<SourceTables>, at: { projectId: number; sourceId: string; deliveryId: string }): Promise<Delivery> {
  const row = await db
    .selectFrom('source_deliveries')
    .selectAll()
    .where('project_id', '=', at.projectId)
    .where('source_id', '=', at.sourceId)
    .where('id', '=', at.deliveryId)
    .executeTakeFirst();
  if (!row) throw refuseSource('unknown_delivery');
  return presentDelivery(row);
}

function presentDelivery(row: Selectable<DeliveryRow>): Delivery {
  const { id, state, accepted, duplicates, refused, problems, headers, body } = row;
  return { id, at: row.at.toISOString(), state, accepted, duplicates, refused, problems, headers, body, isCut: row.is_cut };
}
