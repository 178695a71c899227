import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { TestStores } from '../../kernel/testing/open-test-stores.ts';
import { openWorkspaceStores, startWorkspace, type Workspace } from './testing/open-workspace.ts';

// The routes of projects and audit behind the real guard: they stand here because access stands above both.

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

test('a member who creates a project owns it from the answer on; others do not see it', async () => {
  const { project } = await workspace.makeProject();
  const browser = await workspace.signedIn(project.id, 'admin');
  const name = `New ${randomUUID()}`;
  const created = await browser.send('POST', '/api/projects', { body: { name: `  ${name} `, timeZone: 'Europe/Paris', currency: 'EUR' } });
  expect(created.status).toBe(201);
  expect(created.body).toMatchObject({ project: { name, timeZone: 'Europe/Paris', currency: 'EUR', isDemo: false } });
  const path = `/api/projects/${created.body.project.id}`;
  expect((await browser.send('GET', path)).body).toEqual(created.body.project);
  const ids = (list: { id: unknown }[]) => list.map((item) => Number(item.id)).sort((a, b) => a - b);
  expect(ids((await browser.send('GET', '/api/projects')).body.items)).toEqual([project.id, created.body.project.id]);
  expect((await browser.send('GET', '/api/session')).body.projects.find((place) => place.name === name)?.role).toBe('owner');
  const other = await workspace.signedIn(project.id, 'owner');
  expect(ids((await other.send('GET', '/api/projects')).body.items)).toEqual([project.id]);
  expect((await other.send('GET', path)).status).toBe(404);
});

test('wrong input is told where, in the language of the reader', async () => {
  const { project } = await workspace.makeProject();
  const browser = await workspace.signedIn(project.id, 'owner');
  const paths = (body: { error: { issues: { path: string }[] } }) => body.error.issues.map((issue) => issue.path);
  const create = await browser.send('POST', '/api/projects', { body: { name: ' ', currency: 'yuan' } });
  expect([create.status, paths(create.body)]).toEqual([400, ['body.name', 'body.timeZone', 'body.currency']]);
  const headers = { 'accept-language': 'zh-CN,zh;q=0.9' };
  const zone = await browser.send('PATCH', `/api/projects/${project.id}`, { body: { timeZone: 'Mars/Olympus' }, headers });
  expect(zone.body.error).toMatchObject({ code: 'projects.unknown_time_zone', message: expect.stringContaining('不认识时区“Mars/Olympus”') });
  const key = await browser.send('POST', `/api/projects/${project.id}/keys`, { body: { kind: 'root' } });
  expect(paths(key.body)).toEqual(['body.kind', 'body.name']);
  expect((await browser.send('DELETE', `/api/projects/${project.id}/keys/1`)).body.error.issues).toMatchObject([{ path: 'params.keyId' }]);
  expect((await browser.send('DELETE', `/api/projects/${project.id}/keys/${randomUUID()}`)).body.error.code).toBe('projects.unknown_key');
  const trail = await browser.send('GET', `/api/projects/${project.id}/audit?limit=0&cursor=x&from=yesterday`);
  expect([trail.status, paths(trail.body).sort()]).toEqual([400, ['query.cursor', 'query.from', 'query.limit']]);
});

test('no text makes a failure of ours', async () => {
  const { project } = await workspace.makeProject();
  const browser = await workspace.signedIn(project.id, 'owner');
  const path = `/api/projects/${project.id}`;
  for (const name of ['\0', 'a\u0000b', 'tab\tx', 'x'.repeat(81)])
    for (const answer of [
      await browser.send('PATCH', path, { body: { name } }),
      await browser.send('POST', `${path}/keys`, { body: { kind: 'write', name } }),
      await browser.send('POST', `${path}/members`, { body: { email: 'a@example.com', role: 'viewer', name } }),
      await browser.send('PATCH', '/api/account', { body: { name } }),
    ])
      expect([name, answer.status]).toEqual([name, 400]);
  expect((await browser.send('PATCH', path, { body: { name: 'half \ud800 😀' } })).status).toBe(200);
  expect((await browser.send('PATCH', path, { body: { timeZone: 'UTC\0' } })).body.error.code).toBe('http.invalid_input');
  for (const query of ['subject=%00', 'principalId=%00', 'action=%00', 'cursor=-1'])
    expect([query, (await browser.send('GET', `${path}/audit?${query}`)).status]).toEqual([query, 400]);
  expect((await browser.send('GET', `${path}/audit?from=0000-01-01T00:00:00Z&to=9999-12-31T23:59:59Z`)).status).toBe(200);
});

test('a secret key is shown once', async () => {
  const { project } = await workspace.makeProject();
  const browser = await workspace.signedIn(project.id, 'owner');
  const path = `/api/projects/${project.id}/keys`;
  const created = await browser.send('POST', path, { body: { kind: 'secret', name: 'Warehouse' } });
  expect(created.body.token).toMatch(/^sk_[0-9a-f]{32}$/);
  const list = await browser.send('GET', path);
  expect(list.body.items[0]).toEqual(created.body.key);
  expect(JSON.stringify(list.body)).not.toContain(created.body.token);
});

test('the trail lists what was changed, newest first, by page and by filter', async () => {
  const { project, secretKey } = await workspace.makeProject();
  const browser = await workspace.signedIn(project.id, 'owner');
  const path = `/api/projects/${project.id}`;
  for (let i = 0; i < 4; i++) {
    workspace.clock.advance(1_000);
    await browser.send('PATCH', path, { body: { name: `Name ${i}` } });
  }
  workspace.clock.advance(1_000);
  await workspace.client().send('PATCH', path, { body: { name: 'By key' }, headers: { authorization: `Bearer ${secretKey}` } });
  const { body: made } = await browser.send('POST', `${path}/keys`, { body: { kind: 'write', name: 'Shop' } });

  const names = (items: { details: { name: string } }[]) => items.map((item) => item.details.name);
  const trail = (query: string) => browser.send('GET', `${path}/audit?${query}`);
  const first = await trail('limit=3');
  expect(names(first.body.items)).toEqual(['Shop', 'By key', 'Name 3']);
  const second = await trail(`limit=3&cursor=${first.body.nextCursor}`);
  expect(names(second.body.items)).toEqual(['Name 2', 'Name 1', 'Name 0']);
  expect(second.body.nextCursor).toBeUndefined();

  expect(names((await trail('action=projects.create_key')).body.items)).toEqual(['Shop']);
  expect((await trail('action=projects.')).body.items).toHaveLength(6);
  expect((await trail('action=projects')).body.items).toEqual([]);
  expect(names((await trail(`subject=key:${made.key.id}`)).body.items)).toEqual(['Shop']);
  expect((await trail(`principalId=${browser.memberId}`)).body.items).toHaveLength(5);
  const byKey = first.body.items[1];
  expect(byKey).toMatchObject({ principalKind: 'key', email: null, subject: `project:${project.id}` });
  expect(names((await trail(`from=${byKey?.at}`)).body.items)).toEqual(['Shop', 'By key']);
  expect(names((await trail(`to=${byKey?.at}&limit=1`)).body.items)).toEqual(['Name 3']);
  expect(JSON.stringify((await trail('limit=200')).body)).not.toContain(made.token);

  const foreign = await workspace.makeProject();
  const stranger = await workspace.signedIn(foreign.project.id, 'owner');
  expect((await stranger.send('GET', `${path}/audit`)).status).toBe(404);
  expect((await stranger.send('GET', `/api/projects/${foreign.project.id}/audit`)).body.items).toEqual([]);
});
