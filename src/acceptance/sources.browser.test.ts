import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { accessibilityFaults, openBrowser, openPage, signInQuietly } from './browser.ts';
import { fetchPatiently, freePort, newFolder, type ProductProcess, startProduct } from './product-process.ts';

let product: ProductProcess;
let browser: Browser;
beforeAll(async () => {
  product = await startProduct(newFolder(), await freePort(), { PERENNIAL_DEMO: '0' });
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  await product?.stop();
});

const order = (id: string): string =>
  JSON.stringify({
    id,
    topic: 'order.paid',
    created_at: '2026-11-20 10:00:00',
    data: { order: { total_price: '128.50', currency: 'CNY', customer: { id: 'hook-77' } } },
  });

test('a member makes a source, sends a body, takes the proposed mapping, and sees both bodies become events', async () => {
  const { page, faults } = await openPage(browser, product, { locale: 'en-US' });
  await signInQuietly(page, product);
  await page.goto(`/p/${product.firstRun.projectId}/sources?new=1`);
  await page.getByLabel('Name').last().fill('Shop');
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await page.getByRole('heading', { name: 'Shop' }).waitFor();
  const address = await page.locator('code', { hasText: '/hooks/wh_' }).first().innerText();
  const send = (body: string) => fetchPatiently(new URL(new URL(address).pathname, product.url), { method: 'POST', body });
  expect(await (await send(order('evt_1'))).json()).toMatchObject({ state: 'unmapped' });
  // What arrived is the example by itself, and the proposed mapping stands beside it.
  await page.getByRole('strong').filter({ hasText: 'order.paid' }).waitFor();
  await page.getByText('hook-77').first().waitFor();
  expect(await page.getByLabel('Event name from').inputValue()).toBe('topic');
  await page.getByLabel('Fixed event name').fill('Webhook');
  await page.getByLabel('Other names').fill('order.paid = Order Paid');
  await page.getByLabel('Other names').blur();
  await page.getByText('Order Paid', { exact: true }).last().waitFor();
  await page.getByRole('button', { name: 'Save mapping' }).click();
  await page.getByText('Saved').waitFor();
  expect(await (await send(order('evt_2'))).json()).toMatchObject({ state: 'taken', accepted: 1 });
  await page.getByRole('tab', { name: 'Last bodies' }).click();
  await page.getByText('Taken', { exact: true }).waitFor();
  await page.getByRole('row').filter({ hasText: 'No mapping yet' }).getByRole('button').click();
  await page.getByRole('button', { name: 'Take again' }).click();
  await page.locator('.ant-drawer').getByText('Taken', { exact: true }).waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.goto(`/p/${product.firstRun.projectId}/people?search=hook-77`);
  await page.getByText('hook-77').first().waitFor();
  expect(faults).toEqual([]);
});
