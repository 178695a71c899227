import { afterAll, beforeAll, expect, test } from 'vitest';
import { columnsOf } from '../../kernel/testing/columns-of.ts';
import { openTestStores, type TestStores } from '../../kernel/testing/open-test-stores.ts';
import { door } from './index.ts';
import { createItems, type ItemsApi } from './items.ts';
import type { ItemRow } from './tables.ts';

let stores: TestStores;
let items: ItemsApi;

beforeAll(async () => {
  stores = await openTestStores({ slices: [door] });
  items = createItems(stores.kernel);
});
afterAll(async () => stores.close());

test('the row type is the table as the migration leaves it', async () => {
  const columns = { project_id: true, type: true, id: true, properties: true, created_at: true, updated_at: true } satisfies Record<
    keyof ItemRow,
    true
  >;
  expect(await columnsOf(stores.kernel.postgres, 'items')).toEqual(Object.keys(columns).sort());
});

test('setting adds to what is known, null takes away, deleting removes, each project has its own', async () => {
  await items.change(1, [
    { operation: 'set', type: 'book', id: '1', properties: { title: '三体', price: 42 } },
    { operation: 'set', type: 'book', id: '2', properties: {} },
    { operation: 'set', type: 'book', id: '1', properties: { price: null, author: '刘慈欣' } },
    { operation: 'delete', type: 'book', id: '2' },
  ]);
  await items.change(2, [{ operation: 'delete', type: 'book', id: '1' }]);
  const { items: found } = await items.list(1, { limit: 10 });
  expect(found).toMatchObject([{ type: 'book', id: '1', properties: { title: '三体', author: '刘慈欣' } }]);
  expect(found[0]?.properties).not.toHaveProperty('price');
  expect((await items.list(2, { limit: 10 })).items).toEqual([]);
});

test('pages by type and id', async () => {
  await items.change(
    3,
    ['b', 'a', 'c'].map((id) => ({ operation: 'set', type: 'shop', id, properties: {} })),
  );
  const first = await items.list(3, { limit: 2, type: 'shop' });
  expect(first.items.map((item) => item.id)).toEqual(['a', 'b']);
  const second = await items.list(3, { limit: 2, type: 'shop', cursor: first.nextCursor });
  expect(second.items.map((item) => item.id)).toEqual(['c']);
  expect(second.nextCursor).toBeUndefined();
  await expect(items.list(3, { limit: 2, cursor: 'nonsense' })).rejects.toMatchObject({ code: 'items.cursor_invalid' });
});

test('names that cannot be kept and too much are refused', async () => {
  const set = (type: string, id: string, properties = {}) => items.change(4, [{ operation: 'set', type, id, properties }]);
  await expect(set('', '1')).rejects.toMatchObject({ code: 'items.name_invalid' });
  await expect(set('book', 'x'.repeat(256))).rejects.toMatchObject({ code: 'items.name_invalid' });
  await expect(set('book', '1', { text: 'x'.repeat(40_000) })).rejects.toMatchObject({ code: 'items.item_too_large', status: 413 });
});
