import { isbot } from 'isbot';
import type { IncomingEvent, TraitChange } from '../../stream/contract.ts';
import { refuseGateway } from '../contract.ts';
import type { Dialect, DialectAnswer, DialectBatch, DialectReply, DialectRequest, DialectResult } from '../dialect.ts';
import { isObject } from '../read-body.ts';
import { instantOf } from '../segment-message.ts';
import { campaignOf, idOf, numberOf, objectOf, pageOf, readEach, said, textOf } from './read-fields.ts';
import { uuidOf, visitorOfRequest } from './visitor.ts';

type Fields = Record<string, unknown>;

const SESSION_MS = 30 * 60_000;

/** OpenPanel: `/track` of its SDKs, known by the header `openpanel-client-id`, which is the write key (or its digits as a UUID). */
export const openpanel: Dialect = {
  name: 'openpanel',
  routes: [
    {
      methods: ['POST'],
      path: '/track',
      claims: (request) => request.headers['openpanel-client-id'] !== undefined,
      read: readCall,
      answer,
      fail: (error) => ({ status: error.status, body: { status: error.status, error: error.code.split('.').at(-1), message: error.message } }),
    },
  ],
};

function headerOf(request: DialectRequest, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function readCall(request: DialectRequest): DialectBatch | DialectReply {
  const body = request.json();
  if (!isObject(body)) throw refuseGateway('body_unreadable');
  const token = headerOf(request, 'openpanel-client-id');
  const named = token === undefined ? {} : { token };
  if (body.type === 'replay' || isbot(request.headers['user-agent'] ?? '')) return { ...named, answer: { status: 202, body: {} } };
  const isServer = request.headers.origin === undefined;
  return { ...named, isFromServer: isServer, messages: readEach([body], (raw) => readOne(raw, request, isServer)) };
}

function readOne(raw: Fields, request: DialectRequest, isServer: boolean): IncomingEvent {
  const payload = objectOf(raw.payload, 'payload');
  const properties = objectOf(payload.properties, 'payload.properties');
  const userId = idOf(payload.profileId, 'payload.profileId');
  const library = said({ name: headerOf(request, 'openpanel-sdk-name') ?? 'openpanel', version: headerOf(request, 'openpanel-sdk-version') });
  const context = said({ library, ip: textOf(properties.__ip), userAgent: textOf(properties.__userAgent) }) ?? {};
  const time = instantOf(properties.__timestamp ?? payload.timestamp) ?? request.receivedAt;
  const around = { messageId: request.newId(), time, sequence: 0, context };
  const anonymous =
    userId === undefined || !isServer ? { anonymousId: visitorOfRequest(request, { site: headerOf(request, 'openpanel-client-id') }) } : {};
  const person = { ...(userId !== undefined && { userId }), ...anonymous };
  switch (raw.type) {
    case 'track':
      return { ...around, ...person, ...trackOf(payload, properties, context) };
    case 'identify': {
      const { firstName, lastName, email, avatar } = payload;
      const traits = { ...said({ firstName, lastName, email, avatar }), ...properties };
      return { ...around, ...person, kind: 'identify', event: '$identify', properties: traits, traits };
    }
    case 'increment':
    case 'decrement':
      return { ...around, ...person, kind: 'identify', event: '$identify', properties: {}, traitChanges: [stepOf(raw.type, payload)], passive: true };
    case 'alias': {
      const previousId = idOf(payload.alias, 'payload.alias');
      return {
        ...around,
        ...(userId !== undefined && { userId }),
        ...(previousId !== undefined && { previousId }),
        kind: 'alias',
        event: '$alias',
        properties: { previousId, userId },
      };
    }
    case 'group':
    case 'assign_group':
      return {
        ...around,
        ...person,
        kind: 'group',
        event: '$group',
        properties: said({ ...properties, groupId: payload.id, groupIds: payload.groupIds }) ?? {},
        groups: groupsOf(payload, properties),
      };
    default:
      throw refuseGateway('type_unknown', { details: { type: String(raw.type).slice(0, 40) } });
  }
}

/** Names that begin with `__` say where and not what. */
function trackOf(payload: Fields, sent: Fields, context: Fields): Pick<IncomingEvent, 'kind' | 'event' | 'properties'> {
  const name = payload.name ?? '';
  if (typeof name !== 'string') throw refuseGateway('field_invalid', { details: { field: 'payload.name', wanted: 'text' } });
  const properties: Fields = {};
  for (const key in sent) if (!key.startsWith('__')) properties[key] = sent[key];
  const revenue = numberOf(sent.__revenue);
  if (revenue !== undefined) properties.revenue = revenue;
  const page = pageOf(sent.__path, { title: sent.__title, referrer: sent.__referrer });
  if (page) context.page = page;
  const query = page?.url === undefined ? undefined : URL.parse(String(page.url))?.searchParams;
  const campaign = query && campaignOf((parameter) => query.get(parameter));
  if (campaign) context.campaign = campaign;
  if (name !== 'screen_view') return { kind: 'track', event: name, properties };
  const isWeb = /^https?:/.test(String(sent.__path ?? ''));
  return isWeb
    ? { kind: 'page', event: '$page', properties: { ...properties, ...page } }
    : { kind: 'screen', event: '$screen', properties: { ...properties, ...said({ name: sent.__path, title: sent.__title }) } };
}

function stepOf(type: 'increment' | 'decrement', payload: Fields): TraitChange {
  const name = textOf(payload.property);
  if (name === undefined) throw refuseGateway('field_invalid', { details: { field: 'payload.property', wanted: 'text' } });
  const step = numberOf(payload.value) ?? 1;
  return { operation: 'increment', name, value: type === 'increment' ? step : -step };
}

function groupsOf(payload: Fields, properties: Fields): IncomingEvent['groups'] {
  const ids = Array.isArray(payload.groupIds) ? payload.groupIds : [payload.id];
  const type = textOf(payload.type) ?? 'group';
  const named = said({ name: payload.name, ...properties }) ?? {};
  const changes = Object.entries(named).map(([name, value]): TraitChange => ({ operation: 'set', name, value }));
  return ids.flatMap((sent) => {
    const id = idOf(sent, 'payload.id');
    return id === undefined ? [] : [{ type, id, ...(changes.length > 0 && { changes }) }];
  });
}

function answer(result: DialectResult, request: DialectRequest): DialectAnswer {
  const first = result.refused[0];
  if (first) return { status: 400, body: { status: 400, error: 'Bad Request', message: first.message } };
  const deviceId = visitorOfRequest(request, { site: headerOf(request, 'openpanel-client-id') });
  return { status: 200, body: { deviceId, sessionId: uuidOf(`${deviceId}\n${Math.floor(request.receivedAt / SESSION_MS)}`) } };
}
