import { Analytics } from '@segment/analytics-node';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { choose, openBrowser, openPage, type WatchedPage } from './browser.ts';
import { type MailSink, openMailSink } from './mail-sink.ts';
import { freePort, newFolder, type ProductProcess, startProduct, until } from './product-process.ts';

/** What a newcomer does on the first day, in one story; each test goes on where the last one ended. */
let product: ProductProcess;
let browser: Browser;
let sink: MailSink;
let page: Page;
let watched: WatchedPage;
let writeKey = '';
let base = '';

beforeAll(async () => {
  sink = await openMailSink();
  product = await startProduct(newFolder(), await freePort(), { PERENNIAL_SMTP_URL: sink.url, PERENNIAL_MAIL_FROM: 'shop@shop.example' });
  browser = await openBrowser();
  watched = await openPage(browser, product, { permissions: ['clipboard-read', 'clipboard-write'] });
  page = watched.page;
  page.setDefaultTimeout(20_000);
}, 120_000);
afterEach(() => {
  expect(watched.faults).toEqual([]);
});
afterAll(async () => {
  await browser?.close();
  await product?.stop();
  await sink?.close();
});

test('1-2: signs in, sees the demo data arrive, and finds a live project', { timeout: 180_000 }, async () => {
  const { email, password, projectId } = product.firstRun;
  await page.goto('/');
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password').fill('not the password');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText(/email or password/i).first().waitFor();
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: /Perennial Market/ }).waitFor();
  const live = page.getByRole('switch', { name: 'Live demo events' });
  await live.waitFor({ timeout: 120_000 });
  await page.goto(`/p/${projectId}/insights/trend`);
  const figure = page.getByText('Different people in the period').locator('..').getByRole('button').first();
  await figure.waitFor();
  expect(Number((await figure.innerText()).replaceAll(',', ''))).toBeGreaterThan(1_000);
  await page.goto(`/p/${projectId}`);
  await live.click();
  await until('the switch to be on', async () => (await live.getAttribute('aria-checked')) === 'true');
  await live.click();
});

test('3: makes a project, copies its write key, and sees events of real clients within a second', { timeout: 120_000 }, async () => {
  await page.goto('/projects?new=1');
  await page.getByRole('dialog').getByLabel('Name').fill('Shop abroad');
  await page.getByRole('button', { name: 'Create project' }).click();
  await until('the new project', async () => /\/p\/\d+/.test(page.url()) && !page.url().includes('/p/1/') && page.url());
  await page.keyboard.press('Escape');
  base = new URL(page.url()).pathname.split('/').slice(0, 3).join('/');
  await page.goto(`${base}/keys`);
  await page.getByRole('row', { name: /wk_/ }).getByRole('button', { name: 'Copy' }).click();
  writeKey = await until('the key on the clipboard', async () => {
    const text = await page.evaluate(() => navigator.clipboard.readText());
    return text.startsWith('wk_') && text;
  });
  await page.goto(`${base}/live-events`);
  await page.getByText('No event has arrived yet').waitFor();
  const analytics = new Analytics({ writeKey, host: product.url, path: '/v1/batch', flushAt: 1 });
  analytics.track({ anonymousId: 'phone-1', event: 'Item Viewed', properties: { price: 12.5 } });
  await page.getByText('Item Viewed').first().waitFor({ timeout: 5_000 });
  const curl = await fetch(`${product.url}/v1/track`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${writeKey}:`).toString('base64')}` },
    body: JSON.stringify({ anonymousId: 'phone-1', event: 'Item Added', properties: { price: 12.5 } }),
  });
  expect(await curl.json()).toMatchObject({ success: true });
  await page.getByText('Item Added').first().waitFor({ timeout: 5_000 });
  const refused = await fetch(`${product.url}/v1/track`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${writeKey}:`).toString('base64')}` },
    body: JSON.stringify({ event: 'Nobody did this' }),
  });
  expect(refused.status).toBe(400);
  await page.getByText('Nobody did this').first().waitFor({ timeout: 5_000 });
  await page.getByText(/Refused/).first().waitFor();
  analytics.identify({ userId: 'li-hua', anonymousId: 'phone-1', traits: { name: 'Li Hua', email: 'li.hua@shop.example', income: '75-99K' } });
  await analytics.closeAndFlush();
});

test('4: opens the person: what happened before sign-up belongs to them', { timeout: 60_000 }, async () => {
  await page.goto(`${base}/people`);
  await page.getByRole('link', { name: /Li Hua/ }).first().click();
  await page.getByRole('heading', { name: 'Li Hua' }).waitFor();
  for (const text of ['phone-1', 'li-hua', '75-99K', 'Item Viewed', 'Item Added']) await page.getByText(text, { exact: true }).first().waitFor();
  const events = page.getByText(/^Item (Viewed|Added)$/);
  expect(await events.allInnerTexts()).toEqual(['Item Added', 'Item Viewed']);
});

test('5: saves a segment after seeing its size, and it follows the events', { timeout: 90_000 }, async () => {
  await page.goto(`${base}/segments/new`);
  await page.getByLabel('Name', { exact: true }).fill('Regulars not reached');
  await page.getByRole('button', { name: 'JSON of the conditions' }).click();
  const drawer = page.getByRole('dialog');
  const condition = {
    kind: 'all',
    conditions: [
      { kind: 'event', event: 'Order Completed', where: [], measure: { of: 'count', op: 'greater_or_equal', value: 2 }, window: { kind: 'last', amount: 30, unit: 'days' } },
      { kind: 'trait', trait: 'income', test: { op: 'in', values: ['75-99K', '100-124K'] } },
      { kind: 'event', event: '$message_sent', where: [], measure: { of: 'did_not' }, window: { kind: 'last', amount: 7, unit: 'days' } },
    ],
  };
  await drawer.getByRole('textbox').fill(JSON.stringify(condition));
  await drawer.getByRole('button', { name: /Use|Apply|Take/ }).click();
  const preview = page.getByRole('region', { name: 'Who this is now' });
  await preview.getByText(/^0 people/).or(preview.getByText('Nobody', { exact: false })).first().waitFor();
  await page.getByText(/at least 2 times in the last 30 days/).first().waitFor();
  await page.getByRole('button', { name: 'Create segment' }).click();
  await page.getByRole('heading', { name: 'Regulars not reached' }).waitFor();
  await send([1, 2].map((n) => ({ type: 'track', userId: 'li-hua', event: 'Order Completed', properties: { revenue: 20 + n } })));
  await page.getByRole('link', { name: /Li Hua/ }).first().waitFor({ timeout: 20_000 });
});

async function send(batch: object[]): Promise<void> {
  const reply = await fetch(`${product.url}/v1/batch`, { method: 'POST', body: JSON.stringify({ writeKey, batch }) });
  expect(reply.status).toBe(200);
}

test('6: draws a journey, tries it, publishes it; the mail arrives and each step shows', { timeout: 180_000 }, async () => {
  await page.goto(`${base}/journeys?new=1`);
  await page.getByRole('dialog').getByLabel('Name').fill('Thanks for the order');
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  await page.getByRole('heading', { name: 'Thanks for the order' }).waitFor();
  const drawer = page.getByRole('dialog');
  const close = async () => {
    await page.keyboard.press('Escape');
    await drawer.waitFor({ state: 'hidden' });
  };
  await page.getByRole('button', { name: /^Edit Who enters/ }).click();
  await choose(page, drawer.getByLabel('Event', { exact: true }), 'Order Completed');
  await close();
  await page.getByRole('button', { name: /^Goal/ }).first().click();
  await choose(page, drawer.getByLabel('Goal', { exact: true }), 'Item Added');
  await drawer.getByLabel('Control group').last().fill('0');
  await drawer.getByLabel('Control group').last().press('Tab');
  await close();
  await page.getByRole('button', { name: 'Add a step here' }).first().click();
  await page.getByRole('menuitem', { name: 'Email' }).click();
  await drawer.getByLabel('Subject').fill('Thanks, {{ person.name }');
  await drawer.getByLabel(/^(Body|Text|Message)/).fill('<p>Your order of {{ event.revenue }} is on its way.</p>');
  await page.getByText(/line 1/i).first().waitFor();
  await drawer.getByLabel('Subject').fill('Thanks, {{ person.name }}');
  await close();
  await page.getByText('Draft saved').waitFor();
  await page.getByRole('button', { name: 'Try on a person' }).click();
  await drawer.waitFor();
  await close();
  await page.getByRole('button', { name: 'Publish', exact: true }).click();
  const confirm = page.getByRole('dialog').getByRole('button', { name: /Publish/ });
  if (await confirm.isVisible({ timeout: 3_000 }).catch(() => false)) await confirm.click();
  await page.getByText('Live', { exact: true }).first().waitFor();
  await send([{ type: 'track', userId: 'li-hua', event: 'Order Completed', properties: { revenue: 42 } }]);
  const mail = await until('the mail', () => sink.mails.find((each) => each.to === 'li.hua@shop.example'), 30_000);
  expect(mail.subject).toBe('Thanks, Li Hua');
  expect(mail.html).toContain('Your order of 42 is on its way.');
  expect(mail.text).toContain('Your order of 42');
  expect(mail.headers.get('list-unsubscribe-post')).toBe('List-Unsubscribe=One-Click');
  await send([{ type: 'track', userId: 'no-address', event: 'Order Completed', properties: { revenue: 1 } }]);
  await page.goto(`${base}/messages`);
  await page.getByText('Thanks, Li Hua').first().waitFor();
  await page.getByText(/no (email )?address/i).first().waitFor({ timeout: 30_000 });
  await page.goto(`${base}/people`);
  await page.getByRole('link', { name: /Li Hua/ }).first().click();
  await page.getByText('Message sent').first().waitFor({ timeout: 30_000 });
});

test('7: reads trend, funnel and retention, and makes a segment of the people behind a number', { timeout: 90_000 }, async () => {
  await page.goto('/p/1/insights');
  await page.getByRole('link', { name: /From looking to buying/ }).click();
  await page.getByRole('button', { name: /^Reached the last step/ }).click();
  const drawer = page.getByRole('dialog');
  await drawer.getByRole('link', { name: /Household/ }).first().waitFor();
  const shown = Number((await page.getByRole('button', { name: /^Reached the last step/ }).innerText()).replaceAll(',', ''));
  await drawer.getByRole('button', { name: /segment/i }).first().click();
  const name = page.getByRole('dialog').getByLabel('Name');
  if (await name.isVisible({ timeout: 5_000 }).catch(() => false)) {
    await name.fill('Came all the way');
    await page.getByRole('dialog').getByRole('button', { name: /Save|Create/ }).last().click();
  }
  await page.goto('/p/1/segments');
  await page.getByRole('row', { name: /Came all the way/ }).getByText(new Intl.NumberFormat('en').format(shown)).first().waitFor({ timeout: 20_000 });
  await page.goto('/p/1/insights');
  await page.getByRole('link', { name: /Do buyers come back/ }).click();
  await page.getByRole('img', { name: /Chart/ }).first().waitFor();
  await page.goto('/p/1/insights');
  await page.getByRole('link', { name: /Buyers a day/ }).click();
  await page.getByRole('img', { name: /Chart/ }).first().waitFor();
});

test('8: signs out, and the door is closed', { timeout: 30_000 }, async () => {
  await page.getByRole('button', { name: /^Account/ }).click();
  await page.getByText('Sign out').click();
  await page.getByRole('button', { name: 'Sign in' }).waitFor();
  await page.goto('/p/1/people');
  await page.getByRole('button', { name: 'Sign in' }).waitFor();
});
