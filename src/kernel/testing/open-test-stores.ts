import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createBus } from '../bus/create-bus.ts';
import { type Clock, systemClock } from '../clock.ts';
import { processEnvironment } from '../config/config.ts';
import { randomIds } from '../ids.ts';
import { createJobs } from '../jobs/create-jobs.ts';
import type { JobDefinition } from '../jobs/jobs.ts';
import { createLog } from '../log.ts';
import { createMetrics } from '../metrics.ts';
import { migrate } from '../migrations/migrate.ts';
import type { Kernel } from '../slice.ts';
import { openEmbeddedStores } from './embedded-stores.ts';
import { runFolder } from './opened-stores.ts';
import { openServerStores } from './server-stores.ts';
import { testForm } from './test-form.ts';

export interface TestStoresOptions {
  /** Slices whose migrations are applied and whose jobs are known, in order: doors (`defineSlice`) or `{ name, folder, jobs }`. */
  slices?: readonly { name: string; folder: string; jobs?: readonly JobDefinition[] }[];
  /** A `HeldClock` when the test moves time. The system's unless given. */
  clock?: Clock;
}

/** Fresh stores of one test file (or one test), and the kernel over them. */
export interface TestStores {
  kernel: Kernel;
  /** `server`: PostgreSQL and a two-shard ClickHouse cluster. */
  form: 'embedded' | 'server';
  /** Begins to work on the jobs that have handlers; `close` ends it. Nothing is worked on before. */
  startWorkers(): Promise<void>;
  /** Gives the stores back. Call it in `afterAll` or `afterEach`; services that you started must be stopped before. */
  close(): Promise<void>;
}

/**
 * Opens empty stores, applies the slices' migrations and gives a kernel as `main` would, with every role.
 *
 * ```ts
 * let stores: TestStores;
 * beforeAll(async () => { stores = await openTestStores({ slices: [projects, identity] }); });
 * afterAll(() => stores.close());
 * ```
 * The form is `PERENNIAL_TEST_FORM`: `embedded` (default) or `server`, whose servers the run's global set-up starts. The same test must pass on both.
 * Costs, embedded: 1 s for the first opener of a process, 0.1-0.3 s and the migrations for each further one (PGlite and chDB stay open in the process
 * and are wiped). Several openers may be open at once: the second gets a PGlite of its own (0.7 s, 300 MB), so close what you do not need.
 * chDB opens one folder a process: start a product on a data folder of its own in a child process.
 * Logs are silent; set `PERENNIAL_TEST_LOG=debug` to see them.
 */
export async function openTestStores({ slices = [], clock = systemClock }: TestStoresOptions = {}): Promise<TestStores> {
  const environment = processEnvironment();
  const level = environment.PERENNIAL_TEST_LOG === 'debug' ? 'debug' : 'silent';
  const log = createLog(level);
  const stores = testForm === 'server' ? await openServerStores(log) : await openEmbeddedStores(log);
  const { postgres, clickhouse } = stores;
  try {
    await migrate({ slices, postgres, clickhouse, log });
  } catch (error) {
    await stores.close();
    throw error;
  }
  const bus = await createBus({ postgres, log });
  const jobs = await createJobs({ postgres, bus, log, definitions: slices.flatMap((slice) => slice.jobs ?? []), isLazy: true });
  const dataFolder = mkdtempSync(join(runFolder(), 'data-'));
  const kernel: Kernel = {
    postgres,
    clickhouse,
    jobs,
    bus,
    clock,
    ids: randomIds,
    log,
    metrics: createMetrics(),
    roles: new Set(['collect', 'web', 'worker']),
    publicUrl: 'http://127.0.0.1:7300',
    dataFolder,
    secret: 'a secret of tests that is long enough',
  };
  return {
    kernel,
    form: testForm,
    startWorkers: () => jobs.startWorkers(),
    close: async () => {
      await jobs.stop();
      await bus.close();
      await stores.close();
      rmSync(dataFolder, { recursive: true, force: true });
    },
  };
}
