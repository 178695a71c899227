import { crc32 } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { KnownMessages } from './known-messages.ts';
import { MessageFilter } from './message-filter.ts';
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

test('the filter never calls a written message new, and rarely a new one known', async () => {
  const projectId = await on.newProject();
  const written = Array.from({ length: 3_000 }, (_, index) =>
    trackEvent({ userId: 'u', messageId: index % 2 ? `令-${index}` : `node-next-${index}` }),
  );
  await on.stream.api.accept(projectId, written, meta());
  const filter = new MessageFilter();
  expect(filter.isNew('anything')).toBe(false);
  filter.addNew('added before it was filled');
  await filter.fill(on.kernel.clickhouse, new AbortController().signal);
  expect(written.filter((event) => filter.isNew(event.messageId))).toEqual([]);
  expect(filter.isNew('added before it was filled')).toBe(false);
  const strangers = Array.from({ length: 20_000 }, (_, index) => `stranger-${index}`);
  expect(strangers.filter((id) => !filter.isNew(id)).length).toBeLessThan(20);
});

test("ClickHouse's hash and ours are the same, also beyond ASCII", async () => {
  const ids = ['', 'a', 'node-next-1795331818026-dac74afb', '柚子', 'é😀'];
  const rows = await on.kernel.clickhouse.query<{ hash: number }>('SELECT CRC32(id) AS hash FROM (SELECT arrayJoin({ids:Array(String)}) AS id)', {
    ids,
  });
  expect(rows.map((row) => row.hash)).toEqual(ids.map((id) => crc32(id)));
});

test('after the filter is filled a message that comes again is still known, and new ones are written', async () => {
  const projectId = await on.newProject();
  const before = trackEvent({ userId: 'u' });
  await on.stream.api.accept(projectId, [before], meta());
  const { stream } = await on.restarted();
  await stream.recover();
  const known = new KnownMessages(on.kernel);
  known.begin();
  await known.settled();
  expect(await known.among(projectId, [before.messageId, 'never seen'])).toEqual(new Set([before.messageId]));
  const fresh = trackEvent({ userId: 'u' });
  expect(await stream.api.accept(projectId, [before, fresh], meta())).toMatchObject({ accepted: 1, duplicates: 1 });
  expect(await stream.api.accept(projectId, [before, fresh], meta())).toMatchObject({ accepted: 0, duplicates: 2 });
  await Promise.all([known.close(), stream.close()]);
});
