import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { HeldClock } from '../../kernel/clock.ts';
import type { TestStores } from '../../kernel/testing/open-test-stores.ts';
import { countAttempt, forgive, limitsOfSignIn } from './failures.ts';
import { tidyUp } from './jobs.ts';
import type { AccessTables } from './tables.ts';
import { type Client, openWorkspaceStores, password, startWorkspace, type Workspace } from './testing/open-workspace.ts';

const hourMs = 3_600_000;
let stores: TestStores;
let workspace: Workspace;
beforeAll(async () => {
  stores = await openWorkspaceStores();
  workspace = await startWorkspace(stores);
});
afterAll(async () => {
  await workspace.close();
  await stores.close();
});

async function fail(browser: Client, email: string, times: number): Promise<void> {
  for (let i = 0; i < times; i++) expect((await browser.signIn(email, 'wrong')).status).toBe(401);
}

test('after five failures even the right password waits, and each further failure doubles the wait', async () => {
  const { email } = await workspace.makeMember();
  const browser = workspace.client();
  await fail(browser, email, 5);
  const blocked = await browser.signIn(email);
  expect([blocked.status, blocked.body.error.code, blocked.header('retry-after')]).toEqual([429, 'access.too_many_failures', '30']);
  workspace.clock.advance(29_001);
  expect((await browser.signIn(email)).header('retry-after')).toBe('1');
  workspace.clock.advance(1_000);
  await fail(browser, email, 1);
  expect((await browser.signIn(email)).header('retry-after')).toBe('60');
  workspace.clock.advance(60_000);
  await fail(browser, email, 1);
  expect((await browser.signIn(email)).header('retry-after')).toBe('120');
  workspace.clock.advance(120_000);
  expect((await browser.signIn(email)).status).toBe(200);
  await fail(browser, email, 5);
});

test('the count survives a restart and holds for every process; other addresses may still sign in', async () => {
  const { email } = await workspace.makeMember();
  const browser = workspace.client();
  await fail(browser, email, 5);
  const restarted = await startWorkspace(stores, { clock: workspace.clock });
  const again = Object.assign(restarted.client(), { ip: browser.ip });
  expect((await again.signIn(email)).status).toBe(429);
  expect((await restarted.client().signIn(email)).status).toBe(200);
  await restarted.close();
});

test('guesses that come at once do not slip past the limit', async () => {
  const { email } = await workspace.makeMember();
  const browser = workspace.client();
  const answers = await Promise.all(Array.from({ length: 20 }, () => browser.signIn(email, 'wrong')));
  expect(answers.filter((answer) => answer.status === 401)).toHaveLength(5);
  expect(answers.filter((answer) => answer.status === 429)).toHaveLength(15);
});

test('unknown emails are limited like known ones', async () => {
  const browser = workspace.client();
  const email = `${randomUUID()}@example.com`;
  await fail(browser, email, 5);
  expect((await browser.signIn(email, password)).status).toBe(429);
});

test('an email is limited from all addresses together, an address for all emails together', async () => {
  const db = workspace.kernel.postgres.as<AccessTables>();
  const clock = new HeldClock(Date.now());
  const email = `${randomUUID()}@example.com`;
  for (let i = 0; i < 25; i++) await countAttempt(db, clock, limitsOfSignIn(email, `192.0.2.${i}`));
  await expect(countAttempt(db, clock, limitsOfSignIn(email, '198.51.100.1'))).rejects.toMatchObject({ status: 429, retryAfterSeconds: 30 });
  const ip = '203.0.113.9';
  for (let i = 0; i < 50; i++) await countAttempt(db, clock, limitsOfSignIn(`${randomUUID()}@example.com`, ip));
  await expect(countAttempt(db, clock, limitsOfSignIn(`${randomUUID()}@example.com`, ip))).rejects.toMatchObject({ status: 429 });
});

test('the wait has an end, and a day without failures forgets them', async () => {
  const db = workspace.kernel.postgres.as<AccessTables>();
  const clock = new HeldClock(Date.now());
  const limits = limitsOfSignIn(`${randomUUID()}@example.com`, randomUUID()).slice(0, 1);
  for (let i = 0; i < 30; i++) {
    await countAttempt(db, clock, limits);
    clock.advance(hourMs);
  }
  await countAttempt(db, clock, limits);
  await expect(countAttempt(db, clock, limits)).rejects.toMatchObject({ retryAfterSeconds: 3_600 });
  clock.advance(24 * hourMs);
  for (let i = 0; i < 5; i++) await countAttempt(db, clock, limits);
  await expect(countAttempt(db, clock, limits)).rejects.toMatchObject({ retryAfterSeconds: 30 });
  await forgive(db, limits);
  for (let i = 0; i < 5; i++) await countAttempt(db, clock, limits);
});

test('the daily tidying deletes what is over and nothing else', async () => {
  const { email, memberId } = await workspace.makeMember();
  const [here, there] = [workspace.client(), workspace.client()];
  await here.signIn(email);
  await there.signIn(email);
  const db = workspace.kernel.postgres.as<AccessTables>();
  const sessions = () => db.selectFrom('member_sessions').select('id').where('member_id', '=', memberId).execute();
  const [first] = await sessions();
  const now = workspace.clock.now();
  await db
    .updateTable('member_sessions')
    .set({ expires_at: new Date(now) })
    .where('id', '=', first?.id ?? '')
    .execute();
  const old = `old-${randomUUID()}`;
  const young = `young-${randomUUID()}`;
  await db
    .insertInto('sign_in_failures')
    .values([
      { subject: old, failures: 3, last_failed_at: new Date(now - 24 * hourMs), blocked_until: null },
      { subject: young, failures: 3, last_failed_at: new Date(now - 23 * hourMs), blocked_until: null },
    ])
    .execute();
  await tidyUp(workspace.kernel);
  expect(await sessions()).toHaveLength(1);
  const left = await db.selectFrom('sign_in_failures').select('subject').where('subject', 'in', [old, young]).execute();
  expect(left).toEqual([{ subject: young }]);
});
