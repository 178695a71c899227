import type { RawPlugin } from '../../kernel/http/server.ts';
import { BODY_SIZE_MAX_BYTES, refuseSource } from './contract.ts';
import type { Sources } from './sources.ts';

/**
 * `POST /hooks/<secret>`. 200 as soon as the body is kept and what it means is durable, also when parts of it were refused: whoever tells again and
 * again would be refused again and again, and the body waits for a better mapping. Not 200: an unknown address, a wrong signature, too much, overload.
 */
export function hooksPlugin(sources: Sources): RawPlugin {
  return {
    name: 'hooks',
    prefix: '/hooks',
    roles: ['collect'],
    register(app) {
      app.removeAllContentTypeParsers();
      app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
      app.setErrorHandler((error) => {
        if ((error as { code?: string }).code !== 'FST_ERR_CTP_BODY_TOO_LARGE') throw error;
        throw refuseSource('body_too_large', { details: { max: BODY_SIZE_MAX_BYTES } });
      });
      app.post('/:token', { bodyLimit: BODY_SIZE_MAX_BYTES }, async (request, reply) => {
        const { token } = request.params as { token: string };
        const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
        const fate = await sources.receive(token, { body, headers: request.headers });
        if (!fate) throw refuseSource('unknown_source');
        const { state, accepted, duplicates, refused, problems } = fate;
        return reply.send({ state, accepted, duplicates, refused, problems: problems.map(({ code, message }) => ({ code, message })) });
      });
      // Some systems ask by GET or HEAD whether an address lives before they send to it.
      app.get('/:token', async (_request, reply) => reply.send({ state: 'listening' }));
    },
  };
}
