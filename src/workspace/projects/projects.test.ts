import { randomUUID } from 'node:crypto';
import type { Transaction } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { HeldClock } from '../../kernel/clock.ts';
import { openTestStores, type TestStores } from '../../kernel/testing/open-test-stores.ts';
import type { Membership } from './api.ts';
import { door } from './index.ts';
import { Projects } from './projects.ts';
import type { ProjectTables } from './tables.ts';

let stores: TestStores;
let clock: HeldClock;
beforeAll(async () => {
  clock = new HeldClock(Date.UTC(2026, 0, 2));
  stores = await openTestStores({ slices: [door], clock });
});
afterAll(() => stores.close());

const nothing = async (): Promise<void> => {};

/** As one process would have it. */
function openProjects(): Projects {
  return new Projects(stores.kernel);
}

async function makeProject(projects: Projects) {
  return projects.create({ name: randomUUID(), timeZone: 'Asia/Shanghai' });
}

/** Waits until the notices of `work` have come back to this process, so that what is remembered afterwards stays remembered. */
async function settled<Result>(work: () => Promise<Result>): Promise<Result> {
  const marker = randomUUID();
  let isBack = false;
  const end = stores.kernel.bus.subscribe('keys', (notice) => {
    if ((notice as { marker?: string }).marker === marker) isBack = true;
  });
  const result = await work();
  stores.kernel.bus.publish('keys', { projectId: 0, marker });
  await expect.poll(() => isBack).toBe(true);
  end();
  return result;
}

async function secretKeyId(projects: Projects, projectId: number): Promise<string> {
  const keys = await projects.keysOf(projectId);
  return keys.find((key) => key.kind === 'secret')?.id ?? '';
}

test('a project is created with its two keys, and knows them', async () => {
  const projects = openProjects();
  const { project, writeKey, secretKey } = await projects.create({ name: 'Shop', timeZone: 'Asia/Shanghai', currency: 'USD', isDemo: true });
  expect(project).toEqual({
    id: project.id,
    name: 'Shop',
    timeZone: 'Asia/Shanghai',
    currency: 'USD',
    isDemo: true,
    createdAt: '2026-01-02T00:00:00.000Z',
  });
  expect(await projects.project(project.id)).toEqual(project);
  expect(await projects.list()).toContainEqual(project);
  expect(await projects.keyByToken(writeKey)).toMatchObject({ projectId: project.id, kind: 'write' });
  expect(await projects.keyByToken(secretKey)).toMatchObject({ projectId: project.id, kind: 'secret' });
  expect(await projects.project(2_147_483_647)).toBeUndefined();
});

test('a secret key is stored as a hash only', async () => {
  const projects = openProjects();
  const { project, writeKey, secretKey } = await makeProject(projects);
  const rows = await stores.kernel.postgres.as<ProjectTables>().selectFrom('api_keys').selectAll().where('project_id', '=', project.id).execute();
  expect(JSON.stringify(rows)).not.toContain(secretKey);
  const keys = await projects.keysOf(project.id);
  expect(keys.find((key) => key.kind === 'secret')).toMatchObject({ token: null, prefix: secretKey.slice(0, 10) });
  expect(keys.find((key) => key.kind === 'write')).toMatchObject({ token: writeKey });
});

test('zones and currencies that nobody knows are refused, known ones get their usual spelling', async () => {
  const projects = openProjects();
  for (const timeZone of ['Mars/Olympus', '+08:00', 'Asia', '', 'Asia/Shanghai; DROP TABLE', '../etc'])
    await expect(projects.create({ name: 'x', timeZone })).rejects.toMatchObject({ code: 'projects.unknown_time_zone', status: 400 });
  for (const currency of ['XXQ', 'ABC'])
    await expect(projects.create({ name: 'x', timeZone: 'UTC', currency })).rejects.toMatchObject({ code: 'projects.unknown_currency' });
  const { project } = await projects.create({ name: 'x', timeZone: 'asia/shanghai' });
  expect(project).toMatchObject({ timeZone: 'Asia/Shanghai', currency: 'CNY' });
  for (const timeZone of ['UTC', 'America/Argentina/Buenos_Aires', 'Etc/GMT+8'])
    expect((await projects.update(project.id, { timeZone }, nothing)).timeZone).toBe(timeZone);
});

test('a change sets what is given, and is seen at once', async () => {
  const projects = openProjects();
  const { project } = await makeProject(projects);
  await projects.project(project.id);
  await projects.update(project.id, { name: 'New name' }, nothing);
  expect(await projects.project(project.id)).toEqual({ ...project, name: 'New name' });
  expect(await projects.update(project.id, {}, nothing)).toEqual({ ...project, name: 'New name' });
  await expect(projects.update(2_147_483_647, { name: 'x' }, nothing)).rejects.toMatchObject({ code: 'projects.unknown_project', status: 404 });
});

test('a change whose audit entry fails has not happened', async () => {
  const projects = openProjects();
  const { project } = await makeProject(projects);
  const fails = async (): Promise<void> => {
    throw new Error('audit is broken');
  };
  await expect(projects.update(project.id, { name: 'Lost' }, fails)).rejects.toThrow('audit is broken');
  await expect(projects.createKey({ projectId: project.id, kind: 'write', name: 'Lost' }, fails)).rejects.toThrow('audit is broken');
  expect(await projects.project(project.id)).toEqual(project);
  expect(await projects.keysOf(project.id)).toHaveLength(2);
});

test('a revoked key is refused at once here, and soon in other processes', async () => {
  const [here, there] = [openProjects(), openProjects()];
  const { project, secretKey } = await makeProject(here);
  expect(await there.keyByToken(secretKey)).toBeDefined();
  expect(await here.keyByToken(secretKey)).toBeDefined();
  const keyId = await secretKeyId(here, project.id);
  await here.revokeKey(project.id, keyId, nothing);
  expect(await here.keyByToken(secretKey)).toBeUndefined();
  await expect.poll(() => there.keyByToken(secretKey)).toBeUndefined();
  await expect(here.revokeKey(project.id, keyId, nothing)).rejects.toMatchObject({ code: 'projects.key_already_revoked', status: 409 });
});

test('keys are answered from memory, and a lost notice costs a minute at most', async () => {
  const projects = openProjects();
  const { project, secretKey } = await settled(() => makeProject(projects));
  expect(await projects.keyByToken(secretKey)).toBeDefined();
  await stores.kernel.postgres.pool.query('UPDATE api_keys SET revoked_at = now() WHERE project_id = $1', [project.id]);
  clock.advance(59_999);
  expect(await projects.keyByToken(secretKey)).toBeDefined();
  clock.advance(1);
  expect(await projects.keyByToken(secretKey)).toBeUndefined();
});

test('an unknown token is remembered as unknown until a key is made', async () => {
  const projects = openProjects();
  const { project } = await makeProject(projects);
  const { key, token } = await projects.createKey({ projectId: project.id, kind: 'write', name: 'Old' }, nothing);
  await settled(() => projects.revokeKey(project.id, key.id, nothing));
  expect(await projects.keyByToken(token)).toBeUndefined();
  await stores.kernel.postgres.pool.query('UPDATE api_keys SET revoked_at = NULL WHERE id = $1', [key.id]);
  expect(await projects.keyByToken(token)).toBeUndefined();
  await projects.createKey({ projectId: project.id, kind: 'write', name: 'New' }, nothing);
  expect(await projects.keyByToken(token)).toBeDefined();
});

test('what cannot be a token is not asked for', async () => {
  const projects = openProjects();
  const { writeKey } = await makeProject(projects);
  for (const token of ['', 'wk_', writeKey.toUpperCase(), ` ${writeKey}`, `${writeKey}\0`, 'x'.repeat(10_000)])
    expect(await projects.keyByToken(token)).toBeUndefined();
});

test("another project's key cannot be revoked", async () => {
  const projects = openProjects();
  const [mine, foreign] = [await makeProject(projects), await makeProject(projects)];
  const keyId = await secretKeyId(projects, foreign.project.id);
  await expect(projects.revokeKey(mine.project.id, keyId, nothing)).rejects.toMatchObject({ code: 'projects.unknown_key', status: 404 });
  expect(await projects.keyByToken(foreign.secretKey)).toBeDefined();
});

test('a project holds a hundred live keys, also when they are made at once', async () => {
  const projects = openProjects();
  const { project } = await makeProject(projects);
  const make = (name: string) => projects.createKey({ projectId: project.id, kind: 'write', name }, nothing);
  for (let i = 0; i < 95; i++) await make(`key ${i}`);
  const answers = await Promise.allSettled(Array.from({ length: 6 }, (_, i) => make(`last ${i}`)));
  expect(answers.filter((answer) => answer.status === 'fulfilled')).toHaveLength(3);
  await expect(make('one more')).rejects.toMatchObject({ code: 'projects.too_many_keys', details: { max: 100 } });
  await projects.revokeKey(project.id, await secretKeyId(projects, project.id), nothing);
  await make('one more');
});

test('when a key was used last is written together, once for many uses', async () => {
  const projects = openProjects();
  const { project, writeKey } = await makeProject(projects);
  const used = async () => (await projects.keysOf(project.id)).map((key) => key.lastUsedAt);
  for (let i = 0; i < 3; i++) await projects.keyByToken(writeKey);
  expect(await used()).toEqual([null, null]);
  await projects.keyUse.write();
  const at = new Date(clock.now()).toISOString();
  expect((await used()).filter((time) => time !== null)).toEqual([at]);
  const service = projects.keyUse.service(stores.kernel.log);
  await service.start();
  clock.advance(5_000);
  await projects.keyByToken(writeKey);
  await service.stop();
  expect((await used()).filter((time) => time !== null)).toEqual([new Date(clock.now()).toISOString()]);
});

test('the one who creates becomes owner in the same transaction', async () => {
  const projects = openProjects();
  const granted: unknown[] = [];
  const changed: string[] = [];
  let isBroken = false;
  const membership: Membership = {
    grantOwner: async <Tables>(tx: Transaction<Tables>, projectId: number, memberId: string) => {
      const inside = await (tx as unknown as Transaction<ProjectTables>).selectFrom('projects').select('name').where('id', '=', projectId).execute();
      if (isBroken) throw new Error('no such member');
      granted.push([memberId, inside[0]?.name]);
    },
    changed: (memberId) => void changed.push(memberId),
    projectIdsOf: async () => [],
  };
  projects.registerMembership(membership);
  expect(() => projects.registerMembership(membership)).toThrow();
  const name = randomUUID();
  await projects.create({ name, timeZone: 'UTC', ownerMemberId: 'm1' });
  expect([granted, changed]).toEqual([[['m1', name]], ['m1']]);
  isBroken = true;
  const lost = randomUUID();
  await expect(projects.create({ name: lost, timeZone: 'UTC', ownerMemberId: 'm2' })).rejects.toThrow('no such member');
  expect((await projects.list()).map((project) => project.name)).not.toContain(lost);
  expect(await projects.listOf('m1')).toEqual([]);
});
