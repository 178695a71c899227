import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { accessibilityFaults, choose, openBrowser, openPage, pick, signInQuietly } from '../../acceptance/browser.ts';
import { api, freePort, newFolder, type ProductProcess, startProduct, until } from '../../acceptance/product-process.ts';
import { PLAN_FORMAT } from './contract.ts';

let product: ProductProcess;
let browser: Browser;
let page: Page;
let faults: string[];
beforeAll(async () => {
  product = await startProduct(newFolder(), await freePort(), { PERENNIAL_DEMO: '0' });
  browser = await openBrowser();
  ({ page, faults } = await openPage(browser, product));
  await signInQuietly(page, product);
});
afterAll(async () => {
  await browser?.close();
  await product?.stop();
});

const go = (path: string) => page.goto(`/p/${product.firstRun.projectId}/${path}`);

async function send(events: readonly { event: string; properties: object }[]): Promise<void> {
  const batch = events.map((event, index) => ({ type: 'track', messageId: `browser-${index}-${event.event}`, userId: 'li', ...event }));
  const authorization = `Basic ${btoa(`${product.firstRun.writeKey}:`)}`;
  const reply = await fetch(`${product.url}/v1/batch`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization },
    body: JSON.stringify({ batch }),
  });
  expect(reply.status).toBe(200);
}

const waiting = async () => (await api<{ counts: Record<string, number> }>(product, 'GET', '/tracking-plan/quarantine')).counts;

test('an event that does not fit waits in quarantine until the plan is mended, then goes through', async () => {
  const definition = { properties: { total: { type: 'number' } }, rules: { wrong_type: 'quarantine' } };
  await api(product, 'PUT', '/tracking-plan/document', { format: PLAN_FORMAT, events: { 'Shop Order': definition } });
  await send([
    { event: 'Shop Order', properties: { total: '12' } },
    { event: 'Shop Order', properties: { total: 7 } },
  ]);
  await until('the event in quarantine', async () => (await waiting())['quarantined'] === 1);
  await go('tracking-plan/quarantine');
  await page.getByRole('button', { name: 'Shop Order', exact: true }).click();
  await page.getByText('Expected number. Found "12".').waitFor();
  await page.getByRole('dialog').getByRole('link', { name: 'Shop Order' }).click();
  await page.getByRole('button', { name: 'total', exact: true }).click();
  const drawer = page.getByRole('dialog');
  await pick(page, drawer.getByLabel('Type', { exact: false }).first(), 'Text');
  await drawer.getByRole('button', { name: 'Save' }).click();
  await drawer.waitFor({ state: 'hidden' });
  await page.getByRole('link', { name: 'Look at them' }).click();
  await page.getByRole('button', { name: 'Replay all 1' }).click();
  await page.getByText('1 replayed').waitFor();
  expect(await waiting()).toEqual({ replayed: 1 });
});

test('a plan from git: faults first, then what it would change, then the change, then back again', async () => {
  await go('tracking-plan?import=1');
  const source = page.getByRole('textbox', { name: 'Or paste the document here' });
  await source.fill('{ no json');
  await page.getByText('This is not JSON', { exact: false }).waitFor();
  await source.fill(JSON.stringify({ format: PLAN_FORMAT, events: { Paid: { properties: { sum: { type: 'number', min: 2, max: 1 } } } } }));
  await page.getByText('events.Paid.properties.sum.max').waitFor();
  await source.fill(JSON.stringify({ format: PLAN_FORMAT, events: { Paid: { displayName: { en: 'Paid order' } } } }));
  await page.getByText('1 added, 1 removed').waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByRole('button', { name: 'Replace the plan' }).click();
  await page.getByRole('link', { name: 'Paid order' }).waitFor();
  await page.getByRole('tab', { name: 'History' }).click();
  await page.getByText('Version 3').waitFor();
  await page.getByRole('button', { name: 'Restore this version' }).first().click();
  await page.getByRole('dialog').getByRole('button', { name: 'Restore this version' }).click();
  await page.getByText('Version 4').waitFor();
  const plan = await api<{ events: object }>(product, 'GET', '/tracking-plan/document');
  expect(Object.keys(plan.events)).toEqual(['Shop Order']);
  expect(faults).toEqual([]);
});

test('who asks a question finds an event and its property by what the plan calls them and by their own names', async () => {
  const properties = { total: { displayName: { en: 'Amount paid', 'zh-CN': '实付金额' } } };
  const events = { 'Shop Order': { displayName: { en: 'Paid at the counter', 'zh-CN': '到店付款' }, properties } };
  await api(product, 'PUT', '/tracking-plan/document', { format: PLAN_FORMAT, events });
  await send([{ event: 'Shop Order', properties: { total: 9 } }]);
  await go('insights/trend');
  await choose(page, page.getByLabel('Event', { exact: true }), 'Paid at the counter');
  await expect.poll(() => page.url()).toContain('Shop+Order');
  const breakdown = page.getByLabel('Break down by');
  await breakdown.click();
  await breakdown.fill('total');
  const option = page.locator('.ant-select-dropdown:not(.ant-select-dropdown-hidden) .ant-select-item-option');
  await expect.poll(() => option.allInnerTexts()).toEqual([expect.stringMatching(/^Amount paid\s+total$/)]);
  await breakdown.fill('amount');
  await option.first().click();
  await expect.poll(() => decodeURIComponent(page.url())).toContain('"property":"total"');
  expect(faults).toEqual([]);
});
