import { afterAll, beforeAll, expect, test } from 'vitest';
import { AppError } from '../../kernel/errors/errors.ts';
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

async function count(table: string, projectId: number): Promise<number> {
  const rows = await on.kernel.clickhouse.query<{ rows: number }>(`SELECT count() AS rows FROM ${table} WHERE project_id = {projectId:UInt32}`, {
    projectId,
  });
  return rows[0]?.rows ?? -1;
}

async function activePeople(projectId: number): Promise<number> {
  const rows = await on.kernel.clickhouse.query<{ people: number }>(
    "SELECT groupBitmapMerge(people) AS people FROM event_days WHERE project_id = {projectId:UInt32} AND event = ''",
    { projectId },
  );
  return rows[0]?.people ?? -1;
}

async function take(listener: string): Promise<string[]> {
  const taken = await on.kernel.postgres.transaction((tx) => on.stream.api.takeAnnouncements(listener, 100, tx));
  return taken.map((each) => each.messageId);
}

test('what a crash left out of the rollups is put in order at the start, and is still known as written', async () => {
  const projectId = await on.newProject();
  const events = Array.from({ length: 5 }, (_, index) => trackEvent({ userId: `u${index}` }));
  await on.stream.api.accept(projectId, events, meta());
  for (const table of ['message_ids', 'event_days'])
    await on.kernel.clickhouse.commandOnEachShard(`TRUNCATE TABLE ${on.kernel.clickhouse.localTable(table)}`);
  expect(await activePeople(projectId)).toBe(0);
  const { stream } = await on.restarted();
  await stream.recover();
  await stream.recover();
  expect(await activePeople(projectId)).toBe(5);
  expect(await stream.api.accept(projectId, events, meta())).toMatchObject({ accepted: 0, duplicates: 5 });
  expect(await count('events', projectId)).toBe(5);
});

test('listeners are told each event once: at once, after a crash before the telling, and when it is sent again', async () => {
  const projectId = await on.newProject();
  const listener = `journeys-${projectId}`;
  const early = trackEvent({ userId: 'u', event: 'Bought' });
  await on.stream.api.accept(projectId, [early], meta());
  await on.stream.api.listen({ listener, projectId, events: ['Bought', '$merged'] });
  const bought = trackEvent({ userId: 'u', event: 'Bought', properties: { price: 3, name: '柚子' } });
  await on.stream.api.accept(projectId, [bought, trackEvent({ userId: 'u', event: 'Viewed' })], meta());
  const taken = await on.kernel.postgres.transaction((tx) => on.stream.api.takeAnnouncements(listener, 100, tx));
  expect(taken).toMatchObject([
    { projectId, event: 'Bought', messageId: bought.messageId, time: bought.time, properties: { price: 3, name: '柚子' } },
  ]);
  expect(taken[0]?.personId).toBe(await on.identity.personOf(projectId, 'user', 'u'));
  await on.stream.api.accept(projectId, [bought, early], meta());
  expect(await take(listener)).toEqual([]);

  const lost = trackEvent({ userId: 'u', event: 'Bought' });
  const lostToo = trackEvent({ userId: 'u', event: 'Bought' });
  await on.stream.api.accept(projectId, [lost, lostToo], meta());
  // As if the process had died between the stream and its announcements.
  await on.kernel.postgres.pool.query('DELETE FROM announcements WHERE message_id = ANY($1)', [[lost.messageId, lostToo.messageId]]);
  await on.stream.api.accept(projectId, [lost], meta());
  expect(await take(listener)).toEqual([lost.messageId]);
  await (await on.restarted()).stream.recover();
  expect(await take(listener)).toEqual([lostToo.messageId]);
});

test('an announcement whose transaction rolls back comes again; two takers never get the same', async () => {
  const projectId = await on.newProject();
  const listener = `takers-${projectId}`;
  await on.stream.api.listen({ listener, projectId, events: ['*'] });
  await on.stream.api.accept(
    projectId,
    Array.from({ length: 30 }, () => trackEvent({ userId: 'u' })),
    meta(),
  );
  await expect(
    on.kernel.postgres.transaction(async (tx) => {
      await on.stream.api.takeAnnouncements(listener, 100, tx);
      throw new Error('the taker dies');
    }),
  ).rejects.toThrow('the taker dies');
  const takers = await Promise.all([1, 2, 3].map(() => on.kernel.postgres.transaction((tx) => on.stream.api.takeAnnouncements(listener, 12, tx))));
  const ids = takers.flat().map((each) => each.id);
  expect([ids.length, new Set(ids).size]).toEqual([30, 30]);
  await on.stream.api.listen({ listener, projectId, events: [] });
  await on.stream.api.accept(projectId, [trackEvent({ userId: 'u' })], meta());
  expect(await take(listener)).toEqual([]);
});

test('facts are written once, reach the winner of old merges, and never make anybody active when passive', async () => {
  const projectId = await on.newProject();
  await on.stream.api.accept(projectId, [trackEvent({ anonymousId: 'a' })], meta());
  await on.stream.api.accept(projectId, [trackEvent({ userId: 'u' })], meta());
  const loser = (await on.identity.personOf(projectId, 'anonymous', 'a')) ?? 0;
  await on.stream.api.accept(projectId, [trackEvent({ kind: 'identify', event: '$identify', userId: 'u', anonymousId: 'a' })], meta());
  const winner = await on.identity.personOf(projectId, 'user', 'u');
  const fact = {
    personId: loser,
    event: '$message_sent',
    time: Date.now(),
    properties: { channel: 'email' },
    messageId: 'mail-1',
    passive: true,
    source: 'gate',
  };
  const before = await activePeople(projectId);
  await Promise.all([on.stream.api.record(projectId, [fact]), on.stream.api.record(projectId, [fact])]);
  await (await on.restarted()).stream.api.record(projectId, [fact]);
  const rows = await on.kernel.clickhouse.query(
    'SELECT person_id, passive FROM events WHERE project_id = {projectId:UInt32} AND event = {event:String}',
    {
      projectId,
      event: '$message_sent',
    },
  );
  expect(rows).toEqual([{ person_id: winner, passive: 1 }]);
  expect(await activePeople(projectId)).toBe(before);
});

test('when a store fails nothing is acknowledged, and sending again writes it once', async () => {
  const projectId = await on.newProject();
  const events = [trackEvent({ userId: 'u1' }), trackEvent({ userId: 'u2', kind: 'identify', event: '$identify', traits: { city: 'Wuhan' } })];
  await on.kernel.postgres.pool.query('ALTER TABLE identities RENAME TO identities_away');
  await expect(on.stream.api.accept(projectId, events, meta())).rejects.toMatchObject({
    code: 'stream.store_unavailable',
    status: 503,
    retryAfterSeconds: 2,
  });
  await on.kernel.postgres.pool.query('ALTER TABLE identities_away RENAME TO identities');
  expect(await on.stream.api.accept(projectId, events, meta())).toMatchObject({ accepted: 2 });

  const local = on.kernel.clickhouse.localTable('events');
  const more = [trackEvent({ userId: 'u3' }), trackEvent({ userId: 'u1' })];
  await on.kernel.clickhouse.commandOnEachShard(`RENAME TABLE ${local} TO events_away`);
  await expect(on.stream.api.accept(projectId, more, meta())).rejects.toMatchObject({ status: 503 });
  await on.kernel.clickhouse.commandOnEachShard(`RENAME TABLE events_away TO ${local}`);
  expect(await on.stream.api.accept(projectId, more, meta())).toMatchObject({ accepted: 2 });
  expect(await count('events', projectId)).toBe(4);
  expect(await activePeople(projectId)).toBe(3);
});

test('beyond what can be held, senders are told to come again', async () => {
  const projectId = await on.newProject();
  const { stream } = await on.restarted({ heldBytesMax: 20_000 });
  const big = () => [trackEvent({ userId: 'u', properties: { text: 'x'.repeat(12_000) } })];
  const results = await Promise.allSettled(Array.from({ length: 6 }, () => stream.api.accept(projectId, big(), meta())));
  const refused = results.filter((result) => result.status === 'rejected').map((result) => result.reason);
  expect(refused.length).toBeGreaterThan(0);
  for (const reason of refused) {
    expect(reason).toBeInstanceOf(AppError);
    expect(reason).toMatchObject({ code: 'stream.overloaded', status: 503, retryAfterSeconds: 2 });
  }
  expect(await count('events', projectId)).toBe(results.length - refused.length);
});

test('closing writes what waits', async () => {
  const projectId = await on.newProject();
  const { stream } = await on.restarted({ waitMs: 60_000 });
  const waiting = stream.api.accept(projectId, [trackEvent({ userId: 'u' })], meta());
  await expect.poll(() => count('events', projectId)).toBe(0);
  await stream.close();
  expect(await waiting).toMatchObject({ accepted: 1 });
  await expect(stream.api.accept(projectId, [trackEvent({ userId: 'u' })], meta())).rejects.toMatchObject({ code: 'stream.overloaded' });
});

test('two processes that get the same message at once write it once', async () => {
  if (on.form === 'embedded') return;
  const projectId = await on.newProject();
  const others = await Promise.all([on.restarted(), on.restarted(), on.restarted()]);
  const events = Array.from({ length: 40 }, (_, index) => trackEvent({ userId: `u${index % 5}` }));
  const send = async (stream: (typeof others)[number]['stream']): Promise<number> => {
    for (;;) {
      try {
        return (await stream.api.accept(projectId, events, meta())).accepted;
      } catch (error) {
        if (!(error instanceof AppError) || error.status !== 503) throw error;
      }
    }
  };
  const accepted = await Promise.all(others.map((other) => send(other.stream)));
  expect(accepted.reduce((a, b) => a + b)).toBe(40);
  expect(await count('events', projectId)).toBe(40);
  const people = await Promise.all(Array.from({ length: 5 }, (_, index) => on.identity.personOf(projectId, 'user', `u${index}`)));
  expect(new Set(people).size).toBe(5);
});

test('a process that died in the middle of a group is cleaned up after by the others', async () => {
  if (on.form === 'embedded') return;
  const projectId = await on.newProject();
  const event = trackEvent({ userId: 'u' });
  await on.stream.api.accept(projectId, [event], meta());
  await on.kernel.clickhouse.commandOnEachShard(`TRUNCATE TABLE ${on.kernel.clickhouse.localTable('message_ids')}`);
  await on.kernel.postgres.pool.query(
    `INSERT INTO stream_groups (id, started_at, expires_at, hashes) VALUES (gen_random_uuid(), now() - interval '2 minutes', now() - interval '1 minute', '{1}')`,
  );
  const { stream } = await on.restarted();
  expect(await stream.api.accept(projectId, [event], meta())).toMatchObject({ duplicates: 1 });
  const { rows } = await on.kernel.postgres.pool.query('SELECT 1 FROM stream_groups WHERE expires_at < now()');
  expect(rows).toEqual([]);
});
