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
  /** Another pass prints meanwhile: what this one prints is shown in one piece when it ends. */
  isShownAtEnd?: boolean;
}

const timeoutMs = 25 * 60_000;
/** What a test left running may hold on to the output for ever. */
const lastWordsMs = 3_000;

/** Runs one pass in a process of its own. Trust is in the counts that our reporter wrote, and in the exit code when they disagree. */
export async function runVitest({ title, kind, form, files, isShownAtEnd = false }: VitestPass): Promise<Counts> {
  const heading = `\n== ${title}${files.length > 0 ? ` (${files.length} files)` : ''}`;
  console.log(isShownAtEnd ? `${heading}: begun, shown when they end` : heading);
  const countsFile = path.join(root, `.cache/tests/${kind}-${form}.json`);
  mkdirSync(path.dirname(countsFile), { recursive: true });
  rmSync(countsFile, { force: true });
  const environment = { PERENNIAL_TEST_KIND: kind, PERENNIAL_TEST_FORM: form, PERENNIAL_TEST_COUNTS: countsFile };
  const { code, printed } = await runProcess(['run', ...files], environment, isShownAtEnd);
  if (isShownAtEnd) process.stdout.write(`${heading}\n${printed}\n`);
  if (!existsSync(countsFile)) throw new Error(`${title}: vitest ended with ${code} before it could count`);
  const counts = JSON.parse(readFileSync(countsFile, 'utf8')) as Counts;
  if (code !== 0 && counts.failed === 0) return { ...counts, failed: 1 };
  if (counts.passed + counts.failed === 0) throw new Error(`${title}: no test ran`);
  return counts;
}

function runProcess(args: readonly string[], environment: Record<string, string>, isCollected: boolean): Promise<{ code: number; printed: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [path.join(root, 'node_modules/vitest/vitest.mjs'), ...args], {
      cwd: root,
      stdio: ['ignore', isCollected ? 'pipe' : 'inherit', isCollected ? 'pipe' : 'inherit'],
      env: { ...toolEnvironment, NODE_ENV: 'test', ...environment },
    });
    const printed: Buffer[] = [];
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => void printed.push(chunk));
    const timer = setTimeout(() => {
      console.error(`\nvitest did not end within ${timeoutMs / 60_000} minutes and is stopped.`);
      child.kill('SIGKILL');
    }, timeoutMs);
    // Stopped from outside: vitest ends its workers and the servers of its global set-up itself.
    const stop = (): void => void child.kill('SIGINT');
    process.on('SIGTERM', stop);
    child.on('error', reject);
    const end = (code: number | null): void => resolve({ code: code ?? 1, printed: Buffer.concat(printed).toString() });
    child.on('close', end);
    child.on('exit', (code) => {
      clearTimeout(timer);
      process.off('SIGTERM', stop);
      setTimeout(() => end(code), lastWordsMs);
    });
  });
}
