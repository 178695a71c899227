import { expect, test } from 'vitest';
import { Deadline } from './deadline.ts';

test('tells of those who wait for too long, once each, and of nobody else', async () => {
  const late: string[] = [];
  const deadline = new Deadline<{ startedAt: number; name: string }>(5_000, ({ name }) => late.push(name));
  const now = performance.now();
  const [old, done, young] = [
    { startedAt: now - 6_000, name: 'old' },
    { startedAt: now - 6_000, name: 'done' },
    { startedAt: now, name: 'young' },
  ];
  for (const who of [old, done, young]) deadline.begin(who);
  deadline.end(done);
  await expect.poll(() => late).toEqual(['old']);
  deadline.end(young);
  deadline.begin({ startedAt: now - 6_000, name: 'later' });
  await expect.poll(() => late).toEqual(['old', 'later']);
});
