import type { EventKind } from '../../stream/contract.ts';
import { refuseGateway } from '../contract.ts';
import type { Dialect, DialectBatch, DialectRequest, DialectRoute } from '../dialect.ts';
import { isFromServer } from '../from-server.ts';
import { isObject } from '../read-body.ts';
import { instantOf } from '../segment-message.ts';
import { readMessages, tokenOf } from './segment.ts';

const calls: Readonly<Record<string, EventKind | undefined>> = {
  identify: 'identify',
  track: 'track',
  page: 'page',
  screen: 'screen',
  group: 'group',
  alias: 'alias',
  event: undefined,
};

/** Jitsu: Segment's messages one by one at `/api/s/<call>`, the key before the colon of `X-Write-Key: key:secret`. */
export const jitsu: Dialect = {
  name: 'jitsu',
  routes: Object.entries(calls).flatMap(([path, kind]) => [route(`/api/s/${path}`, kind), route(`/api/s/s2s/${path}`, kind)]),
};

function route(path: string, kind: EventKind | undefined): DialectRoute {
  return {
    methods: ['POST'],
    path,
    read: (request) => readCall(request, kind),
    answer: ({ refused: [first] }) => (first ? { status: 400, body: { ok: false, error: first.message } } : { status: 200, body: { ok: true } }),
    fail: (error) => ({ status: error.status, body: { ok: false, error: error.message } }),
  };
}

function readCall(request: DialectRequest, kind: EventKind | undefined): DialectBatch {
  const body = request.json();
  if (!isObject(body)) throw refuseGateway('body_unreadable');
  const token = tokenOf(request, body)?.split(':')[0];
  const sentAt = instantOf(body.sentAt);
  const batch = readMessages([body], { kind, receivedAt: request.receivedAt, sentAt, newId: request.newId });
  const library = isObject(body.context) && isObject(body.context.library) ? body.context.library.name : undefined;
  return { ...batch, isFromServer: isFromServer(library, request), ...(token !== undefined && { token }) };
}
