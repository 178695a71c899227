import type { AppError } from '../../../kernel/errors/errors.ts';
import { refuseGateway } from '../contract.ts';
import type { Dialect, DialectAnswer, DialectBatch, DialectReply, DialectRequest, DialectResult, DialectRoute } from '../dialect.ts';
import { isFromServer } from '../from-server.ts';
import { isObject, parseForm, parseJson } from '../read-body.ts';
import { instantOf } from '../segment-message.ts';
import { isServerEvent, readPostHogEvent } from './posthog-event.ts';
import { scriptRoutes } from './posthog-scripts.ts';
import { readEach, textOf } from './read-fields.ts';

/** What PostHog itself takes in one request. */
const BODY_MAX_BYTES = 20 * 1024 * 1024;

/** PostHog's capture API and the documents that its clients ask for (https://posthog.com/docs/api/capture). Flags are not kept here: their answers are empty. */
export const posthog: Dialect = {
  name: 'posthog',
  routes: [
    ...['/batch', '/e', '/i/v0/e', '/capture'].map(captureRoute),
    ...['/flags', '/decide'].map(flagsRoute),
    ...['/flags/definitions', '/api/feature_flag/local_evaluation'].map((path) =>
      documentRoute(path, () => ({ flags: [], group_type_mapping: {}, cohorts: {} })),
    ),
    documentRoute('/array/:token/config', configOf),
    configScriptRoute(),
    ...scriptRoutes(),
    documentRoute('/api/surveys', () => ({ surveys: [] })),
    documentRoute('/api/early_access_features', () => ({ earlyAccessFeatures: [] })),
    documentRoute('/api/web_experiments', () => ({ experiments: [] })),
    // Recordings, logs, metrics and traces are not kept; the client is told that they were taken, so that it does not keep them.
    ...['/s', '/i/v1/logs', '/i/v1/metrics', '/i/v1/traces', '/i/v0/ai'].map(droppedRoute),
  ],
};

function captureRoute(path: string): DialectRoute {
  return {
    methods: ['GET', 'POST'],
    path,
    bodySizeMaxBytes: BODY_MAX_BYTES,
    claims: isCapture,
    read: readCapture,
    answer: answerCapture,
    fail,
  };
}

/** `/batch` is Amplitude's as well, with `events` instead of `batch`. */
function isCapture(request: DialectRequest): boolean {
  try {
    const body = request.json();
    return !isObject(body) || !('events' in body);
  } catch {
    return true;
  }
}

function readCapture(request: DialectRequest): DialectBatch {
  const body = bodyOf(request);
  const raws = Array.isArray(body) ? body : isObject(body) && body.batch !== undefined ? body.batch : [body];
  if (!Array.isArray(raws)) throw refuseGateway('batch_missing');
  const around = isObject(body) ? body : {};
  // A bare list, and a single event, carry the key in themselves.
  const token = tokenIn(around) ?? tokenIn(raws[0]) ?? textOf(request.query.get('api_key') ?? request.query.get('token') ?? undefined);
  const sentAt = instantOf(around.sent_at ?? numberFrom(request.query.get('_')));
  const messages = readEach(raws, (raw, sequence) => readPostHogEvent(raw, { sequence, receivedAt: request.receivedAt, newId: request.newId }));
  const library = isObject(raws[0]) && isObject(raws[0].properties) ? raws[0].properties.$lib : undefined;
  return {
    messages,
    isFromServer: isServerEvent(raws[0]) || (library === undefined && isFromServer(undefined, request)),
    ...(token !== undefined && { token }),
    ...(sentAt !== undefined && { sentAt }),
  };
}

function numberFrom(text: string | null): number | undefined {
  return text !== null && /^\d{13}$/.test(text) ? Number(text) : undefined;
}

/** JSON; in older libraries base64 of JSON in a form's or the query's `data`. */
function bodyOf(request: DialectRequest): unknown {
  const [first] = request.body;
  if (first === 0x7b || first === 0x5b || first === 0xef) return request.json();
  const data = request.body.length > 0 ? parseForm(request.body).get('data') : request.query.get('data');
  if (data === null) return request.json();
  const text = data.trimStart();
  return parseJson(/^[[{]/.test(text) ? text : Buffer.from(text.replaceAll(' ', '+'), 'base64'));
}

function tokenIn(value: unknown): string | undefined {
  if (!isObject(value)) return undefined;
  return textOf(value.api_key) ?? textOf(value.token) ?? textOf(value.$token) ?? (isObject(value.properties) ? tokenIn(value.properties) : undefined);
}

/** Its libraries look at the status alone. What was refused of a batch is named; nothing taken at all is a failure. */
function answerCapture(result: DialectResult): DialectAnswer {
  const { refused, batch } = result;
  const [first] = refused;
  if (first && refused.length === batch.messages.length) return failure(400, { code: first.code, detail: first.message });
  return { status: 200, body: { status: 1, ...(first && { refused }) } };
}

function fail(error: AppError): DialectAnswer {
  return failure(error.status, { code: error.code, detail: error.message });
}

/** The form of PostHog's errors. */
function failure(status: number, { code, detail }: { code: string; detail: string }): DialectAnswer {
  const type = status === 401 ? 'authentication_error' : status === 429 ? 'throttled_error' : status >= 500 ? 'server_error' : 'validation_error';
  return { status, body: { type, code: status === 401 ? 'invalid_api_key' : code, detail, attr: null } };
}

function flagsRoute(path: string): DialectRoute {
  return {
    methods: ['GET', 'POST'],
    path,
    // `/flags` is asked by Mixpanel's browser library as well, with GET and a context.
    claims: (request) => request.method === 'POST' || !request.query.has('context'),
    read: readFlags,
    answer: () => ({ status: 200 }),
    fail,
  };
}

function readFlags(request: DialectRequest): DialectReply {
  const body = request.method === 'GET' && request.body.length === 0 ? {} : bodyOf(request);
  const token = tokenIn(body) ?? textOf(request.query.get('token') ?? request.query.get('api_key') ?? undefined);
  if (token === undefined && request.token === undefined) throw refuseGateway('key_missing');
  const flags = { flags: {}, featureFlags: {}, featureFlagPayloads: {}, errorsWhileComputingFlags: false, requestId: request.newId() };
  const config = request.path === '/decide' ? { ...configOf(request), toolbarParams: {}, isAuthenticated: false } : {};
  return { answer: { status: 200, body: { ...config, ...flags } }, ...(token !== undefined && { token }) };
}

/** A document that the client asks for by GET; the key is in its path or its query. */
function documentRoute(path: string, make: (request: DialectRequest) => object): DialectRoute {
  return {
    methods: ['GET'],
    path,
    read: (request) => {
      const token = request.params.token ?? request.query.get('token') ?? undefined;
      return { answer: { status: 200, headers: { 'cache-control': 'no-cache' }, body: make(request) }, ...(token !== undefined && { token }) };
    },
    answer: () => ({ status: 200 }),
    fail,
  };
}

/**
 * What its browser library may do on the page: send events, and collect clicks and forms by itself. Nothing stands here about surveys: even for `false`
 * it would fetch their script from us.
 */
function configOf(request: DialectRequest): object {
  return {
    token: request.params.token ?? request.query.get('token') ?? '',
    supportedCompression: ['gzip', 'gzip-js'],
    analytics: { endpoint: '/i/v0/e/' },
    hasFeatureFlags: false,
    autocapture_opt_out: false,
    elementsChainAsString: true,
    captureDeadClicks: false,
    capturePerformance: false,
    autocaptureExceptions: false,
    errorTracking: { autocaptureExceptions: false, suppressionRules: [] },
    sessionRecording: false,
    heatmaps: false,
    logs: { captureConsoleLogs: false },
    defaultIdentifiedOnly: true,
    siteApps: [],
    siteAppsJS: [],
  };
}

function configScriptRoute(): DialectRoute {
  return {
    methods: ['GET'],
    path: '/array/:token/config.js',
    read: (request) => {
      const token = request.params.token ?? '';
      const at = `window._POSTHOG_REMOTE_CONFIG`;
      // `<` is written out, so that the text is harmless wherever it stands.
      const text = (value: unknown): string => JSON.stringify(value).replaceAll('<', '\\u003c');
      const body = `(function(){${at}=${at}||{};${at}[${text(token)}]={config:${text(configOf(request))},siteApps:[]};})();`;
      return {
        token,
        answer: { status: 200, headers: { 'content-type': 'application/javascript; charset=utf-8', 'cache-control': 'no-cache' }, body },
      };
    },
    answer: () => ({ status: 200 }),
  };
}

function droppedRoute(path: string): DialectRoute {
  return {
    methods: ['POST'],
    path,
    bodySizeMaxBytes: BODY_MAX_BYTES,
    read: () => ({ answer: { status: 200, body: { status: 1 } } }),
    answer: () => ({ status: 200 }),
    fail,
  };
}
