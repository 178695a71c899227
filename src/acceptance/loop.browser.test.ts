import { Analytics } from '@segment/analytics-node';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { assignArm } from '../try/operations/index.ts';
import { choose, closeDrawer, numberIn, openBrowser, openPage, pick, type WatchedPage } from './browser.ts';
import { type MailSink, openMailSink } from './mail-sink.ts';
import { fetchPatiently, freePort, newFolder, type ProductProcess, startProduct, until } from './product-process.ts';
import { openShopPage } from './shop-page.ts';

/** How soon an event must be seen: a second, and as much again because the tests share the machine. */
const SEEN_MS = 2_000;
/** For what follows the events by itself, on pages that ask every few seconds. */
const PATIENT = { timeout: 30_000 };
const CONTROL_PERCENT = 50;

/** What a newcomer does on the first day, in one story; each test goes on where the last one ended. */
let product: ProductProcess;
let browser: Browser;
let sink: MailSink;
let page: Page;
let watched: WatchedPage;
let writeKey = '';
let projectId = 0;
let place = '';

beforeAll(async () => {
  sink = await openMailSink();
  product = await startProduct(newFolder(), await freePort(), { PERENNIAL_SMTP_URL: sink.url, PERENNIAL_MAIL_FROM: 'shop@shop.example' });
  browser = await openBrowser();
  watched = await openPage(browser, product, { permissions: ['clipboard-read', 'clipboard-write'] });
  page = watched.page;
});
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await page.screenshot({ path: `.cache/tests/${task.id}.png` });
  expect(watched.faults).toEqual([]);
});
afterAll(async () => {
  await browser?.close();
  await product?.stop();
  await sink?.close();
});

const dialog = (): Locator => page.getByRole('dialog');
const region = (name: string): Locator => page.getByRole('region', { name, exact: true });
const track = (userId: string, event: string, properties: object = {}): object => ({ type: 'track', userId, event, properties });

async function send(batch: object[]): Promise<void> {
  const reply = await fetchPatiently(`${product.url}/v1/batch`, { method: 'POST', body: JSON.stringify({ writeKey, batch }) });
  expect(reply.status).toBe(200);
}

/** What `curl -u "$writeKey:"` sends. */
const curl = (path: string, body: object): Promise<Response> =>
  fetchPatiently(`${product.url}${path}`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${writeKey}:`).toString('base64')}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

test('1: a wrong password is refused, the right one opens', async () => {
  const { email, password } = product.firstRun;
  await page.goto('/');
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password').fill('not the password');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('alert').filter({ hasText: 'password' }).waitFor();
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: /Perennial Market/ }).waitFor();
});

test('2: the demo project fills, lives, and moves when its switch is on', { timeout: 180_000 }, async () => {
  await page.getByRole('progressbar').waitFor();
  const live = page.getByRole('switch', { name: 'Live demo events' });
  await live.waitFor({ timeout: 120_000 });
  const activity = region('Activity');
  await until('people of the last 30 days', async () => (await numberIn(activity.getByRole('link').last())) > 1_000);
  await live.click();
  await page.locator('[role="switch"][aria-checked="true"]').waitFor();
  await page.getByRole('link', { name: 'Live events' }).click();
  const rows = page.getByRole('row').filter({ hasText: 'Accepted' });
  await rows.nth(2).waitFor();
  await page.getByRole('link', { name: 'Home' }).first().click();
  await live.click();
  await page.locator('[role="switch"][aria-checked="false"]').waitFor();
});

test('3: makes a project, copies its write key, and sees what real clients send', async () => {
  await page.getByRole('button', { name: /^Switch project/ }).click();
  await page.getByRole('menuitem', { name: 'New project' }).click();
  await dialog().getByLabel('Name').fill('Shop abroad');
  await dialog().getByRole('button', { name: 'Create project' }).click();
  const keys = page.getByRole('dialog', { name: 'Keys of Shop abroad' });
  await keys.getByRole('button', { name: 'Copy' }).first().click();
  writeKey = await until('the key on the clipboard', async () => {
    const text = await page.evaluate(() => navigator.clipboard.readText());
    return text.startsWith('wk_') && text;
  });
  await keys.getByRole('button', { name: 'I have kept it' }).click();
  await page.getByRole('heading', { name: 'Send the first event' }).waitFor();
  projectId = Number(/\/p\/(\d+)/.exec(page.url())?.[1]);
  place = `/p/${projectId}`;
  await page.getByRole('button', { name: 'Watch the live debugger' }).click();
  await page.getByText('No event has arrived yet').waitFor();

  const analytics = new Analytics({ writeKey, host: product.url, path: '/v1/batch', flushAt: 1 });
  analytics.track({ anonymousId: 'phone-1', event: 'Item Viewed', properties: { price: 12.5 } });
  await arrives('Item Viewed', 'Accepted');
  const taken = await curl('/v1/track', { anonymousId: 'phone-1', event: 'Item Added', properties: { price: 12.5 } });
  expect(await taken.json()).toMatchObject({ success: true });
  await arrives('Item Added', 'Accepted', writeKey.slice(0, 8), 'phone-1');
  const refused = await curl('/v1/track', { event: 'Nobody did this' });
  expect(refused.status).toBe(400);
  await arrives('Nobody did this', 'Refused', 'The event names nobody');
  await visitShop();
  const isKnown = { userId: 'li-hua', anonymousId: 'phone-1', traits: { name: 'Li Hua', email: 'li.hua@shop.example', income: '75-99K' } };
  analytics.identify(isKnown);
  await arrives('Identified', 'li-hua');
  await analytics.closeAndFlush();
});

/** Waits until the live debugger shows a row with all these texts. */
async function arrives(...texts: string[]): Promise<void> {
  let row = page.getByRole('row');
  for (const text of texts) row = row.filter({ hasText: text });
  await row.first().waitFor({ timeout: SEEN_MS });
}

/** Somebody opens a page with our snippet in a browser of their own. */
async function visitShop(): Promise<void> {
  const shop = await openShopPage(product, writeKey);
  const visitor = await openPage(browser, product);
  await visitor.page.goto(shop.url);
  await arrives('Page viewed', 'Accepted');
  await arrives('Tea Viewed', 'Accepted');
  await visitor.page.context().close();
  shop.close();
  expect(visitor.faults).toEqual([]);
}

test('4: opens the person, whose life before sign-up is on the timeline, newest first', async () => {
  await page.getByRole('link', { name: 'People' }).click();
  await page.getByRole('textbox', { name: /Any id/ }).fill('li-hua');
  await page.getByRole('link', { name: /Li Hua/ }).click();
  await page.getByRole('heading', { name: 'Li Hua', level: 1 }).waitFor();
  for (const text of ['phone-1', 'li-hua']) await region('External ids').getByText(text, { exact: true }).waitFor();
  await region('Traits').getByText('75-99K', { exact: true }).waitFor();
  const entries = region('Timeline').getByRole('listitem');
  const shown = async () => (await entries.allInnerTexts()).map((text) => /Item Viewed|Item Added|Identified/.exec(text)?.[0]);
  await expect.poll(shown, PATIENT).toEqual(['Identified', 'Item Added', 'Item Viewed']);
  await pick(page, region('Timeline').getByRole('combobox', { name: 'All events' }), 'Item Viewed');
  await expect.poll(shown, PATIENT).toEqual(['Item Viewed']);
});

test('5: builds a segment by clicking, sees its size first, and it follows the events', async () => {
  await send([track('li-hua', 'Order Completed', { revenue: 20 }), { type: 'identify', userId: 'rich', traits: { income: '100-124K' } }]);
  await page.getByRole('link', { name: 'Segments' }).click();
  await page.getByRole('button', { name: 'Create segment' }).first().click();
  await page.getByLabel('Name', { exact: true }).fill('Regulars not reached');
  const size = region('Who this is now').getByRole('status');
  const row = (index: number): Locator => page.getByRole('group', { name: 'Group of conditions' }).getByRole('listitem').nth(index);

  await page.getByRole('button', { name: 'Did something' }).click();
  await choose(page, row(0).getByRole('combobox', { name: 'Event', exact: true }), 'Order Completed');
  await expect.poll(() => size.innerText(), PATIENT).toBe('1 person');
  await region('Who this is now')
    .getByRole('link', { name: /Li Hua/ })
    .waitFor();
  await pick(page, row(0).getByRole('combobox', { name: 'How often' }), 'at least');
  await expect.poll(() => size.innerText(), PATIENT).toBe('0 people');
  expect(await row(0).getByRole('spinbutton', { name: 'Number of times' }).inputValue()).toBe('2');
  expect(await row(0).getByRole('spinbutton', { name: 'How long' }).inputValue()).toBe('30');

  await page.getByRole('button', { name: 'Has a trait' }).click();
  await choose(page, row(1).getByRole('combobox', { name: 'Trait' }), 'income');
  await pick(page, row(1).getByRole('combobox', { name: 'Test' }), 'is one of');
  for (const income of ['75-99K', '100-124K']) await choose(page, row(1).getByRole('combobox', { name: 'Values' }), income);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Not reached in 7 days' }).last().click();
  await page.getByText('did “Order Completed” at least 2 times in the last 30 days and “income” is one of “75-99K”, “100-124K”').first().waitFor();

  await page.getByRole('button', { name: 'Create segment' }).click();
  await page.getByRole('heading', { name: 'Regulars not reached' }).waitFor();
  await page.getByText('Nobody is in this segment now').waitFor();
  await send([track('li-hua', 'Order Completed', { revenue: 22 })]);
  await page.getByRole('row', { name: /Li Hua/ }).waitFor();
  await region('Entered and left').getByText('Li Hua').waitFor();
});

/** Customers of the journey, half of them without an address, and which arm the stable hash puts them into. */
interface Customer {
  userId: string;
  name: string;
  personId: number;
  isControl: boolean;
  email: string | undefined;
}
let customers: Customer[] = [];
const journeyId = (): number => Number(/journeys\/(\d+)/.exec(page.url())?.[1]);

async function findCustomer(userId: string, name: string, email: string | undefined): Promise<Customer> {
  const reply = await page.context().request.get(`${product.url}/api${place.replace('/p/', '/projects/')}/people/lookup?id=${userId}`);
  const { personId } = (await reply.json()) as { personId: number };
  const arm = assignArm({ projectId, operation: `journey:${journeyId()}`, personId, controlPercent: CONTROL_PERCENT });
  return { userId, name, personId, isControl: arm === 'control', email };
}

const stepOn = (way: string): Locator => page.getByText(way, { exact: true }).locator('..').getByRole('button', { name: 'Add a step here' });

async function addStep(button: Locator, kind: string): Promise<void> {
  await button.click();
  await page.getByRole('menuitem', { name: kind, exact: false }).click();
  await dialog().waitFor();
}

test('6: draws a journey; a broken template is refused with its line', async () => {
  await page.getByRole('link', { name: 'Journeys' }).click();
  await page.getByRole('button', { name: 'New journey' }).first().click();
  await dialog().getByLabel('Name').fill('Thanks for the order');
  await dialog().getByRole('button', { name: 'Create' }).click();
  await page.getByRole('heading', { name: 'Thanks for the order' }).waitFor();
  await page.getByText('Set a goal').waitFor();

  await page.getByRole('button', { name: /^Edit Who enters/ }).click();
  await dialog().getByLabel('Event', { exact: true }).fill('Order Completed');
  await closeDrawer(page);
  await page.getByRole('button', { name: /^Goal/ }).first().click();
  await dialog().getByLabel('Goal', { exact: true }).fill('Order Rated');
  await dialog().getByLabel('Within').fill('14');
  await dialog().getByRole('spinbutton', { name: 'Control group' }).fill(String(CONTROL_PERCENT));
  await closeDrawer(page);
  await page.getByRole('button', { name: `${CONTROL_PERCENT} % control group` }).waitFor();

  await addStep(page.getByRole('button', { name: 'Add a step here' }).first(), 'Wait for an event');
  await dialog().getByLabel('Until they do').fill('Order Shipped');
  await closeDrawer(page);
  await addStep(stepOn('If they do'), 'Condition');
  await dialog().getByRole('button', { name: 'Has a trait' }).click();
  await choose(page, dialog().getByRole('combobox', { name: 'Trait' }), 'income');
  await pick(page, dialog().getByRole('combobox', { name: 'Test' }), 'is set');
  await closeDrawer(page);
  await addStep(stepOn('Yes'), 'Email');
  await dialog().getByLabel('Subject').fill('Thanks, {{ person.name }}');
  await dialog().getByLabel('Body').fill('<p>Your order of {{ event.revenue }} is on its way.</p>\n{% if person.name %}');
  await dialog()
    .getByText(/Body, line 2/)
    .waitFor();
  await dialog().getByLabel('Body').fill('<p>Your order of {{ event.revenue }} is on its way.</p>');
  await dialog()
    .getByText(/Body, line 2/)
    .waitFor({ state: 'hidden' });
  await closeDrawer(page);
  await page.getByText('Draft saved').waitFor();
});

/** The journey's figure of that name, on the page of results. */
const figure = (label: string): Locator => page.getByText(label, { exact: true }).locator('xpath=../following-sibling::*[1]').first();

async function prepareCustomers(): Promise<void> {
  const names = Array.from({ length: 24 }, (_, index) => `Buyer ${index + 1}`);
  const addressOf = (index: number) => (index % 2 === 0 ? `buyer-${index + 1}@shop.example` : undefined);
  const traits = names.map((name, index) => ({ name, income: '75-99K', ...(addressOf(index) && { email: addressOf(index) }) }));
  await send(traits.map((each, index) => ({ type: 'identify', userId: `buyer-${index + 1}`, traits: each })));
  customers = await Promise.all(names.map((name, index) => findCustomer(`buyer-${index + 1}`, name, addressOf(index))));
}

test('6: tries it on a person, publishes it, and the mail arrives', async () => {
  await prepareCustomers();
  const reached = customers.filter((each) => !each.isControl && each.email);
  await page.getByRole('button', { name: 'Try on a person' }).click();
  await dialog()
    .getByLabel('Person number or external id')
    .fill(reached[0]?.userId ?? '');
  await dialog().getByRole('radio', { name: 'they do it' }).click();
  await dialog().getByRole('button', { name: 'Walk' }).click();
  await dialog().getByText('This person is in: Reached').waitFor();
  await dialog().getByText(`Thanks, ${reached[0]?.name}`).waitFor();
  await closeDrawer(page);
  await page.getByRole('button', { name: 'Publish', exact: true }).click();
  await dialog().getByText(`${CONTROL_PERCENT} % of them go to the control group`).waitFor();
  await dialog().getByRole('button', { name: 'Publish' }).click();
  await page.getByText('Live', { exact: true }).waitFor();
  await page.getByRole('tab', { name: 'Results' }).click();

  await send(customers.map(({ userId }) => track(userId, 'Order Completed', { revenue: 42 })));
  await expect.poll(() => figure('Inside now').innerText(), PATIENT).toBe('24');
  expect(sink.mails).toEqual([]);
  await send(customers.map(({ userId }) => track(userId, 'Order Shipped')));
  await until('the mails', () => sink.mails.length >= reached.length, 30_000);
  await expect.poll(() => figure('Went through').innerText(), PATIENT).toBe('24');
  expect(sink.mails.map((mail) => mail.to).sort()).toEqual(reached.map((each) => each.email).sort());
  const mail = sink.mails.find(({ to }) => to === reached[0]?.email);
  expect(mail?.subject).toBe(`Thanks, ${reached[0]?.name}`);
  expect(mail?.html).toContain('Your order of 42 is on its way.');
  expect(mail?.text).toContain('Your order of 42');
  expect(mail?.headers.get('list-unsubscribe-post')).toBe('List-Unsubscribe=One-Click');
});

test('6: the results and the timelines tell each step, and who was not reached and why', async () => {
  const results = page.url();
  const control = customers.filter((each) => each.isControl);
  const silent = customers.filter((each) => !each.email);
  const reached = customers.filter((each) => !each.isControl && each.email);
  const email = page.getByRole('button', { name: /^Edit Email/ }).filter({ hasText: `Sent ${reached.length}` });
  await email.filter({ hasText: `Not sent ${24 - reached.length}` }).waitFor();
  const raters = [...reached.slice(0, 3), ...control.slice(0, 1)];
  await send(raters.map(({ userId }) => track(userId, 'Order Rated')));
  const effect = region('Effect on the goal');
  for (const text of [`3 of ${24 - control.length}`, `1 of ${control.length}`]) await effect.getByText(text, { exact: true }).waitFor();
  await effect.getByText(/95 % interval/).waitFor();

  await page.getByRole('button', { name: /^12 No email address/ }).click();
  const people = region('People at Email');
  await people.getByRole('button', { name: silent[0]?.name ?? '', exact: true }).click();
  await dialog().getByText('No email address').first().waitFor();
  await closeDrawer(page);

  const timeline = region('Timeline');
  await page.goto(`${place}/people/${reached[0]?.personId}`);
  for (const text of ['Message sent', 'Entered a journey', 'Reached a journey step', 'Order Shipped', 'Reached a goal'])
    await timeline.getByText(text).first().waitFor();
  await page.goto(`${place}/people/${silent[0]?.personId}`);
  await timeline.getByText(/No email address/).waitFor();
  await page.goto(`${place}/messages`);
  await page.getByRole('row', { name: new RegExp(`Thanks, ${reached[0]?.name} Sent`) }).waitFor();
  await page.goto(results);
  await page.getByRole('heading', { name: 'Effect on the goal' }).waitFor();
});

test('7: opens funnel, retention and trend, and saves the people behind a number as a segment', async () => {
  await page.goto('/p/1/insights');
  await page.getByRole('link', { name: /From looking to buying/ }).click();
  await page.getByRole('img', { name: 'Chart: Funnel' }).waitFor();
  const number = page.getByRole('button', { name: /^Reached the last step/ });
  const shown = await numberIn(number);
  expect(shown).toBeGreaterThan(10);
  await number.click();
  await dialog()
    .getByText(new RegExp(`^${new Intl.NumberFormat('en').format(shown)} people`))
    .waitFor();
  await dialog()
    .getByRole('link', { name: /Household/ })
    .first()
    .waitFor();
  await dialog().getByRole('textbox', { name: 'Name of the segment' }).fill('Came all the way');
  await dialog().getByRole('button', { name: 'Save as segment' }).click();
  await dialog().getByRole('link', { name: 'Open', exact: true }).click();
  await page.getByRole('heading', { name: 'Came all the way' }).waitFor();
  await expect.poll(() => numberIn(figure('Members now')), PATIENT).toBe(shown);

  for (const name of [/Do buyers come back/, /Buyers a day/]) {
    await page.getByRole('navigation').getByRole('link', { name: 'Insights' }).first().click();
    await page.getByRole('link', { name }).click();
    await page.getByRole('img', { name: /^Chart/ }).waitFor();
  }
  const people = page.getByRole('button', { name: /^Different people in the period/ });
  expect(await numberIn(people)).toBeGreaterThan(1_000);
  await people.click();
  await dialog()
    .getByRole('link', { name: /Household/ })
    .first()
    .waitFor();
});

test('8: signs out, and the door is closed', async () => {
  await page.goto('/p/1');
  await page.getByRole('button', { name: /^Account/ }).click();
  await page.getByText('Sign out').click();
  await page.getByRole('button', { name: 'Sign in' }).waitFor();
  await page.goto('/p/1/people');
  await page.getByRole('button', { name: 'Sign in' }).waitFor();
});
