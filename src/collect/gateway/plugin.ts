import type { FastifyReply } from 'fastify';
import type { RawPlugin } from '../../kernel/http/server.ts';
import { addBrowserSdk } from './browser-sdk.ts';
import { refuseGateway } from './contract.ts';
import { corsOfPreflight } from './cors.ts';
import { dialects } from './dialects/index.ts';
import { mountDialects, pathsOf } from './mount-dialects.ts';
import type { GatewayParts } from './serve-dialect.ts';

/** The protocols of every client, from any origin. Bodies are read as bytes, because clients send wrong content types. */
export function gatewayPlugin(parts: GatewayParts): RawPlugin {
  return {
    name: 'gateway',
    roles: ['collect'],
    isDirect: true,
    register(app, tools) {
      app.addHook('onSend', async (_request, reply, payload) => markFailure(reply, payload));
      mountDialects(app, dialects, { ...parts, ...tools });
    },
  };
}

/** What else clients ask at these addresses: whether they may send, for our SDK, and for clients that there are none of. */
export function besideGatewayPlugin(): RawPlugin {
  return {
    name: 'beside the gateway',
    roles: ['collect'],
    register(app) {
      app.removeAllContentTypeParsers();
      app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
      app.addHook('onRequest', (request, reply, done) => {
        reply.headers(corsOfPreflight(request.headers));
        // Some clients send a content type that is none; the framework would refuse it unread.
        if (request.headers['content-type'] !== undefined && !/^[\w.+-]+\/[\w.+-]+/.test(request.headers['content-type']))
          request.headers['content-type'] = 'application/octet-stream';
        done();
      });
      app.addHook('onSend', async (_request, reply, payload) => markFailure(reply, payload));
      for (const path of [...pathsOf(dialects), '/c/*']) app.options(path, async (_request, reply) => reply.status(204).send());
      app.route({
        method: ['GET', 'POST'],
        url: '/c/*',
        handler: async () => {
          throw refuseGateway('client_unknown');
        },
      });
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
