import type { FastifyInstance } from 'fastify';
import type { Ids } from '../ids.ts';
import type { Log } from '../log.ts';
import type { Metrics } from '../metrics.ts';
import type { Role } from '../role.ts';
import type { BoundRoute, Principal } from './handle.ts';
import type { Texts } from './texts.ts';

/** What the server gives to plugins. */
export interface PluginTools {
  /** Counts an answer and how long it took (seconds) in `perennial_http_request_seconds`; done by the server but for plugins with `isDirect`. */
  timed(route: string, status: number, seconds: number): void;
}

/** A Fastify plugin for what is no JSON route. Registered in a scope of its own below `prefix`. */
export interface RawPlugin {
  name: string;
  prefix?: string;
  /** Its routes stand outside the server's hooks: no cookies are read, and it counts its answers itself. For what must cost little. */
  isDirect?: boolean;
  /** Processes without one of these roles do not mount it; `web` unless given. */
  roles?: readonly Role[];
  register(app: FastifyInstance, tools: PluginTools): void | Promise<void>;
}

/** What a guard sees of a request. */
export interface GuardedRequest {
  method: string;
  headers: Record<string, string | string[] | undefined>;
  cookies: Record<string, string | undefined>;
  ip: string;
}

/** Who is calling, and whether they may. Given by `workspace/access`. */
export interface Guard {
  authenticate(request: GuardedRequest): Promise<Principal>;
  /** Throws an `AppError` of 401, 403 or 404; gives the principal with its role in the project. */
  authorise(principal: Principal, route: { access: string }, projectId: number | undefined): Promise<Principal>;
}

/** What the HTTP server is made of. */
export interface ServerParts {
  routes: readonly BoundRoute[];
  plugins: readonly RawPlugin[];
  guard: Guard;
  texts: Texts;
  log: Log;
  metrics: Metrics;
  ids: Ids;
  /** Proxies whose `X-Forwarded-For` tells the caller's address; nobody's unless given. */
  trustedProxies?: readonly string[];
  /** Folder of the built console; absent or missing: no console. */
  consoleFolder?: string;
  /** Whether everything behind the server answers, for `/readyz`. */
  isReady(): Promise<Record<string, boolean>>;
  /** Checks every answer against its contract; for tests. */
  checkReplies?: boolean;
}
