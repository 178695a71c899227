import { expect, test } from 'vitest';
import { dialectRequest, eventsOf, RECEIVED_AT, readRecorded, request } from '../testing/recorded-request.ts';
import { ga4 } from './ga4.ts';
import { itemOf } from './ga4-event.ts';
import { validate } from './ga4-validate.ts';

const MP = '/mp/collect?measurement_id=G-1&api_secret=wk_1';

test('the Measurement Protocol: ids, microseconds, traits, page and money', async () => {
  const batch = await readRecorded(
    ga4,
    request('POST', MP, {
      client_id: '123.456',
      user_id: 'u-1',
      timestamp_micros: '1795331829616123',
      user_properties: { tier: { value: 'gold' } },
      ip_override: '1.2.3.4',
      events: [
        { name: 'purchase', params: { value: 30.03, currency: 'USD', transaction_id: 'T1', session_id: '99', items: [{ item_id: 'A' }] } },
        { name: 'refund', params: { value: 30.03, currency: 'USD' } },
        { name: 'add_to_cart', params: { value: 5, engagement_time_msec: 100 } },
        { name: 'page_view', params: { page_location: 'https://a.example/x?utm_source=s', page_title: 'X' } },
      ],
    }),
  );
  expect(batch).toMatchObject({ token: 'wk_1', isFromServer: true });
  const [purchase, refund, cart, page] = eventsOf(batch);
  expect(purchase).toMatchObject({
    kind: 'track',
    event: 'purchase',
    userId: 'u-1',
    anonymousId: '123.456',
    sessionId: '99',
    time: 1795331829616,
    traits: { tier: 'gold' },
    properties: { revenue: 30.03, currency: 'USD', transaction_id: 'T1', items: [{ item_id: 'A' }] },
    context: { ip: '1.2.3.4' },
  });
  expect(refund?.properties.revenue).toBe(-30.03);
  expect(cart?.properties).toEqual({ value: 5, engagement_time_ms: 100 });
  expect(page).toMatchObject({
    kind: 'page',
    event: '$page',
    properties: { url: 'https://a.example/x?utm_source=s', path: '/x', search: '?utm_source=s', title: 'X' },
    context: { campaign: { source: 's' } },
  });
  expect(new Set(eventsOf(batch).map((event) => event.messageId)).size).toBe(4);
});

test('the protocol of gtag: what the query says holds for every line of the body', async () => {
  const query =
    'v=2&tid=G-1&cid=c.1&sid=17&sct=2&uid=u1&dl=https%3A%2F%2Fa.example%2Fp%3Fq%3D1&dr=https%3A%2F%2Fwww.baidu.com%2F&dt=P&ul=zh-cn&sr=1440x900';
  const body = [
    'en=page_view&_ss=1&_fv=1&_et=12',
    'en=purchase&epn.value=12.5&cu=CNY&ep.coupon=C&pr1=idSKU1~nmShirt~pr9.99~qt2~k0size~v0M&up.tier=gold&upn.age=30',
  ].join('\r\n');
  const batch = await readRecorded(ga4, request('POST', `/g/collect?${query}`, body));
  expect(batch.token).toBe('1');
  const events = eventsOf(batch);
  expect(events.map((event) => event.event)).toEqual(['first_visit', '$session_start', '$page', 'purchase']);
  expect(events[2]).toMatchObject({
    userId: 'u1',
    anonymousId: 'c.1',
    sessionId: '17',
    properties: {
      url: 'https://a.example/p?q=1',
      path: '/p',
      search: '?q=1',
      title: 'P',
      referrer: 'https://www.baidu.com/',
      engagement_time_ms: 12,
    },
    context: { locale: 'zh-cn', screen: { width: 1440, height: 900 } },
  });
  expect(events[3]).toMatchObject({
    properties: {
      revenue: 12.5,
      currency: 'CNY',
      coupon: 'C',
      items: [{ item_id: 'SKU1', item_name: 'Shirt', price: 9.99, quantity: 2, size: 'M' }],
    },
    traits: { tier: 'gold', age: 30 },
  });
  expect(events.map((event) => event.sequence)).toEqual([0, 1, 2, 3]);
  const [single] = eventsOf(await readRecorded(ga4, request('GET', `/g/collect?${query}&en=scroll&epn.percent=90`)));
  expect(single).toMatchObject({ event: 'scroll', properties: { percent: 90 } });
});

test('an item without a name for a short parameter keeps the rest', () => {
  expect(itemOf('idA~zzX~prabc')).toEqual({ item_id: 'A', price: 'abc' });
});

test('validation says what Google would say and stores nothing', async () => {
  const codes = (body: unknown) => validate(body, RECEIVED_AT).map(({ fieldPath, validationCode }) => [fieldPath, validationCode]);
  expect(codes({ client_id: 'c', events: [{ name: 'ok', params: { a: 1 } }] })).toEqual([]);
  expect(codes({ events: [] })).toEqual([
    ['client_id', 'VALUE_REQUIRED'],
    ['events', 'VALUE_REQUIRED'],
  ]);
  expect(codes({ client_id: 'c', events: [{ name: 'session_start' }, { name: '1st' }, { name: 'x'.repeat(41) }, { name: 'ga_x' }] })).toEqual([
    ['events[0].name', 'NAME_RESERVED'],
    ['events[1].name', 'NAME_INVALID'],
    ['events[2].name', 'NAME_INVALID'],
    ['events[3].name', 'NAME_RESERVED'],
  ]);
  expect(
    codes({ client_id: 'c', timestamp_micros: (RECEIVED_AT - 80 * 3_600_000) * 1_000, events: [{ name: 'purchase', params: { value: 1 } }] }),
  ).toEqual([
    ['timestamp_micros', 'VALUE_OUT_OF_BOUNDS'],
    ['events[0].params.currency', 'VALUE_REQUIRED'],
  ]);
  expect(codes({ client_id: 'c', events: Array.from({ length: 26 }, () => ({ name: 'a' })) })).toEqual([['events', 'EXCEEDED_MAX_ENTITIES']]);
  const debug = ga4.routes.find((route) => route.path === '/debug/mp/collect');
  const asked = await dialectRequest(request('POST', '/debug/mp/collect?api_secret=wk_1', { client_id: 'c', events: [{ name: 'ok' }] }));
  expect(await debug?.read(asked)).toEqual({ token: 'wk_1', answer: { status: 200, body: { validationMessages: [] } } });
});
