import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestStores, type TestStores } from '../../kernel/testing/open-test-stores.ts';
import type { IdentityApi } from './api.ts';
import { door } from './index.ts';

let on: TestStores;
let identity: IdentityApi;
beforeAll(async () => {
  on = await openTestStores({ slices: [door] });
  identity = (await door.start({ kernel: on.kernel, config: undefined, uses: undefined })).api;
});
afterAll(() => on.close());

const at = Date.now();
const person = async (id: { userId?: string; anonymousId?: string }): Promise<number> =>
  (await identity.resolve([{ projectId: 1, act: 'other', at, ...id }])).personIds[0] ?? 0;
const pairs = async (api = identity): Promise<[number, number][]> => {
  const { losers, winners } = await api.canonical(1);
  return losers.map((loser, index) => [loser, winners[index] ?? 0]);
};

test('merges are seen at once, chains are flat, and the news give what reading all gives', async () => {
  expect(await pairs()).toEqual([]);
  expect((await identity.canonical(1)).person('person_id')).toBe('person_id');
  const [a, b, c] = [await person({ anonymousId: 'a' }), await person({ userId: 'b' }), await person({ userId: 'c' })];
  await identity.resolve([{ projectId: 1, act: 'identify', userId: 'b', anonymousId: 'a', at }]);
  expect(await pairs()).toEqual([[a, b]]);
  await identity.resolve([{ projectId: 1, act: 'alias', userId: 'c', previousId: 'b', at }]);
  const expected = [
    [a, c],
    [b, c],
  ].sort(([x = 0], [y = 0]) => x - y);
  expect(await pairs()).toEqual(expected);
  expect(await pairs((await door.start({ kernel: on.kernel, config: undefined, uses: undefined })).api)).toEqual(expected);
  expect(await identity.winners(1, [a, b, c])).toEqual(
    new Map([
      [a, c],
      [b, c],
    ]),
  );
  expect([...(await identity.people(1, [a, b, c, 4_000_000])).entries()].map(([asked, found]) => [asked, found.personId])).toEqual(
    expect.arrayContaining([
      [a, c],
      [b, c],
      [c, c],
    ]),
  );
});

test('two people with user ids are never joined through a device: identify hands it over', async () => {
  const first = await person({ userId: 'first', anonymousId: 'tablet' });
  const second = await person({ userId: 'second', anonymousId: 'tablet' });
  expect(second).not.toBe(first);
  expect(await identity.personOf(1, 'anonymous', 'tablet')).toBe(first);
  await identity.resolve([{ projectId: 1, act: 'identify', userId: 'second', anonymousId: 'tablet', at }]);
  expect(await identity.personOf(1, 'anonymous', 'tablet')).toBe(second);
  expect(await person({ anonymousId: 'tablet' })).toBe(second);
  expect((await identity.person(1, first))?.externalIds).toEqual([{ kind: 'user', value: 'first' }]);
});
