import type { IncomingEvent } from '../../stream/contract.ts';
import { refuseGateway } from '../contract.ts';
import type { Dialect, DialectAnswer, DialectBatch, DialectReply, DialectRequest, DialectResult } from '../dialect.ts';
import { isObject, parseForm, parseJson } from '../read-body.ts';
import { campaignOf, money, numberOf, pageOf, readEach, said } from './read-fields.ts';
import { visitorOfRequest } from './visitor.ts';

type Fields = Record<string, unknown>;

const REQUESTS_MAX = 1_000;
const DOT = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');

/** Matomo's Tracking HTTP API (https://developer.matomo.org/api-reference/tracking-api), one by one and in bulk. `token_auth` or the address is the key. */
export const matomo: Dialect = {
  name: 'matomo',
  routes: ['/matomo.php', '/piwik.php'].map((path) => ({
    methods: ['GET', 'POST'] as const,
    path,
    read: readTracking,
    answer,
    fail: (error) => ({ status: error.status, body: { status: 'error', tracked: 0, invalid: 0, message: error.message } }),
  })),
};

function isBulk(request: DialectRequest): boolean {
  return request.body[0] === 0x7b;
}

function readTracking(request: DialectRequest): DialectBatch | DialectReply {
  const hits = hitsOf(request);
  const token = hits[0]?.get('token_auth') || (isBulk(request) ? bulkToken(request) : undefined) || undefined;
  const named = token === undefined ? {} : { token };
  // A heartbeat says only that the page is still open.
  const telling = hits.filter((hit) => hit.get('ping') !== '1');
  if (telling.length === 0) return { ...named, answer: picture(request) };
  const messages = readEach(
    telling.map((hit) => Object.fromEntries(hit)),
    (raw, sequence) => readHit(raw, request, sequence),
  );
  return { ...named, messages, isFromServer: isBulk(request) && request.headers.origin === undefined };
}

function hitsOf(request: DialectRequest): URLSearchParams[] {
  if (!isBulk(request)) {
    const hit = new URLSearchParams(request.query);
    for (const [name, value] of parseForm(request.body)) hit.set(name, value);
    return [hit];
  }
  const body = request.json();
  if (!isObject(body) || !Array.isArray(body.requests)) throw refuseGateway('batch_missing');
  if (body.requests.length > REQUESTS_MAX) throw refuseGateway('body_too_large', { details: { max: REQUESTS_MAX } });
  return body.requests.map((query: unknown) => new URLSearchParams(typeof query === 'string' ? query.replace(/^[^?]*\?/, '') : ''));
}

function bulkToken(request: DialectRequest): string | undefined {
  const body = request.json();
  return isObject(body) && typeof body.token_auth === 'string' ? body.token_auth : undefined;
}

function readHit(raw: Fields, request: DialectRequest, sequence: number): IncomingEvent {
  const page = pageOf(raw.url, { title: raw.action_name, referrer: raw.urlref });
  const query = page?.url === undefined ? undefined : URL.parse(String(page.url))?.searchParams;
  const [width, height] = String(raw.res ?? '')
    .split('x')
    .map(Number);
  const context = said({
    library: { name: 'matomo' },
    ip: raw.cip,
    userAgent: raw.ua,
    locale: raw.lang,
    page,
    campaign:
      query &&
      campaignOf((name) => query.get(name) ?? query.get(name.replace('utm_', 'mtm_')) ?? (name === 'utm_campaign' ? query.get('pk_campaign') : null)),
    screen: said({ width: width || undefined, height: height || undefined }),
  });
  const visitor = (raw.cid ?? raw._id) as string | undefined;
  return {
    messageId: request.newId(),
    ...partsOf(raw, page),
    ...(typeof raw.uid === 'string' && raw.uid !== '' && { userId: raw.uid }),
    anonymousId: visitor || visitorOfRequest(request, { site: String(raw.idsite ?? '') }),
    time: timeOf(raw.cdt, request.receivedAt),
    sequence,
    context: context ?? {},
  };
}

/** Seconds, or `2026-05-01 10:00:00` in UTC. */
function timeOf(cdt: unknown, receivedAt: number): number {
  if (cdt === undefined || cdt === '') return receivedAt;
  const seconds = numberOf(cdt);
  const time = seconds === undefined ? Date.parse(`${String(cdt).replace(' ', 'T')}Z`) : seconds * 1_000;
  if (!Number.isFinite(time)) throw refuseGateway('field_invalid', { details: { field: 'cdt', wanted: 'seconds' } });
  return time;
}

function partsOf(raw: Fields, page: Fields | undefined): Pick<IncomingEvent, 'kind' | 'event' | 'properties'> {
  const own: Fields = {};
  for (const name in raw) if (/^dimension\d+$/.test(name)) own[name] = raw[name];
  const track = (event: string, properties: Fields): Pick<IncomingEvent, 'kind' | 'event' | 'properties'> => ({
    kind: 'track',
    event,
    properties: { ...own, ...said(properties) },
  });
  if (raw.e_a !== undefined || raw.e_c !== undefined) {
    const event = String(raw.e_a || raw.e_c || '');
    return track(event, { category: raw.e_c, name: raw.e_n, value: numberOf(raw.e_v) });
  }
  if (raw.idgoal === '0')
    return track(raw.ec_id ? 'purchase' : 'cart_updated', {
      order_id: raw.ec_id,
      ...revenueOf(raw),
      items: itemsOf(raw.ec_items),
      tax: numberOf(raw.ec_tx),
      shipping: numberOf(raw.ec_sh),
    });
  if (raw.idgoal !== undefined) return track('goal', { goal_id: raw.idgoal, ...revenueOf(raw) });
  if (raw.search !== undefined) return track('site_search', { keyword: raw.search, category: raw.search_cat, count: numberOf(raw.search_count) });
  if (raw.download !== undefined) return track('download', { url: raw.download });
  if (raw.link !== undefined) return track('outlink', { url: raw.link });
  return { kind: 'page', event: '$page', properties: { ...own, ...page } };
}

function revenueOf(raw: Fields): Fields {
  const revenue = numberOf(raw.revenue);
  if (revenue === undefined) return {};
  // A cart is not yet money.
  return raw.idgoal === '0' && !raw.ec_id ? { value: money(revenue) } : { revenue: money(revenue) };
}

/** `[[sku, name, category, price, quantity], ...]` as JSON text. */
function itemsOf(text: unknown): Fields[] | undefined {
  if (typeof text !== 'string' || text === '') return undefined;
  const rows = parseJson(text);
  if (!Array.isArray(rows)) return undefined;
  return rows.filter(Array.isArray).map(([item_id, item_name, category, price, quantity]: unknown[]) => ({
    ...said({ item_id, item_name, category, price: numberOf(price), quantity: numberOf(quantity) }),
  }));
}

function picture(request: DialectRequest): DialectAnswer {
  if (request.query.get('send_image') === '0' || request.method === 'POST') return { status: 204 };
  return { status: 200, headers: { 'content-type': 'image/gif', 'cache-control': 'no-store' }, body: DOT };
}

function answer(result: DialectResult, request: DialectRequest): DialectAnswer {
  const { refused, batch } = result;
  if (!isBulk(request)) return refused[0] ? { status: 400, body: { status: 'error', message: refused[0].message } } : picture(request);
  const tracked = batch.messages.length - refused.length;
  return { status: 200, body: { status: 'success', tracked, invalid: refused.length, invalid_indices: refused.map(({ index }) => index) } };
}
