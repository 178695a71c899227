import { afterAll, beforeAll, expect, test } from 'vitest';
import { HeldClock } from '../../kernel/clock.ts';
import { columnsOf } from '../../kernel/testing/columns-of.ts';
import { openTestStores, type TestStores } from '../../kernel/testing/open-test-stores.ts';
import { listEntries } from './contract.ts';
import { type AuditApi, door } from './index.ts';
import { entriesOfProject } from './queries/list-entries.ts';
import type { AuditEntryRow, AuditTables } from './tables.ts';

const member = { kind: 'member', memberId: 'm1', email: 'li@example.com', role: 'admin' } as const;
const system = { kind: 'system' } as const;
const columns = {
  id: true,
  project_id: true,
  at: true,
  principal_kind: true,
  principal_id: true,
  email: true,
  action: true,
  subject: true,
  details: true,
  ip: true,
  request_id: true,
} satisfies Record<keyof AuditEntryRow, true>;

let stores: TestStores;
let audit: AuditApi;
beforeAll(async () => {
  stores = await openTestStores({ slices: [door], clock: new HeldClock(Date.UTC(2026, 0, 2)) });
  audit = (await door.start({ kernel: stores.kernel, config: {}, uses: {} })).api;
});
afterAll(() => stores.close());

function entriesOf(projectId: number) {
  return entriesOfProject(stores.kernel.postgres.as<AuditTables>(), projectId, { limit: 50 });
}

test('the row type is the table as the migrations leave it', async () => {
  expect(await columnsOf(stores.kernel.postgres, 'audit_entries')).toEqual(Object.keys(columns).sort());
});

test('an entry says who, what, when and from where', async () => {
  const details = { name: { from: '旧', to: "new 'quoted'" }, list: [1, 2] };
  await audit.write({ projectId: 1, principal: member, action: 'x.do', subject: 'x:1', details, ip: '10.0.0.1', requestId: 'r1' });
  await audit.write({ projectId: 1, principal: { kind: 'key', keyId: 'k1', projectId: 1, keyKind: 'secret' }, action: 'x.do', subject: 'x:2' });
  await audit.write({ projectId: 1, principal: system, action: 'x.do', subject: 'x:3' });
  const { items } = await entriesOf(1);
  const at = '2026-01-02T00:00:00.000Z';
  const none = { id: '', at, action: 'x.do', email: null, details: {}, ip: null, requestId: null };
  expect(items.map((entry) => ({ ...entry, id: '' }))).toEqual([
    { ...none, principalKind: 'system', principalId: null, subject: 'x:3' },
    { ...none, principalKind: 'key', principalId: 'k1', subject: 'x:2' },
    {
      id: '',
      at,
      principalKind: 'member',
      principalId: 'm1',
      email: 'li@example.com',
      action: 'x.do',
      subject: 'x:1',
      details,
      ip: '10.0.0.1',
      requestId: 'r1',
    },
  ]);
});

test('an entry written in a transaction stands or falls with it', async () => {
  const { postgres } = stores.kernel;
  const change = { projectId: 2, principal: system, action: 'x.do', subject: 'kept' };
  await postgres.transaction<AuditTables, void>((tx) => audit.write(change, tx));
  const lost = postgres.transaction<AuditTables, void>(async (tx) => {
    await audit.write({ ...change, subject: 'lost' }, tx);
    throw new Error('rolled back');
  });
  await expect(lost).rejects.toThrow('rolled back');
  expect((await entriesOf(2)).items.map((entry) => entry.subject)).toEqual(['kept']);
});

test('no text of a caller makes an entry fail', async () => {
  const details = { 'k\0': { 'half \ud800': ['\0', 'half \udfff', '\\u0000', '😀', new Date(0), null] } };
  await audit.write({ projectId: 5, principal: system, action: 'x.do', subject: 'x', details });
  const [entry] = (await entriesOf(5)).items;
  expect(entry?.details).toEqual({ 'k\uFFFD': { 'half \uFFFD': ['\uFFFD', 'half \uFFFD', '\\u0000', '😀', '1970-01-01T00:00:00.000Z', null] } });
});

test('entries of other projects and of the installation stay apart', async () => {
  await audit.write({ principal: system, action: 'x.do', subject: 'installation' });
  await audit.write({ projectId: 4, principal: system, action: 'x.do', subject: 'other' });
  expect((await entriesOf(3)).items).toEqual([]);
});

test('entries are found by action and by area, also of slices with a hyphen in their name', async () => {
  for (const action of ['tracking-plan.save_event', 'tracking-plan.save_trait', 'tracking.other'])
    await audit.write({ projectId: 6, principal: system, action, subject: 'x' });
  const found = async (action: string) => {
    const query = listEntries.query?.parse({ action });
    if (!query) throw new Error('The route has no query');
    const { items } = await entriesOfProject(stores.kernel.postgres.as<AuditTables>(), 6, query);
    return items.map((entry) => entry.action).sort();
  };
  expect(await found('tracking-plan.')).toEqual(['tracking-plan.save_event', 'tracking-plan.save_trait']);
  expect(await found('tracking-plan.save_trait')).toEqual(['tracking-plan.save_trait']);
  expect(await found('tracking.')).toEqual(['tracking.other']);
  expect(listEntries.query?.safeParse({ action: "x' OR 1" }).success).toBe(false);
});
