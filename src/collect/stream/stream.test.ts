import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestStream, type TestStream, trackEvent } from './testing/open-stream.ts';

let on: TestStream;
beforeAll(async () => {
  on = await openTestStream();
});
afterAll(async () => {
  await on.stream.close();
  await on.close();
});

const meta = () => ({ receivedAt: Date.now(), source: 'test' });

async function stored(projectId: number): Promise<Record<string, unknown>[]> {
  return on.kernel.clickhouse.query(
    `SELECT *, toUnixTimestamp64Milli(time) AS ms FROM events WHERE project_id = {projectId:UInt32} ORDER BY time, sequence, message_id`,
    { projectId },
  );
}

async function rollup(projectId: number): Promise<Record<string, number>> {
  const rows = await on.kernel.clickhouse.query<{ key: string; people: number }>(
    `SELECT concat(event, '@', toString(day)) AS key, groupBitmapMerge(people) AS people FROM event_days WHERE project_id = {projectId:UInt32} GROUP BY event, day ORDER BY key`,
    { projectId },
  );
  return Object.fromEntries(rows.map((row) => [row.key, row.people]));
}

test('an event is written once with its person, its types and its local day', async () => {
  const projectId = await on.newProject('Asia/Shanghai');
  const time = Date.parse('2026-03-01T17:30:00Z');
  const properties = { price: 9.5, count: 3, isNew: true, code: '007', when: '2026-01-01', tags: ['a', 'b'], nested: { deep: 1 } };
  const event = trackEvent({ userId: 'u1', time, properties, context: { ip: '1.2.3.4' }, sequence: 4, sessionId: 's1' });
  const result = await on.stream.api.accept(projectId, [event], meta());
  expect(result).toMatchObject({ accepted: 1, duplicates: 0, refused: 0 });
  const [row] = await stored(projectId);
  expect(row).toMatchObject({
    event: 'Viewed',
    ms: time,
    day: '2026-03-02',
    sequence: 4,
    user_id: 'u1',
    session_id: 's1',
    source: 'test',
    properties,
  });
  expect(JSON.parse(String(row?.context))).toEqual({ ip: '1.2.3.4' });
  const types = await on.stream.api.propertyNames(projectId, 'Viewed');
  expect(Object.fromEntries(types.map((each) => [each.name, each.types[0]]))).toMatchObject({
    price: 'Float64',
    count: 'Int64',
    isNew: 'Bool',
    code: 'String',
    when: 'String',
  });
  expect(await rollup(projectId)).toEqual({ 'Viewed@2026-03-02': 1, '@2026-03-02': 1 });
  expect(await on.stream.api.eventNames(projectId)).toEqual([{ event: 'Viewed', count: 1, lastSeen: time }]);
});

test('the same message changes nothing: in one request, at the same time, later, and after a restart', async () => {
  const projectId = await on.newProject();
  const event = trackEvent({ userId: 'u1' });
  const first = await on.stream.api.accept(projectId, [event, event], meta());
  expect(first).toMatchObject({ accepted: 1, duplicates: 1 });
  const again = await Promise.all(
    [1, 2, 3].map(() => on.stream.api.accept(projectId, [event, trackEvent({ userId: 'u1', messageId: 'same' })], meta())),
  );
  expect(again.map((result) => result.accepted).reduce((a, b) => a + b)).toBe(1);
  const after = await on.restarted();
  expect(await after.stream.api.accept(projectId, [event], meta())).toMatchObject({ accepted: 0, duplicates: 1 });
  expect(await stored(projectId)).toHaveLength(2);
  const other = await on.newProject();
  expect(await on.stream.api.accept(other, [event], meta())).toMatchObject({ accepted: 1 });
});

test('many requests at once become few groups and lose nothing', async () => {
  const projectId = await on.newProject();
  const results = await Promise.all(
    Array.from({ length: 40 }, (_, request) =>
      on.stream.api.accept(
        projectId,
        Array.from({ length: 50 }, (_each, index) => trackEvent({ userId: `u${(request * 7 + index) % 60}`, sequence: index })),
        meta(),
      ),
    ),
  );
  expect(results.reduce((sum, result) => sum + result.accepted, 0)).toBe(2_000);
  const [counts] = await on.kernel.clickhouse.query<{ events: number; people: number }>(
    'SELECT count() AS events, uniqExact(person_id) AS people FROM events WHERE project_id = {projectId:UInt32}',
    { projectId },
  );
  expect(counts).toEqual({ events: 2_000, people: 60 });
});

test('a merge is seen everywhere: timeline, unique counts, traits, ids', async () => {
  const projectId = await on.newProject();
  const meta = () => ({ receivedAt: Date.now(), source: 'test' });
  await on.stream.api.accept(
    projectId,
    [trackEvent({ kind: 'identify', event: '$identify', anonymousId: 'a', traits: { city: 'Wuhan', plan: 'free' } })],
    meta(),
  );
  await on.stream.api.accept(projectId, [trackEvent({ kind: 'identify', event: '$identify', userId: 'u', traits: { plan: 'pro', old: 1 } })], meta());
  const loser = (await on.identity.personOf(projectId, 'anonymous', 'a')) ?? 0;
  await on.identity.canonical(projectId);
  await on.stream.api.accept(
    projectId,
    [trackEvent({ kind: 'identify', event: '$identify', userId: 'u', anonymousId: 'a', traits: { old: null } })],
    meta(),
  );
  const winner = (await on.identity.personOf(projectId, 'user', 'u')) ?? 0;
  expect(await on.identity.personOf(projectId, 'anonymous', 'a')).toBe(winner);
  expect(await on.identity.person(projectId, loser)).toMatchObject({ personId: winner, mergedInto: winner, traits: { city: 'Wuhan', plan: 'pro' } });
  expect((await on.identity.person(projectId, winner))?.externalIds).toEqual([
    { kind: 'user', value: 'u' },
    { kind: 'anonymous', value: 'a' },
  ]);
  const canonical = await on.identity.canonical(projectId);
  expect([canonical.losers, canonical.winners]).toEqual([[loser], [winner]]);
  const [row] = await on.kernel.clickhouse.query<{ people: number; active: number; merged: number }>(
    `SELECT (SELECT uniqExact(${canonical.person('person_id')}) FROM events WHERE project_id = {projectId:UInt32}) AS people,
      (SELECT bitmapCardinality(${canonical.bitmap('groupBitmapMergeState(people)')}) FROM event_days WHERE project_id = {projectId:UInt32} AND event = '') AS active,
      (SELECT count() FROM events WHERE project_id = {projectId:UInt32} AND event = '$merged' AND passive = 1 AND person_id = {winner:UInt32}) AS merged`,
    { projectId, winner, ...canonical.parameters },
  );
  expect(row).toEqual({ people: 1, active: 1, merged: 1 });
  const people = await on.kernel.clickhouse.query('SELECT person_id, traits FROM people FINAL WHERE project_id = {projectId:UInt32}', { projectId });
  expect(people).toEqual([{ person_id: winner, traits: { city: 'Wuhan', plan: 'pro' } }]);
});
