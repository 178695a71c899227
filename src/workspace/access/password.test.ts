import { afterAll, beforeAll, expect, test } from 'vitest';
import { HeldClock } from '../../kernel/clock.ts';
import type { TestStores } from '../../kernel/testing/open-test-stores.ts';
import { openWorkspaceStores, password, startWorkspace, type Workspace } from './testing/open-workspace.ts';

const dayMs = 24 * 3_600_000;
const newPassword = 'a better horse battery';
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

test('the first start makes an owner and tells the password once, however many processes start', async () => {
  const other = await startWorkspace(stores);
  const owners = await Promise.all([workspace.access.ensureOwner(), other.access.ensureOwner(), workspace.access.ensureOwner()]);
  const told = owners.flatMap((owner) => owner.password ?? []);
  expect(told).toHaveLength(1);
  expect(new Set(owners.map((owner) => owner.memberId)).size).toBe(1);
  expect(await other.access.ensureOwner()).toEqual({ memberId: owners[0].memberId, email: 'owner@perennial.local' });
  const browser = workspace.client();
  const answer = await browser.signIn('owner@perennial.local', told[0]);
  expect(answer.body).toMatchObject({ projects: [], canCreateProjects: true, member: { mustChangePassword: false } });
  const created = await browser.send('POST', '/api/projects', { body: { name: 'First', timeZone: 'UTC' } });
  expect(created.status).toBe(201);
  expect((await browser.send('GET', `/api/projects/${created.body.project.id}`)).status).toBe(200);
  await other.close();
});

test('a first start that broke off before it told the password is made good by the next one', async () => {
  await workspace.kernel.postgres.pool.query('DELETE FROM members WHERE is_installation_owner');
  const clock = new HeldClock(Date.now());
  const first = await startWorkspace(stores, { clock });
  const { memberId, password: untold } = await first.access.ensureOwner();
  expect(await first.access.ensureOwner()).not.toHaveProperty('password');
  clock.advance(60_000);
  const next = await Promise.all([first.access.ensureOwner(), first.access.ensureOwner()]);
  const told = next.flatMap((owner) => owner.password ?? []);
  expect(told).toHaveLength(1);
  expect(next[0].memberId).toBe(memberId);
  expect((await first.client().signIn('owner@perennial.local', untold)).status).toBe(401);
  await first.projects.create({ name: 'First', timeZone: 'UTC', ownerMemberId: memberId });
  clock.advance(60_000);
  expect(await first.access.ensureOwner()).not.toHaveProperty('password');
  expect((await first.client().signIn('owner@perennial.local', told[0])).status).toBe(200);
  await first.close();
});

test('passwords are stored as scrypt, never as they are', async () => {
  const { memberId } = await workspace.makeMember();
  const { rows } = await workspace.kernel.postgres.pool.query('SELECT password FROM member_accounts WHERE member_id = $1', [memberId]);
  expect(rows[0].password).toMatch(/^[0-9a-f]{32}:[0-9a-f]{128}$/);
});

test('changing the password ends every other session and renews this one', async () => {
  const { email } = await workspace.makeMember();
  const [here, there] = [workspace.client(), workspace.client()];
  await here.signIn(email);
  await there.signIn(email);
  const before = here.cookie;
  const answer = await here.send('PUT', '/api/account/password', { body: { currentPassword: password, newPassword } });
  expect(answer.status).toBe(204);
  expect(here.cookie).not.toBe(before);
  expect((await here.send('GET', '/api/session')).status).toBe(200);
  expect((await there.send('GET', '/api/session')).status).toBe(401);
  here.cookie = before;
  expect((await here.send('GET', '/api/session')).status).toBe(401);
  expect((await workspace.client().signIn(email)).status).toBe(401);
  expect((await workspace.client().signIn(email, newPassword)).status).toBe(200);
});

test('a wrong current password changes nothing, and guessing it is limited', async () => {
  const { email } = await workspace.makeMember();
  const browser = workspace.client();
  await browser.signIn(email);
  const change = (currentPassword: string, next = newPassword) =>
    browser.send('PUT', '/api/account/password', { body: { currentPassword, newPassword: next } });
  expect((await change(password, password)).body.error.code).toBe('access.same_password');
  expect((await change(password, 'short')).body.error.issues).toMatchObject([{ path: 'body.newPassword' }]);
  for (let i = 0; i < 5; i++) expect((await change('wrong')).body.error.code).toBe('access.wrong_current_password');
  const blocked = await change(password);
  expect([blocked.status, blocked.header('retry-after')]).toEqual([429, '30']);
  expect((await workspace.client().signIn(email)).status).toBe(200);
});

test('a one-time password opens nothing but the choice of an own one', async () => {
  const { project } = await workspace.makeProject();
  const owner = await workspace.signedIn(project.id, 'owner');
  const email = `new-${owner.memberId}@example.com`;
  const added = await owner.send('POST', `/api/projects/${project.id}/members`, { body: { email, role: 'admin' } });
  const browser = workspace.client();
  const { body } = await browser.signIn(email, added.body.oneTimePassword);
  expect(body).toMatchObject({ member: { mustChangePassword: true }, canCreateProjects: false });
  const refused = await browser.send('GET', `/api/projects/${project.id}`);
  expect([refused.status, refused.body.error.code]).toEqual([403, 'access.password_change_needed']);
  await browser.send('PUT', '/api/account/password', { body: { currentPassword: added.body.oneTimePassword, newPassword } });
  expect((await browser.send('GET', `/api/projects/${project.id}`)).status).toBe(200);
  expect((await browser.send('GET', '/api/session')).body.member.mustChangePassword).toBe(false);
});

test('a one-time password that nobody used ends after seven days, and a new one can be given', async () => {
  const clock = new HeldClock(Date.now());
  const held = await startWorkspace(stores, { clock });
  const { project } = await held.makeProject();
  const owner = await held.signedIn(project.id, 'owner');
  const email = `late-${owner.memberId}@example.com`;
  const added = await owner.send('POST', `/api/projects/${project.id}/members`, { body: { email, role: 'viewer' } });
  clock.advance(7 * dayMs);
  const late = await held.client().signIn(email, added.body.oneTimePassword);
  expect([late.status, late.body.error.code, late.cookies]).toEqual([401, 'access.one_time_password_expired', []]);
  const path = `/api/projects/${project.id}/members/${added.body.member.id}/one-time-password`;
  const reset = await owner.send('POST', path);
  expect(reset.status).toBe(201);
  expect((await held.client().signIn(email, added.body.oneTimePassword)).status).toBe(401);
  expect((await held.client().signIn(email, reset.body.oneTimePassword)).status).toBe(200);
  await held.close();
});

test('members choose their name and language, and what they do to their account is written down', async () => {
  const { email, memberId } = await workspace.makeMember();
  const browser = workspace.client();
  await browser.signIn(email);
  expect((await browser.send('PATCH', '/api/account', { body: { name: '李华', locale: 'zh-CN' } })).body).toMatchObject({
    name: '李华',
    locale: 'zh-CN',
  });
  expect((await browser.send('PATCH', '/api/account', { body: { locale: null } })).body).toMatchObject({ name: '李华', locale: null });
  expect((await browser.send('GET', '/api/session')).body.member.name).toBe('李华');
  await browser.send('DELETE', '/api/session');
  const { rows: entries } = await workspace.kernel.postgres.pool.query<{ action: string }>(
    'SELECT action, subject, project_id, email FROM audit_entries WHERE principal_id = $1 ORDER BY id',
    [memberId],
  );
  expect(entries.map((entry) => entry.action)).toEqual(['access.sign_in', 'access.update_account', 'access.update_account', 'access.sign_out']);
  expect(entries[0]).toMatchObject({ subject: `member:${memberId}`, project_id: null, email });
});
