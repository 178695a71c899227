import { z } from 'zod';
import { defineErrors } from '../../kernel/errors/errors.ts';
import { defineRoute } from '../../kernel/http/contract.ts';
import { projectParams } from '../../workspace/projects/contract.ts';

/** Characters of an item's type or id. */
export const ITEM_NAME_MAX = 255;
/** Bytes of an item's properties as JSON. */
export const ITEM_SIZE_MAX_BYTES = 32 * 1024;

/** One change of the catalogue. `set` adds to what is known of the item: a value sets, null takes away. */
export type ItemChange =
  | { operation: 'set'; type: string; id: string; properties: Record<string, unknown> }
  | { operation: 'delete'; type: string; id: string };

export const itemSchema = z.object({
  type: z.string(),
  id: z.string(),
  properties: z.record(z.string(), z.unknown()),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
});
export type Item = z.infer<typeof itemSchema>;

export const listItems = defineRoute({
  id: 'items.list_items',
  method: 'GET',
  path: '/api/projects/:projectId/items',
  summary: 'Lists items of the catalogue by type and id.',
  access: 'items.read',
  params: projectParams,
  query: z.object({
    type: z.string().min(1).max(ITEM_NAME_MAX).optional(),
    /** Given back by the page before. */
    cursor: z.string().max(1_200).optional(),
    limit: z.coerce.number().int().min(1).max(200).default(50),
  }),
  reply: z.object({ items: z.array(itemSchema), nextCursor: z.string().optional() }),
});

export const refuseItem = defineErrors('items', {
  name_invalid: { status: 400, message: 'An item needs a type and an id of at most 255 characters' },
  item_too_large: { status: 413, message: 'The properties of the item are too large' },
  cursor_invalid: { status: 400, message: 'The cursor is none of this list' },
});
