import { expect, test } from 'vitest';
import { columnsOf } from '../../kernel/testing/columns-of.ts';
import { openTestStores } from '../../kernel/testing/open-test-stores.ts';
import { door } from './index.ts';
import type { ApiKeyRow, ProjectRow, ProjectTables } from './tables.ts';

const project = { id: true, name: true, time_zone: true, currency: true, is_demo: true, created_at: true } satisfies Record<keyof ProjectRow, true>;
const apiKey = {
  id: true,
  project_id: true,
  kind: true,
  name: true,
  token_hash: true,
  token_prefix: true,
  token_plain: true,
  created_at: true,
  last_used_at: true,
  revoked_at: true,
} satisfies Record<keyof ApiKeyRow, true>;
const tables = { projects: project, api_keys: apiKey } satisfies Record<keyof ProjectTables, object>;

test('the row types are the tables as the migrations leave them', async () => {
  const { kernel, close } = await openTestStores({ slices: [door] });
  for (const [table, columns] of Object.entries(tables)) expect(await columnsOf(kernel.postgres, table)).toEqual(Object.keys(columns).sort());
  await close();
});
