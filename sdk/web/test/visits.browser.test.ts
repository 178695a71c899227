import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { launch, openSite, type Site, type SiteWindow, type StoredEvent } from './open-site.ts';

let site: Site;
beforeAll(async () => {
  site = await openSite();
});
afterAll(() => site.close());
beforeEach(() => site.newProject());
const contexts: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(contexts.splice(0).map((context) => context.close()));
});
const visit: Site['visit'] = async (...given) => {
  const visitor = await site.visit(...given);
  contexts.push(visitor.context);
  return visitor;
};
const stored = (event?: string): Promise<StoredEvent[]> =>
  site.stored(site).then((rows) => (event === undefined ? rows : rows.filter((row) => row.event === event)));
const paths = async () => (await stored('$page')).map((row) => row.properties.path);

test('a single-page site: each change of the address is a page view with the title it ended up with and the page before as referrer', async () => {
  const { page, faults } = await visit('/one?a=1');
  await expect.poll(paths).toEqual(['/one']);
  await page.evaluate(() => {
    history.pushState({}, '', '/two');
    document.title = 'The second';
  });
  await expect.poll(paths).toEqual(['/one', '/two']);
  await page.evaluate(() => {
    history.replaceState({ scroll: 1 }, '', '/two');
    history.replaceState({}, '', '/three');
  });
  await expect.poll(paths).toEqual(['/one', '/two', '/three']);
  await page.evaluate(() => {
    location.hash = 'part';
  });
  await page.evaluate(() => history.go(-2));
  await expect.poll(paths).toEqual(['/one', '/two', '/three', '/one']);
  const views = await stored('$page');
  expect(views[1]?.properties).toMatchObject({
    title: 'The second',
    referrer: expect.stringMatching(/\/one\?a=1$/),
    url: expect.stringMatching(/\/two$/),
  });
  expect(views[2]?.properties).toMatchObject({ referrer: expect.stringMatching(/\/two$/) });
  const leaves = await stored('$page_leave');
  expect(leaves.map((row) => row.properties.path)).toEqual(['/one', '/two', '/three']);
  for (const { properties } of leaves) {
    expect(properties.duration).toBeGreaterThan(0);
    expect(properties.visible_duration).toBeLessThanOrEqual(Number(properties.duration));
    expect(properties.scroll_percent).toBe(100);
  }
  expect(new Set((await stored()).map((row) => row.session_id)).size).toBe(1);
  expect(await stored('$session_start')).toHaveLength(1);
  expect(faults).toEqual([]);
});

test('with hash routing the part after # is the path', async () => {
  site.html.attributes = 'data-hash-routing';
  const { page } = await visit('/app#/start');
  await page.evaluate(() => {
    location.hash = '/cart';
  });
  await expect.poll(paths).toEqual(['/app#/start', '/app#/cart']);
});

test('what brought a visitor stays with the visit: campaign and click id on every event, on later pages too', async () => {
  const { page } = await visit('/p/1?utm_source=wechat&utm_medium=social&utm_campaign=%E6%98%A5%E8%8A%82&bd_vid=77&token=s3cret');
  await site.open(page, '/p/2');
  await page.evaluate(() => (globalThis as unknown as SiteWindow).perennial.track('Bought', { price: 1 }));
  await expect.poll(async () => (await stored('Bought')).length).toBe(1);
  const campaign = { source: 'wechat', medium: 'social', name: '春节', clickId: '77', clickIdType: 'bd_vid' };
  for (const row of await stored()) expect(row.context.campaign).toEqual(campaign);
  expect(JSON.stringify(await stored())).not.toContain('s3cret');
  expect((await stored('$page'))[0]?.properties.search).toContain('token=***');
  expect((await stored('$page'))[0]?.context).toMatchObject({
    library: { name: 'perennial.js', version: '0.1.0' },
    userAgentData: { mobile: false },
  });
});

test('identities, traits, groups, registered properties and timers arrive as the server means them', async () => {
  const { page, faults } = await visit('/');
  await page.evaluate(async () => {
    const { perennial } = globalThis as unknown as SiteWindow;
    perennial.register({ plan: 'free', shop: 'north' });
    perennial.registerOnce({ plan: 'pro' });
    perennial.unregister('shop');
    perennial.timeEvent('Checked out');
    perennial.identify('li-hua', { city: 'Wuhan', orders: 1, tags: ['a'] });
    perennial.setOnce({ city: 'Beijing', first: 'yes' });
    perennial.increment('orders', 2);
    perennial.increment({ points: 5 });
    perennial.append('tags', 'b');
    perennial.union('tags', ['a', 'c']);
    perennial.remove('tags', 'b');
    perennial.set({ nick: 'L' });
    perennial.unset('nick');
    perennial.group('acme', { seats: 3 });
    perennial.track('Checked out', { total: 9.5 });
    await perennial.flush();
    perennial.reset();
    perennial.track('Somebody else');
  });
  await expect.poll(async () => (await stored('Somebody else')).length).toBe(1);
  const [bought] = await stored('Checked out');
  expect(bought).toMatchObject({ user_id: 'li-hua', properties: { plan: 'free', total: 9.5 }, context: { groups: { company: 'acme' } } });
  expect(bought?.properties).not.toHaveProperty('shop');
  expect(bought?.properties.duration).toBeGreaterThanOrEqual(0);
  const person = await site.gateway.identity.person(site.projectId, bought?.person_id ?? 0);
  expect(person?.traits).toMatchObject({ city: 'Wuhan', first: 'yes', orders: 3, points: 5, tags: ['a', 'c'] });
  expect(person?.traits).not.toHaveProperty('nick');
  const [other] = await stored('Somebody else');
  expect(other?.person_id).not.toBe(bought?.person_id);
  expect([other?.user_id, other?.context.groups, other?.properties.plan]).toEqual(['', undefined, undefined]);
  expect(other?.session_id).not.toBe(bought?.session_id);
  expect(faults).toEqual([]);
});

test('a page that the browser puts aside and brings back sends all of it once, and is a page view again', async () => {
  const browser = await launch({ ignoreDefaultArgs: ['--disable-back-forward-cache'], args: ['--enable-features=BackForwardCache'] });
  try {
    const { page } = await visit('/kept', { browser });
    await page.evaluate(() => {
      addEventListener('pageshow', (event) => Object.assign(globalThis, { wasKept: event.persisted }));
      (globalThis as unknown as SiteWindow).perennial.track('Before');
    });
    await page.goto(`http://127.0.0.1:${site.port}/other`);
    await expect.poll(paths).toEqual(['/kept', '/other']);
    await page.goBack({ waitUntil: 'commit' });
    await page.waitForFunction(() => 'wasKept' in globalThis);
    expect(await page.evaluate(() => (globalThis as { wasKept?: boolean }).wasKept)).toBe(true);
    await page.evaluate(() => (globalThis as unknown as SiteWindow).perennial.track('After'));
    await expect.poll(async () => (await stored('After')).length).toBe(1);
    await page.goto('about:blank');
    await expect.poll(async () => (await stored('$page_leave')).length).toBe(3);
    expect(await paths()).toEqual(['/kept', '/other', '/kept']);
    expect(await stored('Before')).toHaveLength(1);
    expect(await stored('$session_start')).toHaveLength(1);
  } finally {
    await browser.close();
  }
});

test('ids are shared between subdomains by a cookie when the site says so, and only then', async () => {
  site.html.attributes = 'data-cookie-domain="shop.test"';
  const { page, context } = await visit('/', { host: 'www.shop.test' });
  await page.evaluate(() => (globalThis as unknown as SiteWindow).perennial.identify('li-hua'));
  const id = await page.evaluate(() => (globalThis as unknown as SiteWindow).perennial.anonymousId());
  await site.open(page, '/', 'pay.shop.test');
  expect(await page.evaluate(() => (globalThis as unknown as SiteWindow).perennial.anonymousId())).toBe(id);
  await page.evaluate(() => (globalThis as unknown as SiteWindow).perennial.track('Paid'));
  await expect.poll(async () => (await stored('Paid')).map((row) => [row.user_id, row.anonymous_id])).toEqual([['li-hua', id]]);
  await page.evaluate(() => (globalThis as unknown as SiteWindow).perennial.reset());
  await expect.poll(async () => (await context.cookies()).filter((cookie) => cookie.name === 'perennial.userId')).toEqual([]);
  site.html.attributes = '';
  const plain = await visit('/', { host: 'www.shop.test' });
  await plain.page.evaluate(() => (globalThis as unknown as SiteWindow).perennial.identify('x'));
  expect(await plain.context.cookies()).toEqual([]);
});

test('as a module, and started by hand through the queue with all options', async () => {
  const { page, faults } = await visit('/');
  const bare = `http://127.0.0.1:${site.port}/bare`;
  await page.goto(bare);
  const key = site.writeKey;
  // As text: the test runner would rewrite the import.
  await page.evaluate(`(async () => {
    const { createPerennial } = await import(${JSON.stringify(`${site.gateway.url}/perennial.mjs`)});
    const beforeSend = (message) => (message.event === 'Dropped' ? null : { ...message, userId: 'changed' });
    const perennial = createPerennial({ writeKey: '${key}', host: '${site.gateway.url}', autoPage: false, beforeSend });
    perennial.track('Dropped');
    perennial.track('By module');
    await perennial.flush();
  })()`);
  await expect.poll(async () => (await stored('By module')).map((row) => row.user_id)).toEqual(['changed']);
  expect(await stored('Dropped')).toEqual([]);
  site.html.body = `<script>window.perennial = []; perennial.push(['track', 'Early']); perennial.push(['nonsense', 1], 7);</script>
    <script src="${site.gateway.url}/perennial.js"></script>`;
  await page.goto(bare);
  await page.evaluate(
    (writeKey) => (globalThis as unknown as SiteWindow).perennial.push(['init', { writeKey, autoPage: false }], ['track', 'Late']),
    key,
  );
  await expect.poll(async () => (await stored()).map((row) => row.event).filter((event) => /Early|Late/.test(event))).toEqual(['Early', 'Late']);
  expect(faults).toEqual([]);
});
