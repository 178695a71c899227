import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Database, engines } from '../collect/pulls/testing/databases.ts';
import { accessibilityFaults, openBrowser, openPage, pick, signInQuietly } from './browser.ts';
import { freePort, newFolder, type ProductProcess, startProduct } from './product-process.ts';

let product: ProductProcess;
let browser: Browser;
let shop: Database;
beforeAll(async () => {
  const [, startPostgres] = engines.find(([name]) => name === 'PostgreSQL') ?? [];
  if (!startPostgres) throw new Error('PostgreSQL is not among the databases of the tests');
  shop = await startPostgres();
  await shop.run(`CREATE TABLE members (id text PRIMARY KEY, city text, points int, updated_at timestamptz);
    INSERT INTO members VALUES ('m1', '上海', 120, '2026-05-01 10:00+08'), ('m2', '杭州', 30, '2026-05-02 10:00+08'), ('', '宁波', 1, '2026-05-03 10:00+08')`);
  product = await startProduct(newFolder(), await freePort(), { PERENNIAL_DEMO: '0' });
  browser = await openBrowser();
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await product?.stop();
  await shop?.stop();
});

test('a member points at a database, tries it, takes the proposed columns; members arrive, and what changed arrives again', async () => {
  const { page, faults } = await openPage(browser, product);
  await signInQuietly(page, product);
  await page.goto(`/p/${product.firstRun.projectId}/pulls/new`);
  const { host, port, user } = shop.connection;
  await page.getByLabel('Host').fill(host);
  await page.getByRole('spinbutton', { name: 'Port' }).fill(String(port));
  await page.getByLabel('Database name').fill('nowhere');
  await page.getByLabel('User', { exact: true }).fill(user);
  await page.getByLabel('Password').fill(shop.password);
  await page.getByRole('button', { name: 'Test the connection' }).click();
  await page.getByText('The server has no such database').waitFor();
  await page.getByLabel('Database name').fill('postgres');
  await page.getByRole('button', { name: 'Test the connection' }).click();
  await page.getByText(/Connected: .*1 table/).waitFor();
  await page.getByLabel('Table', { exact: true }).fill('members');
  await page.getByRole('button', { name: 'Read the first rows' }).click();
  await page.getByText('上海').first().waitFor();
  await page.getByTitle('People').click();
  await pick(page, page.getByLabel('id: Means'), 'User id');
  await page.getByLabel('Name', { exact: true }).fill('Members');
  await pick(page, page.getByLabel('Runs'), 'Every week');
  await pick(page, page.getByRole('combobox', { name: /^On/ }), 'Tuesday');
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByRole('button', { name: 'Add a database' }).click();
  const drawer = page.getByRole('dialog');
  await drawer.getByText('every Tuesday at 03:00').waitFor();
  const cells = (run: number) => drawer.locator('tbody tr.ant-table-row').nth(run).locator('td');
  await cells(0).filter({ hasText: 'Done' }).waitFor();
  expect((await cells(0).allInnerTexts()).slice(3, 7)).toEqual(['3', '2', '0', '1']);
  await shop.run(`UPDATE members SET points = 150, updated_at = '2026-05-04 10:00+08' WHERE id = 'm1'`);
  await drawer.getByRole('button', { name: 'Run now' }).click();
  await cells(1).filter({ hasText: 'Done' }).waitFor();
  await expect.poll(async () => (await cells(0).allInnerTexts())[2]).toBe('Done');
  expect((await cells(0).allInnerTexts())[4]).toBe('1');
  // A refused row says what is wrong with it.
  await drawer.locator('.ant-table-row-expand-icon:not(.ant-table-row-expand-icon-spaced)').last().click();
  await drawer.getByText('The row names nobody').waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.goto(`/p/${product.firstRun.projectId}/people?search=m1`);
  await page.getByText('m1', { exact: true }).first().click();
  await page.getByText('150', { exact: true }).first().waitFor();
  // Only the database that was not there.
  expect(faults).toEqual([expect.stringContaining('status of 422')]);
});
