import type { FastifyInstance } from 'fastify';
import type { PluginTools } from '../../kernel/http/server.ts';
import type { Dialect } from './dialect.ts';
import { Exchange } from './exchange.ts';
import { bodySizeMax, type Claimant, DialectServer, type GatewayParts, type Mount } from './serve-dialect.ts';

/**
 * Mounts every dialect twice: at the root, where its clients look by themselves and several may share a path, and below `/c/<name>/<write key>`,
 * where nothing clashes and the address names the key.
 */
export function mountDialects(app: FastifyInstance, dialects: readonly Dialect[], parts: GatewayParts & PluginTools): void {
  const names = new Set(dialects.map((dialect) => dialect.name));
  if (names.size !== dialects.length) throw new Error('Two dialects have one name');
  const server = new DialectServer(parts);
  const { timed } = parts;
  mount(app, dialects.flatMap(claimantsOf), { prefix: '', mountedAs: undefined, server, timed });
  for (const dialect of dialects)
    mount(app, claimantsOf(dialect), { prefix: `/c/${dialect.name}/:mountKey`, mountedAs: dialect.name, server, timed });
}

/** The paths of the dialects at the root, each once. */
export function pathsOf(dialects: readonly Dialect[]): string[] {
  return [...Map.groupBy(dialects.flatMap(claimantsOf), ({ route }) => shapeOf(route.path)).values()].flatMap(([first]) => first?.route.path ?? []);
}

function claimantsOf(dialect: Dialect): Claimant[] {
  return dialect.routes.map((route) => ({ dialect, route }));
}

interface MountParts extends PluginTools {
  prefix: string;
  mountedAs: string | undefined;
  server: DialectServer;
}

function mount(app: FastifyInstance, claimants: readonly Claimant[], { prefix, mountedAs, server, timed }: MountParts): void {
  for (const here of Map.groupBy(claimants, ({ route }) => shapeOf(route.path)).values()) {
    const methods = new Set(here.flatMap(({ route }) => [...route.methods]));
    for (const method of methods) {
      const able = here.filter(({ route }) => route.methods.includes(method));
      const [first] = able;
      if (!first) continue;
      const place: Mount = { claimants: able, mountedAs, bodySizeMaxBytes: Math.max(...able.map(({ route }) => bodySizeMax(route))) };
      app.route({
        method,
        url: `${prefix}${first.route.path}`,
        // The hook answers; it never says that the framework may go on.
        onRequest: (request, reply, _goOn) => server.serve(new Exchange({ request, reply }, timed), place),
        handler: () => {
          throw new Error('A request of a client was not answered by its dialect');
        },
      });
    }
  }
}

/** Paths that differ only in the names of their parameters are one. */
function shapeOf(path: string): string {
  return path.replace(/:\w+/g, ':');
}
