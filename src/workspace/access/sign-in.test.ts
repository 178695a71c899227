import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TestStores } from '../../kernel/testing/open-test-stores.ts';
import type { AccessTables } from './tables.ts';
import { openWorkspaceStores, password, startWorkspace, type Workspace } from './testing/open-workspace.ts';

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

test('a password opens a session that only the browser can read', async () => {
  const { project } = await workspace.makeProject();
  const { email, memberId } = await workspace.makeMember([{ projectId: project.id, role: 'analyst' }]);
  const browser = workspace.client();
  const answer = await browser.signIn(email.toUpperCase());
  expect(answer.status).toBe(200);
  expect(answer.body).toMatchObject({
    member: { id: memberId, email, locale: null, mustChangePassword: false },
    projects: [{ id: project.id, name: project.name, role: 'analyst' }],
    canCreateProjects: false,
  });
  expect(answer.body.projects[0]?.permissions).toEqual(['keys.read', 'members.read', 'projects.read']);
  expect(answer.header('cache-control')).toBe('no-store');
  expect(answer.cookies).toHaveLength(1);
  expect(answer.cookies[0]).toMatch(/^perennial\.session_token=[^;]+; Max-Age=\d+; Path=\/; HttpOnly; SameSite=Lax$/);
  expect((await browser.send('GET', '/api/session')).body).toEqual(answer.body);
});

test('over https the cookie is for https only', async () => {
  const secure = await startWorkspace(stores, { publicUrl: 'https://console.example.com' });
  const { email } = await workspace.makeMember();
  const browser = secure.client();
  const answer = await browser.signIn(email);
  expect(answer.cookies[0]).toMatch(/^__Secure-perennial\.session_token=.*; Secure/);
  expect((await browser.send('GET', '/api/session')).status).toBe(200);
  await secure.close();
});

test('wrong passwords and unknown emails get the same answer', async () => {
  const { email } = await workspace.makeMember();
  for (const [who, secret] of [
    [email, 'not the password'],
    ['nobody@example.com', password],
  ] as const) {
    const answer = await workspace.client().signIn(who, secret);
    expect([answer.status, answer.body.error.code, answer.cookies]).toEqual([401, 'access.wrong_credentials', []]);
  }
});

test('input that fits nothing is told where', async () => {
  const answer = await workspace
    .client()
    .send('POST', '/api/session', { body: { email: 'no', password: 7 }, headers: { 'accept-language': 'zh-CN' } });
  expect(answer.status).toBe(400);
  expect(answer.body.error.issues.map((issue: { path: string }) => issue.path)).toEqual(['body.email', 'body.password']);
});

test('nobody is signed in without a cookie, or with a forged or foreign one', async () => {
  const { email } = await workspace.makeMember();
  const browser = workspace.client();
  await browser.signIn(email);
  const [name = '', value = ''] = (browser.cookie ?? '').split('=');
  const [token = ''] = decodeURIComponent(value).split('.');
  const other = await workspace.makeMember();
  const foreign = workspace.client();
  await foreign.signIn(other.email);
  const foreignSignature = decodeURIComponent(foreign.cookie?.split('=')[1] ?? '').split('.')[1];
  for (const cookie of [undefined, `${name}=`, `${name}=${token}`, `${name}=${token}.${'A'.repeat(43)}%3D`, `${name}=${token}.${foreignSignature}`]) {
    browser.cookie = cookie;
    const answer = await browser.send('GET', '/api/session');
    expect([answer.status, answer.body.error?.code]).toEqual([401, 'access.not_signed_in']);
  }
});

test('a cookie that cannot be read is no session', async () => {
  const { email } = await workspace.makeMember();
  for (const value of ['%E0%A4%A', '%', '%00', '"', '\u00ff', '=', 'a.b.c', 'x'.repeat(5_000)]) {
    const browser = workspace.client();
    const cookie = `perennial.session_token=${value}`;
    for (const [method, status] of [
      ['GET', 401],
      ['DELETE', 204],
    ] as const) {
      browser.cookie = cookie;
      expect([value, method, (await browser.send(method, '/api/session')).status]).toEqual([value, method, status]);
    }
    browser.cookie = cookie;
    expect([value, (await browser.signIn(email)).status]).toEqual([value, 200]);
  }
});

test('signing in again ends the session that the browser held before', async () => {
  const { email } = await workspace.makeMember();
  const browser = workspace.client();
  await browser.signIn(email);
  const before = browser.cookie;
  await browser.signIn(email);
  expect(browser.cookie).not.toBe(before);
  expect((await browser.send('GET', '/api/session')).status).toBe(200);
  browser.cookie = before;
  expect((await browser.send('GET', '/api/session')).status).toBe(401);
});

test('signing out ends the session at once and clears the cookie; signing out twice is fine', async () => {
  const { email } = await workspace.makeMember();
  const browser = workspace.client();
  await browser.signIn(email);
  const before = browser.cookie;
  await browser.send('GET', '/api/session');
  const answer = await browser.send('DELETE', '/api/session');
  expect([answer.status, browser.cookie]).toEqual([204, undefined]);
  browser.cookie = before;
  expect((await browser.send('GET', '/api/session')).status).toBe(401);
  expect((await browser.send('DELETE', '/api/session')).status).toBe(204);
});

test('a session ends when it has not been used for long', async () => {
  const { email, memberId } = await workspace.makeMember();
  const browser = workspace.client();
  await browser.signIn(email);
  await workspace.kernel.postgres
    .as<AccessTables>()
    .updateTable('member_sessions')
    .set({ expires_at: new Date(Date.now() - 1_000) })
    .where('member_id', '=', memberId)
    .execute();
  const later = await startWorkspace(stores);
  const other = later.client();
  other.cookie = browser.cookie;
  expect((await other.send('GET', '/api/session')).status).toBe(401);
  await later.close();
});

test('a page of another site cannot use the cookie, nor sign somebody in', async () => {
  const { project } = await workspace.makeProject();
  const browser = await workspace.signedIn(project.id, 'owner');
  const path = `/api/projects/${project.id}`;
  const evil = { origin: 'https://evil.example', host: '127.0.0.1:7300' };
  const refused = await browser.send('PATCH', path, { body: { name: 'Stolen' }, headers: evil });
  expect([refused.status, refused.body.error.code]).toEqual([403, 'access.cross_origin']);
  expect((await browser.send('PATCH', path, { body: { name: 'Own' }, headers: { 'sec-fetch-site': 'same-origin' } })).body.name).toBe('Own');
  expect((await browser.send('GET', path, { headers: evil })).status).toBe(200);
  const signIn = await workspace.client().send('POST', '/api/session', { body: { email: browser.email, password }, headers: evil });
  expect([signIn.status, signIn.cookies]).toEqual([403, []]);
});
