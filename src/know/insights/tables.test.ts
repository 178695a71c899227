import { expect, test } from 'vitest';
import { columnsOf } from '../../kernel/testing/columns-of.ts';
import { openTestStores } from '../../kernel/testing/open-test-stores.ts';
import { door } from './index.ts';
import type { InsightRow } from './tables.ts';

const insight = { id: true, project_id: true, name: true, kind: true, question: true, created_at: true, updated_at: true } satisfies Record<
  keyof InsightRow,
  true
>;

test('the row types are the table as the migrations leave it', async () => {
  const { kernel, close } = await openTestStores({ slices: [door] });
  expect(await columnsOf(kernel.postgres, 'insights')).toEqual(Object.keys(insight).sort());
  await close();
});
