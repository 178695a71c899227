import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { createServer } from '../../../kernel/http/server.ts';
import { loadTexts } from '../../../kernel/http/texts.ts';
import { createMetrics } from '../../../kernel/metrics.ts';
import type { RunningSlice, Service, Slice } from '../../../kernel/slice.ts';
import { openTestStores, type TestStores } from '../../../kernel/testing/open-test-stores.ts';
import { type AccessApi, door as access } from '../../../workspace/access/index.ts';
import { door as audit } from '../../../workspace/audit/index.ts';
import { type ProjectsApi, door as projects } from '../../../workspace/projects/index.ts';
import { door as enrichment } from '../../enrichment/index.ts';
import { door as gateway } from '../../gateway/index.ts';
import { type IdentityApi, door as identity } from '../../identity/index.ts';
import { door as items } from '../../items/index.ts';
import { door as retention } from '../../retention/index.ts';
import { type StreamApi, door as stream } from '../../stream/index.ts';
import { door as trackingPlan } from '../../tracking-plan/index.ts';
import { type ImportsApi, door as imports } from '../index.ts';

// biome-ignore lint/suspicious/noExplicitAny: a list of slices of different types has no narrower type
type AnySlice = Slice<any, any, any, any>;

/** Everything of the stage, wired as `main` does, behind a real server with real keys. */
export interface TestCollect extends TestStores {
  api<Api>(name: string): Api;
  identity: IdentityApi;
  stream: StreamApi;
  imports: ImportsApi;
  app: FastifyInstance;
  url: string;
  newProject(timeZone?: string): Promise<{ projectId: number; secretKey: string; writeKey: string }>;
  /** Asks a route below the project with its secret key. */
  ask(key: string, method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE', path: string, body?: unknown): Promise<{ status: number; body: unknown }>;
  /** Events of a project by name, in order of time: what stands in the stream. */
  events(projectId: number, event?: string): Promise<StoredEvent[]>;
  stop(): Promise<void>;
}

export interface StoredEvent {
  event: string;
  at: number;
  user_id: string;
  anonymous_id: string;
  message_id: string;
  person_id: number;
  properties: Record<string, unknown>;
}

/** Opens it with further slices after the stage's own; `settings` are theirs. With `isQuiet` the services of those are not started: the test does their work. */
export async function openTestCollect({
  more = [],
  settings = {},
  isQuiet = false,
}: {
  more?: readonly AnySlice[];
  settings?: Record<string, unknown>;
  isQuiet?: boolean;
} = {}): Promise<TestCollect> {
  const doors: AnySlice[] = [audit, projects, access, identity, stream, retention, enrichment, items, trackingPlan, gateway, imports, ...more];
  const stores = await openTestStores({ slices: doors });
  const { apis, running } = await startDoors(doors, stores, settings);
  const working = isQuiet ? running.slice(0, running.length - more.length) : running;
  const services: Service[] = working.flatMap((slice) => [...(slice.services ?? [])]);
  for (const service of services) await service.start();
  const app = await serve(doors, { apis, running }, stores);
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  const projectsApi = apis.get('projects') as ProjectsApi;
  let count = 0;
  return {
    ...stores,
    api: <Api>(name: string) => apis.get(name) as Api,
    identity: apis.get('identity') as IdentityApi,
    stream: apis.get('stream') as StreamApi,
    imports: apis.get('imports') as ImportsApi,
    app,
    url,
    newProject: async (timeZone = 'Asia/Shanghai') => {
      count += 1;
      const { project, secretKey, writeKey } = await projectsApi.create({ name: `Collect ${count}`, timeZone, currency: 'CNY' });
      return { projectId: project.id, secretKey, writeKey };
    },
    ask: (key, method, path, body) => ask(app, { key, method, path, body }),
    events: (projectId, event = '') => storedEvents(stores, projectId, event),
    stop: async () => {
      for (const service of services.toReversed()) await service.stop();
      await app.close();
      await stores.close();
    },
  };
}

interface Started {
  apis: ReadonlyMap<string, unknown>;
  running: readonly RunningSlice<unknown>[];
}

/** Starts each slice with the doors that it names. */
async function startDoors(doors: readonly AnySlice[], { kernel }: TestStores, settings: Record<string, unknown>): Promise<Started> {
  const apis = new Map<string, unknown>();
  const running: RunningSlice<unknown>[] = [];
  for (const door of doors) {
    const uses = Object.fromEntries(door.uses.map((name) => [name, apiOf(apis, String(name))]));
    const config = door.config ? door.config.parse(settings) : {};
    const started = await door.start({ kernel, config, uses });
    apis.set(door.name, started.api);
    running.push(started);
  }
  return { apis, running };
}

/** The server over all routes, guarded as in production; replies are held to their contracts. */
function serve(doors: readonly AnySlice[], { apis, running }: Started, { kernel }: TestStores): Promise<FastifyInstance> {
  const guard = apis.get('access') as AccessApi;
  guard.setPermissions(Object.assign({}, ...doors.map((door) => door.permissions ?? {})));
  return createServer({
    routes: running.flatMap((slice) => [...(slice.routes ?? [])]),
    plugins: running.flatMap((slice) => [...(slice.plugins ?? [])]),
    guard,
    texts: loadTexts([...doors, { name: 'http', folder: join(import.meta.dirname, '..', '..', '..', 'kernel') }]),
    log: kernel.log,
    metrics: createMetrics(),
    ids: kernel.ids,
    isReady: async () => ({}),
    checkReplies: true,
  });
}

async function ask(
  app: FastifyInstance,
  { key, method, path, body }: { key: string; method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'; path: string; body: unknown },
) {
  const answer = await app.inject({
    method,
    url: path,
    headers: { authorization: `Bearer ${key}`, ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { payload: JSON.stringify(body) }),
  });
  return { status: answer.statusCode, body: answer.body === '' ? undefined : (answer.json() as unknown) };
}

function storedEvents({ kernel }: TestStores, projectId: number, event: string): Promise<StoredEvent[]> {
  return kernel.clickhouse.query<StoredEvent>(
    `SELECT event, toUnixTimestamp64Milli(time) AS at, user_id, anonymous_id, message_id, person_id, properties FROM events
     WHERE project_id = {projectId:UInt32} AND ({event:String} = '' OR event = {event:String}) ORDER BY time, sequence`,
    { projectId, event },
  );
}

function apiOf(apis: ReadonlyMap<string, unknown>, name: string): unknown {
  if (!apis.has(name)) throw new Error(`${name} is not among the slices of the test`);
  return apis.get(name);
}
