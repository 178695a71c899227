import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TestStores } from '../../kernel/testing/open-test-stores.ts';
import { type MemberRole, roles } from './contract.ts';
import { leaveProject } from './membership.ts';
import type { AccessTables } from './tables.ts';
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

function bearer(token: string): Record<string, string> {
  return { authorization: `Bearer ${token}` };
}

test('each role may do what the permissions say, and nothing else', async () => {
  const { project } = await workspace.makeProject();
  const path = `/api/projects/${project.id}`;
  const expected: Record<MemberRole, number[]> = {
    owner: [200, 200, 200, 200, 200, 201, 201],
    admin: [200, 200, 200, 200, 200, 201, 201],
    analyst: [200, 403, 200, 200, 403, 403, 403],
    operator: [200, 403, 200, 200, 403, 403, 403],
    viewer: [200, 403, 403, 200, 403, 403, 403],
  };
  for (const role of roles) {
    const browser = await workspace.signedIn(project.id, role);
    const answers = [
      await browser.send('GET', path),
      await browser.send('PATCH', path, { body: {} }),
      await browser.send('GET', `${path}/keys`),
      await browser.send('GET', `${path}/members`),
      await browser.send('GET', `${path}/audit`),
      await browser.send('POST', `${path}/keys`, { body: { kind: 'write', name: 'Shop' } }),
      await browser.send('POST', '/api/projects', { body: { name: 'Another', timeZone: 'UTC' } }),
    ];
    expect({ [role]: answers.map((answer) => answer.status) }).toEqual({ [role]: expected[role] });
    for (const answer of answers) if (answer.status === 403) expect(answer.body.error.code).toBe('access.forbidden');
  }
});

test('without a session every route but sign-in and sign-out answers 401', async () => {
  const { project } = await workspace.makeProject();
  const path = `/api/projects/${project.id}`;
  for (const url of ['/api/session', '/api/projects', path, `${path}/keys`, `${path}/members`, `${path}/audit`, '/api/projects/2147483647']) {
    const answer = await workspace.client().send('GET', url);
    expect([url, answer.status, answer.body.error.code]).toEqual([url, 401, 'access.not_signed_in']);
  }
});

test("another project's address is as unknown as one that does not exist", async () => {
  const [mine, foreign] = [await workspace.makeProject(), await workspace.makeProject()];
  const browser = await workspace.signedIn(mine.project.id, 'owner');
  for (const id of [foreign.project.id, 2_147_483_647, 0, -1, 'x', '1e3', '99999999999999999999']) {
    const byMember = await browser.send('GET', `/api/projects/${id}/keys`);
    expect([id, byMember.status, byMember.body.error.code]).toEqual([id, 404, 'projects.unknown_project']);
    const byKey = await workspace.client().send('GET', `/api/projects/${id}`, { headers: bearer(mine.secretKey) });
    expect([id, byKey.status, byKey.body.error.code]).toEqual([id, 404, 'projects.unknown_project']);
  }
});

test('a secret key acts as an admin of its project, but hands out no access', async () => {
  const { project, secretKey } = await workspace.makeProject();
  const path = `/api/projects/${project.id}`;
  const client = workspace.client();
  const basic = { authorization: `Basic ${Buffer.from(`${secretKey}:`).toString('base64')}` };
  for (const headers of [bearer(secretKey), basic]) {
    expect((await client.send('GET', path, { headers })).status).toBe(200);
    expect((await client.send('PATCH', path, { headers, body: { name: 'By key' } })).body.name).toBe('By key');
    for (const url of [`${path}/keys`, `${path}/members`, '/api/projects', '/api/session'])
      expect([url, (await client.send('GET', url, { headers })).status]).toEqual([url, 403]);
    const create = await client.send('POST', '/api/projects', { headers, body: { name: 'X', timeZone: 'UTC' } });
    expect(create.status).toBe(403);
  }
});

test('a write key can only write events', async () => {
  const { project, writeKey } = await workspace.makeProject();
  const client = workspace.client();
  for (const url of [`/api/projects/${project.id}`, '/api/projects', '/api/session'])
    expect([url, (await client.send('GET', url, { headers: bearer(writeKey) })).status]).toEqual([url, 403]);
});

test('an unknown or revoked key is refused, whatever cookie comes with it', async () => {
  const { project, secretKey } = await workspace.makeProject();
  const browser = await workspace.signedIn(project.id, 'owner');
  const path = `/api/projects/${project.id}`;
  for (const token of [`sk_${'0'.repeat(32)}`, 'sk_x', 'nonsense', `${secretKey}0`]) {
    const answer = await browser.send('GET', path, { headers: bearer(token) });
    expect([answer.status, answer.body.error.code]).toEqual([401, 'access.bad_key']);
  }
  expect((await browser.send('GET', path, { headers: bearer(secretKey) })).status).toBe(200);
  const { body } = await browser.send('GET', `${path}/keys`);
  const key = body.items.find(({ kind }) => kind === 'secret');
  expect((await browser.send('DELETE', `${path}/keys/${key?.id}`)).status).toBe(204);
  expect((await browser.send('GET', path, { headers: bearer(secretKey) })).status).toBe(401);
});

test("a proxy's own basic authorisation does not stand in the way of the session", async () => {
  const { project } = await workspace.makeProject();
  const browser = await workspace.signedIn(project.id, 'viewer');
  const headers = { authorization: `Basic ${Buffer.from('intranet:secret').toString('base64')}` };
  expect((await browser.send('GET', `/api/projects/${project.id}`, { headers })).status).toBe(200);
});

test('a permission that no slice grants is held by nobody', async () => {
  const { project } = await workspace.makeProject();
  const { memberId, email } = await workspace.makeMember([{ projectId: project.id, role: 'owner' }]);
  const principal = { kind: 'member', memberId, email } as const;
  for (const access of ['nothing.read', 'constructor', '__proto__', ''])
    await expect(workspace.access.authorise(principal, { access }, project.id)).rejects.toMatchObject({ code: 'access.forbidden' });
  expect(await workspace.access.authorise(principal, { access: 'projects.read' }, project.id)).toEqual({ ...principal, role: 'owner' });
  const gone = { kind: 'member', memberId: randomUUID(), email } as const;
  await expect(workspace.access.authorise(gone, { access: 'member' }, undefined)).rejects.toMatchObject({ code: 'access.not_signed_in' });
});

/** Waits until the notices that were sent have come, so that what is remembered afterwards stays remembered. */
async function noticesHeard(): Promise<void> {
  const memberId = randomUUID();
  let isHeard = false;
  const end = stores.kernel.bus.subscribe('members', (notice) => {
    if ((notice as { memberId: string }).memberId === memberId) isHeard = true;
  });
  stores.kernel.bus.publish('members', { memberId });
  await expect.poll(() => isHeard).toBe(true);
  end();
}

test('a change of one process reaches another by the bus, and by time when the notice is lost', async () => {
  const { project } = await workspace.makeProject();
  const path = `/api/projects/${project.id}`;
  const owner = await workspace.signedIn(project.id, 'owner');
  const there = await startWorkspace(stores, { clock: workspace.clock });
  const leaver = await there.signedIn(project.id, 'viewer');
  expect((await leaver.send('GET', path)).status).toBe(200);
  expect((await owner.send('DELETE', `${path}/members/${leaver.memberId}`)).status).toBe(204);
  await expect.poll(async () => (await leaver.send('GET', path)).status).toBe(404);

  const unnoticed = await there.signedIn(project.id, 'viewer');
  await noticesHeard();
  expect((await unnoticed.send('GET', path)).status).toBe(200);
  await stores.kernel.postgres.transaction<AccessTables, unknown>((tx) =>
    leaveProject(tx, { projectId: project.id, memberId: unnoticed.memberId, actorRole: 'owner' }),
  );
  expect((await unnoticed.send('GET', path)).status).toBe(200);
  workspace.clock.advance(10_000);
  expect((await unnoticed.send('GET', path)).status).toBe(404);
  await there.close();
});
