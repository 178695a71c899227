import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { accessibilityFaults, closeDrawer, openBrowser, openPage, pick, signInQuietly } from './browser.ts';
import { fetchPatiently, freePort, newFolder, type ProductProcess, startProduct, until } from './product-process.ts';

interface Heard {
  type: string;
  test?: boolean;
  events?: { event: string; properties: Record<string, unknown> }[];
}

let product: ProductProcess;
let browser: Browser;
let receiver: Server;
const heard: Heard[] = [];
beforeAll(async () => {
  receiver = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      heard.push(JSON.parse(Buffer.concat(chunks).toString('utf8')) as Heard);
      response.end();
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  product = await startProduct(newFolder(), await freePort(), { PERENNIAL_DEMO: '0', PERENNIAL_EXPORT_PRIVATE_ADDRESSES: '1' });
  browser = await openBrowser();
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await product?.stop();
  receiver.closeAllConnections();
  receiver.close();
});

async function send(order: string): Promise<void> {
  const { writeKey } = product.firstRun;
  const body = JSON.stringify({ type: 'track', event: 'Order Paid', userId: 'u1', messageId: order, properties: { order } });
  const headers = { authorization: `Basic ${Buffer.from(`${writeKey}:`).toString('base64')}`, 'content-type': 'application/json' };
  const reply = await fetchPatiently(`${product.url}/v1/track`, { method: 'POST', headers, body });
  expect(reply.status).toBe(200);
}

test('a member adds a webhook that hears every event, and makes a file of the events', async () => {
  const { page, faults } = await openPage(browser, product);
  await signInQuietly(page, product);
  await send('o-1');
  await page.goto(`/p/${product.firstRun.projectId}/exports?new=1`);
  const drawer = page.getByRole('dialog');
  await drawer.getByLabel('Name').fill('Warehouse');
  await drawer.getByLabel('Address').fill(`http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`);
  await pick(page, drawer.getByLabel('Begin with'), 'The last 24 hours');
  await drawer.getByRole('button', { name: 'Add destination' }).click();
  // The key of the signatures is shown once.
  await page.getByText(/^whsec_/).waitFor();
  await page.getByRole('button', { name: 'I have kept' }).click();
  await page.getByRole('row').filter({ hasText: 'Warehouse' }).getByText('Warehouse').click();
  await page.getByRole('button', { name: 'Send a test' }).click();
  await page.getByText(/The other side took the test after/).waitFor();
  const orders = () => heard.flatMap(({ events, test: isTest }) => (isTest ? [] : (events ?? []))).map(({ properties }) => properties.order);
  await until('the event at the receiver', () => orders().includes('o-1'));
  await page.locator('dt', { hasText: 'Events delivered' }).locator('xpath=following-sibling::dd[1]').getByText('1', { exact: true }).waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await closeDrawer(page);
  await page.getByRole('tab', { name: 'Downloads' }).click();
  await page.getByRole('button', { name: 'Make a file' }).first().click();
  await drawer.getByRole('button', { name: 'Make a file' }).click();
  const link = page.getByRole('link', { name: 'Download', exact: true });
  await link.waitFor();
  const [file] = await Promise.all([page.waitForEvent('download'), link.click()]);
  const [heading = '', ...lines] = readFileSync(await file.path(), 'utf8')
    .trim()
    .split(/\r?\n/);
  expect(heading).toContain('event');
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain('o-1');
  expect(await accessibilityFaults(page)).toEqual([]);
  expect(orders()).toEqual(['o-1']);
  expect(faults).toEqual([]);
});
