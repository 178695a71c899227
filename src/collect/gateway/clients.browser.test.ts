import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestGateway, type TestGateway } from './testing/open-gateway.ts';
import { openShop, type Shop } from './testing/open-shop.ts';
import { groupsOf, type StoredEvent, storedEvents, traitsOf } from './testing/stored.ts';

/* The browser libraries of other products, as their packages ship them, on a page of another origin, against the running gateway. */

/** Some libraries send nothing from browsers that say that they have no head. */
const userAgent = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36';

let on: TestGateway;
let browser: Browser;
let shop: Shop;
beforeAll(async () => {
  on = await openTestGateway();
  browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-dev-shm-usage'] });
  shop = await openShop();
});
afterAll(async () => {
  await browser.close();
  shop.close();
  await on.stop();
});

interface Visit {
  page: Page;
  faults: string[];
  /** Requests that left for anywhere but the shop and the gateway. */
  strangers: string[];
}

async function visit(path: string, head: string): Promise<Visit> {
  shop.page(path, head);
  const context = await browser.newContext({ locale: 'zh-CN', userAgent });
  const page = await context.newPage();
  const faults: string[] = [];
  const strangers: string[] = [];
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
  page.on('request', (request) => {
    if (/^https?:/.test(request.url()) && ![new URL(shop.url).host, new URL(on.url).host].includes(new URL(request.url()).host))
      strangers.push(request.url());
  });
  await page.goto(`${shop.url}${path}?utm_source=wechat&utm_campaign=spring`, { referer: 'https://www.baidu.com/' });
  return { page, faults, strangers };
}

const names = (rows: readonly StoredEvent[]): string[] => rows.map((row) => row.event);
const find = (rows: readonly StoredEvent[], event: string): StoredEvent => {
  const row = rows.find((each) => each.event === event);
  if (!row) throw new Error(`no ${event} among ${names(rows).join(', ')}`);
  return row;
};
const untilStored = (projectId: number, wanted: readonly string[]) =>
  expect.poll(async () => names(await storedEvents(on, projectId)), { interval: 200 }).toEqual(expect.arrayContaining([...wanted]));

test('posthog-js', async () => {
  const { projectId, writeKey } = await on.newKeys();
  const { page, faults, strangers } = await visit(
    '/posthog',
    `<script type="module">import posthog from '/lib/posthog-js/dist/module.js';
      posthog.init('${writeKey}', { api_host: '${on.url}', request_batching: true, person_profiles: 'identified_only', opt_out_useragent_filter: true });
      window.posthog = posthog;</script>`,
  );
  await page.waitForFunction(() => 'posthog' in globalThis);
  await untilStored(projectId, ['$page']);
  await page.click('#pay');
  await page.evaluate(() => {
    const { posthog } = globalThis as unknown as { posthog: Record<'capture' | 'identify' | 'group', (...given: unknown[]) => void> };
    posthog.capture('Bought', { revenue: 9.5, currency: 'CNY', skus: ['a'] });
    posthog.identify('li-hua', { email: 'li@example.com' }, { first_channel: 'wechat' });
    posthog.group('company', 'c1', { seats: 5 });
    posthog.capture('After');
  });
  await untilStored(projectId, ['$click', 'Bought', '$identify', '$group', 'After']);
  await page.goto('about:blank');
  await untilStored(projectId, ['$page_leave']);
  const rows = await storedEvents(on, projectId);
  expect(find(rows, '$page').properties).toMatchObject({
    path: '/posthog',
    search: '?utm_source=wechat&utm_campaign=spring',
    title: 'Shop',
    referrer: 'https://www.baidu.com/',
  });
  expect(find(rows, '$page').context).toMatchObject({
    library: { name: 'posthog-js' },
    campaign: { source: 'wechat', name: 'spring' },
    locale: 'zh-CN',
  });
  expect(find(rows, '$click').properties).toMatchObject({ element_tag: 'button', element_text: 'Pay now', element_id: 'pay' });
  expect(find(rows, 'Bought').properties).toMatchObject({ revenue: 9.5, currency: 'CNY', skus: ['a'] });
  expect(find(rows, 'Bought')).toMatchObject({ user_id: '', source: 'posthog' });
  expect(find(rows, 'After')).toMatchObject({ user_id: 'li-hua' });
  expect(new Set(rows.map((row) => row.person_id)).size).toBe(1);
  expect(new Set(rows.map((row) => row.session_id)).size).toBe(1);
  expect(rows.every((row) => Math.abs(row.ms - Date.now()) < 60_000)).toBe(true);
  expect(await traitsOf(on, projectId, 'li-hua')).toMatchObject({ email: 'li@example.com', first_channel: 'wechat' });
  expect(await groupsOf(on, projectId)).toMatchObject([{ type: 'company', id: 'c1', traits: { seats: 5 } }]);
  expect([faults, strangers]).toEqual([[], []]);
});

test('the snippet of PostHog, which loads its library from here', async () => {
  const { projectId, writeKey } = await on.newKeys();
  const { page, faults, strangers } = await visit(
    '/snippet',
    `<script>!function(t,e){var o,n,p,r;e.__SV||(window.posthog=e,e._i=[],e.init=function(i,s,a){function g(t,e){var o=e.split(".");2==o.length&&(t=t[o[0]],e=o[1]),t[e]=function(){t.push([e].concat(Array.prototype.slice.call(arguments,0)))}}(p=t.createElement("script")).type="text/javascript",p.crossOrigin="anonymous",p.async=!0,p.src=s.api_host.replace(".i.posthog.com","-assets.i.posthog.com")+"/static/array.js",(r=t.getElementsByTagName("script")[0]).parentNode.insertBefore(p,r);var u=e;for(void 0!==a?u=e[a]=[]:a="posthog",u.people=u.people||[],u.toString=function(t){var e="posthog";return"posthog"!==a&&(e+="."+a),t||(e+=" (stub)"),e},u.people.toString=function(){return u.toString(1)+".people (stub)"},o="init capture register identify alias reset group".split(" "),n=0;n<o.length;n++)g(u,o[n]);e._i.push([i,s,a])},e.__SV=1)}(document,window.posthog||[]);
      posthog.init('${writeKey}', { api_host: '${on.url}', person_profiles: 'identified_only', opt_out_useragent_filter: true });
      posthog.capture('Early', { n: 1 });</script>`,
  );
  await untilStored(projectId, ['$page', 'Early']);
  await page.click('#pay');
  await untilStored(projectId, ['$click']);
  expect([faults, strangers]).toEqual([[], []]);
});

test('mixpanel-browser', async () => {
  const { projectId, writeKey } = await on.newKeys();
  const { page, faults, strangers } = await visit(
    '/mixpanel',
    `<script src="/lib/mixpanel-browser/dist/mixpanel.umd.js"></script>
     <script>mixpanel.init('${writeKey}', { api_host: '${on.url}', track_pageview: true, autocapture: true, batch_flush_interval_ms: 300 });</script>`,
  );
  await untilStored(projectId, ['$page']);
  await page.click('#pay');
  await page.evaluate(() => {
    interface Client {
      track(event: string, properties?: object): void;
      identify(id: string): void;
      people: Record<'set' | 'set_once' | 'increment' | 'union', (given: object) => void>;
    }
    const { mixpanel } = globalThis as unknown as { mixpanel: Client };
    mixpanel.track('Bought', { revenue: 9.5, currency: 'CNY', skus: ['a'] });
    mixpanel.identify('li-hua');
    mixpanel.people.set({ $email: 'li@example.com', age: 30 });
    mixpanel.people.increment({ visits: 1 });
    mixpanel.people.set_once({ age: 1, first: 'x' });
    mixpanel.track('After');
  });
  await untilStored(projectId, ['Bought', '$identify', 'After', '$click']);
  await expect.poll(() => traitsOf(on, projectId, 'li-hua')).toMatchObject({ email: 'li@example.com', age: 30, visits: 1, first: 'x' });
  const rows = await storedEvents(on, projectId);
  expect(find(rows, '$page').properties).toMatchObject({ path: '/mixpanel', title: 'Shop', referrer: 'https://www.baidu.com/' });
  expect(find(rows, '$page').context).toMatchObject({ library: { name: 'mixpanel-browser' }, campaign: { source: 'wechat', name: 'spring' } });
  expect(find(rows, '$click').properties).toMatchObject({ element_tag: 'button' });
  expect(find(rows, 'Bought')).toMatchObject({ user_id: '', source: 'mixpanel', properties: { revenue: 9.5, currency: 'CNY', skus: ['a'] } });
  expect(find(rows, 'After')).toMatchObject({ user_id: 'li-hua', anonymous_id: find(rows, 'Bought').anonymous_id });
  expect(new Set(rows.map((row) => row.person_id)).size).toBe(1);
  expect(rows.every((row) => Math.abs(row.ms - Date.now()) < 60_000)).toBe(true);
  expect([faults, strangers]).toEqual([[], []]);
});

test.each(['standard', 'batching'])('@segment/analytics-next, told by its settings document (%s)', async (strategy) => {
  const { projectId, writeKey } = await on.newKeys();
  const { page, faults, strangers } = await visit(
    `/segment-${strategy}`,
    `<script src="/lib/@segment/analytics-next/dist/umd/index.js"></script>
     <script>window.analytics = AnalyticsNext.AnalyticsBrowser.load({ writeKey: '${writeKey}', cdnURL: '${on.url}' },
       { integrations: { 'Segment.io': { deliveryStrategy: { strategy: '${strategy}', config: { size: 3, timeout: 500 } } } } });
       analytics.page('Home');</script>`,
  );
  await page.evaluate(async () => {
    const { analytics } = globalThis as unknown as { analytics: Record<'track' | 'identify' | 'group', (...given: unknown[]) => Promise<unknown>> };
    await analytics.track('Bought', { revenue: 9.5, currency: 'CNY', skus: ['a'] });
    await analytics.identify('li-hua', { email: 'li@example.com' });
    await analytics.group('c1', { seats: 5 });
    await analytics.track('After');
  });
  await untilStored(projectId, ['$page', 'Bought', '$identify', '$group', 'After']);
  const rows = await storedEvents(on, projectId);
  expect(find(rows, '$page').properties).toMatchObject({
    name: 'Home',
    path: `/segment-${strategy}`,
    title: 'Shop',
    referrer: 'https://www.baidu.com/',
  });
  expect(find(rows, '$page').context).toMatchObject({
    library: { name: 'analytics.js' },
    campaign: { source: 'wechat', name: 'spring' },
    locale: 'zh-CN',
  });
  expect(find(rows, 'Bought')).toMatchObject({ user_id: '', source: 'segment', properties: { revenue: 9.5, currency: 'CNY', skus: ['a'] } });
  expect(find(rows, 'After')).toMatchObject({ user_id: 'li-hua' });
  expect(new Set(rows.map((row) => row.person_id)).size).toBe(1);
  expect(await traitsOf(on, projectId, 'li-hua')).toMatchObject({ email: 'li@example.com' });
  expect(await groupsOf(on, projectId)).toMatchObject([{ type: 'company', id: 'c1', traits: { seats: 5 } }]);
  expect([faults, strangers]).toEqual([[], []]);
});

test.each([false, true])('@rudderstack/analytics-js, told by its source document (beacons %s)', async (useBeacon) => {
  const { projectId, writeKey } = await on.newKeys();
  const { page, faults, strangers } = await visit(
    `/rudder-${useBeacon}`,
    `<script src="/lib/@rudderstack/analytics-js/dist/npm/modern/bundled/umd/index.js"></script>
     <script>window.client = new rudderanalytics.RudderAnalytics();
       client.load('${writeKey}', '${on.url}', { configUrl: '${on.url}', useBeacon: ${useBeacon}, lockIntegrationsVersion: true, lockPluginsVersion: true });
       client.page('Home');</script>`,
  );
  await page.evaluate(() => {
    const { client } = globalThis as unknown as { client: Record<'track' | 'identify' | 'group', (...given: unknown[]) => void> };
    client.track('Bought', { revenue: 9.5, currency: 'CNY', skus: ['a'] });
    client.identify('li-hua', { email: 'li@example.com' });
    client.group('c1', { seats: 5 });
    client.track('After');
  });
  // Until it has read its source document it keeps everything in memory, and a page that is left by then takes it along.
  await page.evaluate(
    () => new Promise<void>((resolve) => (globalThis as unknown as { client: { ready(done: () => void): void } }).client.ready(() => resolve())),
  );
  if (useBeacon) await page.goto('about:blank');
  await untilStored(projectId, ['$page', 'Bought', '$identify', '$group', 'After']);
  const rows = await storedEvents(on, projectId);
  expect(find(rows, '$page').properties).toMatchObject({ name: 'Home', path: `/rudder-${useBeacon}`, title: 'Shop' });
  expect(find(rows, '$page').context).toMatchObject({ campaign: { source: 'wechat', name: 'spring' }, locale: 'zh-CN' });
  expect(find(rows, 'Bought')).toMatchObject({ user_id: '', source: 'rudderstack', properties: { revenue: 9.5, currency: 'CNY', skus: ['a'] } });
  expect(find(rows, '$identify').properties).toMatchObject({ email: 'li@example.com' });
  expect(find(rows, 'After')).toMatchObject({ user_id: 'li-hua' });
  expect(new Set(rows.map((row) => row.person_id)).size).toBe(1);
  expect(await traitsOf(on, projectId, 'li-hua')).toMatchObject({ email: 'li@example.com' });
  expect([faults, strangers]).toEqual([[], []]);
});
