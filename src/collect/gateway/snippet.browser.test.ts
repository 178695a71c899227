import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestGateway, type TestGateway } from './testing/open-gateway.ts';

let on: TestGateway;
let browser: Browser;
let shop: Server;
let writeKey = '';
let projectId = 0;
beforeAll(async () => {
  on = await openTestGateway();
  ({ writeKey, projectId } = await on.newKeys());
  browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-dev-shm-usage'] });
  shop = createServer((_request, reply) => {
    reply.setHeader('content-type', 'text/html');
    reply.end(`<!doctype html><title>Shop</title><script>window.perennial = window.perennial || []; perennial.push(['track', 'Early', { n: 1 }]);</script>
      <script async src="${on.url}/perennial.js" data-write-key="${writeKey}"></script>`);
  });
  await new Promise<void>((resolve) => {
    shop.listen(0, '127.0.0.1', resolve);
  });
});
afterAll(async () => {
  await browser.close();
  shop.close();
  await on.stop();
});

interface StoredEvent {
  event: string;
  person_id: number;
  user_id: string;
  anonymous_id: string;
  session_id: string;
  properties: Record<string, unknown>;
  context: string;
}
const stored = () =>
  on.kernel.clickhouse.query<StoredEvent>(
    'SELECT event, person_id, user_id, anonymous_id, session_id, properties, context FROM events WHERE project_id = {projectId:UInt32} ORDER BY time, sequence',
    { projectId },
  );
type PerennialWindow = {
  perennial: { track(event: string, properties?: object): void; identify(userId: string, traits?: object): void; reset(): void };
};

async function openShop(page: Page, path: string): Promise<void> {
  await page.goto(`http://127.0.0.1:${(shop.address() as AddressInfo).port}${path}`);
  await page.waitForFunction(() => 'track' in (globalThis as unknown as PerennialWindow).perennial);
}

test('the snippet sends the page, what was said early, what is said later, and what is said while leaving', async () => {
  const page = await (await browser.newContext()).newPage();
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
  await openShop(page, '/p/1?utm_source=wechat&utm_campaign=spring');
  await page.evaluate(() => {
    const { perennial } = globalThis as unknown as PerennialWindow;
    perennial.track('Bought', { price: 9.5 });
    perennial.identify('li-hua', { city: 'Wuhan' });
  });
  await expect.poll(async () => (await stored()).map((row) => row.event).sort()).toEqual(['$identify', '$page', '$session_start', 'Bought', 'Early']);
  await page.evaluate(() => (globalThis as unknown as PerennialWindow).perennial.track('Left'));
  await page.goto('about:blank');
  await expect.poll(async () => (await stored()).map((row) => row.event)).toContain('Left');
  const rows = await stored();
  expect(new Set(rows.map((row) => row.person_id)).size).toBe(1);
  expect(new Set(rows.map((row) => row.session_id)).size).toBe(1);
  expect(rows.find((row) => row.event === 'Left')).toMatchObject({ user_id: 'li-hua' });
  const first = JSON.parse(rows.find((row) => row.event === '$page')?.context ?? '{}') as Record<string, unknown>;
  expect(first).toMatchObject({ campaign: { source: 'wechat', name: 'spring' }, library: { name: 'perennial.js' } });
  await openShop(page, '/p/2');
  await page.evaluate(() => {
    const { perennial } = globalThis as unknown as PerennialWindow;
    perennial.reset();
    perennial.track('After sign-out');
  });
  await expect.poll(async () => (await stored()).find((row) => row.event === 'After sign-out')?.user_id).toBe('');
  const after = await stored();
  expect(after.find((row) => row.event === 'After sign-out')?.anonymous_id).not.toBe(after.find((row) => row.event === 'Early')?.anonymous_id);
  expect(faults).toEqual([]);
});

test('what cannot be sent is sent later, once', async () => {
  const page = await (await browser.newContext()).newPage();
  await openShop(page, '/p/3');
  await expect.poll(async () => (await stored()).filter((row) => row.event === '$page' && row.properties.path === '/p/3').length).toBe(1);
  let lost = 0;
  await page.route('**/v1/batch', async (route) => {
    lost += 1;
    // The first answer gets lost on its way back, the second attempt never arrives.
    if (lost === 1) {
      await route.fetch();
      await route.abort();
    } else if (lost === 2) await route.abort();
    else await route.continue();
  });
  await page.evaluate(() => (globalThis as unknown as PerennialWindow).perennial.track('Stubborn'));
  await expect.poll(() => lost).toBeGreaterThanOrEqual(3);
  await expect.poll(async () => (await stored()).filter((row) => row.event === 'Stubborn').length).toBe(1);
});
