import { refuseGateway } from '../contract.ts';
import type { Dialect, DialectAnswer, DialectRequest, DialectRoute } from '../dialect.ts';
import { parseJson } from '../read-body.ts';
import { callRoute, readCalls, readMessages, segmentCalls, tokenOf } from './segment.ts';

const PIXEL = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');

/**
 * RudderStack's clients: Segment's calls, with habits of their own (https://github.com/rudderlabs/rudder-server, gateway/openapi.yaml and
 * handle_lifecycle.go).
 */
export const rudderstack: Dialect = {
  name: 'rudderstack',
  routes: [
    ...Object.entries(segmentCalls)
      .filter(([path]) => path.length > 1)
      .map(([path, kind]) => ({ ...callRoute(`/v1/${path}`, kind), claims: isRudder })),
    { ...callRoute('/beacon/v1/batch', 'batch'), read: (request) => readCalls(request, 'batch') },
    pixelRoute('/pixel/v1/track', 'track'),
    pixelRoute('/pixel/v1/page', 'page'),
    sourceConfigRoute(),
  ],
};

/** The browser library names the device in a header; the server library says that its packed JSON is a form. */
function isRudder({ headers }: DialectRequest): boolean {
  return (
    headers.anonymousid !== undefined || (headers['content-encoding'] === 'gzip' && headers['content-type'] === 'application/x-www-form-urlencoded')
  );
}

/** An image in a mail or a page without scripts: the message stands in the query, nested fields with dots or as JSON. */
function pixelRoute(path: string, kind: 'track' | 'page'): DialectRoute {
  const pixel: DialectAnswer = { status: 200, headers: { 'content-type': 'image/gif', 'cache-control': 'no-store' }, body: PIXEL };
  return {
    methods: ['GET'],
    path,
    read: (request) => {
      const message: Record<string, unknown> = {};
      for (const [name, value] of request.query) if (name !== 'writeKey') put(message, name.split('.'), value);
      const token = tokenOf(request);
      const around = { kind, receivedAt: request.receivedAt, sentAt: undefined, newId: request.newId };
      return { ...readMessages([message], around), ...(token !== undefined && { token }) };
    },
    // A broken image would be seen by readers: it is an image whatever became of the message.
    answer: () => pixel,
    fail: (error) => ({ ...pixel, status: error.status }),
  };
}

function put(into: Record<string, unknown>, [first = '', ...rest]: readonly string[], value: string): void {
  if (rest.length === 0) {
    into[first] = /^[[{]/.test(value) ? parseJson(value) : value;
    return;
  }
  if (first === '__proto__' || rest.length > 8) throw refuseGateway('field_invalid', { details: { field: first.slice(0, 40), wanted: 'a name' } });
  const below = Object.hasOwn(into, first) && typeof into[first] === 'object' && into[first] !== null ? (into[first] as Record<string, unknown>) : {};
  into[first] = below;
  put(below, rest, value);
}

/** Its browser library asks for this first, and sends nothing when the source is off. */
function sourceConfigRoute(): DialectRoute {
  return {
    methods: ['GET'],
    path: '/sourceConfig',
    read: (request) => {
      const token = request.token ?? tokenOf(request);
      if (token === undefined) throw refuseGateway('key_missing');
      return { token, answer: sourceConfig(token) };
    },
    answer: () => ({ status: 200 }),
  };
}

function sourceConfig(writeKey: string): DialectAnswer {
  const since = '2024-01-01T00:00:00.000Z';
  return {
    status: 200,
    headers: { 'cache-control': 'no-cache' },
    body: {
      source: {
        id: writeKey,
        name: 'Perennial',
        writeKey,
        enabled: true,
        workspaceId: 'perennial',
        createdAt: since,
        updatedAt: since,
        config: { statsCollection: { errors: { enabled: false }, metrics: { enabled: false } } },
        connections: [],
        destinations: [],
        dataplanes: {},
      },
      updatedAt: since,
      consentManagementMetadata: { providers: [] },
      isHosted: true,
    },
  };
}
