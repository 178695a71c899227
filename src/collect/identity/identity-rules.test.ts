import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestStores, type TestStores } from '../../kernel/testing/open-test-stores.ts';
import type { IdentityApi } from './api.ts';
import { door } from './index.ts';

let on: TestStores;
let identity: IdentityApi;
let projects = 0;
beforeAll(async () => {
  on = await openTestStores({ slices: [door] });
  identity = await anotherProcess();
});
afterAll(() => on.close());

/** Over the same stores, with nothing shared in memory. */
const anotherProcess = async (): Promise<IdentityApi> => (await door.start({ kernel: on.kernel, config: undefined, uses: undefined })).api;
const newProject = (): number => {
  projects += 1;
  return projects;
};

interface Act {
  kind: 'track' | 'identify' | 'alias';
  user: number | undefined;
  device: number | undefined;
  previous: number;
  trait: number;
  group: number;
  process: number;
}

const act = fc
  .record({
    kind: fc.constantFrom('track', 'track', 'identify', 'identify', 'alias'),
    user: fc.option(fc.integer({ min: 0, max: 4 }), { nil: undefined }),
    device: fc.option(fc.integer({ min: 0, max: 4 }), { nil: undefined }),
    previous: fc.integer({ min: 0, max: 9 }),
    trait: fc.integer({ min: 0, max: 3 }),
    group: fc.integer({ min: 0, max: 3 }),
    process: fc.integer({ min: 0, max: 1 }),
  })
  .filter((each) => (each.kind === 'alias' ? each.user !== undefined : each.user !== undefined || each.device !== undefined)) as fc.Arbitrary<Act>;

/** The rules once more, as slowly and plainly as they can be said: people are boxes of ids. */
class Oracle {
  readonly boxOf = new Map<string, { users: Set<string>; name: number }>();
  readonly joined = new Map<object, object>();
  #names = 0;

  box(id: string): { users: Set<string>; name: number } | undefined {
    let box = this.boxOf.get(id);
    while (box && this.joined.has(box)) box = this.joined.get(box) as typeof box;
    return box;
  }

  act(each: Act): { users: Set<string>; name: number } {
    const user = each.user === undefined ? undefined : `u:user-${each.user}`;
    const device = each.device === undefined ? undefined : `a:device-${each.device}`;
    if (each.kind === 'alias' && user) this.alias(previousOf(each), user);
    if (!user) return this.box(device ?? '') ?? this.make(device ?? '');
    const known = this.box(user);
    if (!device) return known ?? this.make(user);
    const held = this.box(device);
    if (!known && held && held.users.size === 0) return this.put(user, held);
    const person = known ?? this.make(user);
    if (!held) return this.put(device, person);
    if (held === person) return person;
    if (held.users.size === 0) this.join(held, person);
    else if (each.kind === 'identify') this.put(device, person);
    return person;
  }

  alias(previous: string, user: string): void {
    if (`u:${previous}` === user) return;
    const known = this.box(user);
    const before = this.box(`u:${previous}`) ?? this.box(`a:${previous}`);
    if (!before) this.put(`u:${previous}`, known ?? this.make(user));
    else if (!known) this.put(user, before);
    else if (known !== before) this.join(before, known);
  }

  make(id: string): { users: Set<string>; name: number } {
    this.#names += 1;
    return this.put(id, { users: new Set(), name: this.#names });
  }

  put(id: string, box: { users: Set<string>; name: number }): { users: Set<string>; name: number } {
    this.boxOf.set(id, box);
    if (id.startsWith('u:')) box.users.add(id);
    return box;
  }

  join(from: { users: Set<string>; name: number }, into: { users: Set<string>; name: number }): void {
    for (const user of from.users) into.users.add(user);
    this.joined.set(from, into);
  }
}

const previousOf = (each: Act): string => (each.previous < 5 ? `user-${each.previous}` : `device-${each.previous - 5}`);

async function resolveAll(processes: readonly IdentityApi[], projectId: number, acts: readonly Act[]): Promise<number[]> {
  const people: number[] = [];
  for (let from = 0; from < acts.length; ) {
    const first = acts[from];
    let to = from + 1;
    while (to < acts.length && acts[to]?.group === first?.group && acts[to]?.process === first?.process) to += 1;
    const claims = acts.slice(from, to).map((each) => ({
      projectId,
      act: each.kind === 'track' ? ('other' as const) : each.kind,
      ...(each.user !== undefined && { userId: `user-${each.user}` }),
      ...(each.device !== undefined && { anonymousId: `device-${each.device}` }),
      ...(each.kind === 'alias' && { previousId: previousOf(each) }),
      ...(each.kind === 'identify' && { traits: { [`t${each.trait}`]: each.trait } }),
      at: 1_700_000_000_000,
    }));
    const api = processes[on.form === 'server' ? (first?.process ?? 0) : 0];
    if (!api) throw new Error('no process');
    const resolution = await api.resolve(claims);
    await api.copy(resolution.changed);
    people.push(...resolution.personIds);
    from = to;
  }
  return people;
}

test('whatever comes in whatever order, groups and processes: people are those of the plain rules', async () => {
  const processes = [identity, await anotherProcess()];
  await fc.assert(
    fc.asyncProperty(fc.array(act, { minLength: 1, maxLength: 25 }), async (acts) => {
      const projectId = newProject();
      const oracle = new Oracle();
      const boxes = acts.map((each) => oracle.act(each));
      const numbers = await resolveAll(processes, projectId, acts);
      const canonical = await (await anotherProcess()).canonical(projectId);
      const winnerOf = new Map(canonical.losers.map((loser, index) => [loser, canonical.winners[index] ?? 0]));
      for (const winner of winnerOf.values()) expect(winnerOf.has(winner)).toBe(false);
      // Two events are of one person exactly when the rules say so, after everything that came later.
      const told = numbers.map((number) => winnerOf.get(number) ?? number);
      const expected = boxes.map((box) => {
        let last: object = box;
        for (let next = oracle.joined.get(last); next; next = oracle.joined.get(last)) last = next;
        return last;
      });
      const pairs = told.map((number, index) => [number, expected[index]] as const);
      for (const [a, boxA] of pairs) for (const [b, boxB] of pairs) expect(a === b).toBe(boxA === boxB);
      const numberOf = new Map<object, number>(pairs.map(([number, box]) => [box as object, number]));
      for (const id of oracle.boxOf.keys()) {
        const kind = id.startsWith('u:') ? 'user' : 'anonymous';
        const person = await processes[0]?.personOf(projectId, kind, id.slice(2));
        const box = oracle.box(id);
        if (box && numberOf.has(box)) expect([id, person]).toEqual([id, numberOf.get(box)]);
      }
      // ClickHouse has the living people and no others.
      const rows = await on.kernel.clickhouse.query<{ person_id: number }>(
        'SELECT person_id FROM people FINAL WHERE project_id = {projectId:UInt32} ORDER BY person_id',
        { projectId },
      );
      expect(rows.map((row) => row.person_id)).toEqual([...new Set(told)].sort((a, b) => a - b));
    }),
    { numRuns: on.form === 'server' ? 15 : 40 },
  );
});

test('what a crash left uncopied is copied at the next start', async () => {
  const projectId = newProject();
  await identity.resolve([{ projectId, act: 'identify', userId: 'u', traits: { city: 'Wuhan' }, at: Date.now() }]);
  const count = async () =>
    (
      await on.kernel.clickhouse.query<{ people: number }>('SELECT count() AS people FROM people FINAL WHERE project_id = {projectId:UInt32}', {
        projectId,
      })
    )[0]?.people;
  expect(await count()).toBe(0);
  const running = await door.start({ kernel: on.kernel, config: undefined, uses: undefined });
  for (const service of running.services ?? []) await service.start();
  expect(await count()).toBe(1);
  for (const service of running.services ?? []) await service.stop();
  const { rows } = await on.kernel.postgres.pool.query('SELECT 1 FROM people_to_copy');
  expect(rows).toEqual([]);
});

test('traits set outside the stream reach both stores; unknown people are refused', async () => {
  const projectId = newProject();
  await identity.copy((await identity.resolve([{ projectId, act: 'other', userId: 'u', at: Date.now() }])).changed);
  const person = (await identity.personOf(projectId, 'user', 'u')) ?? 0;
  await identity.setTraits(projectId, person, { tier: 'gold', score: 7 });
  await identity.setTraits(projectId, person, { score: null });
  expect((await identity.person(projectId, person))?.traits).toEqual({ tier: 'gold' });
  const rows = await on.kernel.clickhouse.query('SELECT traits FROM people FINAL WHERE project_id = {projectId:UInt32}', { projectId });
  expect(rows).toEqual([{ traits: { tier: 'gold' } }]);
  const other = newProject();
  await expect(identity.setTraits(other, person, { tier: 'x' })).rejects.toMatchObject({ code: 'identity.person_unknown' });
});
