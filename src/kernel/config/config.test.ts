import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { ConfigError, loadConfig, readSettings } from './config.ts';

test('defaults need nothing from the environment', () => {
  const { kernel } = loadConfig({}, []);
  expect(kernel.port).toBe(7300);
  expect([...kernel.roles]).toEqual(['collect', 'web', 'worker']);
  expect(kernel.dataFolder.endsWith('/data')).toBe(true);
  expect(kernel.hasDemo).toBe(true);
});

test('all faults of kernel and slices are told at once', () => {
  const slice = { name: 'mail', config: z.object({ PERENNIAL_SMTP_PORT: z.coerce.number().max(65_535) }) };
  const load = () => loadConfig({ PERENNIAL_PORT: 'x', PERENNIAL_LOG: 'loud', PERENNIAL_SMTP_PORT: '99999', PERENNIAL_ROLES: 'cook' }, [slice]);
  expect(load).toThrow(ConfigError);
  try {
    load();
  } catch (error) {
    const faults = (error as ConfigError).faults.map((fault) => fault.split(':')[0]);
    expect(faults.sort()).toEqual(['PERENNIAL_LOG', 'PERENNIAL_PORT', 'PERENNIAL_ROLES', 'PERENNIAL_SMTP_PORT']);
  }
});

test('embedded stores refuse split roles, shared stores demand a shared secret', () => {
  expect(() => loadConfig({ PERENNIAL_ROLES: 'collect' }, [])).toThrow(/embedded stores need all roles/);
  const stores = { DATABASE_URL: 'postgres://h/db', CLICKHOUSE_URL: 'http://h:8123' };
  expect(() => loadConfig({ PERENNIAL_ROLES: 'collect', ...stores }, [])).toThrow(/share one secret/);
  expect([...loadConfig({ PERENNIAL_ROLES: 'worker,collect', PERENNIAL_SECRET: 'x'.repeat(32), ...stores }, []).kernel.roles]).toEqual([
    'collect',
    'worker',
  ]);
  expect(() => loadConfig({ CLICKHOUSE_CLUSTER: 'two' }, [])).toThrow(/needs CLICKHOUSE_URL/);
});

test('the environment stands over the file, and a named file must exist', () => {
  const folder = mkdtempSync(join(tmpdir(), 'config-'));
  const file = join(folder, 'c.json');
  writeFileSync(file, JSON.stringify({ PERENNIAL_PORT: 1, PERENNIAL_LOG: 'warn' }));
  expect(readSettings({ PERENNIAL_CONFIG: file, PERENNIAL_PORT: '2' })).toMatchObject({ PERENNIAL_PORT: '2', PERENNIAL_LOG: 'warn' });
  writeFileSync(file, '[1]');
  expect(() => readSettings({ PERENNIAL_CONFIG: file })).toThrow(/must be a JSON object/);
  expect(() => readSettings({ PERENNIAL_CONFIG: join(folder, 'none.json') })).toThrow(/does not exist/);
});
