import type { IncomingEvent } from '../../stream/contract.ts';
import type { Dialect, DialectAnswer, DialectBatch, DialectRequest, DialectResult, DialectRoute } from '../dialect.ts';
import { isFromServer } from '../from-server.ts';
import { sentValue, tokenOf } from './mixpanel-body.ts';
import { type MixpanelSurroundings, readMixpanelEvent } from './mixpanel-event.ts';
import { importRoute } from './mixpanel-import.ts';
import { readGroupUpdate, readProfileUpdate } from './mixpanel-profile.ts';
import { readEach, textOf } from './read-fields.ts';

type Fields = Record<string, unknown>;

/** What Mixpanel itself takes in one request. */
const BODY_MAX_BYTES = 10 * 1024 * 1024;
const PIXEL = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');

/** Mixpanel's ingestion API (https://developer.mixpanel.com/reference/ingestion-api). */
export const mixpanel: Dialect = {
  name: 'mixpanel',
  routes: [
    sendingRoute('/track', readMixpanelEvent),
    sendingRoute('/engage', readProfileUpdate),
    sendingRoute('/groups', readGroupUpdate),
    importRoute(),
    documentRoute('/flags', (request) => request.query.has('context'), { flags: {} }),
    documentRoute('/decide', (request) => request.query.has('lib'), { notifications: [], config: { enable_collect_everything: false } }),
    documentRoute('/settings', () => true, {}),
    // Recordings of sessions are not kept; the library is told that they were taken, so that it does not keep them.
    {
      methods: ['POST'],
      path: '/record',
      bodySizeMaxBytes: BODY_MAX_BYTES,
      read: () => ({ answer: { status: 200, body: { code: 200, status: 'OK' } } }),
      answer: () => ({ status: 200 }),
    },
  ],
};

function sendingRoute(path: string, readOne: (raw: Fields, around: MixpanelSurroundings) => IncomingEvent): DialectRoute {
  return {
    methods: ['GET', 'POST'],
    path,
    bodySizeMaxBytes: BODY_MAX_BYTES,
    // OpenPanel posts to `/track` as well: JSON with a `payload`, under its own header.
    claims: (request) => request.headers['openpanel-client-id'] === undefined,
    read: (request) => readSending(request, readOne),
    answer,
    fail: (error, request) => told(error.status, request, error.message),
  };
}

function readSending(request: DialectRequest, readOne: (raw: Fields, around: MixpanelSurroundings) => IncomingEvent): DialectBatch {
  const sent = sentValue(request);
  const raws = Array.isArray(sent) ? sent : [sent];
  const token = tokenOf(raws[0]) ?? textOf(request.query.get('token') ?? undefined);
  const sentAt = request.query.get('_');
  return {
    messages: readEach(raws, (raw, sequence) => readOne(raw, { sequence, receivedAt: request.receivedAt, newId: request.newId })),
    // `ip=0` says that the sender's address is not the person's; the server libraries send it.
    isFromServer: request.query.get('ip') === '0' || isFromServer(undefined, request),
    ...(token !== undefined && { token }),
    ...(sentAt !== null && /^\d{13}$/.test(sentAt) && { sentAt: Number(sentAt) }),
  };
}

function answer(result: DialectResult, request: DialectRequest): DialectAnswer {
  const [first] = result.refused;
  return first && result.refused.length === result.batch.messages.length ? told(400, request, first.message) : told(200, request, null);
}

/** `1` or `0`; with `verbose=1` JSON; for images a pixel. Its libraries compare the text, so nothing may stand beside it. */
function told(status: number, { query }: DialectRequest, error: string | null): DialectAnswer {
  const isTaken = error === null;
  if (query.get('img') === '1')
    return { status: isTaken ? 200 : status, headers: { 'content-type': 'image/gif', 'cache-control': 'no-store' }, body: PIXEL };
  if (query.get('verbose') === '1') return { status, body: { status: isTaken ? 1 : 0, error } };
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: isTaken ? '1' : '0' };
}

/** A document that the browser library asks for. */
function documentRoute(path: string, claims: (request: DialectRequest) => boolean, body: object): DialectRoute {
  return { methods: ['GET'], path, claims, read: () => ({ answer: { status: 200, body } }), answer: () => ({ status: 200 }) };
}
