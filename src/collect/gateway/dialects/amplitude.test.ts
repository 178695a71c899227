import { expect, test } from 'vitest';
import { eventsOf, readRecorded, recordedRequests, request } from '../testing/recorded-request.ts';
import { amplitude } from './amplitude.ts';

const [recorded, batched] = recordedRequests('amplitude__analytics-node');
const send = async (events: object[], more: object = {}) => readRecorded(amplitude, request('POST', '/2/httpapi', { api_key: 'k', events, ...more }));

test('a recorded request of the Node SDK', async () => {
  if (!recorded || !batched) throw new Error('nothing recorded');
  const batch = await readRecorded(amplitude, recorded);
  expect(batch.token).toBe('AKEY');
  expect(batch.sentAt).toBe(Date.parse('2026-11-22T07:17:09.619Z'));
  expect(batch.isFromServer).toBe(true);
  const [signup, identify, revenue, group] = eventsOf(batch);
  expect(signup).toEqual({
    messageId: '2e3a320f-9f0a-49f7-98ca-79e798e658e6',
    kind: 'track',
    event: 'Signup',
    userId: 'user1',
    anonymousId: 'dev1',
    time: 1795331829616,
    sequence: 0,
    properties: { plan: 'pro' },
    context: { library: { name: 'amplitude-node-ts', version: '1.5.73' } },
  });
  expect(identify).toMatchObject({
    kind: 'identify',
    event: '$identify',
    properties: { k: 'v' },
    traitChanges: [
      { operation: 'set', name: 'k', value: 'v' },
      { operation: 'increment', name: 'n', value: 1 },
      { operation: 'set_once', name: 'f', value: 'x' },
    ],
  });
  expect(revenue).toMatchObject({ event: 'revenue_amount', properties: { productId: 'p', quantity: 2, price: 3, revenue: 6 } });
  expect(group).toMatchObject({ kind: 'identify', groups: [{ type: 'org', id: '15' }] });
  expect(eventsOf(await readRecorded(amplitude, batched))).toHaveLength(1);
});

test('operations on traits keep their order, and what says nothing is left out', async () => {
  const user_properties = {
    $setOnce: { initial_utm_source: 'EMPTY', first: 'a' },
    $append: { list: ['x', 'y'] },
    $prepend: { list: ['p', 'q'] },
    $postInsert: { set: 'z' },
    $remove: { list: 'x' },
    $unset: { gone: '-' },
    plain: 1,
  };
  const [event] = eventsOf(await send([{ event_type: '$identify', user_id: 'u', user_properties }]));
  expect(event?.traitChanges).toEqual([
    { operation: 'set_once', name: 'first', value: 'a' },
    { operation: 'append', name: 'list', value: 'x' },
    { operation: 'append', name: 'list', value: 'y' },
    { operation: 'prepend', name: 'list', value: 'q' },
    { operation: 'prepend', name: 'list', value: 'p' },
    { operation: 'union', name: 'set', value: 'z' },
    { operation: 'remove', name: 'list', value: 'x' },
    { operation: 'unset', name: 'gone' },
    { operation: 'set', name: 'plain', value: 1 },
  ]);
  const [cleared] = eventsOf(await send([{ event_type: '$identify', user_id: 'u', user_properties: { $clearAll: '-', $set: { a: 1 } } }]));
  expect(cleared?.traitChanges).toEqual([{ operation: 'unset_all', name: '' }]);
});

test('page views and surroundings of the browser SDK are in everybody’s words', async () => {
  const [event] = eventsOf(
    await send([
      {
        event_type: '[Amplitude] Page Viewed',
        device_id: 'd-1',
        session_id: 1795331829616,
        ip: '$remote',
        platform: 'Web',
        language: 'zh-CN',
        user_agent: 'Mozilla/5.0',
        library: 'amplitude-ts/2.48.1',
        event_properties: {
          '[Amplitude] Page Location': 'https://shop.example.com/p/1?utm_source=x',
          '[Amplitude] Page URL': 'https://shop.example.com/p/1',
          '[Amplitude] Page Path': '/p/1',
          '[Amplitude] Page Title': 'Shop',
          referrer: 'https://www.baidu.com/',
          utm_source: 'x',
        },
      },
    ]),
  );
  expect(event).toMatchObject({
    kind: 'page',
    event: '$page',
    sessionId: '1795331829616',
    properties: {
      url: 'https://shop.example.com/p/1?utm_source=x',
      path: '/p/1',
      search: '?utm_source=x',
      title: 'Shop',
      referrer: 'https://www.baidu.com/',
    },
    context: { locale: 'zh-CN', userAgent: 'Mozilla/5.0', campaign: { source: 'x' }, page: { path: '/p/1' } },
  });
  expect(event?.context.ip).toBeUndefined();
});

test('money is price times quantity without the dust of binary fractions', async () => {
  const [event, out] = eventsOf(
    await send([
      { event_type: 'Paid', user_id: 'u', price: 0.1, quantity: 3, currency: 'CNY', session_id: -1 },
      { event_type: 'Refunded', user_id: 'u', revenue: -12.5 },
    ]),
  );
  expect(event?.properties).toMatchObject({ revenue: 0.3, currency: 'CNY' });
  expect(event?.sessionId).toBeUndefined();
  expect(out?.properties).toEqual({ revenue: -12.5 });
});

test('short ids are refused only when the request asks for it, one by one', async () => {
  const events = [
    { event_type: 'A', user_id: 'u1' },
    { event_type: 'A', user_id: 'long enough' },
  ];
  expect((await send(events)).messages.every((message) => 'event' in message)).toBe(true);
  const { messages } = await send(events, { options: { min_id_length: 5 } });
  expect(messages.map((message) => 'error' in message)).toEqual([true, false]);
});

test('identify and groupidentify take forms', async () => {
  const form = (path: string, identification: object) =>
    request('POST', path, new URLSearchParams({ api_key: 'k', identification: JSON.stringify(identification) }).toString());
  const [who] = eventsOf(await readRecorded(amplitude, form('/identify', [{ user_id: 'u', user_properties: { $add: { n: 2 } } }])));
  expect(who).toMatchObject({ kind: 'identify', userId: 'u', traitChanges: [{ operation: 'increment', name: 'n', value: 2 }] });
  const sent = { group_type: 'org', group_value: '15', group_properties: { plan: 'pro' } };
  const [group] = eventsOf(await readRecorded(amplitude, form('/groupidentify', sent)));
  expect(group?.groups).toEqual([{ type: 'org', id: '15', changes: [{ operation: 'set', name: 'plan', value: 'pro' }] }]);
});
