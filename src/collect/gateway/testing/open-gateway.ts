import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { createServer } from '../../../kernel/http/server.ts';
import { loadTexts } from '../../../kernel/http/texts.ts';
import { createMetrics } from '../../../kernel/metrics.ts';
import type { Service } from '../../../kernel/slice.ts';
import { openTestStores, type TestStores } from '../../../kernel/testing/open-test-stores.ts';
import { door as audit } from '../../../workspace/audit/index.ts';
import { door as projects } from '../../../workspace/projects/index.ts';
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
  const { kernel } = stores;
  const auditApi = (await audit.start({ kernel, config: {}, uses: {} })).api;
  const projectsApi = (await projects.start({ kernel, config: {}, uses: { audit: auditApi } })).api;
  const identityApi = (await identity.start({ kernel, config: undefined, uses: undefined })).api;
  const streamRunning = await stream.start({ kernel, config: undefined, uses: { identity: identityApi, projects: projectsApi } });
  const enriching = await enrichment.start({
    kernel,
    config: { PERENNIAL_SESSION_DEVICES: 10_000 },
    uses: { audit: auditApi, projects: projectsApi, stream: streamRunning.api },
  });
  const planning = await trackingPlan.start({
    kernel,
    config: undefined,
    uses: { audit: auditApi, projects: projectsApi, enrichment: enriching.api, stream: streamRunning.api },
  });
  const itemsApi = (await items.start({ kernel, config: undefined, uses: { projects: projectsApi } })).api;
  const running = await door.start({
    kernel,
    config: undefined,
    uses: {
      audit: auditApi,
      'tracking-plan': planning.api,
      projects: projectsApi,
      identity: identityApi,
      enrichment: enriching.api,
      items: itemsApi,
      stream: wrap(streamRunning.api),
    },
  });
  const services: readonly Service[] = [
    ...(streamRunning.services ?? []),
    ...(enriching.services ?? []),
    ...(planning.services ?? []),
    ...(running.services ?? []),
  ];
  for (const service of services) await service.start();
  const src = join(import.meta.dirname, '..', '..', '..');
  const app = await createServer({
    routes: [...(planning.routes ?? []), ...(running.routes ?? [])],
    plugins: running.plugins ?? [],
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
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  let count = 0;
  return {
    ...stores,
    identity: identityApi,
    plan: planning.api,
    gateway: running.api,
    items: itemsApi,
    app,
    url,
    newKeys: async () => {
      count += 1;
      const { project, writeKey, secretKey } = await projectsApi.create({ name: `Gateway ${count}`, timeZone: 'UTC', currency: 'CNY' });
      return { projectId: project.id, writeKey, secretKey };
    },
    stop: async () => {
      for (const service of services.toReversed()) await service.stop();
      await app.close();
      await stores.close();
    },
  };
}
