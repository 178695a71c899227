import type { AppError } from '../../../kernel/errors/errors.ts';
import type { IncomingEvent } from '../../stream/contract.ts';
import { refuseGateway } from '../contract.ts';
import type { Dialect, DialectAnswer, DialectBatch, DialectReply, DialectRequest } from '../dialect.ts';
import { isObject } from '../read-body.ts';
import { readBrowserHits } from './ga4-browser.ts';
import { ga4Parts } from './ga4-event.ts';
import { MP_EVENTS_MAX, type ValidationMessage, validate } from './ga4-validate.ts';
import { idOf, numberOf, objectOf, readEach, said, textOf } from './read-fields.ts';

type Fields = Record<string, unknown>;

const NO_CONTENT: DialectAnswer = { status: 204 };

/** GA4: the Measurement Protocol of servers and apps, and the protocol of gtag.js. */
export const ga4: Dialect = {
  name: 'ga4',
  routes: [
    { methods: ['POST'], path: '/mp/collect', read: readMeasurement, answer: () => NO_CONTENT },
    { methods: ['POST'], path: '/debug/mp/collect', read: readDebug, answer: () => NO_CONTENT, fail: failDebug },
    { methods: ['GET', 'POST'], path: '/g/collect', read: readBrowserHits, answer: () => NO_CONTENT },
  ],
};

/** The key is the `api_secret`; a `measurement_id` of the form `G-<32 digits of the key>` is one too. */
function tokenOf({ query }: DialectRequest): string | undefined {
  return query.get('api_secret') || query.get('measurement_id')?.replace(/^G-/i, '') || undefined;
}

function readMeasurement(request: DialectRequest): DialectBatch {
  const body = request.json();
  if (!isObject(body)) throw refuseGateway('body_unreadable');
  if (!Array.isArray(body.events)) throw refuseGateway('batch_missing');
  if (body.events.length > MP_EVENTS_MAX) throw refuseGateway('body_too_large', { details: { max: MP_EVENTS_MAX } });
  const token = tokenOf(request);
  const common = commonOf(body);
  const messages = readEach(body.events, (raw, sequence) => readOne(raw, { body, common, request, sequence }));
  return { ...(token !== undefined && { token }), isFromServer: true, messages };
}

interface EventSurroundings {
  body: Fields;
  common: Pick<IncomingEvent, 'userId' | 'anonymousId' | 'context'>;
  request: DialectRequest;
  sequence: number;
}

function readOne(raw: Fields, { body, common, request, sequence }: EventSurroundings): IncomingEvent {
  const name = raw.name ?? '';
  if (typeof name !== 'string') throw refuseGateway('field_invalid', { details: { field: 'name', wanted: 'text' } });
  const { context, ...parts } = ga4Parts({ name, params: objectOf(raw.params, 'params') });
  const event: IncomingEvent = {
    ...parts,
    ...common,
    messageId: request.newId(),
    time: timeOf(raw.timestamp_micros ?? body.timestamp_micros, request.receivedAt),
    sequence,
    context: { ...common.context, ...context },
  };
  const traits = sequence === 0 ? traitsOf(body) : undefined;
  if (traits) event.traits = traits;
  return event;
}

/** Microseconds. */
function timeOf(micros: unknown, receivedAt: number): number {
  if (micros === undefined || micros === null) return receivedAt;
  const value = numberOf(micros);
  if (value === undefined) throw refuseGateway('field_invalid', { details: { field: 'timestamp_micros', wanted: 'microseconds' } });
  return Math.floor(value / 1_000);
}

/** `user_properties: { level: { value: "gold" } }`, once a request. */
function traitsOf(body: Fields): Fields | undefined {
  const sent = objectOf(body.user_properties, 'user_properties');
  return said(Object.fromEntries(Object.entries(sent).map(([name, value]) => [name, isObject(value) ? value.value : value])));
}

function commonOf(body: Fields): EventSurroundings['common'] {
  const device = isObject(body.device) ? body.device : {};
  const place = isObject(body.user_location) ? body.user_location : {};
  const context =
    said({
      library: { name: 'measurement-protocol' },
      ip: textOf(body.ip_override),
      userAgent: textOf(body.user_agent) ?? textOf(device.user_agent),
      locale: textOf(device.language),
      os: said({ name: textOf(device.operating_system), version: textOf(device.operating_system_version) }),
      device: said({ type: textOf(device.category), brand: textOf(device.brand), model: textOf(device.model) }),
      location: said({ country: textOf(place.country_id), region: textOf(place.region_id), city: textOf(place.city) }),
      consent: isObject(body.consent) ? body.consent : undefined,
    }) ?? {};
  const userId = idOf(body.user_id, 'user_id');
  const clientId = idOf(body.client_id, 'client_id') ?? idOf(body.app_instance_id, 'app_instance_id');
  return { context, ...(userId !== undefined && { userId }), ...(clientId !== undefined && { anonymousId: clientId }) };
}

/** Says what is wrong and stores nothing, as Google's does. */
function readDebug(request: DialectRequest): DialectReply {
  const token = tokenOf(request);
  const validationMessages = validate(request.json(), request.receivedAt);
  if (token === undefined && request.token === undefined)
    validationMessages.push({ fieldPath: 'api_secret', description: 'The request requires an api_secret.', validationCode: 'VALUE_REQUIRED' });
  return { answer: { status: 200, body: { validationMessages } }, ...(token !== undefined && { token }) };
}

function failDebug(error: AppError): DialectAnswer {
  const isKey = error.code === 'gateway.key_unknown' || error.code === 'gateway.key_missing';
  const message: ValidationMessage = { fieldPath: isKey ? 'api_secret' : '', description: error.message, validationCode: 'VALUE_INVALID' };
  return error.status >= 429 ? { status: error.status, body: { error: error.message } } : { status: 200, body: { validationMessages: [message] } };
}
