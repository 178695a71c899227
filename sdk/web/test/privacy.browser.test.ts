import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { openSite, type Site, type SiteWindow, type Visitor } from './open-site.ts';

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());
const visitors: Visitor[] = [];
beforeEach(() => site.newProject());
afterEach(async () => {
  await Promise.all(visitors.splice(0).map((visitor) => visitor.context.close()));
});
const visit: Site['visit'] = async (path, more) => {
  const visitor = await site.visit(path, { hasClock: true, ...more });
  visitors.push(visitor);
  return visitor;
};
const stored = async (event?: string) => (await site.stored(site)).filter((row) => event === undefined || row.event === event);
const kept = (page: Page) =>
  page.evaluate(() => [...Object.keys(localStorage), ...Object.keys(sessionStorage), document.cookie].filter((name) => name !== ''));
const call = (page: Page, ...given: unknown[]) => page.evaluate((all) => (globalThis as unknown as SiteWindow).perennial.push(all), given);
/** Lets all that the page has planned for the next seconds happen, and what it sends leave. */
async function settled(page: Page): Promise<void> {
  await page.clock.runFor(3_000);
  await page.evaluate(() => fetch('/favicon.ico'));
}

test('before consent nothing is kept and nothing is sent; with it everything goes, under the same id', async () => {
  site.html.attributes = 'data-consent="pending"';
  const { page, sent } = await visit('/landing?utm_source=wechat');
  await call(page, 'identify', 'li-hua');
  await call(page, 'track', 'Looked');
  await settled(page);
  expect([await kept(page), sent, await stored()]).toEqual([[], [], []]);
  const id = await page.evaluate(() => (globalThis as unknown as SiteWindow).perennial.anonymousId());
  await call(page, 'setConsent', 'granted');
  await expect.poll(async () => (await stored()).map((row) => row.event)).toEqual(['$session_start', '$page', '$identify', 'Looked']);
  expect(new Set((await stored()).map((row) => row.anonymous_id))).toEqual(new Set([id]));
  expect((await stored('Looked'))[0]?.user_id).toBe('li-hua');
  await page.reload();
  await expect.poll(async () => (await stored('$page')).length).toBe(2);
  expect(new Set((await stored()).map((row) => row.anonymous_id)).size).toBe(1);
});

test('a denial drops what waited, wipes what was kept but the denial itself, and holds on the next page', async () => {
  const { page, sent } = await visit('/');
  await expect.poll(async () => (await stored('$page')).length).toBe(1);
  expect((await kept(page)).length).toBeGreaterThan(1);
  const before = sent.length;
  await call(page, 'track', 'Never');
  await call(page, 'setConsent', 'denied');
  await call(page, 'track', 'Never either');
  await settled(page);
  expect(await kept(page)).toEqual(['perennial.consent']);
  await page.reload();
  await page.waitForFunction(() => (globalThis as unknown as SiteWindow).perennial?.getConsent() === 'denied');
  await call(page, 'track', 'Nor that');
  await settled(page);
  expect([sent.length - before, await kept(page)]).toEqual([0, ['perennial.consent']]);
  expect((await stored()).filter((row) => row.event.includes('N'))).toEqual([]);
  await call(page, 'setConsent', 'granted');
  await call(page, 'track', 'Again');
  await expect.poll(async () => (await stored('Again')).length).toBe(1);
});

test('without cookies: events are sent, nothing is kept, and the next page is somebody else', async () => {
  site.html.attributes = 'data-cookieless="without-consent" data-consent="pending"';
  const { page } = await visit('/one');
  await expect.poll(async () => (await stored('$page')).length).toBe(1);
  expect(await kept(page)).toEqual([]);
  await site.open(page, '/two');
  await expect.poll(async () => (await stored('$page')).length).toBe(2);
  expect(new Set((await stored('$page')).map((row) => row.anonymous_id)).size).toBe(2);
  expect(await kept(page)).toEqual([]);
});

test('Do Not Track and Global Privacy Control are heeded where the site says so', async () => {
  site.html.attributes = 'data-respect-do-not-track';
  for (const signal of ['doNotTrack', 'globalPrivacyControl']) {
    const before = `Object.defineProperty(navigator, '${signal}', { get: () => ${signal === 'doNotTrack' ? "'1'" : 'true'} });`;
    const { page, sent } = await visit('/', { before });
    await call(page, 'track', 'Never');
    await settled(page);
    expect([await kept(page), sent]).toEqual([[], []]);
  }
  site.html.attributes = '';
  await visit('/', { before: `Object.defineProperty(navigator, 'doNotTrack', { get: () => '1' });` });
  await expect.poll(async () => (await stored('$page')).length).toBe(1);
});

const form = `<form id="pay" action="/paid?token=s3cret" method="post" onsubmit="event.preventDefault(); this.dataset.sent = 1">
    <input name="email" value="li@s3cret.example"><input type="password" name="password" value="s3cret-password">
    <input name="cc" autocomplete="cc-number" value="4111111111111111"><textarea name="note">s3cret note</textarea>
    <select name="city"><option>s3cret city</option></select><input type="hidden" name="h" value="s3cret hidden">
    <div id="editor" contenteditable="true">s3cret draft</div>
    <button class="primary big" type="submit">Pay ¥42 <span data-perennial-mask>s3cret name</span></button></form>
  <a id="go" href="#/away?email=li@s3cret.example&page=2">Call 138-1234-5678 or li@s3cret.example</a>
  <a id="mail" href="mailto:li@s3cret.example" onclick="return false">Write</a>
  <div data-perennial-mask><button id="masked" aria-label="s3cret label" onclick="this.dataset.x = Math.random()">s3cret balance</button></div>
  <div data-perennial-ignore><button id="ignored">s3cret ignored</button></div>
  <p id="text">Just words</p>`;

test('clicks and forms are recorded by what they are, never by what people typed', async () => {
  site.html.body = form;
  const { page, faults } = await visit('/');
  for (const id of ['go', 'mail', 'masked', 'ignored', 'text']) await page.locator(`#${id}`).click();
  for (const name of ['email', 'password', 'cc', 'note']) await page.locator(`[name=${name}]`).click();
  await page.locator('#editor').click();
  await page.keyboard.type('s3cret typed');
  await page.locator('button[type=submit]').click();
  await expect.poll(async () => (await stored('$form_submit')).length).toBe(1);
  const clicks = (await stored('$click')).map((row) => row.properties);
  const byId = (id: string) => clicks.find((properties) => properties.element_id === id);
  expect(byId('go')).toMatchObject({
    element_tag: 'a',
    element_text: 'Call *** or ***',
    element_href: expect.stringMatching(/#\/away\?email=\*\*\*&page=2$/),
  });
  expect(byId('mail')).toMatchObject({ element_href: 'mailto:', element_text: 'Write' });
  expect(byId('masked')).toMatchObject({ element_tag: 'button', element_selector: 'button#masked' });
  expect(byId('masked')).not.toHaveProperty('element_text');
  expect([byId('ignored'), byId('text')]).toEqual([undefined, undefined]);
  expect(clicks.find((properties) => properties.element_type === 'submit')).toMatchObject({
    element_text: 'Pay ¥42',
    element_class: 'primary big',
    element_selector: 'form#pay > button.primary',
    path: '/',
  });
  expect((await stored('$form_submit'))[0]?.properties).toMatchObject({
    element_id: 'pay',
    form_method: 'post',
    form_action: '/paid?token=***',
    form_fields: 5,
  });
  const everything = JSON.stringify(await stored());
  for (const secret of ['s3cret-password', 's3cret', '4111', '13812345678', '138-1234']) expect(everything).not.toContain(secret);
  expect(faults).toEqual([]);
});

test('rage is three clicks on one spot; a click is dead when nothing comes of it', async () => {
  site.html.body = `<button id="dead">Nothing</button><button id="alive" onclick="document.title = String(Math.random())">Something</button>
    <a id="jump" href="#there">Jump</a><p id="text" style="margin-top:300px">Words</p>`;
  const { page } = await visit('/');
  await page.locator('#alive').click();
  await settled(page);
  await page.locator('#dead').click();
  await settled(page);
  await expect.poll(async () => (await stored('$dead_click')).map((row) => row.properties.element_id)).toEqual(['dead']);
  await page.locator('#jump').click();
  await page.locator('#text').click({ clickCount: 5 });
  await expect.poll(async () => (await stored('$rage_click')).length).toBe(1);
  expect((await stored('$rage_click'))[0]?.properties).toMatchObject({ element_id: 'text', element_text: 'Words' });
  await settled(page);
  await page.evaluate(() => (globalThis as unknown as SiteWindow).perennial.flush());
  expect((await stored('$dead_click')).map((row) => row.properties.element_id)).toEqual(['dead']);
  // The page's clock was moved between a click and its sending, so the times say nothing of the order.
  expect((await stored('$click')).map((row) => row.properties.element_id).sort()).toEqual(['alive', 'dead', 'jump']);
});

test('autocapture can be turned off, whole or in part', async () => {
  site.html.body = '<button id="b" onclick="this.dataset.x = 1">B</button>';
  site.html.attributes = 'data-autocapture="false" data-session-start="false"';
  const { page } = await visit('/');
  await page.locator('#b').click();
  await call(page, 'track', 'End');
  await expect.poll(async () => (await stored()).map((row) => row.event)).toEqual(['$page', 'End']);
  site.html.attributes = `data-options='{"autocapture":{"clicks":false}}'`;
  const other = await visit('/other');
  await other.page.locator('#b').click({ clickCount: 3 });
  await expect.poll(async () => (await stored('$rage_click')).length).toBe(1);
  expect(await stored('$click')).toEqual([]);
});
