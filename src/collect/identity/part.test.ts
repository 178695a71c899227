import { afterAll, beforeAll, expect, test } from 'vitest';
import type { IncomingEvent } from '../stream/contract.ts';
import { openTestStream, type TestStream, trackEvent } from '../stream/testing/open-stream.ts';
import type { IdentityApi } from './index.ts';

let on: TestStream;
beforeAll(async () => {
  on = await openTestStream();
});
afterAll(async () => {
  await on.stream.close();
  await on.close();
});

const DAY_MS = 86_400_000;
const start = Date.UTC(2026, 4, 1, 4);
const day = (number: number): number => start + number * DAY_MS;
const send = (projectId: number, ...events: Partial<IncomingEvent>[]) =>
  on.stream.api.accept(projectId, events.map(trackEvent), { receivedAt: Date.now(), source: 'test' });
const identify = (userId: string, anonymousId: string, traits: Record<string, unknown>, time: number): Partial<IncomingEvent> => ({
  kind: 'identify',
  event: '$identify',
  userId,
  anonymousId,
  traits,
  time,
});
const personOf = async (projectId: number, kind: string, value: string): Promise<number> => (await on.identity.personOf(projectId, kind, value)) ?? 0;

/** Every read of the stream by person: rows by name, active days, and people. */
async function reads(api: IdentityApi, projectId: number) {
  const canonical = await api.canonical(projectId);
  const ask = <Row>(sql: string) => on.kernel.clickhouse.query<Row>(sql, { ...canonical.parameters, projectId });
  const events = await ask<{ person: number; event: string; rows: number }>(
    `SELECT toUInt32(${canonical.person('person_id')}) AS person, toString(event) AS event, count() AS rows FROM events
    WHERE project_id = {projectId:UInt32} AND passive = 0 GROUP BY person, event ORDER BY person, event`,
  );
  const days = await ask<{ name: string; day: string; people: number[] }>(
    `SELECT bucket.1 AS name, toString(bucket.2) AS day, arraySort(bitmapToArray(bitmap)) AS people
    FROM (${canonical.days({ by: '(toString(event), day)', where: "project_id = {projectId:UInt32} AND event != '$merged'" })})
    WHERE length(people) > 0 ORDER BY name, day`,
  );
  const people = await ask<{ person_id: number; traits: object }>(
    'SELECT person_id, traits FROM people FINAL WHERE project_id = {projectId:UInt32} AND gone = 0 ORDER BY person_id',
  );
  return { events, days, people };
}

/** The days as the rows say that they are. */
async function daysByRows(projectId: number) {
  const canonical = await on.identity.canonical(projectId);
  return on.kernel.clickhouse.query(
    `SELECT name, toString(day) AS day, arraySort(groupUniqArray(toUInt32(${canonical.person('person_id')}))) AS people
    FROM (SELECT arrayJoin(if(passive = 1, [toString(event)], [toString(event), ''])) AS name, day, person_id FROM events WHERE project_id = {projectId:UInt32} AND event != '$merged')
    GROUP BY name, day ORDER BY name, day`,
    { ...canonical.parameters, projectId },
  );
}

test('undoing a merge gives everybody back what is theirs, also what came after it and after it was settled', async () => {
  const projectId = await on.newProject('UTC');
  await send(
    projectId,
    { anonymousId: 'kiosk', event: 'Viewed', time: day(0) },
    { anonymousId: 'kiosk', event: 'Viewed', time: day(1) },
    { userId: 'ann', event: 'Bought', time: day(0) },
  );
  await send(projectId, { kind: 'identify', event: '$identify', anonymousId: 'kiosk', traits: { color: 'red', city: 'Wuhan' }, time: day(1) });
  const loser = await personOf(projectId, 'anonymous', 'kiosk');
  const winner = await personOf(projectId, 'user', 'ann');
  const alone = await reads(on.identity, projectId);
  await send(projectId, identify('ann', 'kiosk', { city: 'Beijing', age: 30 }, day(2)));
  expect(await personOf(projectId, 'anonymous', 'kiosk')).toBe(winner);
  await send(
    projectId,
    { anonymousId: 'kiosk', event: 'Viewed', time: day(3) },
    { anonymousId: 'kiosk', userId: 'ann', event: 'Bought', time: day(3) },
    { anonymousId: 'kiosk', event: 'Left', time: day(4) },
  );
  expect((await on.identity.person(projectId, winner))?.traits).toEqual({ city: 'Beijing', age: 30, color: 'red' });
  await on.identity.settle(projectId);
  const { identity: elsewhere } = await on.restarted();
  await elsewhere.canonical(projectId);
  const [merge] = await on.identity.mergesOf(projectId, winner);
  expect(merge).toMatchObject({ loser, directWinner: winner, ids: [{ kind: 'anonymous', value: 'kiosk' }], at: day(2) });
  const effect = await on.identity.previewParting(projectId, { personId: winner, merge: loser });
  expect(effect).toEqual({
    personId: winner,
    otherId: loser,
    idsGoing: [{ kind: 'anonymous', value: 'kiosk' }],
    idsStaying: [{ kind: 'user', value: 'ann' }],
    mergedWith: [],
    traitsGoing: { color: 'red', city: 'Wuhan' },
    traitsLost: ['color'],
    eventsGoing: 5,
    eventsStaying: 4,
  });
  expect(await on.identity.part(projectId, { personId: winner, merge: loser }, { memberId: 'member-1' })).toBe(loser);
  const [all, there] = [await reads(on.identity, projectId), await reads((await on.restarted()).identity, projectId)];
  expect(all.events).toEqual(
    [
      { person: loser, event: '$identify', rows: 1 },
      { person: loser, event: 'Left', rows: 1 },
      { person: loser, event: 'Viewed', rows: 3 },
      { person: winner, event: '$identify', rows: 1 },
      { person: winner, event: 'Bought', rows: 2 },
    ].sort((a, b) => a.person - b.person || (a.event < b.event ? -1 : 1)),
  );
  expect(all.days).toEqual(await daysByRows(projectId));
  expect(all.people.find((person) => person.person_id === loser)).toEqual(alone.people.find((person) => person.person_id === loser));
  expect(all.people.find((person) => person.person_id === winner)?.traits).toEqual({ city: 'Beijing', age: 30 });
  expect(there).toEqual(all);
  await expect.poll(() => reads(elsewhere, projectId)).toEqual(all);
  // What comes from now on goes to whom it belongs, and both may meet again.
  await send(projectId, { anonymousId: 'kiosk', event: 'Viewed' });
  expect(await personOf(projectId, 'anonymous', 'kiosk')).toBe(loser);
  await send(projectId, identify('ann', 'kiosk', {}, day(5)));
  expect(await personOf(projectId, 'anonymous', 'kiosk')).toBe(winner);
  expect((await reads(on.identity, projectId)).people.map((person) => person.person_id)).toEqual([winner]);
  const history = await on.identity.historyOf({ projectId, personId: winner, limit: 20 });
  expect(history.map((each) => each.action)).toEqual(['merged', 'merge_undone', 'merged']);
  expect(history[1]).toMatchObject({ memberId: 'member-1', personId: winner, otherId: loser });
});

test('an id that never was a person of its own becomes one, with its events', async () => {
  const projectId = await on.newProject('UTC');
  await send(projectId, { userId: 'bob', anonymousId: 'phone', event: 'Viewed', time: day(0) });
  await send(
    projectId,
    { anonymousId: 'tablet', userId: 'bob', event: 'Viewed', time: day(1) },
    { anonymousId: 'tablet', event: 'Played', time: day(2) },
  );
  await send(projectId, { ids: [{ kind: 'email', value: 'child@example.com' }], userId: 'bob', event: 'Viewed', time: day(2) });
  await send(projectId, { ids: [{ kind: 'email', value: 'child@example.com' }], event: 'Opened', time: day(3) });
  const bob = await personOf(projectId, 'user', 'bob');
  const ids = [
    { kind: 'anonymous', value: 'tablet' },
    { kind: 'email', value: 'child@example.com' },
  ];
  await expect(on.identity.part(projectId, { personId: bob, ids: [{ kind: 'user', value: 'nobody' }] }, {})).rejects.toMatchObject({
    code: 'identity.nothing_to_split',
  });
  const effect = await on.identity.previewParting(projectId, { personId: bob, ids });
  expect(effect).toMatchObject({ personId: bob, eventsGoing: 2, eventsStaying: 3, traitsLost: [] });
  const child = await on.identity.part(projectId, { personId: bob, ids }, {});
  expect(child).not.toBe(bob);
  const { events, days, people } = await reads(on.identity, projectId);
  expect(events).toEqual([
    { person: bob, event: 'Viewed', rows: 3 },
    { person: child, event: 'Opened', rows: 1 },
    { person: child, event: 'Played', rows: 1 },
  ]);
  expect(days).toEqual(await daysByRows(projectId));
  expect(people.map((person) => person.person_id)).toEqual([bob, child]);
  expect(await personOf(projectId, 'email', 'child@example.com')).toBe(child);
});

test('members join two people who are both signed in, and take it back; chains come apart where they are cut', async () => {
  const projectId = await on.newProject('UTC');
  await send(projectId, { userId: 'a', time: day(0) }, { userId: 'b', time: day(1) }, { userId: 'c', time: day(2) });
  await send(projectId, { kind: 'identify', event: '$identify', userId: 'a', traits: { tier: 'gold' }, time: day(0) });
  const before = await reads(on.identity, projectId);
  const [a, b, c] = [await personOf(projectId, 'user', 'a'), await personOf(projectId, 'user', 'b'), await personOf(projectId, 'user', 'c')];
  await on.identity.join(projectId, { loser: a, winner: b }, { memberId: 'm' });
  await on.identity.join(projectId, { loser: b, winner: c }, { memberId: 'm' });
  expect((await on.identity.person(projectId, a))?.traits).toEqual({ tier: 'gold' });
  expect((await reads(on.identity, projectId)).people).toEqual([{ person_id: c, traits: { tier: 'gold' } }]);
  await expect(on.identity.join(projectId, { loser: a, winner: c }, {})).rejects.toMatchObject({ code: 'identity.same_person' });
  await expect(on.identity.join(projectId, { loser: 4_000_000_000, winner: c }, {})).rejects.toMatchObject({ code: 'identity.person_unknown' });
  // The one in the middle goes: who was merged into it goes along.
  await on.identity.part(projectId, { personId: c, merge: b }, {});
  expect(await personOf(projectId, 'user', 'a')).toBe(b);
  expect((await on.identity.person(projectId, c))?.traits).toEqual({});
  await on.identity.part(projectId, { personId: b, merge: a }, {});
  expect(await reads(on.identity, projectId)).toEqual(before);
  await expect(on.identity.part(projectId, { personId: b, merge: a }, {})).rejects.toMatchObject({ code: 'identity.merge_unknown' });
});
