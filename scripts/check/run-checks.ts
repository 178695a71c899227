import { availableParallelism } from 'node:os';
import type { Check, CheckOptions } from './check.ts';

const linesMax = 80;

/** Runs checks side by side, prints each as it ends, and counts them. */
export async function runChecks(checks: readonly Check[], options: CheckOptions): Promise<{ passed: number; failed: number }> {
  const counts = { passed: 0, failed: 0 };
  const waiting = [...checks];
  const work = async (): Promise<void> => {
    for (let check = waiting.shift(); check; check = waiting.shift()) {
      if (await runCheck(check, options)) counts.passed += 1;
      else counts.failed += 1;
    }
  };
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), checks.length) }, work));
  console.log(counts.failed === 0 ? `checks: all ${counts.passed} are content` : `checks: ${counts.failed} of ${checks.length} found something`);
  return counts;
}

async function runCheck(check: Check, options: CheckOptions): Promise<boolean> {
  const began = performance.now();
  let faults: string[];
  try {
    faults = await check.find(options);
  } catch (error) {
    faults = [`the check itself broke: ${(error as Error).stack}`];
  }
  const seconds = ((performance.now() - began) / 1_000).toFixed(1);
  if (faults.length === 0) {
    console.log(`  ok    ${check.name} (${seconds} s)`);
    return true;
  }
  console.log(`  FAIL  ${check.name} (${seconds} s)`);
  const lines = faults.join('\n').split('\n');
  for (const line of lines.slice(0, linesMax)) console.log(`        ${line}`);
  if (lines.length > linesMax) console.log(`        ... and ${lines.length - linesMax} lines more: npm run check -- ${check.name}`);
  console.log(`        To mend: ${check.mend}`);
  return false;
}
