import { defineConfig } from 'vitest/config';
import { CountReporter } from './scripts/vitest/count-reporter.ts';

/** Which tests a run takes: `unit` (all that need no browser and no killing), `browser`, `crash`. */
const kind = process.env.PERENNIAL_TEST_KIND ?? 'unit';
const everything = '{src,scripts,bench,sdk}/**/*.test.{ts,tsx}';
const browser = '{src,scripts,bench,sdk}/**/*.browser.test.ts';
const crash = '{src,scripts,bench,sdk}/**/*.crash.test.ts';

const kinds: Record<string, { include: string[]; exclude: string[] }> = {
  unit: { include: [everything], exclude: [browser, crash] },
  browser: { include: [browser], exclude: [] },
  crash: { include: [crash], exclude: [] },
};
const chosen = kinds[kind];
if (!chosen) throw new Error(`PERENNIAL_TEST_KIND is ${kind}; it can be ${Object.keys(kinds).join(', ')}`);

// Each running session of the embedded ClickHouse holds a thread of Node's pool; its default of 4 is too few.
process.env.UV_THREADPOOL_SIZE ??= '16';

export default defineConfig({
  test: {
    ...chosen,
    globalSetup: ['src/kernel/testing/global-setup.ts'],
    // Processes, because the embedded ClickHouse is one per process; files share theirs, because opening stores takes seconds.
    pool: 'forks',
    isolate: false,
    maxWorkers: kind === 'unit' ? 2 : 1,
    fileParallelism: kind === 'unit',
    testTimeout: 180_000,
    // A condition that is waited for may take long on a busy machine; it is met as soon as it holds. Tests name no shorter times of their own.
    expect: { poll: { timeout: 30_000 } },
    hookTimeout: 180_000,
    teardownTimeout: 20_000,
    reporters: ['default', new CountReporter(process.env.PERENNIAL_TEST_COUNTS)],
  },
});
