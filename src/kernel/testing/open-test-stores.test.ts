import { expect, test } from 'vitest';
import { openTestStores } from './open-test-stores.ts';

test('opens empty stores that know nothing of each other', async () => {
  const first = await openTestStores();
  const second = await openTestStores();
  try {
    await first.kernel.postgres.pool.query('CREATE TABLE only_here (id int)');
    await first.kernel.clickhouse.commandOnEachShard('CREATE TABLE only_here (id UInt32) ENGINE = MergeTree ORDER BY id');
    await expect(second.kernel.postgres.pool.query('SELECT 1 FROM only_here')).rejects.toThrow(/does not exist/);
    await expect(second.kernel.clickhouse.query('SELECT 1 FROM only_here')).rejects.toThrow(/only_here/);
  } finally {
    await Promise.all([first.close(), second.close()]);
  }
});

test('gives wiped stores again after a close', async () => {
  const before = await openTestStores();
  await before.kernel.postgres.pool.query('CREATE TABLE left_over (id int)');
  await before.close();
  const after = await openTestStores();
  try {
    const { rows } = await after.kernel.postgres.pool.query(`SELECT to_regclass('left_over') AS found`);
    expect(rows).toEqual([{ found: null }]);
    expect(await after.kernel.clickhouse.query('SELECT name FROM system.tables WHERE database = currentDatabase()')).toEqual([]);
  } finally {
    await after.close();
  }
});
