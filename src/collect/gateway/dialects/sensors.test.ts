import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { eventsOf, type RecordedRequest, readRecorded, recordedRequests, request } from '../testing/recorded-request.ts';
import { javaHash, sensors } from './sensors.ts';

const send = (records: object | object[], path = '/sa?token=wk_1') => {
  const name = Array.isArray(records) ? 'data_list' : 'data';
  return request('POST', path, `${name}=${encodeURIComponent(Buffer.from(JSON.stringify(records)).toString('base64'))}`);
};
const readOne = async (record: object) => eventsOf(await readRecorded(sensors, send(record)))[0];

test('recorded requests of the Node SDK', async () => {
  const recorded = recordedRequests('sa-sdk-node');
  const batches = await Promise.all(recorded.map((one) => readRecorded(sensors, { ...one, headers: {} })));
  const [view, profile, signup, debug] = batches.map((batch) => eventsOf(batch)[0]);
  expect(view).toEqual({
    messageId: 'sensors:4261043641:track:ViewProduct:1795331820492:u1',
    kind: 'track',
    event: 'ViewProduct',
    anonymousId: 'u1',
    time: 1795331820492,
    sequence: 0,
    properties: { ProductId: '1' },
    context: { library: { name: 'sensors-node', version: '1.2.6' }, ip: '1.2.3.4' },
  });
  expect(profile).toMatchObject({ kind: 'identify', anonymousId: 'u1', passive: true, traitChanges: [{ operation: 'set', name: 'Age', value: 18 }] });
  // What is declared a login id was an anonymous id until then: both are this person.
  expect(signup).toMatchObject({ kind: 'identify', event: '$identify', userId: 'u1', anonymousId: 'an1', ids: [{ kind: 'anonymous', value: 'u1' }] });
  expect(debug?.event).toBe('ViewProduct');
  expect(batches.every((batch) => batch.isFromServer)).toBe(true);
  // `Dry-Run: true` asks only what would happen.
  await expect(readRecorded(sensors, recorded[3] as RecordedRequest)).rejects.toThrow('brought no events');
});

test('recorded requests of the SDK in the page: by picture, form and batch, each with its check sum', async () => {
  const recorded = recordedRequests('sa-sdk-javascript');
  const batches = await Promise.all(recorded.map((one) => readRecorded(sensors, one)));
  expect(batches.flatMap(eventsOf).length).toBeGreaterThan(recorded.length);
  const [page, firsts, product, signup] = batches.map((batch) => eventsOf(batch)[0]);
  expect(page).toMatchObject({
    kind: 'page',
    event: '$page',
    time: 1795331865108,
    properties: {
      url: 'http://shop.example.com/p/1?utm_source=x&utm_medium=cpc',
      path: '/p/1',
      search: '?utm_source=x&utm_medium=cpc',
      title: 'Shop',
      referrer: 'https://www.google.com/',
      $latest_traffic_source_type: 'paid',
      $latest_search_keyword: 'none',
      $is_first_day: true,
    },
    context: { library: { name: 'sensors-js', version: '1.27.11' }, campaign: { source: 'x', medium: 'cpc' }, page: { title: 'Shop' } },
  });
  expect(page?.properties).not.toHaveProperty('$url');
  expect(batches[0]?.sentAt).toBe(1795331865110);
  expect(firsts?.traitChanges).toContainEqual({ operation: 'set_once', name: '$first_traffic_source_type', value: 'paid' });
  expect(product?.properties).toMatchObject({ ProductId: '1', $url: 'http://shop.example.com/p/1?utm_source=x&utm_medium=cpc' });
  expect(signup).toMatchObject({ userId: 'u1', anonymousId: '1a2021e3a05b75-0cc9963a93117d-3a563a7f-21902613-1a2021e3a06bf2' });
});

test('a damaged text is refused by its check sum', async () => {
  const [first] = recordedRequests('sa-sdk-javascript');
  const damaged: RecordedRequest = { ...(first as RecordedRequest), url: (first as RecordedRequest).url.replace('data=eyJ', 'data=eyI') };
  await expect(readRecorded(sensors, damaged)).rejects.toMatchObject({ code: 'gateway.field_invalid', details: { field: 'crc' } });
  // https://docs.oracle.com/javase/8/docs/api/java/lang/String.html#hashCode--
  expect(javaHash('hello')).toBe(99162322);
  expect(javaHash('polygenelubricants')).toBe(-2147483648);
});

test('every kind of record', async () => {
  expect(await readOne({ type: 'profile_append', distinct_id: 'a', properties: { Movies: ['x', 'y'] } })).toMatchObject({
    traitChanges: [
      { operation: 'append', name: 'Movies', value: 'x' },
      { operation: 'append', name: 'Movies', value: 'y' },
    ],
  });
  expect((await readOne({ type: 'profile_unset', distinct_id: 'a', properties: { Age: true } }))?.traitChanges).toEqual([
    { operation: 'unset', name: 'Age' },
  ]);
  expect((await readOne({ type: 'profile_delete', distinct_id: 'a' }))?.traitChanges).toEqual([{ operation: 'unset_all', name: '' }]);
  expect((await readOne({ type: 'profile_increment', distinct_id: 'a', properties: { n: 2 } }))?.traitChanges).toEqual([
    { operation: 'increment', name: 'n', value: 2 },
  ]);
  const bound = {
    type: 'track_id_bind',
    event: '$BindID',
    distinct_id: 'u1',
    identities: { $identity_login_id: 'u1', $identity_mobile: '138', $identity_email: 'a@b.c' },
  };
  expect(await readOne(bound)).toMatchObject({
    kind: 'identify',
    userId: 'u1',
    ids: [
      { kind: 'phone', value: '138' },
      { kind: 'email', value: 'a@b.c' },
    ],
  });
  const unbound = { type: 'track_id_unbind', event: '$UnbindID', distinct_id: '$identity_mobile+138', identities: { $identity_mobile: '138' } };
  expect(await readOne(unbound)).toMatchObject({
    event: '$unlink',
    unlink: [{ kind: 'phone', value: '138' }],
    ids: [{ kind: 'phone', value: '138' }],
  });
  expect(await readOne({ ...unbound, distinct_id: 'u1', login_id: 'u1' })).toMatchObject({ userId: 'u1', unlink: [{ kind: 'phone', value: '138' }] });
  expect(await readOne({ type: 'track', event: 'Buy', distinct_id: 'u9', properties: { $is_login_id: true } })).toMatchObject({
    userId: 'u9',
    properties: {},
  });
  await expect(readOne({ type: 'nonsense', distinct_id: 'a' })).rejects.toMatchObject({ code: 'gateway.type_unknown' });
});

test('items go to the catalogue and not into the stream; one that cannot be kept spoils nothing', async () => {
  const batch = await readRecorded(
    sensors,
    send([
      { type: 'item_set', item_type: 'book', item_id: '1', properties: { title: '三体' } },
      { type: 'item_delete', item_type: 'book', item_id: '2' },
      { type: 'item_set', item_type: '', item_id: '3' },
      { type: 'track', event: 'Buy', distinct_id: 'a' },
    ]),
  );
  expect(batch.items).toEqual([
    { operation: 'set', type: 'book', id: '1', properties: { title: '三体' } },
    { operation: 'delete', type: 'book', id: '2' },
  ]);
  expect(batch.messages.map((message) => 'error' in message)).toEqual([true, false]);
});

test('Chinese preset values become codes, the sender’s own texts stay', async () => {
  const properties = {
    $latest_traffic_source_type: '自然搜索流量',
    $latest_referrer: '取值异常_referrer异常_x',
    $carrier: '中国移动',
    channel: '直接流量',
  };
  const event = await readOne({ type: 'track', event: 'Buy', distinct_id: 'a', properties });
  expect(event?.properties).toEqual({
    $latest_traffic_source_type: 'organic_search',
    $latest_referrer: 'unreadable',
    $carrier: 'china_mobile',
    channel: '直接流量',
  });
});

test('packed, unpacked, with a plus that was not escaped, and as bare JSON', async () => {
  const record = { type: 'track', event: '>>>???>>>', distinct_id: 'a' };
  const packed = gzipSync(JSON.stringify([record])).toString('base64');
  const forms = [`gzip=1&data_list=${packed}`, `gzip=0&data=${Buffer.from(JSON.stringify(record)).toString('base64')}`, JSON.stringify(record)];
  for (const form of forms) expect(eventsOf(await readRecorded(sensors, request('POST', '/sa?project=default', form)))[0]?.event).toBe('>>>???>>>');
  await expect(readRecorded(sensors, request('POST', '/sa', 'gzip=9&data=abcd'))).rejects.toMatchObject({ details: { field: 'gzip' } });
});
