import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { openSite, type Site, type SiteWindow, timesSent, type Visitor } from './open-site.ts';

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());
const visitors: Visitor[] = [];
beforeEach(async () => {
  await site.newProject();
  site.html.attributes = 'data-auto-page="false" data-session-start="false" data-autocapture="false"';
});
afterEach(async () => {
  await Promise.all(visitors.splice(0).map((visitor) => visitor.context.close()));
});
const visit: Site['visit'] = async (...given) => {
  const visitor = await site.visit(...given);
  visitors.push(visitor);
  return visitor;
};
const events = async () => (await site.stored(site)).map((row) => row.event).sort();
const track = (page: Page, ...names: string[]) =>
  page.evaluate((all) => {
    for (const name of all) (globalThis as unknown as SiteWindow).perennial.track(name);
  }, names);

/** From now on the server cannot be reached from these pages, until the answer is called. */
async function cut(context: BrowserContext): Promise<{ mend(): Promise<void>; tries(): number }> {
  let tries = 0;
  await context.route('**/v1/batch', (route) => {
    tries += 1;
    return route.abort();
  });
  return { mend: () => context.unroute('**/v1/batch'), tries: () => tries };
}
const queued = (page: Page) => page.evaluate(() => Object.keys(localStorage).filter((name) => name.startsWith('perennial.queue.')).length);

test('what is said offline is sent when the network is back, once and in order', async () => {
  const { page, context, sent } = await visit('/');
  await context.setOffline(true);
  await track(page, 'One', 'Two', 'Three');
  await expect.poll(() => queued(page)).toBe(1);
  expect(await events()).toEqual([]);
  const sentBefore = sent.length;
  await context.setOffline(false);
  await expect.poll(events).toEqual(['One', 'Three', 'Two']);
  expect((await site.stored(site)).map((row) => row.event)).toEqual(['One', 'Two', 'Three']);
  await expect.poll(() => queued(page)).toBe(0);
  expect(sent.length - sentBefore).toBeLessThanOrEqual(6);
});

test('what waits survives a reload, and a tab that is closed: the next page sends it, once', async () => {
  const { page, context, sent, newPage, faults } = await visit('/');
  const net = await cut(context);
  await track(page, 'Before the reload');
  await expect.poll(net.tries).toBeGreaterThan(0);
  await page.reload();
  await page.waitForFunction(() => typeof (globalThis as unknown as SiteWindow).perennial?.track === 'function');
  await track(page, 'After the reload');
  await expect.poll(() => queued(page)).toBeGreaterThan(0);
  await page.close();
  const before = sent.length;
  await net.mend();
  const next = await newPage();
  await site.open(next, '/next');
  await expect.poll(events).toEqual(['After the reload', 'Before the reload']);
  await expect.poll(() => queued(next)).toBe(0);
  expect([...timesSent(sent.slice(before)).values()]).toEqual([1, 1]);
  expect(faults).toEqual([]);
});

for (const [name, host] of [
  ['with locks', '127.0.0.1'],
  ['without locks, as on every page without TLS', 'www.shop.test'],
] as const)
  test(`several tabs share a visitor and never send the same thing twice, ${name}`, async () => {
    const { page, context, sent, newPage, faults } = await visit('/', { host });
    expect(await page.evaluate(() => 'locks' in navigator)).toBe(host === '127.0.0.1');
    const second = await newPage();
    await site.open(second, '/second', host);
    const net = await cut(context);
    await track(page, 'First tab');
    await track(second, 'Second tab');
    const third = await newPage();
    await site.open(third, '/third', host);
    await track(third, 'Third tab');
    await expect.poll(net.tries).toBeGreaterThan(2);
    await expect.poll(() => queued(page)).toBe(3);
    // The second leaves what it has to the others; two new ones come at once.
    await second.close();
    const before = sent.length;
    await net.mend();
    const fresh = [await newPage(), await newPage()];
    await Promise.all(fresh.map((each, at) => site.open(each, `/fresh-${at}`, host)));
    await expect.poll(events).toEqual(['First tab', 'Second tab', 'Third tab']);
    await expect.poll(() => queued(page)).toBe(0);
    expect([...timesSent(sent.slice(before)).values()]).toEqual([1, 1, 1]);
    const rows = await site.stored(site);
    expect([new Set(rows.map((row) => row.anonymous_id)).size, new Set(rows.map((row) => row.session_id)).size]).toEqual([1, 1]);
    expect(faults).toEqual([]);
  });

test('a sign-out in one tab is one in all', async () => {
  const { page, newPage } = await visit('/');
  await page.evaluate(() => (globalThis as unknown as SiteWindow).perennial.identify('li-hua'));
  const second = await newPage();
  await site.open(second, '/second');
  await page.evaluate(() => (globalThis as unknown as SiteWindow).perennial.reset());
  // Storage reaches other processes of the browser a moment later.
  await second.waitForFunction(() => (globalThis as unknown as SiteWindow).perennial.userId() === undefined);
  await track(second, 'Nobody');
  await expect.poll(async () => (await site.stored(site)).find((row) => row.event === 'Nobody')?.user_id).toBe('');
});

test('what is said while a page goes away arrives, in one piece with what waited', async () => {
  site.html.attributes = 'data-auto-page="false" data-session-start="false" data-autocapture="false" data-options=\'{"flushIntervalMs":60000}\'';
  const { page } = await visit('/');
  await page.evaluate(() => {
    addEventListener('pagehide', () => (globalThis as unknown as SiteWindow).perennial.track('Farewell'), { capture: true });
    for (let n = 0; n < 60; n += 1) (globalThis as unknown as SiteWindow).perennial.track('Waiting', { n, text: 'x'.repeat(400) });
  });
  // More than 20 wait: these went at once; the page's own listener came after ours and is heard by the next page.
  await page.goto('about:blank');
  await expect.poll(async () => (await events()).filter((event) => event === 'Waiting').length).toBe(60);
  await site.open(page, '/next');
  await expect.poll(async () => (await events()).filter((event) => event === 'Farewell').length).toBe(1);
});

test('a server that is busy is left alone for as long as it asks', async () => {
  const { page, context, sent } = await visit('/');
  const times: number[] = [];
  await context.route('**/v1/batch', (route) => {
    times.push(Date.now());
    return times.length === 1
      ? route.fulfill({
          status: 503,
          headers: { 'retry-after': '2', 'access-control-allow-origin': '*', 'access-control-expose-headers': 'retry-after' },
        })
      : route.continue();
  });
  await track(page, 'Patient');
  await expect.poll(events).toEqual(['Patient']);
  expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(1_990);
  expect(sent.map((message) => message.event)).toEqual(['Patient', 'Patient']);
  await page.waitForFunction(() => !Object.keys(localStorage).some((name) => name.startsWith('perennial.queue.')));
});

test('blocked storage and a full one: everything works for as long as the page is there', async () => {
  const blocked = `for (const name of ['localStorage', 'sessionStorage']) Object.defineProperty(window, name, { get() { throw new DOMException('no', 'SecurityError'); } });
    Object.defineProperty(Document.prototype, 'cookie', { get() { throw new DOMException('no', 'SecurityError'); }, set() { throw new DOMException('no', 'SecurityError'); } });`;
  const full = `Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); };`;
  for (const [at, before] of [blocked, full].entries()) {
    const { page, faults } = await visit('/', { before });
    await page.evaluate((n) => (globalThis as unknown as SiteWindow).perennial.identify(`visitor-${n}`, { n }), at);
    await track(page, `Bought ${at}`);
    await expect.poll(async () => (await site.stored(site)).find((row) => row.event === `Bought ${at}`)?.user_id).toBe(`visitor-${at}`);
    await track(page, `Left ${at}`);
    await page.goto('about:blank');
    await expect.poll(events).toContain(`Left ${at}`);
    expect(faults).toEqual([]);
  }
});
