import { writeFileSync } from 'node:fs';
import type { Reporter, TestModule } from 'vitest/node';

/** How one run ended. A file that could not be loaded and an error outside any test each count as one failure. */
export interface TestCounts {
  passed: number;
  failed: number;
  skipped: number;
}

/** Writes the counts of a run to `file` as JSON, for the runner that sums several runs. Without a file it does nothing. */
export class CountReporter implements Reporter {
  readonly #file: string | undefined;

  constructor(file: string | undefined) {
    this.#file = file;
  }

  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    if (!this.#file) return;
    const counts: TestCounts = { passed: 0, failed: unhandledErrors.length, skipped: 0 };
    for (const module of modules) {
      const before = counts.failed;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === 'passed') counts.passed += 1;
        else if (state === 'skipped') counts.skipped += 1;
        else counts.failed += 1;
      }
      // A hook or an import that threw fails the file without failing a test of it.
      if (module.state() === 'failed' && counts.failed === before) counts.failed += 1;
    }
    writeFileSync(this.#file, JSON.stringify(counts));
  }
}
