import { afterEach, expect, test, vi } from 'vitest';
import { Tally } from './tally.ts';

afterEach(() => vi.restoreAllMocks());

/** Lines that `report` prints, and its exit code. */
function reportOf(tally: Tally): { lines: string[]; code: number } {
  const lines: string[] = [];
  vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line));
  return { code: tally.report(), lines };
}

test('the last line is the sum and the exit code tells of failures', async () => {
  const tally = new Tally();
  await tally.take('a', async () => ({ passed: 3, failed: 0, skipped: 1 }));
  await tally.take('b', async () => ({ passed: 2, failed: 1, skipped: 0 }));
  const { lines, code } = reportOf(tally);
  expect(lines.at(-1)).toBe('5 passed, 1 failed');
  expect(code).toBe(1);
});

test('a pass that breaks counts as a failure and does not stop the next one', async () => {
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const tally = new Tally();
  await tally.take('a', () => Promise.reject(new Error('no stores')));
  await tally.take('b', async () => ({ passed: 4, failed: 0, skipped: 0 }));
  const { lines, code } = reportOf(tally);
  expect(lines.at(-1)).toBe('4 passed, 1 failed');
  expect(code).toBe(1);
});

test('no test at all is a failure', () => {
  const { lines, code } = reportOf(new Tally());
  expect(lines.at(-1)).toBe('0 passed, 0 failed');
  expect(code).toBe(1);
});
