import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TestStores } from '../../kernel/testing/open-test-stores.ts';
import { openWorkspaceStores, startWorkspace, type Workspace } from './testing/open-workspace.ts';

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

async function teamOf(...rolesToMake: ('owner' | 'admin' | 'viewer')[]) {
  const { project } = await workspace.makeProject();
  const path = `/api/projects/${project.id}/members`;
  const browsers = [];
  for (const role of rolesToMake) browsers.push(await workspace.signedIn(project.id, role));
  return { project, path, browsers };
}

test('somebody new gets a one-time password, a colleague with an account keeps theirs', async () => {
  const { path, browsers, project } = await teamOf('owner');
  const [owner] = browsers;
  const email = `New.${randomUUID()}@Example.com`;
  const added = await owner?.send('POST', path, { body: { email, name: '王芳', role: 'operator' } });
  expect(added?.status).toBe(201);
  expect(added?.body.oneTimePassword).toMatch(/^([a-z2-9]{5}-){3}[a-z2-9]{5}$/);
  expect(added?.body.member).toMatchObject({
    email: email.toLowerCase(),
    name: '王芳',
    role: 'operator',
    lastSignedInAt: null,
    mustChangePassword: true,
  });

  const known = await workspace.makeMember();
  const joined = await owner?.send('POST', path, { body: { email: known.email, role: 'viewer' } });
  expect(joined?.body).toMatchObject({ oneTimePassword: null, member: { id: known.memberId, role: 'viewer' } });
  const browser = workspace.client();
  const signIn = await browser.signIn(known.email);
  expect(signIn.body.projects.map((place: { id: number }) => place.id)).toEqual([project.id]);

  const again = await owner?.send('POST', path, { body: { email: known.email.toUpperCase(), role: 'admin' } });
  expect([again?.status, again?.body.error.code]).toEqual([409, 'access.already_member']);
  const list = await owner?.send('GET', path);
  expect(list?.body.items.map((member: { role: string }) => member.role).sort()).toEqual(['operator', 'owner', 'viewer']);
});

test('a role counts from the next request on', async () => {
  const { path, browsers, project } = await teamOf('owner', 'viewer');
  const [owner, viewer] = browsers;
  const rename = () => viewer?.send('PATCH', `/api/projects/${project.id}`, { body: { name: 'Renamed' } });
  expect((await rename())?.status).toBe(403);
  const changed = await owner?.send('PATCH', `${path}/${viewer?.memberId}`, { body: { role: 'admin' } });
  expect(changed?.body).toMatchObject({ id: viewer?.memberId, role: 'admin' });
  expect((await rename())?.status).toBe(200);
  expect((await owner?.send('DELETE', `${path}/${viewer?.memberId}`))?.status).toBe(204);
  expect((await rename())?.status).toBe(404);
  expect((await owner?.send('DELETE', `${path}/${viewer?.memberId}`))?.body.error.code).toBe('access.unknown_member');
});

test('only owners make, unmake and remove owners', async () => {
  const { path, browsers } = await teamOf('owner', 'admin', 'viewer');
  const [owner, admin, viewer] = browsers;
  const answers = [
    await admin?.send('POST', path, { body: { email: `${randomUUID()}@example.com`, role: 'owner' } }),
    await admin?.send('PATCH', `${path}/${viewer?.memberId}`, { body: { role: 'owner' } }),
    await admin?.send('PATCH', `${path}/${admin.memberId}`, { body: { role: 'owner' } }),
    await admin?.send('PATCH', `${path}/${owner?.memberId}`, { body: { role: 'viewer' } }),
    await admin?.send('DELETE', `${path}/${owner?.memberId}`),
    await admin?.send('POST', `${path}/${owner?.memberId}/one-time-password`),
  ];
  for (const answer of answers) expect([answer?.status, answer?.body.error.code]).toEqual([403, 'access.owners_only']);
  expect((await owner?.send('PATCH', `${path}/${viewer?.memberId}`, { body: { role: 'owner' } }))?.status).toBe(200);
});

test('a project keeps an owner, also when two owners unmake each other at once', async () => {
  const { path, browsers } = await teamOf('owner', 'owner');
  const [one, two] = browsers;
  const answers = await Promise.all([
    one?.send('PATCH', `${path}/${two?.memberId}`, { body: { role: 'viewer' } }),
    two?.send('DELETE', `${path}/${one?.memberId}`),
  ]);
  const lists = [await one?.send('GET', path), await two?.send('GET', path)].filter((answer) => answer?.status === 200);
  const owners = lists[0]?.body.items.filter((member) => member.role === 'owner');
  expect(owners).toHaveLength(1);
  expect(answers.filter((answer) => (answer?.status ?? 500) < 300)).toHaveLength(1);
  const last = [one, two].find((browser) => browser?.memberId === owners?.[0]?.id);
  for (const answer of [
    await last?.send('PATCH', `${path}/${last.memberId}`, { body: { role: 'admin' } }),
    await last?.send('DELETE', `${path}/${last.memberId}`),
  ])
    expect([answer?.status, answer?.body.error.code]).toEqual([409, 'access.last_owner']);
});

test('resetting a password ends the sessions, and opens no project that the one who resets cannot open', async () => {
  const { path, browsers } = await teamOf('owner', 'viewer');
  const [owner, viewer] = browsers;
  const reset = await owner?.send('POST', `${path}/${viewer?.memberId}/one-time-password`);
  expect(reset?.status).toBe(201);
  expect((await viewer?.send('GET', '/api/session'))?.status).toBe(401);
  expect((await workspace.client().signIn(viewer?.email ?? '')).status).toBe(401);
  const answer = await workspace.client().signIn(viewer?.email ?? '', reset?.body.oneTimePassword);
  expect(answer.body.member.mustChangePassword).toBe(true);

  const other = await teamOf('owner');
  await other.browsers[0]?.send('POST', other.path, { body: { email: viewer?.email, role: 'admin' } });
  const refused = await owner?.send('POST', `${path}/${viewer?.memberId}/one-time-password`);
  expect([refused?.status, refused?.body.error.code]).toEqual([409, 'access.member_of_other_projects']);
  const own = await owner?.send('POST', `${path}/${owner.memberId}/one-time-password`);
  expect(own?.body.error.code).toBe('access.own_password');
});

test("another project's members are unknown here", async () => {
  const mine = await teamOf('owner');
  const foreign = await teamOf('owner', 'viewer');
  const [owner] = mine.browsers;
  const stranger = foreign.browsers[1]?.memberId;
  const answers = [
    await owner?.send('PATCH', `${mine.path}/${stranger}`, { body: { role: 'admin' } }),
    await owner?.send('DELETE', `${mine.path}/${stranger}`),
    await owner?.send('POST', `${mine.path}/${stranger}/one-time-password`),
    await owner?.send('DELETE', `${mine.path}/${randomUUID()}`),
  ];
  for (const answer of answers) expect([answer?.status, answer?.body.error.code]).toEqual([404, 'access.unknown_member']);
  expect((await owner?.send('DELETE', `${mine.path}/nobody`))?.body.error.issues).toMatchObject([{ path: 'params.memberId' }]);
  expect((await owner?.send('GET', foreign.path))?.status).toBe(404);
});

test('every change of the team stands in the audit trail', async () => {
  const { path, browsers, project } = await teamOf('owner');
  const [owner] = browsers;
  const email = `${randomUUID()}@example.com`;
  const added = await owner?.send('POST', path, { body: { email, role: 'viewer' } });
  const memberId = added?.body.member.id ?? '';
  const memberPath = `${path}/${memberId}`;
  await owner?.send('PATCH', memberPath, { body: { role: 'analyst' } });
  await owner?.send('POST', `${memberPath}/one-time-password`);
  await owner?.send('PATCH', memberPath, { body: { role: 'king' } });
  await owner?.send('DELETE', memberPath);
  const trail = await owner?.send('GET', `/api/projects/${project.id}/audit?action=access.`);
  expect(trail?.body.items.map((entry: { action: string }) => entry.action)).toEqual([
    'access.remove_member',
    'access.reset_password',
    'access.change_role',
    'access.add_member',
  ]);
  expect(trail?.body.items[2]).toMatchObject({
    principalKind: 'member',
    principalId: owner?.memberId,
    email: owner?.email,
    subject: `member:${memberId}`,
    details: { email, from: 'viewer', to: 'analyst' },
    ip: owner?.ip,
  });
  expect(JSON.stringify(trail?.body)).not.toContain(added?.body.oneTimePassword);
});
