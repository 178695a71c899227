import fastify from 'fastify';
import { expect, test } from 'vitest';
import { shedLoad } from './shed-load.ts';

test('refuses while the event loop is late, and answers again afterwards', async () => {
  const app = fastify();
  await app.register(async (scope) => {
    shedLoad(scope, { delayMaxMs: 100, retryAfterSeconds: 3 });
    scope.get('/', async () => 'here');
  });
  app.get('/healthz', async () => 'alive');
  const ask = async (url: string) => (await app.inject(url)).statusCode;
  expect(await ask('/')).toBe(200);
  let isRefused = false;
  for (let turn = 0; turn < 20 && !isRefused; turn++) {
    const until = performance.now() + 700;
    while (performance.now() < until);
    await new Promise((resolve) => setTimeout(resolve, 1));
    isRefused = (await ask('/')) === 503;
  }
  expect(isRefused).toBe(true);
  expect(await ask('/healthz')).toBe(200);
  await expect.poll(() => ask('/'), { interval: 100 }).toBe(200);
  await app.close();
});
