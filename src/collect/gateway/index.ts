import { join } from 'node:path';
import { AppError } from '../../kernel/errors/errors.ts';
import { loadTexts } from '../../kernel/http/texts.ts';
import { defineSlice, type Kernel, type RunningSlice } from '../../kernel/slice.ts';
import type { AuditApi } from '../../workspace/audit/index.ts';
import type { ProjectsApi } from '../../workspace/projects/index.ts';
import type { EnrichmentApi } from '../enrichment/index.ts';
import type { IdentityApi } from '../identity/index.ts';
import type { ItemsApi } from '../items/index.ts';
import type { StreamApi } from '../stream/index.ts';
import type { TrackingPlanApi } from '../tracking-plan/index.ts';
import type { GatewayApi } from './api.ts';
import { Arrivals } from './arrivals.ts';
import { refuseGateway } from './contract.ts';
import { readMessages } from './dialects/segment.ts';
import { besideGatewayPlugin, gatewayPlugin } from './plugin.ts';
import { Quotas } from './quotas/quotas.ts';
import { gatewayRoutes } from './routes.ts';
import { type TakeParts, takeMessages } from './take-messages.ts';

export type { GatewayApi, SenderLimit } from './api.ts';
export type { DialectMessage } from './dialect.ts';

interface Uses {
  audit: AuditApi;
  'tracking-plan': TrackingPlanApi;
  projects: ProjectsApi;
  enrichment: EnrichmentApi;
  items: ItemsApi;
  stream: StreamApi;
  identity: IdentityApi;
}

/** The door of the gateway: where events from outside come in, and the live view of it. */
export const door = defineSlice({
  name: 'gateway',
  folder: import.meta.dirname,
  uses: ['audit', 'projects', 'identity', 'enrichment', 'tracking-plan', 'items', 'stream'],
  errors: [refuseGateway],
  permissions: { 'gateway.read': ['owner', 'admin', 'analyst', 'operator', 'viewer'], 'gateway.write': ['owner', 'admin'] },
  start({ kernel, uses }: { kernel: Kernel; config: unknown; uses: Uses }): RunningSlice<GatewayApi> {
    const arrivals = new Arrivals({ bus: kernel.bus, processId: kernel.ids.uuid().slice(-12), now: () => kernel.clock.now() });
    const texts = loadTexts([
      { name: 'gateway', folder: import.meta.dirname },
      { name: 'stream', folder: join(import.meta.dirname, '..', 'stream') },
      { name: 'items', folder: join(import.meta.dirname, '..', 'items') },
      { name: 'tracking-plan', folder: join(import.meta.dirname, '..', 'tracking-plan') },
    ]);
    const messages = kernel.metrics.counter('perennial_gateway_messages_total', 'Messages of clients by what became of them', ['dialect', 'outcome']);
    const parts: TakeParts = {
      stream: uses.stream,
      identity: uses.identity,
      plan: uses['tracking-plan'],
      enrichment: uses.enrichment,
      arrivals,
      count: (dialect, outcome, count) => {
        if (count > 0) messages.inc({ dialect, outcome }, count);
      },
    };
    const quotas = new Quotas(kernel);
    return {
      api: apiOf(kernel, parts, quotas),
      routes: gatewayRoutes({ arrivals, quotas, projects: uses.projects, audit: uses.audit }),
      plugins: [
        gatewayPlugin({ ...parts, quotas, projects: uses.projects, items: uses.items, clock: kernel.clock, ids: kernel.ids, texts }),
        besideGatewayPlugin(),
      ],
      // Stops before the server, which would wait for the questions that wait here.
      services: [quotas.service(), { name: 'live debugger', roles: ['web'], start: async () => {}, stop: async () => arrivals.close() }],
    };
  },
});

function apiOf(kernel: Kernel, parts: TakeParts, quotas: Quotas): GatewayApi {
  const takeEvents: GatewayApi['takeEvents'] = (projectId, sender, messages, request = {}) => {
    const receivedAt = request.receivedAt ?? kernel.clock.now();
    const key = { keyId: sender, projectId, kind: 'write' as const };
    const { source = sender, ip = '', ...rest } = request;
    return takeMessages({ ...rest, key, keyShown: sender, source, receivedAt, ip }, messages, parts);
  };
  return {
    takeEvents,
    spend: async ({ projectId, id }, count, limit) => {
      try {
        await quotas.spendWithin({ projectId, keyId: id }, count, limit);
        return 0;
      } catch (error) {
        if (error instanceof AppError && error.retryAfterSeconds !== undefined) return error.retryAfterSeconds;
        throw error;
      }
    },
    take: async (projectId, sender, batch) => {
      const around = { kind: undefined, receivedAt: kernel.clock.now(), sentAt: undefined, newId: () => kernel.ids.uuid() };
      await takeEvents(projectId, sender, readMessages(batch, around).messages);
    },
  };
}
