import { expect, test } from 'vitest';
import type { PresetName } from '../mapping/mapping.ts';
import type { Row } from '../mapping/row-reader.ts';
import { presets, recognisePreset } from './presets.ts';

const read = (row: Row) => {
  const name = recognisePreset([row]) as PresetName;
  return [name, presets[name].compile({ idOf: (n) => `row-${n}`, takenAt: 1, timeZone: 'UTC' })(row, 3)] as const;
};

test("Segment's calls keep their own message ids", () => {
  const [name, event] = read({
    type: 'page',
    messageId: 'm1',
    anonymousId: 'a',
    userId: 'u',
    name: 'Home',
    properties: { url: 'https://x.cn/p?a=1' },
    context: { ip: '1.2.3.4' },
    timestamp: '2026-05-01T00:00:00.000Z',
  });
  expect(name).toBe('segment');
  expect(event).toMatchObject({
    kind: 'page',
    event: '$page',
    messageId: 'm1',
    userId: 'u',
    anonymousId: 'a',
    time: Date.UTC(2026, 4, 1),
    properties: { url: 'https://x.cn/p?a=1', name: 'Home' },
    context: { ip: '1.2.3.4' },
  });
});

test("Mixpanel's events: seconds, devices, page views, surroundings", () => {
  const [name, event] = read({
    event: '$mp_web_page_view',
    properties: {
      time: 1_777_600_800,
      distinct_id: '$device:d1',
      $insert_id: 'i1',
      $device_id: 'd1',
      $current_url: 'https://x.cn/a?b=1',
      $city: 'Shanghai',
      mp_country_code: 'CN',
      utm_source: 'wechat',
      plan: 'pro',
    },
  });
  expect(name).toBe('mixpanel');
  expect(event).toMatchObject({
    event: '$page',
    messageId: 'i1',
    anonymousId: 'd1',
    time: 1_777_600_800_000,
    context: { campaign: { source: 'wechat' } },
  });
  expect(event.userId).toBeUndefined();
  expect(event.properties).toEqual({ url: 'https://x.cn/a?b=1', path: '/a', search: '?b=1', $country: 'CN', $city: 'Shanghai', plan: 'pro' });
  expect(read({ event: 'Paid', properties: { time: 1_777_600_800, distinct_id: 'u7', $device_id: 'd1' } })[1]).toMatchObject({
    userId: 'u7',
    anonymousId: 'd1',
    messageId: 'row-3',
  });
  expect(read({ $distinct_id: 'u7', $properties: { $email: 'a@b.cn', level: 3 } })).toMatchObject([
    'mixpanel_people',
    { userId: 'u7', passive: true, traits: { email: 'a@b.cn', level: 3 } },
  ]);
});

test("Amplitude's events: UTC without a zone, revenue, changes of the person", () => {
  const [name, event] = read({
    event_type: 'revenue_amount',
    user_id: 'u1',
    device_id: 'd1',
    event_time: '2026-05-01 02:00:00.123000',
    $insert_id: 'i1',
    session_id: -1,
    event_properties: { $price: 9.5, $quantity: 2, $productId: 'p', sku: 's' },
    user_properties: { city: '上海', initial_referrer: 'EMPTY', $set: { level: 2 }, $add: { visits: 1 }, $unset: { old: '-' } },
    groups: { company: ['acme'] },
    city: 'Shanghai',
  });
  expect(name).toBe('amplitude');
  expect(event).toMatchObject({
    time: Date.UTC(2026, 4, 1, 2, 0, 0, 123),
    messageId: 'i1',
    userId: 'u1',
    anonymousId: 'd1',
    traits: { city: '上海' },
    groups: [{ type: 'company', id: 'acme' }],
  });
  expect(event.sessionId).toBeUndefined();
  expect(event.properties).toEqual({ $city: 'Shanghai', revenue: 19, price: 9.5, quantity: 2, productId: 'p', sku: 's' });
  expect(event.traitChanges).toEqual([
    { operation: 'set', name: 'level', value: 2 },
    { operation: 'increment', name: 'visits', value: 1 },
    { operation: 'unset', name: 'old' },
  ]);
});

test("PostHog's exports: properties as text, identify, autocapture", () => {
  const identify = {
    uuid: 'x1',
    event: '$identify',
    distinct_id: 'u1',
    timestamp: '2026-05-01T00:00:00Z',
    properties: JSON.stringify({ $anon_distinct_id: 'anon', $set: { email: 'a@b.cn' }, $set_once: { first: 1 } }),
  };
  expect(read(identify)).toMatchObject([
    'posthog',
    {
      kind: 'identify',
      messageId: 'x1',
      userId: 'u1',
      anonymousId: 'anon',
      traits: { email: 'a@b.cn' },
      traitChanges: [{ operation: 'set_once', name: 'first', value: 1 }],
    },
  ]);
  const click = {
    uuid: 'x2',
    event: '$autocapture',
    distinct_id: 'd',
    timestamp: '2026-05-01 00:00:00',
    properties: { $event_type: 'click', $device_id: 'd', $el_text: 'Buy', $current_url: 'https://x.cn/' },
  };
  expect(read(click)[1]).toMatchObject({
    event: '$click',
    preset: true,
    anonymousId: 'd',
    properties: { $el_text: 'Buy' },
    context: { page: { url: 'https://x.cn/', path: '/' } },
  });
});

test("GA4's rows: microseconds as text, parameters as a list, purchases", () => {
  const [name, event] = read({
    event_name: 'purchase',
    event_timestamp: '1777600800123456',
    user_pseudo_id: 'p.1',
    event_params: [
      { key: 'ga_session_id', value: { int_value: '77' } },
      { key: 'currency', value: { string_value: 'CNY' } },
      { key: 'coupon', value: { string_value: 'SPRING' } },
    ],
    ecommerce: { purchase_revenue: 99.5, transaction_id: 'T1' },
    user_properties: [{ key: 'level', value: { string_value: 'gold' } }],
    geo: { country: 'China', region: 'Shanghai', city: 'Shanghai' },
    items: [],
  });
  expect(name).toBe('ga4');
  expect(event).toMatchObject({ time: 1_777_600_800_123, anonymousId: 'p.1', sessionId: 'p.1.77', traits: { level: 'gold' } });
  expect(event.properties).toEqual({
    $country: 'China',
    $province: 'Shanghai',
    $city: 'Shanghai',
    revenue: 99.5,
    currency: 'CNY',
    transaction_id: 'T1',
    coupon: 'SPRING',
  });
});

test('a file is somebody’s only when nearly all rows are', () => {
  expect(recognisePreset([{ a: 1 }])).toBeUndefined();
  expect(recognisePreset([])).toBeUndefined();
});
