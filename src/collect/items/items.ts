import { type Kysely, sql, type Transaction } from 'kysely';
import { cleanText, jsonText } from '../../kernel/json-text.ts';
import type { Kernel } from '../../kernel/slice.ts';
import { ITEM_NAME_MAX, ITEM_SIZE_MAX_BYTES, type Item, type ItemChange, refuseItem } from './contract.ts';
import type { ItemTables } from './tables.ts';

/** The catalogue of items: what events point at by type and id. */
export interface ItemsApi {
  /** Does the changes in their order; durable when it resolves. Throws what `checkItem` throws, and then does none of them. */
  change(projectId: number, changes: readonly ItemChange[]): Promise<void>;
  list(
    projectId: number,
    page: { type?: string | undefined; cursor?: string | undefined; limit: number },
  ): Promise<{ items: Item[]; nextCursor?: string }>;
}

/** Throws `items.name_invalid`, `items.item_too_large` for a change that the catalogue does not take. */
export function checkItem(change: ItemChange): void {
  for (const name of [change.type, change.id])
    if (name.trim() === '' || name.length > ITEM_NAME_MAX || cleanText(name) !== name) throw refuseItem('name_invalid');
  if (change.operation !== 'set') return;
  const size = Buffer.byteLength(JSON.stringify(change.properties));
  if (size > ITEM_SIZE_MAX_BYTES) throw refuseItem('item_too_large', { details: { max: ITEM_SIZE_MAX_BYTES, size } });
}

export function createItems(kernel: Pick<Kernel, 'postgres' | 'clock'>): ItemsApi {
  return {
    async change(projectId, changes) {
      changes.forEach(checkItem);
      if (changes.length === 0) return;
      const now = new Date(kernel.clock.now());
      await kernel.postgres.transaction<ItemTables, void>(async (tx) => {
        // Items that come together are locked in one order, so that two requests never wait for each other.
        for (const change of inOrder(changes))
          await (change.operation === 'set' ? setItem(tx, { projectId, now }, change) : deleteItem(tx, projectId, change));
      });
    },
    list: (projectId, page) => listOf(kernel.postgres.as<ItemTables>(), projectId, page),
  };
}

function inOrder(changes: readonly ItemChange[]): ItemChange[] {
  const key = ({ type, id }: ItemChange): string => `${type}\0${id}`;
  return changes.toSorted((one, other) => (key(one) < key(other) ? -1 : key(one) > key(other) ? 1 : 0));
}

async function setItem(tx: Transaction<ItemTables>, at: { projectId: number; now: Date }, change: ItemChange & { operation: 'set' }): Promise<void> {
  const taken = Object.keys(change.properties).filter((name) => change.properties[name] === null);
  const kept = Object.fromEntries(Object.entries(change.properties).filter(([, value]) => value !== null));
  await tx
    .insertInto('items')
    .values({
      project_id: at.projectId,
      type: change.type,
      id: change.id,
      properties: jsonText(kept),
      created_at: at.now,
      updated_at: at.now,
    })
    .onConflict((on) =>
      on.columns(['project_id', 'type', 'id']).doUpdateSet({
        properties: sql`(items.properties || excluded.properties) - ${taken.map(cleanText)}::text[]`,
        updated_at: at.now,
      }),
    )
    .execute();
}

async function deleteItem(tx: Transaction<ItemTables>, projectId: number, { type, id }: ItemChange): Promise<void> {
  await tx.deleteFrom('items').where('project_id', '=', projectId).where('type', '=', type).where('id', '=', id).execute();
}

async function listOf(
  db: Kysely<ItemTables>,
  projectId: number,
  page: Parameters<ItemsApi['list']>[1],
): Promise<{ items: Item[]; nextCursor?: string }> {
  let query = db
    .selectFrom('items')
    .selectAll()
    .where('project_id', '=', projectId)
    .orderBy('type')
    .orderBy('id')
    .limit(page.limit + 1);
  if (page.type !== undefined) query = query.where('type', '=', page.type);
  if (page.cursor !== undefined) {
    const after = readCursor(page.cursor);
    query = query.where(sql<boolean>`(type, id) > (${after.type}, ${after.id})`);
  }
  const rows = await query.execute();
  const items = rows.slice(0, page.limit).map((row) => ({
    type: row.type,
    id: row.id,
    properties: row.properties,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  }));
  const last = items.at(-1);
  if (rows.length <= page.limit || !last) return { items };
  return { items, nextCursor: Buffer.from(JSON.stringify([last.type, last.id])).toString('base64url') };
}

function readCursor(cursor: string): { type: string; id: string } {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (
      Array.isArray(value) &&
      typeof value[0] === 'string' &&
      typeof value[1] === 'string' &&
      cleanText(value[0]) === value[0] &&
      cleanText(value[1]) === value[1]
    )
      return { type: value[0], id: value[1] };
  } catch {
    // Falls through to the refusal.
  }
  throw refuseItem('cursor_invalid');
}
