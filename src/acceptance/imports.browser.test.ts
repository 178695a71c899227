import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { accessibilityFaults, openBrowser, openPage, pick, signInQuietly } from './browser.ts';
import { api, freePort, newFolder, type ProductProcess, startProduct } from './product-process.ts';

let product: ProductProcess;
let browser: Browser;
beforeAll(async () => {
  product = await startProduct(newFolder(), await freePort(), { PERENNIAL_DEMO: '0' });
  browser = await openBrowser();
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await product?.stop();
});

const orders = [
  '订单号,用户ID,下单时间,金额',
  'A1,u1,2026-05-01 10:00:00,"1,299.50"',
  'A2,u2,2026-05-01 11:30:00,88',
  'A3,,2026-05-01 12:00:00,5',
].join('\n');
const upload = (page: Page, name: string) =>
  page.locator('input[type=file]').setInputFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(orders) });
/** What stands beside a word in the outcome of a run. */
const outcome = (page: Page, name: string) => page.locator('dt', { hasText: name }).last().locator('xpath=following-sibling::dd[1]');
/** People with exactly one such event. */
const peopleWithOne = async () =>
  (
    await api<{ size: number }>(product, 'POST', '/audiences/preview', {
      condition: { kind: 'event', event: '下单', measure: { of: 'count', op: 'equals', value: 1 } },
    })
  ).size;

test('a table is uploaded, its columns are understood, tried, imported; refused rows come as a file; the same file again changes nothing', async () => {
  const { page, faults } = await openPage(browser, product);
  await signInQuietly(page, product);
  await page.goto(`/p/${product.firstRun.projectId}/imports/new`);
  await upload(page, 'orders.csv');
  // The columns were understood from their headings and examples.
  await page.getByText('1,299.50', { exact: false }).waitFor();
  expect(await page.getByRole('row').filter({ hasText: '用户ID' }).innerText()).toContain('User id');
  await pick(page, page.getByLabel('金额: Type'), 'Number');
  await page.getByRole('button', { name: 'Look at the result' }).click();
  await page.getByText('Name the event, or choose the column that does.').waitFor();
  expect(await page.getByRole('button', { name: 'Start the import' }).isDisabled()).toBe(true);
  await page.getByRole('button', { name: 'Back', exact: true }).click();
  await page.getByLabel('Name of the event').fill('下单');
  await page.getByRole('button', { name: 'Look at the result' }).click();
  await page.getByText('"revenue":1299.5').or(page.getByText('revenue: 1299.5')).waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByRole('button', { name: 'Check all rows' }).click();
  await page.getByText('Dry run: Done').waitFor();
  expect(await outcome(page, 'Can be taken').innerText()).toBe('2');
  expect(await peopleWithOne()).toBe(0);
  await page.getByRole('button', { name: 'Start the import' }).click();
  await page.getByText('Done', { exact: true }).waitFor();
  expect(await outcome(page, 'Accepted').innerText()).toBe('2');
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Download all 1 refused row' }).click()]);
  const rows = readFileSync(await file.path(), 'utf8');
  expect(rows).toContain('A3,,2026-05-01 12:00:00,5');
  expect(rows).not.toContain('A2');
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByRole('button', { name: 'Import another file' }).click();
  await upload(page, 'the same.csv');
  // It is known what these columns meant last time.
  await page.getByRole('button', { name: 'Look at the result' }).click();
  await page.getByRole('button', { name: 'Start the import' }).click();
  await page.getByText('Done', { exact: true }).waitFor();
  expect([await outcome(page, 'Accepted').innerText(), await outcome(page, 'Already there').innerText()]).toEqual(['0', '2']);
  expect(await peopleWithOne()).toBe(2);
  await page.getByRole('button', { name: 'All imports' }).click();
  await page.getByText('the same.csv').waitFor();
  expect(faults).toEqual([]);
});
