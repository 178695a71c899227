import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { AppError } from '../../kernel/errors/errors.ts';
import { refuseGateway } from './contract.ts';
import type { Dialect } from './dialect.ts';
import { bodySizeMax, type Claimant, failDialect, type GatewayParts, serveDialect } from './serve-dialect.ts';

/**
 * Mounts every dialect twice: at the root, where its clients look by themselves and several may share a path, and below `/c/<name>/<write key>`,
 * where nothing clashes and the address names the key.
 */
export function mountDialects(app: FastifyInstance, dialects: readonly Dialect[], parts: GatewayParts): void {
  const names = new Set(dialects.map((dialect) => dialect.name));
  if (names.size !== dialects.length) throw new Error('Two dialects have one name');
  mount(app, dialects.flatMap(claimantsOf), { prefix: '', parts });
  for (const dialect of dialects) mount(app, claimantsOf(dialect), { prefix: `/c/${dialect.name}/:mountKey`, mountedAs: dialect.name, parts });
  const unknown = async (): Promise<never> => {
    throw refuseGateway('client_unknown');
  };
  app.options('/c/*', async (_request, reply) => reply.status(204).send());
  app.get('/c/*', unknown);
  app.post('/c/*', unknown);
}

interface MountConfig {
  claimants?: readonly Claimant[];
  mountedAs?: string;
}

/** Answers a request that failed before its dialect saw it, in the form of the client that it is from. Throws the error where no dialect has one. */
export function failEarly(error: AppError, wire: { request: FastifyRequest; reply: FastifyReply }, parts: GatewayParts): FastifyReply {
  const { claimants = [], mountedAs } = wire.request.routeOptions.config as MountConfig;
  return failDialect(error, wire, { claimants, mountedAs, parts });
}

function claimantsOf(dialect: Dialect): Claimant[] {
  return dialect.routes.map((route) => ({ dialect, route }));
}

interface MountParts {
  prefix: string;
  mountedAs?: string;
  parts: GatewayParts;
}

function mount(app: FastifyInstance, claimants: readonly Claimant[], { prefix, mountedAs, parts }: MountParts): void {
  for (const [path, here] of Map.groupBy(claimants, ({ route }) => shapeOf(route.path))) {
    const methods = new Set(here.flatMap(({ route }) => [...route.methods]));
    for (const method of methods) {
      const able = here.filter(({ route }) => route.methods.includes(method));
      app.route({
        method,
        url: `${prefix}${able[0]?.route.path ?? path}`,
        bodyLimit: Math.max(...able.map(({ route }) => bodySizeMax(route))),
        config: { claimants: able, mountedAs },
        handler: (request, reply) => serveDialect({ request, reply }, able, parts, mountedAs),
      });
    }
    if (mountedAs === undefined) app.options(here[0]?.route.path ?? path, async (_request, reply) => reply.status(204).send());
  }
}

/** Paths that differ only in the names of their parameters are one. */
function shapeOf(path: string): string {
  return path.replace(/:\w+/g, ':');
}
