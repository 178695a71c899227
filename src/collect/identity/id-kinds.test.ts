import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestStores, type TestStores } from '../../kernel/testing/open-test-stores.ts';
import type { IdentityApi } from './api.ts';
import type { IdRule } from './contract.ts';
import { door } from './index.ts';
import type { IdentityClaim } from './plan.ts';

let on: TestStores;
let identity: IdentityApi;
let projects = 100;
beforeAll(async () => {
  on = await openTestStores({ slices: [door] });
  identity = await anotherProcess();
});
afterAll(() => on.close());

const anotherProcess = async (): Promise<IdentityApi> => (await door.start({ kernel: on.kernel, config: undefined, uses: undefined })).api;
const newProject = (): number => {
  projects += 1;
  return projects;
};
const at = Date.UTC(2026, 4, 1);
const email = (value: string) => ({ kind: 'email', value });
const device = (value: string) => ({ kind: 'device', value });
async function claim(projectId: number, given: Partial<IdentityClaim>, api: IdentityApi = identity): Promise<number> {
  const resolution = await api.resolve([{ projectId, act: 'other', at, ...given }]);
  await api.copy(resolution.changed);
  return resolution.personIds[0] ?? 0;
}
const rule = (kind: string, given: Partial<IdRule>): IdRule => ({
  kind,
  holders: 'one',
  perPersonMax: null,
  rank: 50,
  joins: true,
  onConflict: 'keep',
  ...given,
});
const decide = (projectId: number, kind: string, given: Partial<IdRule>) => identity.decideRule(projectId, kind, rule(kind, given), {});

test('an address names a person by itself, and brings a device and a user together', async () => {
  const projectId = newProject();
  const reader = await claim(projectId, { ids: [email('a@example.com')] });
  expect(await claim(projectId, { ids: [email('a@example.com')] })).toBe(reader);
  // On a device the address is seen again: both are anonymous, so they are one; then they sign in.
  const visitor = await claim(projectId, { anonymousId: 'd' });
  expect(await claim(projectId, { anonymousId: 'd', ids: [email('a@example.com')] })).toBe(reader);
  expect(await identity.personOf(projectId, 'anonymous', 'd')).toBe(reader);
  const user = await claim(projectId, { act: 'identify', userId: 'u', ids: [email('a@example.com')] });
  expect(await identity.personOf(projectId, 'email', 'a@example.com')).toBe(user);
  expect((await identity.person(projectId, visitor))?.externalIds).toHaveLength(3);
  expect(await identity.holders(projectId, 'a@example.com')).toEqual([{ kind: 'email', personId: user }]);
});

test('two signed-in people are never joined by an address: the holder keeps it, and the conflict is shown', async () => {
  const projectId = newProject();
  const ann = await claim(projectId, { userId: 'ann', ids: [email('family@example.com')] });
  const bob = await claim(projectId, { userId: 'bob', messageId: 'm1' });
  for (let times = 0; times < 2; times += 1)
    expect(await claim(projectId, { act: 'identify', userId: 'bob', ids: [email('family@example.com')] })).toBe(bob);
  expect(await identity.personOf(projectId, 'email', 'family@example.com')).toBe(ann);
  expect(await identity.conflicts({ projectId, limit: 10 })).toMatchObject([
    { kind: 'email', value: 'family@example.com', heldBy: ann, wantedBy: bob, reason: 'two_signed_in', outcome: 'kept', times: 2 },
  ]);
  await decide(projectId, 'email', { onConflict: 'move' });
  expect(await claim(projectId, { userId: 'bob', ids: [email('family@example.com')] })).toBe(bob);
  expect(await identity.personOf(projectId, 'email', 'family@example.com')).toBe(bob);
  expect((await identity.canonical(projectId)).losers).toEqual([]);
});

test('rules of a project: shared ids name nobody, a person has only so many, and some never join', async () => {
  const projectId = newProject();
  await decide(projectId, 'device', { holders: 'several' });
  const ann = await claim(projectId, { userId: 'ann', ids: [device('kiosk')] });
  const bob = await claim(projectId, { userId: 'bob', ids: [device('kiosk')] });
  expect(ann).not.toBe(bob);
  expect(await identity.personOf(projectId, 'device', 'kiosk')).toBeUndefined();
  expect((await identity.holders(projectId, 'kiosk')).map((holder) => holder.personId).sort()).toEqual([ann, bob].sort());
  expect(await identity.idsOf(projectId, ann)).toMatchObject([{ kind: 'user' }, { kind: 'device', value: 'kiosk', isShared: true, since: at }]);

  await decide(projectId, 'email', { perPersonMax: 1 });
  await claim(projectId, { userId: 'ann', ids: [email('one@example.com')] });
  await claim(projectId, { userId: 'ann', ids: [email('two@example.com')] });
  expect(await identity.personOf(projectId, 'email', 'two@example.com')).toBeUndefined();
  expect(await identity.conflicts({ projectId, limit: 10 })).toMatchObject([{ value: 'two@example.com', reason: 'too_many', heldBy: ann }]);

  await decide(projectId, 'phone', { joins: false });
  const caller = await claim(projectId, { ids: [{ kind: 'phone', value: '138' }] });
  expect(await claim(projectId, { userId: 'ann', ids: [{ kind: 'phone', value: '138' }] })).toBe(ann);
  expect(await identity.personOf(projectId, 'phone', '138')).toBe(caller);
  await identity.decideRule(projectId, 'phone', undefined, {});
  expect((await identity.rules(projectId)).of('phone').joins).toBe(true);
});

test('an id that is taken away is free again, in every process; the person stays', async () => {
  const projectId = newProject();
  const there = await anotherProcess();
  const ann = await claim(projectId, { userId: 'ann', ids: [email('old@example.com')] });
  expect(await claim(projectId, { ids: [email('old@example.com')] }, there)).toBe(ann);
  await claim(projectId, { userId: 'ann', unlink: [email('old@example.com'), { kind: 'email', value: 'never@example.com' }] });
  expect(await identity.personOf(projectId, 'email', 'old@example.com')).toBeUndefined();
  if (on.form === 'server') await expect.poll(() => there.personOf(projectId, 'email', 'old@example.com')).toBeUndefined();
  // Another process believes what it knows for a second at most.
  const asked = on.form === 'server' ? there : identity;
  await expect.poll(() => claim(projectId, { ids: [email('old@example.com')] }, asked)).not.toBe(ann);
  await claim(projectId, { userId: 'ann', unlink: [{ kind: 'user', value: 'ann' }] });
  expect((await identity.person(projectId, ann))?.externalIds).toEqual([]);
});

test('values then and now: every change with its time, in the order of arrival, through merges', async () => {
  const projectId = newProject();
  const later = (hours: number): number => at + hours * 3_600_000;
  await claim(projectId, { anonymousId: 'd', traits: { city: 'Wuhan', plan: 'free' } });
  await claim(projectId, { userId: 'ann', traits: { plan: 'pro' }, at: later(1) });
  await claim(projectId, { act: 'identify', userId: 'ann', anonymousId: 'd', at: later(2) });
  await claim(projectId, { userId: 'ann', changes: [{ operation: 'increment', name: 'visits', value: 2 }], at: later(3) });
  await claim(projectId, {
    userId: 'ann',
    changes: [
      { operation: 'increment', name: 'visits', value: 1 },
      { operation: 'unset', name: 'city' },
    ],
    at: later(4),
  });
  const ann = (await identity.personOf(projectId, 'user', 'ann')) ?? 0;
  expect(await identity.traitsAt(projectId, ann, later(-1))).toEqual({});
  expect(await identity.traitsAt(projectId, ann, later(0))).toEqual({ city: 'Wuhan', plan: 'free' });
  expect(await identity.traitsAt(projectId, ann, later(1.5))).toEqual({ city: 'Wuhan', plan: 'pro' });
  expect(await identity.traitsAt(projectId, ann, later(3))).toEqual({ city: 'Wuhan', plan: 'pro', visits: 2 });
  expect(await identity.traitsAt(projectId, ann, later(9))).toEqual({ plan: 'pro', visits: 3 });
  expect((await identity.person(projectId, ann))?.traits).toEqual({ plan: 'pro', visits: 3 });
  expect(await identity.traitHistory({ projectId, personId: ann, trait: 'visits', limit: 10 })).toEqual([
    { trait: 'visits', value: 3, at: later(4) },
    { trait: 'visits', value: 2, at: later(3) },
  ]);
  await claim(projectId, { userId: 'ann', changes: [{ operation: 'increment', name: 'plan', value: 1 }] });
  expect(await identity.traitConflicts(projectId)).toMatchObject([
    { trait: 'plan', operation: 'increment', had: 'text', got: 'number', isApplied: false },
  ]);
});

test('groups keep their traits with history and know their members, also when those are merged', async () => {
  const projectId = newProject();
  const company = { type: 'company', id: 'acme' };
  const device = await claim(projectId, { anonymousId: 'd', groups: [{ ...company, changes: [{ operation: 'set', name: 'name', value: 'Acme' }] }] });
  await claim(projectId, { userId: 'ann', groups: [{ ...company, changes: [{ operation: 'increment', name: 'seats', value: 5 }] }], at: at + 1_000 });
  expect(await identity.groupMembers(projectId, { ...company, offset: 0, limit: 10 })).toHaveLength(2);
  await claim(projectId, { act: 'identify', userId: 'ann', anonymousId: 'd' });
  const ann = (await identity.personOf(projectId, 'user', 'ann')) ?? 0;
  expect(await identity.group(projectId, company)).toMatchObject({
    traits: { name: 'Acme', seats: 5 },
    members: 1,
    createdAt: at,
    seenAt: at + 1_000,
    history: [
      { trait: 'seats', value: 5 },
      { trait: 'name', value: 'Acme' },
    ],
  });
  expect(await identity.groupMembers(projectId, { ...company, offset: 0, limit: 10 })).toEqual([{ personId: ann, since: at + 1_000 }]);
  expect(await identity.groupsOf(projectId, ann)).toMatchObject([company]);
  expect(await identity.groups({ projectId, search: 'acm', offset: 0, limit: 10 })).toHaveLength(1);
  expect(await identity.groups({ projectId, search: '%', offset: 0, limit: 10 })).toEqual([]);
  await expect(identity.group(projectId, { type: 'company', id: 'other' })).rejects.toMatchObject({ code: 'identity.group_unknown' });
  expect(device).not.toBe(ann);
});

test('two processes meet the same new ids at the same instant: nobody is there twice', async () => {
  // The embedded stores belong to one process, so there the same resolver is asked twice at once.
  const there = on.form === 'server' ? await anotherProcess() : identity;
  const projectId = newProject();
  for (let round = 0; round < 15; round += 1) {
    const claims = Array.from({ length: 40 }, (_, index) => ({
      projectId,
      act: index % 3 === 0 ? ('identify' as const) : ('other' as const),
      at,
      userId: `u${round}-${index}`,
      anonymousId: `d${round}-${index % 7}`,
      ids: [email(`${round}-${index % 11}@example.com`)],
    }));
    const [one, other] = await Promise.all([identity.resolve(claims), there.resolve([...claims].reverse())]);
    await Promise.all([identity.copy(one.changed), there.copy(other.changed)]);
  }
  const { rows } = await on.kernel.postgres.pool.query<{ ids: number; people: number }>(
    `SELECT count(*)::int AS ids, count(DISTINCT person_id)::int AS people FROM identities WHERE project_id = $1 AND kind = 'user'`,
    [projectId],
  );
  expect(rows).toEqual([{ ids: 600, people: 600 }]);
  const living = await on.kernel.clickhouse.query<{ person_id: number }>(
    'SELECT person_id FROM people FINAL WHERE project_id = {projectId:UInt32} AND gone = 0 ORDER BY person_id',
    { projectId },
  );
  const { rows: holders } = await on.kernel.postgres.pool.query<{ person_id: number }>(
    'SELECT DISTINCT person_id FROM identities WHERE project_id = $1 ORDER BY 1',
    [projectId],
  );
  expect(living.map((row) => row.person_id)).toEqual(holders.map((row) => row.person_id));
});
