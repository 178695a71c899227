import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { api, freePort, type ProductProcess, startProduct, until } from './product-process.ts';
import { type Message, Sender, sendBatch } from './sender.ts';

/*
 * A data folder on a file system of its own that becomes full while events come in: the door says so, takes events again when there is room, and nothing that
 * it acknowledged is lost. Needs the right to mount; without it the test says that it was left out.
 */
const SIZE_MB = 900;
const BATCH = 50;
const BLOCK = Buffer.alloc(1_048_576, 7);

let folder: string;
let product: ProductProcess | undefined;
let isMounted = false;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'perennial-full-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${SIZE_MB}m`, 'perennial-test', folder], { stdio: 'pipe' });
    isMounted = true;
  } catch {
    return;
  }
  product = await startProduct(folder, await freePort(), { PERENNIAL_DEMO: '0' });
});

afterAll(async () => {
  await product?.kill();
  if (isMounted) execFileSync('umount', ['-l', folder]);
  rmSync(folder, { recursive: true, force: true });
});

const filler = (): string => join(folder, 'filler');

/** Takes all the room that is left. */
function fillDisk(): void {
  const file = openSync(filler(), 'a');
  try {
    for (;;) writeSync(file, BLOCK);
  } catch (error) {
    if ((error as { code?: string }).code !== 'ENOSPC') throw error;
  } finally {
    closeSync(file);
  }
}

const freeMb = (): number => {
  const { bavail, bsize } = statfsSync(folder);
  return Math.round((bavail * bsize) / 1e6);
};

function messagesFrom(first: number, count: number): Message[] {
  return Array.from({ length: count }, (_, index) => {
    const number = first + index;
    return {
      type: 'track',
      event: 'Stored',
      messageId: `full-${number}`,
      userId: `u${number % 70}`,
      timestamp: new Date().toISOString(),
      properties: { number },
    };
  });
}

async function counted(measure: 'events' | 'people'): Promise<number> {
  const range = { kind: 'last', count: 2, unit: 'day' };
  const question = { kind: 'trend', event: 'Stored', filters: [], measure: { kind: measure }, interval: 'day', range };
  const answer = await api<{ series: { total: number }[] }>(product as ProductProcess, 'POST', '/insights/trend', question);
  return answer.series[0]?.total ?? 0;
}

test('a full disk: 503 at the door, and after there is room again nothing acknowledged is missing or doubled', {
  timeout: 300_000,
}, async (context) => {
  if (!product) return context.skip('file systems cannot be mounted here');
  const { url, firstRun } = product;
  const sender = new Sender(() => [product?.url ?? url], firstRun.writeKey);
  for (let from = 0; from < 1_000; from += BATCH) await sender.send(messagesFrom(from, BATCH));
  fillDisk();
  process.stdout.write(`disk is full: ${freeMb()} MB free of ${SIZE_MB}\n`);
  let isFreed = false;
  let next = 1_000;
  const sending = Promise.all(
    Array.from({ length: 4 }, async () => {
      while (!isFreed) {
        const batch = messagesFrom(next, BATCH);
        next += BATCH;
        await sender.send(batch);
      }
    }),
  );
  await until('a 503 for want of room', () => (sender.refusals[503] ?? 0) > 3, 90_000);
  const refusal = await until('a refusal to look at', async () => {
    const answer = await sendBatch(url, firstRun.writeKey, [{ ...(messagesFrom(9_000_000, 1)[0] as Message) }]);
    return answer.status === 503 ? answer : undefined;
  });
  expect(refusal.retryAfter).not.toBeNull();
  const whenFull = sender.acknowledged.size;
  rmSync(filler());
  const freedAt = Date.now();
  await until('events to be taken again', () => sender.acknowledged.size > whenFull + 200, 90_000);
  process.stdout.write(`room again: taken after ${Date.now() - freedAt} ms; refusals ${JSON.stringify(sender.refusals)}\n`);
  isFreed = true;
  await sending;
  await sender.send(messagesFrom(9_000_000, 1));
  expect(sender.unhelpful).toBe(0);
  expect(await counted('events')).toBe(sender.acknowledged.size);
  expect(await counted('people')).toBe(70);

  // What stands on the disk after all this is whole: it starts again and says the same.
  await product.kill();
  product = await startProduct(folder, Number(new URL(url).port), { PERENNIAL_DEMO: '0' });
  expect(await counted('events')).toBe(sender.acknowledged.size);
});
