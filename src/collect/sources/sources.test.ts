import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { columnsOf } from '../../kernel/testing/columns-of.ts';
import { type Delivery, type Mapping, mappingSchema, type Source } from './contract.ts';
import { guessMapping } from './guess-mapping.ts';
import { mapBody } from './map-body.ts';
import { pathsOf, valueAt } from './path.ts';
import { readTime } from './read-time.ts';
import { isSigned } from './signature.ts';
import type { DeliveryRow, SourceRow } from './tables.ts';
import { openTestSources, type TestSources } from './testing/open-sources.ts';

let on: TestSources;
beforeAll(async () => {
  on = await openTestSources();
});
afterAll(async () => on.stop());

const order = {
  id: 'evt_1',
  topic: 'order.paid',
  created_at: '2026-11-20 10:00:00',
  data: {
    order: {
      no: 'A-1',
      total_price: '128.50',
      currency: 'CNY',
      customer: { id: 77, email: 'li@example.com' },
      lines: [
        { sku: 'x', qty: 2 },
        { sku: 'y', qty: 1 },
      ],
    },
  },
};
const mapping: Mapping = mappingSchema.parse({
  event: { path: 'topic', names: { 'order.paid': 'Order Paid' } },
  userId: 'data.order.customer.id',
  ids: [{ kind: 'email', path: 'data.order.customer.email' }],
  time: 'created_at',
  messageId: 'id',
  properties: [
    { name: 'revenue', path: 'data.order.total_price', as: 'number' },
    { name: 'currency', path: 'data.order.currency' },
    { name: 'skus', path: 'data.order.lines[].sku' },
    { name: 'first', path: 'data.order.lines[0].sku' },
  ],
  traits: [{ name: 'email', path: 'data.order.customer.email' }],
});
const at = { headers: { 'x-topic': 'h' }, receivedAt: Date.UTC(2026, 10, 22), timeZone: 'Asia/Shanghai', idPrefix: 'hook:s', deliveryId: 'd' };
const eventAt = (result: ReturnType<typeof mapBody>, place = 0) => {
  const message = result.messages[place];
  if (!message || 'error' in message) throw message?.error ?? new Error('nothing there');
  return message.event;
};

test('the row types are the tables as the migrations leave them', async () => {
  const source = {
    id: 1,
    project_id: 1,
    name: 1,
    token_hash: 1,
    token_sealed: 1,
    mapping: 1,
    signature: 1,
    rate_per_second: 1,
    accepted: 1,
    refused: 1,
    last_at: 1,
    created_at: 1,
  } satisfies Record<keyof SourceRow, 1>;
  const delivery = {
    id: 1,
    project_id: 1,
    source_id: 1,
    at: 1,
    state: 1,
    accepted: 1,
    duplicates: 1,
    refused: 1,
    problems: 1,
    headers: 1,
    body: 1,
    is_cut: 1,
  } satisfies Record<keyof DeliveryRow, 1>;
  expect(await columnsOf(on.kernel.postgres, 'sources')).toEqual(Object.keys(source).sort());
  expect(await columnsOf(on.kernel.postgres, 'source_deliveries')).toEqual(Object.keys(delivery).sort());
});

test('a mapping turns a body into an event', () => {
  expect(eventAt(mapBody(mapping, order, at))).toEqual({
    messageId: 'hook:s:order.paid:evt_1',
    kind: 'track',
    event: 'Order Paid',
    time: Date.parse('2026-11-20T10:00:00+08:00'),
    sequence: 0,
    userId: '77',
    ids: [{ kind: 'email', value: 'li@example.com' }],
    properties: { revenue: 128.5, currency: 'CNY', skus: ['x', 'y'], first: 'x' },
    traits: { email: 'li@example.com' },
    context: { library: { name: 'webhook' } },
  });
});

test('one body may tell several things, some of which are left out, and each fault stands in its place', () => {
  const many = mappingSchema.parse({
    items: 'rows',
    only: { path: 'state', values: ['paid', 'refunded'] },
    event: { path: 'state' },
    userId: 'user',
    time: 'at',
    properties: [
      { name: 'shop', path: '$.shop' },
      { name: 'topic', path: '@x-topic' },
      { name: 'revenue', path: 'fen', as: 'cents' },
    ],
  });
  const body = {
    shop: 'S',
    rows: [
      { state: 'open' },
      { state: 'paid', user: 1, at: 1795331829, fen: 1999 },
      { state: 'paid', at: 1795331829 },
      { state: 'refunded', user: 2, at: 'soon' },
    ],
  };
  const result = mapBody(many, body, at);
  expect(result.skipped).toBe(1);
  expect(eventAt(result)).toMatchObject({
    event: 'paid',
    userId: '1',
    time: 1795331829000,
    messageId: 'hook:s:d:1',
    properties: { shop: 'S', topic: 'h', revenue: 19.99 },
  });
  expect(result.messages.slice(1).map((message) => 'error' in message && message.error.code)).toEqual([
    'sources.person_missing',
    'sources.time_invalid',
  ]);
  expect(() => mapBody(many, { rows: {} }, at)).toThrow(expect.objectContaining({ code: 'sources.items_not_list' }));
});

test('times of every kind that shops and payment services write', () => {
  const wanted = Date.parse('2014-10-30T13:35:25+08:00');
  for (const value of [
    '20141030133525',
    '2014-10-30 13:35:25',
    '2014/10/30 13:35:25',
    '2014-10-30T05:35:25Z',
    '2014-10-30T13:35:25+0800',
    wanted,
    wanted / 1_000,
    String(wanted),
    wanted * 1_000,
  ])
    expect(readTime(value, 'Asia/Shanghai')).toBe(wanted);
  for (const value of ['soon', '', '2014-13-01', '2014-02-30 10:00:00', -1, Number.NaN, null, {}, true])
    expect(readTime(value, 'UTC')).toBeUndefined();
});

test('every path of a body reads the value that is shown beside it', () => {
  fc.assert(
    fc.property(
      fc.object({ maxDepth: 3, key: fc.stringMatching(/^[a-z_][\w-]{0,8}$/), values: [fc.string(), fc.integer(), fc.boolean()] }),
      (body) => {
        for (const { path, value } of pathsOf(body)) {
          const found = valueAt(path, { item: body, body, headers: {} });
          if (path.includes('[]')) expect([found].flat(9)).toContainEqual(Array.isArray(value) ? value[0] : value);
          else expect(found).toEqual(value);
        }
      },
    ),
    { numRuns: 200 },
  );
  expect(valueAt('__proto__.x', { item: {}, body: {}, headers: {} })).toBeUndefined();
});

test('proposes a mapping for a shop, a payment service and a form', () => {
  expect(guessMapping(order, {})).toMatchObject({
    event: { path: 'topic' },
    userId: 'data.order.customer.id',
    ids: [{ kind: 'email', path: 'data.order.customer.email' }],
    time: 'created_at',
    messageId: 'id',
    properties: expect.arrayContaining([
      { name: 'revenue', path: 'data.order.total_price', as: 'number' },
      { name: 'currency', path: 'data.order.currency', as: 'auto' },
    ]),
  });
  const paid = { openid: 'o-1', out_trade_no: 'T1', total_fee: 1999, fee_type: 'CNY', time_end: '20141030133525' };
  expect(guessMapping(paid, {})).toMatchObject({
    event: { name: 'Webhook' },
    ids: [{ kind: 'openid', path: 'openid' }],
    time: 'time_end',
    messageId: 'out_trade_no',
    properties: expect.arrayContaining([{ name: 'revenue', path: 'total_fee', as: 'cents' }]),
  });
  expect(guessMapping([{ email: 'a@b.c', phone: '138', answer: 'yes' }], { 'x-shopify-topic': 'orders/paid' })).toMatchObject({
    items: '$',
    event: { path: '@x-shopify-topic' },
  });
});

test('signatures: RFC 4231 and the timestamped form', () => {
  // RFC 4231, test case 2.
  const rule = { header: 'x-sig', algorithm: 'sha256', encoding: 'hex', form: 'plain', secret: 'Jefe' } as const;
  const body = Buffer.from('what do ya want for nothing?');
  const known = '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843';
  const signed = (value: string, more: object = {}) => isSigned({ ...rule, ...more }, body, { headers: { 'x-sig': value }, now: 1_700_000_000_000 });
  expect([signed(known), signed(`sha256=${known.toUpperCase()}`), signed(known.slice(2)), signed(''), signed('zz')]).toEqual([
    true,
    true,
    false,
    false,
    false,
  ]);
  expect(signed(Buffer.from(known, 'hex').toString('base64'), { encoding: 'base64' })).toBe(true);
  const made = createHmac('sha256', 'Jefe').update(`1700000000.${body.toString()}`).digest('hex');
  expect(signed(`t=1700000000,v1=00,v1=${made}`, { form: 'timestamped' })).toBe(true);
  expect(signed(`t=1699999000,v1=${made}`, { form: 'timestamped' })).toBe(false);
});

const call = async (path: string, method = 'GET', body?: unknown): Promise<{ status: number; body: never }> => {
  const reply = await fetch(`${on.url}${path}`, {
    method,
    ...(body !== undefined && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  return { status: reply.status, body: (reply.status === 204 ? undefined : await reply.json()) as never };
};
const hook = (source: Source, body: string, headers: Record<string, string> = {}) =>
  fetch(new URL(new URL(source.url).pathname, on.url), { method: 'POST', body, headers });
const deliveries = async (source: Source): Promise<Delivery[]> =>
  ((await call(`${on.path}/sources/${source.id}/deliveries`)).body as { items: Delivery[] }).items;
const newSource = async (): Promise<Source> => (await call(`${on.path}/sources`, 'POST', { name: 'Shop' })).body;

test('from the first body to events: keep, map by example, take again, take live, count once', async () => {
  const source = await newSource();
  const first = await hook(source, JSON.stringify(order));
  expect([first.status, await first.json()]).toMatchObject([200, { state: 'unmapped' }]);
  const [kept] = await deliveries(source);
  const preview = await call(`${on.path}/sources/${source.id}/preview`, 'POST', { mapping, body: kept?.body, headers: kept?.headers });
  expect(preview.body).toMatchObject({ results: [{ becomes: { event: 'Order Paid', userId: '77', properties: { revenue: 128.5 } } }], skipped: 0 });
  expect(await on.events()).toEqual([]);
  expect((await call(`${on.path}/sources/${source.id}`, 'PATCH', { mapping })).body).toMatchObject({ mapping: { messageId: 'id' } });
  expect((await call(`${on.path}/sources/${source.id}/deliveries/${kept?.id}/taking`, 'POST')).body).toMatchObject({ state: 'taken', accepted: 1 });
  const again = await hook(source, JSON.stringify(order));
  expect(await again.json()).toMatchObject({ state: 'taken', accepted: 0, duplicates: 1 });
  expect(await (await hook(source, JSON.stringify({ ...order, id: 'evt_2' }))).json()).toMatchObject({ accepted: 1 });
  const rows = await on.events();
  expect(rows).toHaveLength(2);
  expect(rows[0]).toMatchObject({
    event: 'Order Paid',
    user_id: '77',
    source: 'webhook',
    properties: { revenue: 128.5, currency: 'CNY', first: 'x' },
  });
  expect((await call(`${on.path}/sources`)).body).toMatchObject({ items: [{ id: source.id, accepted: 2, refused: 0 }] });
});

test('what goes wrong is kept and told, and does not stop what is right', async () => {
  const source = await newSource();
  await call(`${on.path}/sources/${source.id}`, 'PATCH', { mapping: { ...mapping, items: 'rows' } });
  const mixed = await hook(source, JSON.stringify({ rows: [order, { ...order, id: 'e2', data: {} }, { ...order, id: 'e3', topic: '$secret' }] }));
  expect([mixed.status, await mixed.json()]).toMatchObject([
    200,
    { state: 'partly', refused: 2, problems: [{ code: 'sources.person_missing' }, { code: 'stream.event_name_reserved' }] },
  ]);
  expect((await hook(source, '<xml/>')).status).toBe(200);
  expect((await hook(source, '')).status).toBe(200);
  expect((await hook(source, '{"rows":1}')).status).toBe(200);
  expect((await deliveries(source)).map((delivery) => delivery.state)).toEqual(['refused', 'unreadable', 'unreadable', 'partly']);
  expect((await fetch(`${on.url}/hooks/wh_${'0'.repeat(32)}`, { method: 'POST', body: '{}' })).status).toBe(404);
  expect((await hook(source, 'x'.repeat(1024 * 1024 + 1))).status).toBe(413);
});

test('forms are read like JSON; only the last 50 bodies are kept; secrets in headers are not', async () => {
  const source = await newSource();
  await hook(source, 'trade_no=1&buyer=%7B%22id%22%3A5%7D', {
    'content-type': 'application/x-www-form-urlencoded',
    authorization: 'Bearer x',
    'x-hub-signature': 's',
    'x-topic': 't',
  });
  const [kept] = await deliveries(source);
  expect(kept?.headers).toMatchObject({ 'x-topic': 't' });
  expect(Object.keys(kept?.headers ?? {})).not.toEqual(expect.arrayContaining(['authorization']));
  expect(JSON.stringify(kept?.headers)).not.toContain('signature');
  const preview = await call(`${on.path}/sources/${source.id}/preview`, 'POST', { mapping: null, body: kept?.body, headers: {} });
  expect((preview.body as { paths: object[] }).paths).toEqual([
    { path: 'trade_no', sample: '1' },
    { path: 'buyer.id', sample: '5' },
  ]);
  for (let n = 0; n < 55; n += 1) await hook(source, `{"n":${n}}`);
  const all = await deliveries(source);
  expect([all.length, all[0]?.body, all.at(-1)?.body]).toEqual([50, '{"n":54}', '{"n":5}']);
});

test('a signature keeps out what was not signed; its secret never comes back', async () => {
  const source = await newSource();
  const path = `${on.path}/sources/${source.id}`;
  expect(await call(path, 'PATCH', { signature: { header: 'X-Sig' } })).toMatchObject({
    status: 400,
    body: { error: { code: 'sources.signature_secret_missing' } },
  });
  const changed = await call(path, 'PATCH', { mapping, signature: { header: 'X-Sig', secret: 'top-secret' } });
  expect(JSON.stringify(changed.body)).not.toContain('top-secret');
  const body = JSON.stringify(order);
  expect((await hook(source, body)).status).toBe(401);
  const signature = createHmac('sha256', 'top-secret').update(body).digest('hex');
  expect((await hook(source, body, { 'x-sig': signature })).status).toBe(200);
  const [, unsigned] = await deliveries(source);
  expect(unsigned?.state).toBe('unsigned');
  expect((await call(`${path}/deliveries/${unsigned?.id}/taking`, 'POST')).status).toBe(401);
  expect(await call(path, 'PATCH', { signature: { header: 'x-other' } })).toMatchObject({ status: 200, body: { signature: { header: 'x-other' } } });
  expect((await hook(source, body, { 'x-other': signature })).status).toBe(200);
  expect(await call(path, 'PATCH', { signature: null })).toMatchObject({ body: { signature: null } });
});

test('a deleted source is gone, another project has its own, wrong paths are told', async () => {
  const source = await newSource();
  expect((await call(`/api/projects/${on.otherProjectId}/sources/${source.id}`)).status).toBe(404);
  expect((await call(`${on.path}/sources/${source.id}`, 'PATCH', { mapping: { ...mapping, userId: '[[' } })).status).toBe(400);
  expect((await call(`${on.path}/sources`, 'POST', { name: ' ' })).status).toBe(400);
  expect((await hook(source, '{}')).status).toBe(200);
  expect((await call(`${on.path}/sources/${source.id}`, 'DELETE')).status).toBe(204);
  expect((await hook(source, '{}')).status).toBe(404);
  expect((await call(`${on.path}/sources/${source.id}/deliveries`)).status).toBe(404);
});

test('a source with a rate sends twice as much at once, then is told how long to wait, and keeps nothing of what came too fast', async () => {
  const source = await newSource();
  const path = `${on.path}/sources/${source.id}`;
  expect(source.ratePerSecond).toBeNull();
  expect(await call(path, 'PATCH', { ratePerSecond: 0 })).toMatchObject({ status: 400 });
  expect(await call(path, 'PATCH', { ratePerSecond: 1 })).toMatchObject({ status: 200, body: { ratePerSecond: 1 } });
  const answers = await Promise.all(
    [1, 2, 3, 4].map((n) => fetch(new URL(new URL(source.url).pathname, on.url), { method: 'POST', body: `{"n":${n}}` })),
  );
  const taken = answers.filter(({ status }) => status === 200).length;
  // A slow machine lets a third one in.
  expect(taken).toBeGreaterThanOrEqual(2);
  expect(taken).toBeLessThan(8);
  const late = answers.find(({ status }) => status === 429);
  expect(Number(late?.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
  expect(await late?.json()).toMatchObject({ error: { code: 'sources.rate_limited', details: { max: 1 } } });
  expect(await deliveries(source)).toHaveLength(taken);
  expect(await call(path, 'PATCH', { ratePerSecond: null })).toMatchObject({ body: { ratePerSecond: null } });
  expect((await hook(source, '{"n":5}')).status).toBe(200);
});
