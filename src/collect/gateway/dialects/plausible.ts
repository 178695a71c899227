import { isbot } from 'isbot';
import type { IncomingEvent } from '../../stream/contract.ts';
import { refuseGateway } from '../contract.ts';
import type { Dialect, DialectAnswer, DialectBatch, DialectReply, DialectRequest, DialectResult } from '../dialect.ts';
import { isObject, parseJson } from '../read-body.ts';
import { campaignOf, numberOf, pageOf, readEach, said, textOf } from './read-fields.ts';
import { visitorOfRequest } from './visitor.ts';

type Fields = Record<string, unknown>;

const DROPPED: DialectAnswer = { status: 202, headers: { 'x-plausible-dropped': '1' }, body: 'ok' };

/** Plausible: `/api/event` of its trackers (short names) and of its server API (long names). The site's domain is the write key, or the address names it. */
export const plausible: Dialect = {
  name: 'plausible',
  routes: [
    {
      methods: ['POST'],
      path: '/api/event',
      read: readEvent,
      answer: (result: DialectResult) => (result.refused[0] ? failed(result.refused[0].message) : { status: 202, body: 'ok' }),
      fail: (error) => (error.status >= 429 || error.status === 413 ? { status: error.status, body: error.message } : failed(error.message)),
    },
  ],
};

function failed(message: string): DialectAnswer {
  return { status: 400, body: { errors: { request: [message] } } };
}

function readEvent(request: DialectRequest): DialectBatch | DialectReply {
  const body = request.json();
  if (!isObject(body)) throw refuseGateway('body_unreadable');
  const domain = textOf(body.d ?? body.domain);
  const token = domain?.split(',')[0]?.trim();
  const named = token === undefined ? {} : { token };
  if (isbot(request.headers['user-agent'] ?? '')) return { ...named, answer: DROPPED };
  return { ...named, messages: readEach([body], (raw) => readOne(raw, request, token)) };
}

function readOne(raw: Fields, request: DialectRequest, site: string | undefined): IncomingEvent {
  const name = raw.n ?? raw.name ?? '';
  if (typeof name !== 'string') throw refuseGateway('field_invalid', { details: { field: 'name', wanted: 'text' } });
  const page = pageOf(raw.u ?? raw.url, { referrer: raw.r ?? raw.referrer });
  const query = page?.url === undefined ? undefined : URL.parse(String(page.url))?.searchParams;
  const context = said({
    library: { name: 'plausible' },
    page,
    campaign: query && campaignOf((parameter) => query.get(parameter) ?? (parameter === 'utm_source' ? query.get('ref') : null)),
  });
  return {
    messageId: request.newId(),
    ...partsOf(name, raw, page),
    anonymousId: visitorOfRequest(request, { site }),
    time: request.receivedAt,
    sequence: 0,
    context: context ?? {},
    ...((raw.i === false || raw.interactive === false) && { passive: true }),
  };
}

function partsOf(name: string, raw: Fields, page: Fields | undefined): Pick<IncomingEvent, 'kind' | 'event' | 'preset' | 'properties'> {
  const properties = propertiesOf(raw);
  if (name === 'pageview') return { kind: 'page', event: '$page', properties: { ...properties, ...page } };
  if (name !== 'engagement') return { kind: 'track', event: name, properties };
  const left = said({ ...properties, ...page, engagement_time_ms: numberOf(raw.e), scroll_depth: numberOf(raw.sd) }) ?? {};
  return { kind: 'track', event: '$page_leave', preset: true, properties: left };
}

/** Older trackers send the properties as JSON text. */
function propertiesOf(raw: Fields): Fields {
  const sent = raw.p ?? raw.props ?? raw.m ?? raw.meta ?? {};
  const value = typeof sent === 'string' && sent !== '' ? parseJson(sent) : sent;
  if (!isObject(value)) throw refuseGateway('field_invalid', { details: { field: 'props', wanted: 'object' } });
  const money = typeof raw.$ === 'string' ? parseJson(raw.$) : (raw.$ ?? raw.revenue);
  if (!isObject(money)) return value;
  return { ...value, ...said({ revenue: numberOf(money.amount), currency: textOf(money.currency) }) };
}
