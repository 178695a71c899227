import { expect, test } from 'vitest';
import { createLog } from '../log.ts';
import { Lifecycle } from './lifecycle.ts';

const part = (name: string, seen: string[], stop?: () => Promise<void>) => ({
  start: async () => void seen.push(`start ${name}`),
  stop: stop ?? (async () => void seen.push(`stop ${name}`)),
});

test('parts stop in reverse, once, and a failing one does not keep the rest', async () => {
  const seen: string[] = [];
  const lifecycle = new Lifecycle(createLog('silent'));
  await lifecycle.start('a', part('a', seen));
  await lifecycle.start(
    'b',
    part('b', seen, () => Promise.reject(new Error('broken'))),
  );
  await lifecycle.start('c', part('c', seen));
  await Promise.all([lifecycle.stop(), lifecycle.stop()]);
  expect(seen).toEqual(['start a', 'start b', 'start c', 'stop c', 'stop a']);
});

test('a part that fails to start is stopped with the rest', async () => {
  const seen: string[] = [];
  const lifecycle = new Lifecycle(createLog('silent'));
  await lifecycle.start('a', part('a', seen));
  const broken = { ...part('b', seen), start: () => Promise.reject(new Error('no')) };
  await expect(lifecycle.start('b', broken)).rejects.toThrow('no');
  await lifecycle.stop();
  expect(seen).toEqual(['start a', 'stop b', 'stop a']);
});
