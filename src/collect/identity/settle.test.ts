import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestStores, type TestStores } from '../../kernel/testing/open-test-stores.ts';
import { door as projectsDoor } from '../../workspace/projects/index.ts';
import { door as streamDoor } from '../stream/index.ts';
import type { IdentityApi } from './api.ts';
import { door } from './index.ts';

let on: TestStores;
let here: IdentityApi;
beforeAll(async () => {
  on = await openTestStores({ slices: [projectsDoor, door, streamDoor] });
  here = await anotherProcess();
});
afterAll(() => on.close());

const anotherProcess = async (): Promise<IdentityApi> => (await door.start({ kernel: on.kernel, config: undefined, uses: undefined })).api;
const at = Date.now();
const person = async (projectId: number, id: { userId?: string; anonymousId?: string }): Promise<number> =>
  (await here.resolve([{ projectId, act: 'other', at, ...id }])).personIds[0] ?? 0;
const identify = (projectId: number, userId: string, anonymousId: string) => here.resolve([{ projectId, act: 'identify', at, userId, anonymousId }]);

/** What reads make of these numbers, by the column and by the daily sets. */
async function seen(api: IdentityApi, projectId: number, numbers: readonly number[]): Promise<{ column: number[]; bitmap: number[]; of: number[] }> {
  const canonical = await api.canonical(projectId);
  const days = canonical.days({ where: "project_id = {projectId:UInt32} AND event = 'Seen'" });
  const [row] = await on.kernel.clickhouse.query<{ column: number[]; bitmap: number[] }>(
    `SELECT groupArray(toUInt32(${canonical.person('number')})) AS column, bitmapToArray((${days})) AS bitmap
    FROM (SELECT toUInt32(arrayJoin({numbers:Array(UInt32)})) AS number)`,
    { ...canonical.parameters, numbers, projectId },
  );
  const winnerOf = new Map(canonical.losers.map((loser, index) => [loser, canonical.winners[index] ?? 0]));
  for (const number of numbers) {
    const winner = winnerOf.get(number) ?? number;
    expect(canonical.numbersOf([winner])).toContain(number);
  }
  return { column: row?.column ?? [], bitmap: row?.bitmap.sort((a, b) => a - b) ?? [], of: numbers.map((number) => winnerOf.get(number) ?? number) };
}

test('settled merges read as pending ones do: before, after, for who comes later, and when chains grow on top', async () => {
  const projectId = 7;
  const there = await anotherProcess();
  const users = [];
  const devices = [];
  for (let index = 0; index < 6; index += 1) {
    devices.push(await person(projectId, { anonymousId: `d${index}` }));
    users.push(await person(projectId, { userId: `u${index}` }));
  }
  const everybody = [...users, ...devices];
  await on.kernel.clickhouse.command(
    `INSERT INTO event_days (project_id, event, day, people)
    SELECT {projectId:UInt32}, 'Seen', toDate('2026-05-01') + number % 3, groupBitmapState(toUInt32(person)) FROM (SELECT arrayJoin({everybody:Array(UInt32)}) AS person, person AS number) GROUP BY 3`,
    { projectId, everybody },
  );
  const check = async (expected: readonly number[]) => {
    for (const api of [here, there, await anotherProcess()])
      expect(await seen(api, projectId, everybody)).toEqual({
        column: expected,
        bitmap: [...new Set(expected)].sort((a, b) => a - b),
        of: expected,
      });
  };
  const expected = [...everybody];
  for (const index of [0, 1, 2]) {
    await identify(projectId, `u${index}`, `d${index}`);
    expected[6 + index] = users[index] ?? 0;
  }
  await expect.poll(async () => (await there.canonical(projectId)).losers.length).toBe(3);
  await check(expected);
  expect(await here.settle(projectId)).toBe(true);
  expect((await here.canonical(projectId)).parameters).toEqual({});
  await expect.poll(async () => (await there.canonical(projectId)).parameters).toEqual({});
  await check(expected);
  expect(await here.settle(projectId)).toBe(false);
  // A settled winner is merged further, and a new merge comes.
  await here.resolve([{ projectId, act: 'alias', at, userId: 'u1', previousId: 'u0' }]);
  expected[0] = users[1] ?? 0;
  expected[6] = users[1] ?? 0;
  await identify(projectId, 'u3', 'd3');
  expected[9] = users[3] ?? 0;
  await expect.poll(async () => (await there.canonical(projectId)).losers.length).toBe(5);
  await check(expected);
  expect(await here.settle(projectId)).toBe(true);
  await expect.poll(async () => (await there.canonical(projectId)).parameters).toEqual({});
  await check(expected);
});

test('one process settles at a time, and a dead one is waited for no longer than its lease', async () => {
  const projectId = 8;
  await person(projectId, { anonymousId: 'd' });
  await person(projectId, { userId: 'u' });
  await identify(projectId, 'u', 'd');
  await on.kernel.postgres.pool.query("INSERT INTO settled_merges (project_id, leased_until) VALUES ($1, now() + interval '1 minute')", [projectId]);
  expect(await here.settle(projectId)).toBe(false);
  await on.kernel.postgres.pool.query("UPDATE settled_merges SET leased_until = now() - interval '1 minute' WHERE project_id = $1", [projectId]);
  expect(await here.settle(projectId)).toBe(true);
});
