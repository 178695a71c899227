import { Temporal } from 'temporal-polyfill';
import type { GatewayApi } from '../collect/gateway/index.ts';
import type { ImportsApi } from '../collect/imports/index.ts';
import { defineSlice } from '../kernel/slice.ts';
import type { AuditApi } from '../workspace/audit/index.ts';
import type { ProjectsApi } from '../workspace/projects/index.ts';
import { refuseDemo } from './contract.ts';
import { createDemoStore } from './demo-store.ts';
import { addExamples, type ExampleDoors } from './examples.ts';
import { createFillService } from './fill.ts';
import { createLiveService } from './live.ts';
import { demoRoutes } from './routes.ts';

/** Fills a project with real purchases that end today, and plays live events in it. */
export interface DemoApi {
  /** Plans the import; the worker starts it at once and goes on with it after a restart. */
  fill(projectId: number): Promise<void>;
}

type Uses = { audit: AuditApi; audiences: unknown; projects: ProjectsApi; gateway: GatewayApi; imports: ImportsApi } & ExampleDoors;

export const door = defineSlice<'demo', unknown, Uses, DemoApi>({
  name: 'demo',
  folder: import.meta.dirname,
  uses: ['audit', 'projects', 'gateway', 'imports', 'audiences', 'segments', 'insights', 'journeys', 'tracking-plan'],
  permissions: {
    'demo.read': ['owner', 'admin', 'analyst', 'operator', 'viewer'],
    'demo.write': ['owner', 'admin', 'operator', 'analyst'],
  },
  errors: [refuseDemo],
  start({ kernel, uses }) {
    const store = createDemoStore(kernel);
    const filling = createFillService({
      kernel,
      store,
      projects: uses.projects,
      imports: uses.imports,
      addExamples: (projectId) => addExamples(kernel, uses, projectId),
    });
    const live = createLiveService({ kernel, store, gateway: uses.gateway });
    kernel.bus.subscribe('demo', () => {
      filling.wake();
      live.wake();
    });
    const api: DemoApi = {
      async fill(projectId) {
        const project = await uses.projects.project(projectId);
        const today = Temporal.Instant.fromEpochMilliseconds(kernel.clock.now()).toZonedDateTimeISO(project?.timeZone ?? 'UTC');
        await store.plan(projectId, today.toPlainDate().toString());
        kernel.bus.publish('demo', { projectId });
      },
    };
    return { api, routes: demoRoutes({ kernel, store, audit: uses.audit }), services: [filling, live] };
  },
});
