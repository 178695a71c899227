import { afterAll, beforeAll, expect, test } from 'vitest';
import { HeldClock } from '../../kernel/clock.ts';
import { createMetrics } from '../../kernel/metrics.ts';
import { openTestStores, type TestStores } from '../../kernel/testing/open-test-stores.ts';
import { door as access } from '../../workspace/access/index.ts';
import { door as audit } from '../../workspace/audit/index.ts';
import { type ProjectsApi, door as projects } from '../../workspace/projects/index.ts';
import { door as identity } from '../identity/index.ts';
import type { IncomingEvent } from '../stream/contract.ts';
import { type StreamApi, door as stream } from '../stream/index.ts';
import type { EnrichmentRequest } from './api.ts';
import { defaultSettings } from './contract.ts';
import { createEnrichment, type Enrichment } from './enrichment.ts';
import { door as enrichmentDoor } from './index.ts';
import { saveSettings } from './settings.ts';

const NOW = Date.parse('2026-11-20T08:00:00Z');
const CHROME = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36';
const clock = new HeldClock(NOW);
let stores: TestStores;
let enrichment: Enrichment;
let streamApi: StreamApi;
let projectsApi: ProjectsApi;
let projectId: number;

beforeAll(async () => {
  stores = await openTestStores({ slices: [audit, projects, access, identity, stream, enrichmentDoor], clock });
  const { kernel } = stores;
  const auditApi = (await audit.start({ kernel, config: undefined, uses: {} })).api;
  projectsApi = (await projects.start({ kernel, config: undefined, uses: { audit: auditApi } })).api;
  const identityApi = (await identity.start({ kernel, config: undefined, uses: { projects: projectsApi } as never })).api;
  streamApi = (await stream.start({ kernel, config: undefined, uses: { identity: identityApi, projects: projectsApi } })).api;
  enrichment = createEnrichment(kernel, projectsApi, { devicesMax: 1_000 });
  projectId = (await projectsApi.create({ name: 'Shop', timeZone: 'Asia/Shanghai', currency: 'CNY' })).project.id;
});
afterAll(() => stores.close());

let made = 0;
function event(over: Partial<IncomingEvent> = {}): IncomingEvent {
  made += 1;
  return {
    messageId: `m${made}`,
    kind: 'track',
    event: 'Clicked',
    anonymousId: 'device-1',
    time: NOW,
    sequence: 0,
    properties: {},
    context: { library: { name: 'analytics.js', version: '1' } },
    ...over,
  };
}

function request(over: Partial<EnrichmentRequest> = {}): EnrichmentRequest {
  return { ip: '120.24.78.68', userAgent: CHROME, receivedAt: NOW, ...over };
}

async function apply(one: IncomingEvent, by: EnrichmentRequest = request()): Promise<IncomingEvent> {
  expect((await enrichment.api.prepare(projectId)).apply(one, by)).toBe('keep');
  return one;
}

test('adds place, device, channel, language, revenue and session to what a browser sends', async () => {
  const page = {
    url: 'https://shop.example.com/p/1?utm_source=baidu&utm_medium=cpc&utm_campaign=autumn&bd_vid=abc',
    referrer: 'https://www.baidu.com/',
  };
  const one = await apply(
    event({
      kind: 'page',
      event: '$page',
      properties: { ...page, revenue: 10, currency: 'CNY' },
      context: { locale: 'zh_cn', library: { name: 'analytics.js' } },
    }),
  );
  expect(one.properties).toMatchObject({
    $country: 'CN',
    $province: 'CN-GD',
    $city: '深圳',
    $browser: 'Chrome',
    $os: 'Windows',
    $os_version: '10',
    $device_type: 'desktop',
    $language: 'zh-CN',
    $referrer_host: 'baidu.com',
    $channel: 'paid_search',
    $utm_source: 'baidu',
    $utm_medium: 'cpc',
    $utm_campaign: 'autumn',
    $click_id: 'bd_vid:abc',
    $revenue: 10,
  });
  expect(one.sessionId).toMatch(/^s\.[\w-]{22}$/);
  expect(one.context.ip).toBe('120.24.78.0');
});

test('takes nothing of the request of a server for the person', async () => {
  const plain = await apply(
    event({ anonymousId: undefined as never, userId: 'u1', context: { library: { name: '@segment/analytics-node' } } }),
    request({ userAgent: 'node' }),
  );
  expect(plain.properties).toEqual({});
  expect(plain.context.ip).toBeUndefined();
  expect(plain.sessionId).toBeUndefined();
  const told = await apply(
    event({ context: { library: { name: '@segment/analytics-node' }, ip: '202.38.64.1', userAgent: CHROME } }),
    request({ userAgent: 'node' }),
  );
  expect(told.properties).toMatchObject({ $country: 'CN', $province: 'CN-AH', $browser: 'Chrome' });
});

test('marks programs, or drops them when the project wants that', async () => {
  const crawler = request({ userAgent: 'Mozilla/5.0 (compatible; Baiduspider/2.0; +http://www.baidu.com/search/spider.html)' });
  expect((await apply(event(), crawler)).properties.$is_bot).toBe(true);
  await saveSettings(stores.kernel.postgres.as<object>(), projectId, { ...defaultSettings, bots: 'drop', ip: 'drop' }, NOW);
  enrichment.profiles.changed(projectId);
  expect((await enrichment.api.prepare(projectId)).apply(event(), crawler)).toBe('drop');
  expect((await apply(event())).context.ip).toBeUndefined();
});

test('leaves an event as full as the stream allows', async () => {
  const properties = Object.fromEntries(Array.from({ length: 249 }, (_, index) => [`p${index}`, index]));
  const one = await apply(event({ properties: { ...properties } }));
  expect(one.properties).toEqual(properties);
});

test('carries sessions on after a restart, out of the stream', async () => {
  const first = await apply(event({ anonymousId: 'device-2', time: NOW - 60_000 }));
  await streamApi.accept(projectId, [first], { receivedAt: NOW, source: 'gateway' });
  const later = createEnrichment({ ...stores.kernel, metrics: createMetrics() }, projectsApi, { devicesMax: 1_000 });
  const second = event({ anonymousId: 'device-2', time: NOW + 60_000 });
  (await later.api.prepare(projectId)).apply(second, request());
  expect(second.sessionId).toBe(first.sessionId);
});
