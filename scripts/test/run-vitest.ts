import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { root, toolEnvironment } from '../check/check.ts';
import type { Counts } from './tally.ts';

export interface VitestPass {
  title: string;
  /** Which files vitest.config.ts takes. */
  kind: 'unit' | 'browser' | 'crash';
  /** Which stores `kernel/testing` opens. */
  form: 'embedded' | 'server';
  /** Only these files; all of the kind when empty. */
  files: readonly string[];
}

const timeoutMs = 12 * 60_000;

/** Runs one pass in a process of its own. Trust is in the counts that our reporter wrote, and in the exit code when they disagree. */
export async function runVitest({ title, kind, form, files }: VitestPass): Promise<Counts> {
  console.log(`\n== ${title}${files.length > 0 ? ` (${files.length} files)` : ''}`);
  const countsFile = path.join(root, `.cache/tests/${kind}-${form}.json`);
  mkdirSync(path.dirname(countsFile), { recursive: true });
  rmSync(countsFile, { force: true });
  const code = await runProcess(['run', ...files], { PERENNIAL_TEST_KIND: kind, PERENNIAL_TEST_FORM: form, PERENNIAL_TEST_COUNTS: countsFile });
  if (!existsSync(countsFile)) throw new Error(`${title}: vitest ended with ${code} before it could count`);
  const counts = JSON.parse(readFileSync(countsFile, 'utf8')) as Counts;
  if (code !== 0 && counts.failed === 0) return { ...counts, failed: 1 };
  if (counts.passed + counts.failed === 0) throw new Error(`${title}: no test ran`);
  return counts;
}

function runProcess(args: readonly string[], environment: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [path.join(root, 'node_modules/vitest/vitest.mjs'), ...args], {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: { ...toolEnvironment, NODE_ENV: 'test', ...environment },
    });
    const timer = setTimeout(() => {
      console.error(`\nvitest did not end within ${timeoutMs / 60_000} minutes and is stopped.`);
      child.kill('SIGKILL');
    }, timeoutMs);
    // Stopped from outside: vitest ends its workers and the servers of its global set-up itself.
    const stop = (): void => void child.kill('SIGINT');
    process.on('SIGTERM', stop);
    child.on('error', reject);
    child.on('close', (code) => {
      clearTimeout(timer);
      process.off('SIGTERM', stop);
      resolve(code ?? 1);
    });
  });
}
