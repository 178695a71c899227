import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { HeldClock } from '../../../kernel/clock.ts';
import type { Method } from '../../../kernel/http/contract.ts';
import { createServer } from '../../../kernel/http/server.ts';
import { loadTexts } from '../../../kernel/http/texts.ts';
import { createMetrics } from '../../../kernel/metrics.ts';
import type { Kernel, Service } from '../../../kernel/slice.ts';
import { openTestStores, type TestStores } from '../../../kernel/testing/open-test-stores.ts';
import { door as audit } from '../../../workspace/audit/index.ts';
import { type ProjectsApi, door as projects } from '../../../workspace/projects/index.ts';
import type { EnrichmentApi } from '../../enrichment/index.ts';
import { door as enrichment } from '../../enrichment/index.ts';
import { door as identity } from '../../identity/index.ts';
import type { Eraser } from '../../retention/index.ts';
import type { IncomingEvent } from '../../stream/contract.ts';
import { type StreamApi, door as stream } from '../../stream/index.ts';
import { door, type TrackingPlanApi } from '../index.ts';

/** One process with everything up to the tracking plan, and its routes. */
export interface TestPlanProcess {
  plan: TrackingPlanApi;
  stream: StreamApi;
  enrichment: EnrichmentApi;
  projects: ProjectsApi;
  /** What the slice registered at retention. */
  erasers: readonly Eraser[];
  /** Calls a route of a project as a member. */
  ask(method: Method, path: string, body?: unknown, language?: string): Promise<{ status: number; body: Record<string, unknown> }>;
  /** Writes what was observed and counted, as the service does every few seconds and when it stops. */
  write(): Promise<void>;
  close(): Promise<void>;
}

export interface TestPlan extends TestStores, TestPlanProcess {
  clock: HeldClock;
  another(): Promise<TestPlanProcess>;
  newProject(timeZone?: string): Promise<number>;
}

/** Opens stores with everything up to the tracking plan on them; the clock stands still. */
export async function openTrackingPlan(): Promise<TestPlan> {
  const clock = new HeldClock(Date.parse('2026-05-10T12:00:00Z'));
  const stores = await openTestStores({ slices: [projects, audit, identity, stream, enrichment, door], clock });
  const first = await startProcess(stores.kernel);
  const later: TestPlanProcess[] = [];
  let count = 0;
  return {
    ...stores,
    ...first,
    clock,
    another: async () => {
      const one = await startProcess({ ...stores.kernel, jobs: { ...stores.kernel.jobs, handle: () => {}, send: async () => {} } });
      later.push(one);
      return one;
    },
    newProject: async (timeZone = 'Asia/Shanghai') => {
      count += 1;
      return (await first.projects.create({ name: `Plan ${count}`, timeZone, currency: 'CNY' })).project.id;
    },
    close: async () => {
      for (const one of [...later, first]) await one.close();
      await stores.close();
    },
  };
}

async function startProcess(given: Kernel): Promise<TestPlanProcess> {
  const kernel = { ...given, metrics: createMetrics() };
  const auditApi = (await audit.start({ kernel, config: {}, uses: {} })).api;
  const projectsApi: ProjectsApi = (await projects.start({ kernel, config: {}, uses: { audit: auditApi } })).api;
  const identityApi = (await identity.start({ kernel, config: undefined as never, uses: { audit: auditApi, projects: projectsApi } as never })).api;
  const streamApi = (await stream.start({ kernel, config: undefined, uses: { identity: identityApi, projects: projectsApi } })).api;
  const config = { PERENNIAL_SESSION_DEVICES: 1_000 };
  const enrichmentApi = (await enrichment.start({ kernel, config, uses: { audit: auditApi, projects: projectsApi, stream: streamApi } })).api;
  const erasers: Eraser[] = [];
  const retention = { registerEraser: (eraser: Eraser) => void erasers.push(eraser) };
  const uses = { audit: auditApi, projects: projectsApi, enrichment: enrichmentApi, stream: streamApi, retention };
  const running = await door.start({ kernel, config: undefined, uses });
  const services: readonly Service[] = running.services ?? [];
  const app = await openServer(kernel, running.routes ?? []);
  return {
    plan: running.api,
    stream: streamApi,
    enrichment: enrichmentApi,
    projects: projectsApi,
    erasers,
    ask: (method, path, body, language = 'en') => ask(app, { method, path, body, language }),
    write: async () => {
      for (const service of services) await service.stop();
    },
    close: () => app.close(),
  };
}

function openServer(kernel: Kernel, routes: Parameters<typeof createServer>[0]['routes']): Promise<FastifyInstance> {
  return createServer({
    routes,
    plugins: [],
    guard: { authenticate: async () => ({ kind: 'member', memberId: 'm1', email: 'li@example.com' }), authorise: async (principal) => principal },
    texts: loadTexts([
      { name: 'tracking-plan', folder: door.folder },
      { name: 'http', folder: join(import.meta.dirname, '../../../kernel') },
    ]),
    log: kernel.log,
    metrics: createMetrics(),
    ids: kernel.ids,
    isReady: async () => ({}),
    checkReplies: true,
  });
}

async function ask(app: FastifyInstance, { method, path, body, language }: { method: Method; path: string; body: unknown; language: string }) {
  const answer = await app.inject({
    method,
    url: `/api/projects/${path}`,
    headers: { 'accept-language': language, ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { payload: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return { status: answer.statusCode, body: answer.body === '' ? undefined : answer.json() };
}

let sent = 0;

/** A `track` with everything that a test does not care about filled in. */
export function planEvent(given: Partial<IncomingEvent> = {}): IncomingEvent {
  sent += 1;
  return {
    messageId: `plan-${sent}-${Math.random()}`,
    kind: 'track',
    event: 'Viewed',
    userId: 'li',
    time: Date.parse('2026-05-10T11:59:00Z'),
    sequence: 0,
    properties: {},
    context: { library: { name: 'test-client' } },
    ...given,
  };
}
