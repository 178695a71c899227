import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyReply } from 'fastify';
import type { RawPlugin } from '../../kernel/http/server.ts';
import { eventLimits } from '../stream/contract.ts';
import { addBrowserSdk } from './browser-sdk.ts';
import { refuseGateway } from './contract.ts';
import { dialects } from './dialects/index.ts';
import { failEarly, mountDialects } from './mount-dialects.ts';
import type { GatewayParts } from './serve-dialect.ts';

/** Headers that clients set themselves, for those that do not ask. */
const headersAllowed =
  'authorization, content-type, content-encoding, x-write-key, anonymousid, x-umami-cache, openpanel-client-id, openpanel-client-secret, openpanel-sdk-name, openpanel-sdk-version, appid, compress, dry-run, x-requested-with';

/**
 * Any page may send, with whatever headers its library sets. The origin is named, because beacons and some libraries send with credentials, and then
 * browsers take no `*` (Fetch standard, CORS protocol and credentials). No cookie means anything here.
 */
function corsHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  return {
    'access-control-allow-origin': headers.origin ?? '*',
    ...(headers.origin !== undefined && { 'access-control-allow-credentials': 'true', vary: 'origin' }),
    'access-control-allow-methods': 'GET, POST, OPTIONS',
    'access-control-allow-headers': headers['access-control-request-headers'] ?? headersAllowed,
    'access-control-expose-headers': 'retry-after',
    'access-control-max-age': '86400',
    'cross-origin-resource-policy': 'cross-origin',
  };
}

/** The protocols of every client, from any origin. Bodies are read as bytes, because clients send wrong content types. */
export function gatewayPlugin(parts: GatewayParts): RawPlugin {
  return {
    name: 'gateway',
    roles: ['collect'],
    register(app) {
      app.removeAllContentTypeParsers();
      app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
      app.addHook('onRequest', (request, reply, done) => {
        reply.headers(corsHeaders(request.headers));
        // Some clients send a content type that is none; the framework would refuse it unread.
        if (request.headers['content-type'] !== undefined && !/^[\w.+-]+\/[\w.+-]+/.test(request.headers['content-type']))
          request.headers['content-type'] = 'application/octet-stream';
        done();
      });
      app.addHook('onSend', async (_request, reply, payload) => markFailure(reply, payload));
      app.setErrorHandler((error, request, reply) => {
        if ((error as { code?: string }).code !== 'FST_ERR_CTP_BODY_TOO_LARGE') throw error;
        const max = request.routeOptions.bodyLimit ?? eventLimits.batchSizeMaxBytes;
        return failEarly(refuseGateway('body_too_large', { details: { max } }), { request, reply }, parts);
      });
      mountDialects(app, dialects, parts);
      addBrowserSdk(app);
    },
  };
}

/** Segment's clients read `success`. */
function markFailure(reply: FastifyReply, payload: unknown): unknown {
  return reply.statusCode >= 400 && typeof payload === 'string' && payload.startsWith('{"error":{"code"')
    ? `{"success":false,${payload.slice(1)}`
    : payload;
}
