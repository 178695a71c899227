import { join } from 'node:path';
import { handle } from '../../kernel/http/handle.ts';
import { loadTexts } from '../../kernel/http/texts.ts';
import { defineSlice, type Kernel, type RunningSlice } from '../../kernel/slice.ts';
import type { ProjectsApi } from '../../workspace/projects/index.ts';
import type { StreamApi } from '../stream/index.ts';
import { Arrivals } from './arrivals.ts';
import { refuseGateway, watchArrivals } from './contract.ts';
import { gatewayPlugin } from './plugin.ts';

/** The door of the gateway: where events from outside come in, and the live view of it. */
export const door = defineSlice({
  name: 'gateway',
  folder: import.meta.dirname,
  uses: ['projects', 'stream'],
  errors: [refuseGateway],
  permissions: { 'gateway.read': ['owner', 'admin', 'analyst', 'operator', 'viewer'] },
  start({
    kernel,
    uses,
  }: {
    kernel: Kernel;
    config: unknown;
    uses: { projects: ProjectsApi; stream: StreamApi };
  }): RunningSlice<Record<string, never>> {
    const arrivals = new Arrivals({ bus: kernel.bus, processId: kernel.ids.uuid().slice(-12), now: () => kernel.clock.now() });
    const texts = loadTexts([
      { name: 'gateway', folder: import.meta.dirname },
      { name: 'stream', folder: join(import.meta.dirname, '..', 'stream') },
    ]);
    return {
      api: {},
      routes: [handle(watchArrivals, ({ params, query, signal }) => arrivals.watch(params.projectId, query.after, { waitMs: query.waitMs, signal }))],
      plugins: [gatewayPlugin({ ...uses, arrivals, clock: kernel.clock, ids: kernel.ids, texts })],
      // Stops before the server, which would wait for the questions that wait here.
      services: [{ name: 'live debugger', roles: ['web'], start: async () => {}, stop: async () => arrivals.close() }],
    };
  },
});
