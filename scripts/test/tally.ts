/** How a pass ended. */
export interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

/** Sums the passes. A pass that breaks counts as one failure; the others still run, so that one look shows everything. */
export class Tally {
  readonly #rows: { name: string; counts: Counts; seconds: number; fault?: string }[] = [];

  async take(name: string, run: () => Promise<Counts>): Promise<void> {
    const began = performance.now();
    const seconds = (): number => Math.round((performance.now() - began) / 1_000);
    try {
      this.#rows.push({ name, counts: await run(), seconds: seconds() });
    } catch (error) {
      const fault = error instanceof Error ? error.message : String(error);
      console.error(`\n${name}: ${fault}\n`);
      this.#rows.push({ name, counts: { passed: 0, failed: 1, skipped: 0 }, seconds: seconds(), fault });
    }
  }

  /** Prints a line for each pass and the closing line, which stands alone and last. Returns the exit code. */
  report(): number {
    console.log('');
    for (const { name, counts, seconds, fault } of this.#rows) {
      const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : '';
      console.log(
        `${name.padEnd(16)} ${counts.passed} passed, ${counts.failed} failed${skipped} in ${seconds} s${fault ? ` (${fault.split('\n')[0]})` : ''}`,
      );
    }
    const passed = this.#rows.reduce((sum, { counts }) => sum + counts.passed, 0);
    const failed = this.#rows.reduce((sum, { counts }) => sum + counts.failed, 0);
    if (passed === 0) console.log('No test ran.');
    console.log(`${passed} passed, ${failed} failed`);
    return failed > 0 || passed === 0 ? 1 : 0;
  }
}
