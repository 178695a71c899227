import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { createBus } from '../bus/create-bus.ts';
import { openTestStores, type TestStores } from '../testing/open-test-stores.ts';
import { createJobs } from './create-jobs.ts';
import type { JobDefinition } from './jobs.ts';

const greet: JobDefinition<{ name: string }> = { id: 'sample.greet', payload: z.object({ name: z.string() }), attempts: 3, timeoutMs: 10_000 };
const rebuild: JobDefinition<{ segmentId: number }> = {
  id: 'sample.rebuild',
  payload: z.object({ segmentId: z.number() }),
  attempts: 1,
  timeoutMs: 10_000,
  singletonKey: ({ segmentId }) => String(segmentId),
};
const nightly: JobDefinition<Record<string, never>> = {
  id: 'sample.nightly',
  payload: z.object({}),
  attempts: 1,
  timeoutMs: 10_000,
  schedule: '* * * * *',
};
const hasty: JobDefinition<Record<string, never>> = { id: 'sample.hasty', payload: z.object({}), attempts: 1, timeoutMs: 1_000 };
const definitions = [greet, rebuild, nightly, hasty] as unknown as JobDefinition[];

let stores: TestStores;

beforeEach(async () => {
  stores = await openTestStores({ slices: [{ name: 'sample', folder: import.meta.dirname, jobs: definitions }] });
});
afterEach(() => stores.close());

async function states(id: string): Promise<string[]> {
  const { rows } = await stores.kernel.postgres.pool.query<{ state: string }>(
    'SELECT state::text FROM jobs.job WHERE name = $1 ORDER BY created_on',
    [id],
  );
  return rows.map((row) => row.state);
}

test('works on what was sent before and after it began, at once', async () => {
  const { jobs } = stores.kernel;
  const greeted: string[] = [];
  jobs.handle(greet, async ({ name }) => void greeted.push(name));
  await jobs.send(greet, { name: 'before' });
  await stores.startWorkers();
  await expect.poll(() => greeted).toEqual(['before']);
  for (let turn = 0; turn < 5; turn++) await jobs.send(greet, { name: `after ${turn}` });
  // Well under the 30 s after which an unwoken worker would look.
  await expect.poll(() => greeted.length).toBe(6);
  await expect.poll(() => states(greet.id)).toEqual(Array(6).fill('completed'));
});

test('keeps a job whose process went away before it was done', async () => {
  await stores.kernel.jobs.send(greet, { name: 'kept' });
  const { postgres, bus, log } = stores.kernel;
  const next = await createJobs({ postgres, bus, log, definitions });
  const greeted: string[] = [];
  next.handle(greet, async ({ name }) => void greeted.push(name));
  await next.startWorkers();
  await expect.poll(() => greeted).toEqual(['kept']);
  await next.stop();
});

test('refuses a payload that is not as defined, and jobs that nobody listed', async () => {
  await expect(stores.kernel.jobs.send(greet, { name: 5 } as never)).rejects.toThrow();
  await expect(stores.kernel.jobs.send({ ...greet, id: 'sample.unknown' }, { name: 'x' })).rejects.toThrow(/not listed/);
});

test('tries again after 5 s and then gives up to the dead', async () => {
  const { jobs, postgres } = stores.kernel;
  const once: JobDefinition<{ segmentId: number }> = rebuild;
  let attempts = 0;
  jobs.handle(greet, async () => {
    attempts += 1;
    if (attempts === 1) throw new Error('not yet');
  });
  jobs.handle(once, async () => {
    throw new Error('never');
  });
  await stores.startWorkers();
  await jobs.send(greet, { name: 'x' });
  await jobs.send(once, { segmentId: 1 });
  await expect.poll(() => states(once.id)).toEqual(['failed']);
  await expect
    .poll(async () => (await postgres.pool.query(`SELECT data FROM jobs.job WHERE name = 'kernel.dead'`)).rows)
    .toEqual([{ data: { payload: { segmentId: 1 } } }]);
  await expect.poll(() => states(greet.id)).toEqual(['completed']);
  expect(attempts).toBe(2);
});

test('holds one job a key while it waits or runs', async () => {
  const { jobs } = stores.kernel;
  await jobs.send(rebuild, { segmentId: 1 });
  await jobs.send(rebuild, { segmentId: 1 });
  await jobs.send(rebuild, { segmentId: 2 });
  expect(await states(rebuild.id)).toEqual(['created', 'created']);
  let letGo: () => void = () => {};
  const hold = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  jobs.handle(rebuild, () => hold);
  await stores.startWorkers();
  await expect.poll(() => states(rebuild.id)).toContain('active');
  await jobs.send(rebuild, { segmentId: 1 });
  expect(await states(rebuild.id)).toHaveLength(2);
  letGo();
  await expect.poll(() => states(rebuild.id)).toEqual(['completed', 'completed']);
  await jobs.send(rebuild, { segmentId: 1 });
  expect(await states(rebuild.id)).toHaveLength(3);
});

test('waits as long as it was told', async () => {
  const { jobs } = stores.kernel;
  const at: number[] = [];
  jobs.handle(greet, async () => void at.push(Date.now()));
  await stores.startWorkers();
  const sentAt = Date.now();
  await jobs.send(greet, { name: 'later' }, { startAfterMs: 1_000 });
  await expect.poll(() => at.length).toBe(1);
  expect((at[0] ?? 0) - sentAt).toBeGreaterThanOrEqual(990);
});

test('tells a job that passed its time to stop', async () => {
  const { jobs } = stores.kernel;
  let wasTold = false;
  jobs.handle(
    hasty,
    (_payload, signal) =>
      new Promise((resolve) =>
        signal.addEventListener('abort', () => {
          wasTold = true;
          resolve();
        }),
      ),
  );
  await stores.startWorkers();
  await jobs.send(hasty, {});
  await expect.poll(() => states(hasty.id)).toEqual(['failed']);
  expect(wasTold).toBe(true);
});

test('lets a running job finish when it stops', async () => {
  const { postgres, log } = stores.kernel;
  const bus = await createBus({ postgres, log });
  const jobs = await createJobs({ postgres, bus, log, definitions });
  let begun: () => void = () => {};
  const running = new Promise<void>((resolve) => {
    begun = resolve;
  });
  let letGo: () => void = () => {};
  const hold = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  jobs.handle(greet, () => {
    begun();
    return hold;
  });
  await jobs.startWorkers();
  await jobs.send(greet, { name: 'x' });
  await running;
  let isStopped = false;
  const stopping = jobs.stop().then(() => {
    isStopped = true;
  });
  expect([await states(greet.id), isStopped]).toEqual([['active'], false]);
  letGo();
  await stopping;
  await bus.close();
  expect(await states(greet.id)).toEqual(['completed']);
});

test('keeps the schedules that the definitions have, and sends what is due', async () => {
  const { postgres, bus, log } = stores.kernel;
  const jobs = await createJobs({ postgres, bus, log, definitions, schedulingSeconds: 1 });
  const payloads: unknown[] = [];
  jobs.handle(nightly, async (payload) => void payloads.push(payload));
  await jobs.startWorkers();
  expect((await postgres.pool.query('SELECT name, cron, timezone FROM jobs.schedule')).rows).toEqual([
    { name: nightly.id, cron: '* * * * *', timezone: 'UTC' },
  ]);
  await expect.poll(() => payloads).toContainEqual({});
  await jobs.stop();
  const without = await createJobs({ postgres, bus, log, definitions: definitions.filter((definition) => definition.id !== nightly.id) });
  await without.startWorkers();
  expect((await postgres.pool.query('SELECT name FROM jobs.schedule')).rows).toEqual([]);
  await without.stop();
});
