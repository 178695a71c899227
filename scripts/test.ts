import { rmSync } from 'node:fs';
import { availableParallelism, freemem } from 'node:os';
import { checks } from './check/checks.ts';
import { runChecks } from './check/run-checks.ts';
import { runVitest } from './test/run-vitest.ts';
import { storeTestFiles } from './test/store-test-files.ts';
import { installSystemPackages } from './test/system-packages.ts';
import { type Counts, Tally } from './test/tally.ts';

/**
 * Browser and crash tests wait a lot (for pages, for processes to start and to give up), so they run beside the others where there is room; what they print is
 * shown when each ends. `PERENNIAL_TEST_LANES=1` runs everything in turn.
 */
const LANES = [
  ['check', 'embedded', 'server'],
  ['browser', 'crash'],
];
/** What both lanes need together at most, and a little more. */
const MEMORY_OF_BOTH_BYTES = 6e9;

const isSideBySide = process.env.PERENNIAL_TEST_LANES !== '1' && availableParallelism() > 1 && freemem() > MEMORY_OF_BOTH_BYTES;

/**
 * `npm test`: the checks, the tests on the embedded stores, those that touch a store again on PostgreSQL and a two-shard ClickHouse, the browser tests and the
 * crash test. `npm test -- server browser` runs only these passes. The last line says `N passed, N failed`; no test at all is a failure.
 */
const passes: Record<string, () => Promise<Counts>> = {
  check: async () => ({ ...(await runChecks(checks, { shrink: false })), skipped: 0 }),
  embedded: () => runVitest({ title: 'tests on the embedded stores', kind: 'unit', form: 'embedded', files: [] }),
  server: async () => {
    const files = storeTestFiles();
    if (files.length === 0) throw new Error('no test file imports kernel/testing, so nothing would run on the servers');
    return runVitest({ title: 'store tests on PostgreSQL and two ClickHouse shards', kind: 'unit', form: 'server', files });
  },
  browser: () => runVitest({ title: 'browser tests', kind: 'browser', form: 'embedded', files: [], isShownAtEnd: isSideBySide }),
  crash: () => runVitest({ title: 'crash test', kind: 'crash', form: 'embedded', files: [], isShownAtEnd: isSideBySide }),
};

const chosen = process.argv.slice(2).filter((word) => !word.startsWith('-'));
const unknown = chosen.filter((name) => !(name in passes));
if (unknown.length > 0) {
  console.error(`There is no pass named ${unknown.join(', ')}. There are ${Object.keys(passes).join(', ')}.`);
  process.exit(2);
}
rmSync('.cache/tests', { recursive: true, force: true });
const tally = new Tally();
await tally.take('system packages', async () => {
  await installSystemPackages();
  return { passed: 0, failed: 0, skipped: 0 };
});
const lanes = isSideBySide ? LANES : [LANES.flat()];
await Promise.all(
  lanes.map(async (names) => {
    for (const name of names) {
      const run = passes[name];
      if (run && (chosen.length === 0 || chosen.includes(name))) await tally.take(name, run);
    }
  }),
);
process.exit(tally.report());
