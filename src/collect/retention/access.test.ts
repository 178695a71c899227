import { afterAll, beforeAll, expect, test } from 'vitest';
import { HeldClock } from '../../kernel/clock.ts';
import type { Method } from '../../kernel/http/contract.ts';
import { createServer } from '../../kernel/http/server.ts';
import { loadTexts } from '../../kernel/http/texts.ts';
import { createMetrics } from '../../kernel/metrics.ts';
import { openTestStores, type TestStores } from '../../kernel/testing/open-test-stores.ts';
import type { MemberRole } from '../../workspace/access/contract.ts';
import { door as access } from '../../workspace/access/index.ts';
import { Workspace } from '../../workspace/access/testing/open-workspace.ts';
import { door as audit } from '../../workspace/audit/index.ts';
import { door as projects } from '../../workspace/projects/index.ts';
import { door as identity } from '../identity/index.ts';
import { door as stream } from '../stream/index.ts';
import { door } from './index.ts';

const slices = [audit, projects, access, identity, stream, door];
let stores: TestStores;
let workspace: Workspace;
beforeAll(async () => {
  const clock = new HeldClock(Date.parse('2026-11-20T08:30:00Z'));
  stores = await openTestStores({ slices, clock });
  const { kernel } = stores;
  const auditing = await audit.start({ kernel, config: {}, uses: {} });
  const project = await projects.start({ kernel, config: {}, uses: { audit: auditing.api } });
  const member = await access.start({ kernel, config: {}, uses: { projects: project.api, audit: auditing.api } });
  const identities = (await identity.start({ kernel, config: {}, uses: {} })).api;
  const events = (await stream.start({ kernel, config: {}, uses: { identity: identities, projects: project.api } })).api;
  const uses = { audit: auditing.api, projects: project.api, identity: identities, stream: events };
  const retaining = await door.start({ kernel, config: {}, uses });
  member.api.setPermissions({ ...audit.permissions, ...projects.permissions, ...access.permissions, ...door.permissions });
  const app = await createServer({
    routes: [auditing, project, member, retaining].flatMap((slice) => slice.routes ?? []),
    plugins: [],
    guard: member.api,
    texts: loadTexts([audit, projects, access, door]),
    log: kernel.log,
    metrics: createMetrics(),
    ids: kernel.ids,
    isReady: async () => ({}),
    checkReplies: true,
  });
  workspace = new Workspace({ kernel, clock, projects: project.api, access: member.api, app, stopJobs: async () => {} });
});
afterAll(async () => {
  await workspace.close();
  await stores.close();
});

const rules = { items: [{ event: '*', keepDays: 30 }] };
const nobody = 'people/4000000000/erasure';
const none = 'erasures/00000000-0000-4000-8000-000000000000';
/** Every route, and what whoever may ask it is answered: there is no such person and no such erasure. */
const routes: readonly (readonly [Method, string, object | undefined, number])[] = [
  ['PUT', 'data-retention', rules, 200],
  ['GET', 'data-retention', undefined, 200],
  ['POST', 'data-retention/preview', rules, 200],
  ['GET', 'data-retention/runs', undefined, 200],
  ['POST', 'data-retention/runs', {}, 202],
  ['GET', nobody, undefined, 404],
  ['POST', nobody, {}, 404],
  ['GET', 'erasures', undefined, 200],
  ['GET', none, undefined, 404],
];
const mayRead = ['GET data-retention', 'POST data-retention/preview', 'GET data-retention/runs', 'GET erasures', `GET ${none}`];
const allowed: Record<MemberRole, readonly string[]> = {
  owner: routes.map(([method, path]) => `${method} ${path}`),
  admin: routes.map(([method, path]) => `${method} ${path}`),
  analyst: mayRead,
  operator: [],
  viewer: [],
};

test('strangers are asked to sign in, members of other projects find nothing, and each role may do what it may', async () => {
  expect(routes.length).toBe(new Set(routes.map(([method, path]) => `${method} ${path}`)).size);
  const { project } = await workspace.makeProject();
  const elsewhere = await workspace.signedIn((await workspace.makeProject()).project.id, 'owner');
  const statusOf = async (client: Pick<typeof elsewhere, 'send'>, [method, path, body]: (typeof routes)[number]) =>
    (await client.send(method, `/api/projects/${project.id}/${path}`, body ? { body } : {})).status;
  for (const route of routes) {
    expect([route[1], await statusOf(workspace.client(), route)]).toEqual([route[1], 401]);
    expect([route[1], await statusOf(elsewhere, route)]).toEqual([route[1], 404]);
  }
  for (const [role, may] of Object.entries(allowed) as [MemberRole, readonly string[]][]) {
    const member = await workspace.signedIn(project.id, role);
    for (const route of routes) {
      const name = `${route[0]} ${route[1]}`;
      expect([role, name, await statusOf(member, route)]).toEqual([role, name, may.includes(name) ? route[3] : 403]);
    }
  }
});
