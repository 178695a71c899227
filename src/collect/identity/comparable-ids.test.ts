import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestStores, type TestStores } from '../../kernel/testing/open-test-stores.ts';
import { comparableId } from './comparable-id.ts';
import { door } from './index.ts';

let on: TestStores;
beforeAll(async () => {
  on = await openTestStores({ slices: [door] });
});
afterAll(() => on.close());

const migration = readFileSync(join(import.meta.dirname, 'migrations', 'pg', '0005-comparable-ids.sql'), 'utf8');
const migrate = async () => {
  const client = await on.kernel.postgres.pool.connect();
  try {
    await client.query('BEGIN');
    await client.query(migration);
    await client.query('COMMIT');
  } finally {
    client.release();
  }
};
const rows = async (columns: string, table: string, projectId: number): Promise<string[]> => {
  const found = await on.kernel.postgres.pool.query({
    text: `SELECT ${columns} FROM ${table} WHERE project_id = $1 ORDER BY ${columns}`,
    values: [projectId],
    rowMode: 'array',
  });
  return found.rows.map((row: unknown[]) => row.join(' '));
};

test('ids that were stored as they were written come into comparable form, nobody is lost, and twice is once', async () => {
  const projectId = 7;
  const insert = (kind: string, value: string, person: number, day: number) =>
    on.kernel.postgres.pool.query('INSERT INTO identities (project_id, kind, value, person_id, linked_at) VALUES ($1, $2, $3, $4, $5)', [
      projectId,
      kind,
      value,
      person,
      `2026-01-0${day}`,
    ]);
  await insert('email', ' Li@Example.com', 1, 1);
  await insert('phone', '+86 138-0000 0001', 1, 1);
  // The same person twice: one row stays.
  await insert('email', 'Wang@example.com', 2, 2);
  await insert('email', 'WANG@example.com ', 2, 1);
  // Another person holds the form already.
  await insert('phone', '13800000002', 3, 5);
  await insert('phone', '138‑0000‑0002', 4, 1);
  // What is no email or phone, what is in form, and what would be nothing stay.
  await insert('user', 'Li@Example.com', 1, 1);
  await insert('email', 'zhao@example.com', 5, 1);
  await insert('phone', '--', 6, 1);
  await migrate();
  const ids = [
    'email li@example.com 1',
    'email wang@example.com 2',
    'email zhao@example.com 5',
    'phone +8613800000001 1',
    'phone -- 6',
    'phone 13800000002 3',
    'phone 138‑0000‑0002 4',
    'user Li@Example.com 1',
  ];
  expect((await rows('kind, value, person_id', 'identities', projectId)).sort()).toEqual(ids.sort());
  const conflicts = ['phone 13800000002 3 4 same_in_form kept 1'];
  expect(await rows('kind, value, held_by, wanted_by, reason, outcome, times', 'identity_conflicts', projectId)).toEqual(conflicts);
  await migrate();
  expect((await rows('kind, value, person_id', 'identities', projectId)).sort()).toEqual(ids.sort());
  expect(await rows('kind, value, held_by, wanted_by, reason, outcome, times', 'identity_conflicts', projectId)).toEqual(conflicts);
});

test('the database brings ids into the same form as the door', async () => {
  const projectId = 8;
  const marks = [
    ' ',
    '\t',
    '\u00a0',
    '\u3000',
    '\u2003',
    '(',
    ')',
    '-',
    '\u2010',
    '\u2011',
    '\u2013',
    '\u2014',
    '\u2015',
    '\u301c',
    '\uff0d',
    '\u2e3a',
    '\ufeff',
  ];
  const phones = marks.map((mark, index) => `13${mark}8${mark}0000${String(index).padStart(4, '0')}`);
  const emails = [' ', '\t', '\n', '\u00a0', '\u3000', '\ufeff'].map((mark, index) => `${mark}Li.${index}@Example.COM${mark}`);
  for (const [kind, values] of [
    ['phone', phones],
    ['email', emails],
  ] as const)
    await on.kernel.postgres.pool.query(
      `INSERT INTO identities (project_id, kind, value, person_id, linked_at) SELECT $1, $2, value, 100, now() FROM unnest($3::text[]) AS value`,
      [projectId, kind, values],
    );
  await migrate();
  const wanted = [
    ...phones.map((value) => `phone ${comparableId('phone', value)}`),
    ...emails.map((value) => `email ${comparableId('email', value)}`),
  ];
  expect((await rows('kind, value', 'identities', projectId)).sort()).toEqual(wanted.sort());
});
