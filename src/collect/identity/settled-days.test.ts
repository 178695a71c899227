import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { HeldClock } from '../../kernel/clock.ts';
import { openTestStream, type TestStream, trackEvent } from '../stream/testing/open-stream.ts';
import type { IdentityApi } from './index.ts';
import { EventMover } from './move-events.ts';

const DAY_MS = 86_400_000;
const now = Date.parse('2026-05-20T12:00:00Z');
const clock = new HeldClock(now);
let on: TestStream;
beforeAll(async () => {
  on = await openTestStream({ clock });
});
afterAll(async () => {
  await on.stream.close();
  await on.close();
});

const dayOf = (ago: number): string => new Date(now - ago * DAY_MS).toISOString().slice(0, 10);
const mutation = { lane: 'write', settings: { mutations_sync: 1, lightweight_deletes_sync: 1 } } as const;

type Step =
  | { do: 'see' | 'sign in'; user: number; device: number; ago: number }
  | { do: 'settle' | 'bring on' | 'repair' | 'move' }
  | { do: 'undo' | 'split' | 'erase'; user: number }
  | { do: 'expire'; ago: number };

const user = fc.integer({ min: 0, max: 3 });
const ago = fc.integer({ min: 1, max: 9 });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constantFrom('see', 'sign in'), user, device: fc.integer({ min: 0, max: 5 }), ago }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constantFrom('settle', 'settle', 'bring on', 'repair', 'move') }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('undo', 'split', 'erase'), user }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('expire' as const), ago }) },
);

/** The daily sets as reports read them, and whether from the settled ones. */
async function daysRead(identity: IdentityApi, projectId: number): Promise<{ days: unknown; isSettled: boolean }> {
  const canonical = await identity.canonical(projectId);
  const sql = canonical.days({ by: '(toString(event), day)', where: 'project_id = {projectId:UInt32}' });
  const days = await on.kernel.clickhouse.query(
    `SELECT bucket.1 AS name, toString(bucket.2) AS day, arraySort(bitmapToArray(bitmap)) AS people FROM (${sql}) WHERE length(people) > 0 ORDER BY name, day`,
    { ...canonical.parameters, projectId },
  );
  return { days, isSettled: sql.includes('event_days_settled') };
}

/** The same by the rows of the stream. */
async function daysByRows(projectId: number): Promise<unknown> {
  const canonical = await on.identity.canonical(projectId);
  return on.kernel.clickhouse.query(
    `SELECT name, toString(day) AS day, arraySort(groupUniqArray(toUInt32(${canonical.person('person_id')}))) AS people
    FROM (SELECT arrayJoin(if(passive = 1, [toString(event)], [toString(event), ''])) AS name, day, person_id FROM events WHERE project_id = {projectId:UInt32})
    GROUP BY name, day ORDER BY name, day`,
    { ...canonical.parameters, projectId },
  );
}

/** As if everything that is copied by now had come long ago: then the settled sets alone say who was there. */
async function letTimePass(projectId: number): Promise<void> {
  const { clickhouse } = on.kernel;
  await clickhouse.commandOnEachShard(
    `ALTER TABLE ${clickhouse.localTable('event_days')} UPDATE changed_at = toDateTime(1) WHERE project_id = {projectId:UInt32}`,
    { projectId },
    mutation,
  );
}

const personOf = (projectId: number, number: number) => on.identity.personOf(projectId, 'user', `u${number}`);

async function erase(projectId: number, number: number): Promise<void> {
  const { clickhouse } = on.kernel;
  const personId = await personOf(projectId, number);
  if (personId === undefined) return;
  const numbers = await on.identity.numbersOf(projectId, personId);
  await on.identity.erase(projectId, numbers);
  await clickhouse.commandOnEachShard(
    `DELETE FROM ${clickhouse.localTable('events')} WHERE project_id = {projectId:UInt32} AND person_id IN {numbers:Array(UInt32)}`,
    { projectId, numbers },
    mutation,
  );
  await on.stream.api.takeOutOfDays(projectId, numbers);
  expect(await on.stream.api.countInDays(projectId, numbers)).toBe(0);
}

async function part(projectId: number, number: number, how: 'undo' | 'split'): Promise<void> {
  const personId = await personOf(projectId, number);
  if (personId === undefined) return;
  const [merge] = await on.identity.mergesOf(projectId, personId);
  const ids = (await on.identity.idsOf(projectId, personId)).map(({ kind, value }) => ({ kind, value }));
  if (how === 'undo' && merge) await on.identity.part(projectId, { personId, merge: merge.loser }, {});
  if (how === 'split' && ids.length > 1) await on.identity.part(projectId, { personId, ids: ids.slice(0, 1) }, {});
}

async function take(projectId: number, step: Step): Promise<void> {
  if (step.do === 'see' || step.do === 'sign in') {
    const ids = { ...(step.user > 0 && step.do === 'sign in' && { userId: `u${step.user}` }), anonymousId: `d${step.device}` };
    const event = trackEvent({ kind: step.do === 'see' ? 'track' : 'identify', event: step.do, time: now - step.ago * DAY_MS, ...ids });
    await on.stream.api.accept(projectId, [event], { receivedAt: now, source: 'test' });
  }
  if (step.do === 'settle' && (await on.identity.settle(projectId))) await letTimePass(projectId);
  if (step.do === 'bring on' && (await on.identity.bringDaysOn(projectId))) await letTimePass(projectId);
  if (step.do === 'repair') {
    const { stream } = await on.restarted();
    await stream.recover();
    await stream.close();
  }
  if (step.do === 'move') {
    clock.advance(180_000);
    await new EventMover(on.kernel).moveAll();
  }
  if (step.do === 'undo' || step.do === 'split') await part(projectId, step.user, step.do);
  if (step.do === 'erase') await erase(projectId, step.user);
  if (step.do === 'expire') {
    const cuts = [{ event: 'see', keepFrom: dayOf(step.ago) }];
    await on.stream.api.expire(projectId, cuts, await on.stream.api.expiredDays(projectId, cuts));
  }
}

test('daily sets say what the rows say, settled or not: through merges, partings, erasures, expiry, repair and late events', async () => {
  let read = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 12, maxLength: 16 }), async (steps) => {
      const projectId = await on.newProject('UTC');
      const seen: Step[] = [0, 1, 2, 3, 4, 5].map((device) => ({ do: 'see', user: 0, device, ago: device + 1 }));
      const merged: Step[] = [1, 2, 3].flatMap((number) => [
        { do: 'sign in', user: number, device: 9, ago: 3 },
        { do: 'sign in', user: number, device: number, ago: 2 },
      ]);
      for (const each of [...seen, ...merged]) await take(projectId, each);
      for (const each of [{ do: 'settle' } as const, ...steps]) {
        await take(projectId, each);
        const expected = await daysByRows(projectId);
        const { days, isSettled } = await daysRead(on.identity, projectId);
        expect(days, JSON.stringify(each)).toEqual(expected);
        if (isSettled) read += 1;
      }
      const { identity: elsewhere } = await on.restarted();
      expect((await daysRead(elsewhere, projectId)).days).toEqual(await daysByRows(projectId));
    }),
    { numRuns: on.form === 'server' ? 1 : 3, endOnFailure: true },
  );
  expect(read).toBeGreaterThan(0);
}, 120_000);

test('parted people are read right at once, and their settled sets come back when their events have moved', async () => {
  const projectId = await on.newProject('UTC');
  const steps: Step[] = [
    { do: 'see', user: 0, device: 1, ago: 4 },
    { do: 'sign in', user: 1, device: 9, ago: 3 },
    { do: 'sign in', user: 1, device: 1, ago: 2 },
    { do: 'settle' },
  ];
  for (const each of steps) await take(projectId, each);
  expect((await daysRead(on.identity, projectId)).isSettled).toBe(true);
  const { identity: elsewhere } = await on.restarted();
  await part(projectId, 1, 'undo');
  for (const each of ['parted', 'settle', 'move', 'settle'] as const) {
    if (each !== 'parted') await take(projectId, { do: each });
    const { days } = await daysRead(on.identity, projectId);
    expect(days).toEqual(await daysByRows(projectId));
    await expect.poll(async () => (await daysRead(elsewhere, projectId)).days).toEqual(days);
  }
  expect((await daysRead(on.identity, projectId)).isSettled).toBe(true);
});
