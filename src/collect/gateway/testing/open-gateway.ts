import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import type { BoundRoute } from '../../../kernel/http/handle.ts';
import { createServer, type RawPlugin } from '../../../kernel/http/server.ts';
import { loadTexts } from '../../../kernel/http/texts.ts';
import { createMetrics } from '../../../kernel/metrics.ts';
import type { Kernel, Service } from '../../../kernel/slice.ts';
import { openTestStores, type TestStores } from '../../../kernel/testing/open-test-stores.ts';
import { door as audit } from '../../../workspace/audit/index.ts';
import { type ProjectsApi, door as projects } from '../../../workspace/projects/index.ts';
import { door as enrichment } from '../../enrichment/index.ts';
import { type IdentityApi, door as identity } from '../../identity/index.ts';
import { type ItemsApi, door as items } from '../../items/index.ts';
import { type StreamApi, door as stream } from '../../stream/index.ts';
import { type TrackingPlanApi, door as trackingPlan } from '../../tracking-plan/index.ts';
import { door, type GatewayApi } from '../index.ts';

/** A gateway that listens on a port of its own, over test stores. */
export interface TestGateway extends TestStores {
  identity: IdentityApi;
  plan: TrackingPlanApi;
  gateway: GatewayApi;
  items: ItemsApi;
  app: FastifyInstance;
  url: string;
  /** A project with its keys. */
  newKeys(): Promise<{ projectId: number; writeKey: string; secretKey: string }>;
  stop(): Promise<void>;
}

/** Opens it; `stream` may stand in front of the real one, for what only pressure brings about. */
export async function openTestGateway(wrap: (api: StreamApi) => StreamApi = (api) => api): Promise<TestGateway> {
  const stores = await openTestStores({ slices: [audit, projects, identity, stream, enrichment, trackingPlan, items, door] });
  const started = await startSlices(stores.kernel, wrap);
  for (const service of started.services) await service.start();
  const app = await openServer(stores.kernel, started);
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  const { apis } = started;
  let count = 0;
  return {
    ...stores,
    identity: apis.identity,
    plan: apis.plan,
    gateway: apis.gateway,
    items: apis.items,
    app,
    url,
    newKeys: async () => {
      count += 1;
      const { project, writeKey, secretKey } = await apis.projects.create({ name: `Gateway ${count}`, timeZone: 'UTC', currency: 'CNY' });
      return { projectId: project.id, writeKey, secretKey };
    },
    stop: async () => {
      for (const service of started.services.toReversed()) await service.stop();
      await app.close();
      await stores.close();
    },
  };
}

interface StartedSlices {
  apis: { projects: ProjectsApi; identity: IdentityApi; plan: TrackingPlanApi; gateway: GatewayApi; items: ItemsApi };
  services: readonly Service[];
  routes: readonly BoundRoute[];
  plugins: readonly RawPlugin[];
}

async function startSlices(kernel: Kernel, wrap: (api: StreamApi) => StreamApi): Promise<StartedSlices> {
  const auditApi = (await audit.start({ kernel, config: {}, uses: {} })).api;
  const projectsApi = (await projects.start({ kernel, config: {}, uses: { audit: auditApi } })).api;
  const identifying = await identity.start({ kernel, config: undefined, uses: undefined });
  const identityApi = identifying.api;
  const streaming = await stream.start({ kernel, config: undefined, uses: { identity: identityApi, projects: projectsApi } });
  const uses = { audit: auditApi, projects: projectsApi, stream: streaming.api };
  const enriching = await enrichment.start({ kernel, config: { PERENNIAL_SESSION_DEVICES: 10_000 }, uses });
  const planning = await trackingPlan.start({ kernel, config: undefined, uses: { ...uses, enrichment: enriching.api } });
  const itemsApi = (await items.start({ kernel, config: undefined, uses: { projects: projectsApi } })).api;
  const gate = {
    ...uses,
    'tracking-plan': planning.api,
    identity: identityApi,
    enrichment: enriching.api,
    items: itemsApi,
    stream: wrap(streaming.api),
  };
  const running = await door.start({ kernel, config: undefined, uses: gate });
  return {
    apis: { projects: projectsApi, identity: identityApi, plan: planning.api, gateway: running.api, items: itemsApi },
    services: [streaming, enriching, planning, running].flatMap((slice) => [...(slice.services ?? [])]),
    routes: [...(planning.routes ?? []), ...(running.routes ?? [])],
    plugins: running.plugins ?? [],
  };
}

function openServer(kernel: Kernel, { routes, plugins }: StartedSlices): Promise<FastifyInstance> {
  const src = join(import.meta.dirname, '..', '..', '..');
  return createServer({
    routes,
    plugins,
    guard: { authenticate: async () => ({ kind: 'member', memberId: 'm', email: 'm@example.com' }), authorise: async (principal) => principal },
    texts: loadTexts([
      { name: 'http', folder: join(src, 'kernel') },
      { name: 'gateway', folder: door.folder },
      { name: 'stream', folder: join(src, 'collect', 'stream') },
    ]),
    log: kernel.log,
    metrics: createMetrics(),
    ids: kernel.ids,
    isReady: async () => ({}),
    checkReplies: true,
  });
}
