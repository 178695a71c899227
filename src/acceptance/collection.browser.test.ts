import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { accessibilityFaults, openBrowser, openPage, signInQuietly, type WatchedPage } from './browser.ts';
import { api, fetchPatiently, freePort, newFolder, type ProductProcess, startProduct } from './product-process.ts';

/** Collection settings and data quality as a member meets them: decide on personal data, order channels, set a rate, see what is odd. */
let product: ProductProcess;
let browser: Browser;
let watched: WatchedPage;
let page: Page;

beforeAll(async () => {
  product = await startProduct(newFolder(), await freePort(), { PERENNIAL_DEMO: '0' });
  browser = await openBrowser();
  watched = await openPage(browser, product);
  page = watched.page;
  await signInQuietly(page, product);
  await send([
    visit('m1', { phone: '13912345678', revenue: 10, currency: 'XAU' }),
    visit('m1', { phone: '13912345678', revenue: 10, currency: 'XAU' }),
    { type: 'track', event: 'Nobody did this' },
  ]);
});
afterAll(async () => {
  await browser?.close();
  await product?.stop();
});

function visit(messageId: string, properties: Record<string, unknown>): object {
  const library = { name: 'shop-app', version: '1' };
  return { type: 'track', event: 'Ordered', anonymousId: 'device-1', messageId, properties, context: { ip: '120.24.78.68', library } };
}

async function send(batch: readonly object[]): Promise<void> {
  const headers = { 'content-type': 'application/json', 'x-write-key': product.firstRun.writeKey };
  const reply = await fetchPatiently(`${product.url}/v1/batch`, { method: 'POST', headers, body: JSON.stringify({ batch }) });
  expect(reply.ok).toBe(true);
}

const go = (path: string) => page.goto(`/p/${product.firstRun.projectId}/${path}`);

/** Rows of the table of channels. */
const rules = () => page.getByRole('listitem').filter({ has: page.getByRole('button', { name: /^Edit/ }) });

async function isClean(): Promise<void> {
  expect(await accessibilityFaults(page)).toEqual([]);
  expect(watched.faults).toEqual([]);
}

test('data quality names what is odd, why, and where to mend it', async () => {
  await go('data-quality?period=day');
  const item = (name: string) => page.getByRole('listitem').filter({ has: page.getByText(name, { exact: true }) });
  await item('Refused').getByText('The event names nobody', { exact: false }).waitFor();
  expect(await item('Duplicates').textContent()).toMatch(/Duplicates1/);
  expect(await item('No exchange rate').textContent()).toContain('XAU: 2');
  await isClean();
  await item('Looks personal').getByRole('link', { name: 'Looks personal' }).click();
  await page.waitForURL(/collection-settings\?section=personal/);
});

test('a place where personal data was seen is decided with one click', async () => {
  await go('collection-settings?section=personal');
  const row = page.getByRole('row').filter({ hasText: 'phone' });
  await row.getByRole('button', { name: 'Hash' }).click();
  await page.getByText('Nothing that looks personal was seen without a rule.').waitFor();
  await isClean();
  expect(await api(product, 'GET', '/collection/personal')).toMatchObject({
    rules: [{ place: 'property', name: 'phone', action: 'hash' }],
    findings: [],
  });
});

test('a channel of one’s own is written, put first, tried before it is saved, kept, and thrown away again', async () => {
  await go('collection-settings?section=channels');
  await page.getByRole('button', { name: 'Add rule' }).click();
  const drawer = page.getByRole('dialog');
  await drawer.getByLabel('Channel').fill('Red notes');
  await drawer.getByRole('combobox', { name: 'Values' }).fill('xiaohongshu');
  await drawer.getByRole('combobox', { name: 'Values' }).press('Enter');
  await drawer.getByRole('button', { name: 'Take over' }).click();
  await drawer.waitFor({ state: 'hidden' });
  // What one writes oneself is more special than the usual rules: it stands first.
  await page.getByRole('button', { name: 'Move down (1)' }).click();
  await rules().nth(1).dragTo(rules().nth(3));
  await page.getByRole('button', { name: 'Move up (4)' }).click();
  expect(await rules().nth(2).textContent()).toContain('Red notes');
  await page.getByRole('button', { name: 'Move up (3)' }).click();
  await page.getByRole('button', { name: 'Move up (2)' }).click();
  await page.getByRole('button', { name: 'Try', exact: true }).click();
  await page.getByText('Red notes · by rule 1').waitFor();
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('This project has its own table.').waitFor();
  await isClean();
  await page.reload();
  await rules().first().getByText('Red notes').waitFor();
  await page.getByRole('button', { name: 'Back to the usual table' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Back to the usual table' }).click();
  await page.getByText('This project uses the usual table.').waitFor();
});

test('settings are saved, and what is wrong is said', async () => {
  await go('collection-settings');
  await page.getByText('Drop it').click();
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved. It counts for events from now on.').waitFor();
  expect(await api(product, 'GET', '/collection/settings')).toMatchObject({ ip: 'drop' });
  await isClean();
  await go('collection-settings?section=currency');
  await page.getByRole('button', { name: 'Set a rate' }).click();
  const drawer = page.getByRole('dialog');
  await drawer.getByLabel('1 unit of').fill('qqq');
  await drawer.getByLabel('is worth').fill('7.1');
  await drawer.getByRole('button', { name: 'Set a rate' }).click();
  await drawer.getByText('QQQ is not an ISO 4217 currency', { exact: false }).waitFor();
  await drawer.getByLabel('1 unit of').fill('usd');
  await drawer.getByRole('button', { name: 'Set a rate' }).click();
  await drawer.waitFor({ state: 'hidden' });
  await page.getByText('1 USD = 7.1000 CNY').waitFor();
  expect(watched.faults).toEqual([]);
});

test('tries out what an event would gain', async () => {
  await go('collection-settings?section=test');
  await page.getByLabel('Page address').fill('https://shop.example.com/?utm_source=weibo&utm_medium=social');
  await page.getByRole('button', { name: 'Try', exact: true }).click();
  await page.getByText('CN-GD (Guangdong)').waitFor();
  await page.getByText('organic_social (Organic social)').waitFor();
  await isClean();
});
