import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestGateway, type TestGateway } from '../testing/open-gateway.ts';

const SDK = readFileSync(createRequire(import.meta.url).resolve('sa-sdk-javascript/sensorsdata.min.js'), 'utf8');
const TIMEOUT_MS = 20_000;

let on: TestGateway;
let browser: Browser;
let shop: Server;
/** What the page's SDK is told; changed by each test. */
let settings: object = {};
beforeAll(async () => {
  on = await openTestGateway();
  // The SDK wants a domain: of an address it can tell no traffic source.
  const args = ['--no-sandbox', '--disable-dev-shm-usage', '--host-resolver-rules=MAP shop.example.com 127.0.0.1'];
  browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args });
  shop = createServer((request, reply) => {
    const isScript = request.url === '/sensorsdata.min.js';
    reply.setHeader('content-type', isScript ? 'text/javascript' : 'text/html; charset=utf-8');
    reply.end(
      isScript
        ? SDK
        : `<!doctype html><title>商城</title><button id="buy">买</button><script src="/sensorsdata.min.js"></script><script>
            var sensors = window.sensorsDataAnalytic201505; sensors.init(${JSON.stringify(settings)}); sensors.quick('autoTrack');</script>`,
    );
  });
  await new Promise<void>((resolve) => {
    shop.listen(0, '127.0.0.1', resolve);
  });
});
afterAll(async () => {
  await browser.close();
  shop.close();
  await on.stop();
});

interface StoredEvent {
  event: string;
  person_id: number;
  user_id: string;
  anonymous_id: string;
  properties: Record<string, unknown>;
}
const stored = (projectId: number): Promise<StoredEvent[]> =>
  on.kernel.clickhouse.query<StoredEvent>(
    `SELECT event, person_id, user_id, anonymous_id, properties FROM events WHERE project_id = {projectId:UInt32} AND event != '$merged' ORDER BY time`,
    { projectId },
  );

interface Sensors {
  track(event: string, properties?: object): void;
  login(id: string): void;
  setProfile(properties: object): void;
  incrementProfile(properties: object): void;
  bind(key: string, value: string): void;
  unbind(key: string, value: string): void;
  setItem(type: string, id: string, properties: object): void;
}

test.each([
  ['by picture', { send_type: 'image' }],
  ['by ajax', { send_type: 'ajax' }],
  ['by beacon', { send_type: 'beacon' }],
  ['in batches', { batch_send: { send_interval: 300, max_length: 6 } }],
])('sa-sdk-javascript in a real browser: %s', async (_name, sending) => {
  const { projectId, writeKey } = await on.newKeys();
  settings = {
    server_url: `${on.url}/sa?project=default&token=${writeKey}`,
    show_log: false,
    is_track_single_page: true,
    heatmap: { clickmap: 'default' },
    ...sending,
  };
  const page = await (await browser.newContext()).newPage();
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(String(error)));
  await page.goto(`http://shop.example.com:${(shop.address() as AddressInfo).port}/p/1?utm_source=wechat`);
  await page.click('#buy');
  await page.evaluate(() => {
    const { sensors } = globalThis as unknown as { sensors: Sensors };
    sensors.track('ViewProduct', { ProductId: '1', Price: 42.5, Tags: ['a', 'b'] });
    sensors.setItem('book', '1', { title: '三体' });
    sensors.login('user-1');
    sensors.setProfile({ City: '上海' });
    sensors.incrementProfile({ Visits: 2 });
    sensors.bind('$identity_mobile', '13800000000');
    sensors.track('Buy', {});
  });
  const done = async (): Promise<boolean> => {
    const rows = await stored(projectId);
    const person = await on.identity.personOf(projectId, 'user', 'user-1');
    const traits = person === undefined ? undefined : (await on.identity.person(projectId, person))?.traits;
    return rows.some((row) => row.event === 'Buy') && traits?.Visits === 2 && (await on.items.list(projectId, { limit: 1 })).items.length === 1;
  };
  await expect.poll(done, { timeout: TIMEOUT_MS }).toBe(true);
  await expect.poll(() => on.identity.personOf(projectId, 'phone', '13800000000'), { timeout: TIMEOUT_MS }).toBeDefined();
  const rows = await stored(projectId);
  const byName = Object.fromEntries(rows.map((row) => [row.event, row]));
  expect(byName.$page?.properties).toMatchObject({ path: '/p/1', title: '商城', search: '?utm_source=wechat', $latest_traffic_source_type: 'paid' });
  expect(byName.$click?.properties).toMatchObject({ $element_id: 'buy', $element_content: '买' });
  expect(byName.ViewProduct?.properties).toMatchObject({ ProductId: '1', Price: 42.5, Tags: ['a', 'b'] });
  expect(byName.Buy?.user_id).toBe('user-1');
  const person = await on.identity.personOf(projectId, 'user', 'user-1');
  expect(await on.identity.personOf(projectId, 'anonymous', byName.$page?.anonymous_id ?? '')).toBe(person);
  expect(await on.identity.personOf(projectId, 'phone', '13800000000')).toBe(person);
  expect((await on.identity.person(projectId, person ?? 0))?.traits).toMatchObject({ City: '上海', Visits: 2, $first_traffic_source_type: 'paid' });
  await page.evaluate(() => (globalThis as unknown as { sensors: Sensors }).sensors.unbind('$identity_mobile', '13800000000'));
  await expect.poll(() => on.identity.personOf(projectId, 'phone', '13800000000'), { timeout: TIMEOUT_MS }).toBeUndefined();
  expect(faults).toEqual([]);
  await page.context().close();
});
