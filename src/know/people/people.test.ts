import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestSegments, type TestSegments } from '../segments/testing/open-segments.ts';
import { People } from './people.ts';

const HOUR = 3_600_000;
const DAY = 86_400_000;
let on: TestSegments;
let people: People;
beforeAll(async () => {
  on = await openTestSegments();
  people = new People({ kernel: on.kernel, identity: on.identity, segments: on.segments, audiences: on.audiences });
});
afterAll(() => on.close());

async function wholeList(projectId: number, limit: number): Promise<number[]> {
  const found: number[] = [];
  let cursor: string | undefined;
  do {
    const page = await people.list(projectId, { cursor, limit });
    found.push(...page.items.map((row) => row.personId));
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return found;
}

test('an empty project has an empty list', async () => {
  const projectId = await on.newProject();
  expect(await people.list(projectId, { limit: 10 })).toEqual({ items: [] });
  expect(await people.search(projectId, 'li', 10)).toEqual({ items: [] });
  expect(await people.count(projectId)).toBe(0);
});

test('the list is by last own event, page by page, then those who never did anything', async () => {
  const projectId = await on.newProject('Asia/Shanghai');
  const sent = fc.sample(
    fc.record({ user: fc.integer({ min: 0, max: 25 }), hoursAgo: fc.integer({ min: 0, max: 24 * 400 }), passive: fc.boolean() }),
    { numRuns: 80, seed: 7 },
  );
  const lastSeen = new Map<number, number>();
  const known = new Set<number>();
  for (const { user, hoursAgo, passive } of sent) {
    const time = on.clock.now() - hoursAgo * HOUR;
    const person = await on.send(projectId, { user: `user-${user}`, time, passive });
    known.add(person);
    if (!passive) lastSeen.set(person, Math.max(lastSeen.get(person) ?? 0, time));
  }
  const seen = [...lastSeen].sort(([a, at], [b, bt]) => bt - at || b - a).map(([person]) => person);
  for (const limit of [1, 7, 200]) {
    const listed = await wholeList(projectId, limit);
    expect(listed.slice(0, seen.length)).toEqual(seen);
    expect(new Set(listed)).toEqual(known);
    expect(listed).toHaveLength(known.size);
  }
  const [first] = (await people.list(projectId, { limit: 1 })).items;
  expect(first?.lastSeenAt).toBe(lastSeen.get(first?.personId ?? 0));
});

test('a person is found by any id and by the text of a trait, not by the name of one', async () => {
  const projectId = await on.newProject();
  const li = await on.send(projectId, {
    user: 'u/li "1"',
    traits: { name: '李华', email: 'Li.Hua@example.com', address: { city: '上海' }, tags: ['vip', 'a/b'] },
  });
  const wang = await on.send(projectId, { anonymous: 'device-7', traits: { name: '王芳', city: 'x' } });
  const searched = async (text: string) => (await people.search(projectId, text, 10)).items.map((row) => row.personId);
  expect(await searched('u/li "1"')).toEqual([li]);
  expect(await searched('device-7')).toEqual([wang]);
  expect(await searched('li.hua@EXAMPLE')).toEqual([li]);
  expect(await searched('华')).toEqual([li]);
  expect(await searched('上海')).toEqual([li]);
  expect(await searched('a/b')).toEqual([li]);
  expect(await searched('city')).toEqual([]);
  expect(await searched('.*')).toEqual([]);
  expect(await people.find(projectId, 'device-7', undefined)).toBe(wang);
  expect(await people.find(projectId, 'u/li "1"', 'user')).toBe(li);
  await expect(people.find(projectId, 'device-7', 'user')).rejects.toMatchObject({ code: 'people.unknown_person', status: 404 });
  const other = await on.newProject();
  await expect(people.find(other, 'device-7', undefined)).rejects.toMatchObject({ status: 404 });
  await expect(people.get(other, li)).rejects.toMatchObject({ status: 404 });
  await expect(people.timeline(other, li, { limit: 5 })).rejects.toMatchObject({ status: 404 });
});

test('the timeline is whole and newest first, page by page, with equal times in the order sent', async () => {
  const projectId = await on.newProject();
  const now = on.clock.now();
  const person = await on.send(projectId, { user: 'li', event: 'Start', time: now - DAY });
  for (let index = 0; index < 12; index += 1) {
    await on.send(projectId, {
      user: 'li',
      event: index % 2 ? 'Order Completed' : 'Viewed',
      time: now - (index % 3) * HOUR,
      properties: { index, note: index === 5 ? '红色 a/b' : 'x' },
    });
  }
  const all = await people.timeline(projectId, person, { limit: 200 });
  expect(all.nextCursor).toBeUndefined();
  expect(all.items).toHaveLength(13);
  expect(all.items.map((entry) => entry.time)).toEqual(all.items.map((entry) => entry.time).sort((a, b) => b - a));
  const paged = [];
  let cursor: string | undefined;
  do {
    const page = await people.timeline(projectId, person, { limit: 2, cursor });
    paged.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  expect(paged).toEqual(all.items);
  const orders = await people.timeline(projectId, person, { limit: 200, event: 'Order Completed' });
  expect(orders.items.every((entry) => entry.event === 'Order Completed')).toBe(true);
  expect(orders.items).toHaveLength(6);
  const red = await people.timeline(projectId, person, { limit: 200, text: '红色 A/B' });
  expect(red.items.map((entry) => entry.properties['index'])).toEqual([5]);
  for (const wrong of ['x', 'bnVsbA', Buffer.from('[1,2]').toString('base64url'), Buffer.from('[1,-2,"x"]').toString('base64url')]) {
    await expect(people.timeline(projectId, person, { limit: 2, cursor: wrong })).rejects.toMatchObject({ code: 'people.bad_cursor' });
    await expect(people.list(projectId, { limit: 2, cursor: wrong })).rejects.toMatchObject({ code: 'people.bad_cursor' });
  }
});

test('what happened before sign-up belongs to the same person after it; the old number leads to the winner', async () => {
  const projectId = await on.newProject();
  const now = on.clock.now();
  const device = await on.send(projectId, { anonymous: 'phone', event: 'Viewed', time: now - 2 * DAY });
  const known = await on.send(projectId, { user: 'li', event: 'Order Completed', time: now - DAY });
  await on.send(projectId, { user: 'li', anonymous: 'phone', traits: { name: '李华' } });
  const [asDevice, asKnown] = await Promise.all([people.get(projectId, device), people.get(projectId, known)]);
  expect(asDevice.personId).toBe(asKnown.personId);
  const loser = asKnown.personId === known ? device : known;
  expect((await people.get(projectId, loser)).mergedFrom).toBe(loser);
  expect(asKnown).toMatchObject({ label: '李华', traits: { name: '李华' }, firstSeenAt: now - 2 * DAY });
  expect(asKnown.externalIds.map((id) => id.value).sort()).toEqual(['li', 'phone']);
  const events = (await people.timeline(projectId, loser, { limit: 200 })).items.map((entry) => entry.event);
  expect(events).toEqual(expect.arrayContaining(['Viewed', 'Order Completed', '$identify']));
  expect((await wholeList(projectId, 10)).filter((person) => person === loser)).toEqual([]);
});

test('the page names the segments of the person', async () => {
  const projectId = await on.newProject();
  const li = await on.send(projectId, { user: 'li', traits: { city: '上海' } });
  const { id } = await on.segments.create({
    projectId,
    name: '上海用户',
    condition: { kind: 'trait', trait: 'city', test: { op: 'equals', value: '上海' } },
  });
  await on.work(projectId);
  expect((await people.get(projectId, li)).segments).toEqual([{ segmentId: id, name: '上海用户' }]);
});
