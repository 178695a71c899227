import { join } from 'node:path';
import { handle } from '../../kernel/http/handle.ts';
import { loadTexts } from '../../kernel/http/texts.ts';
import { defineSlice, type Kernel, type RunningSlice } from '../../kernel/slice.ts';
import type { ProjectsApi } from '../../workspace/projects/index.ts';
import type { StreamApi } from '../stream/index.ts';
import { Arrivals } from './arrivals.ts';
import { refuseGateway, watchArrivals } from './contract.ts';
import { gatewayPlugin } from './plugin.ts';
import { takeRequest } from './take-request.ts';

/** The way in for slices that play a client (the demo's visitors). */
export interface GatewayApi {
  /**
   * Takes messages of Segment's protocol as if they had come over the wire with a key named `sender`; the live view shows them.
   * Durable when it resolves. Throws the stream's 503s.
   */
  take(projectId: number, sender: string, batch: readonly object[]): Promise<void>;
}

/** The door of the gateway: where events from outside come in, and the live view of it. */
export const door = defineSlice({
  name: 'gateway',
  folder: import.meta.dirname,
  uses: ['projects', 'stream'],
  errors: [refuseGateway],
  permissions: { 'gateway.read': ['owner', 'admin', 'analyst', 'operator', 'viewer'] },
  start({ kernel, uses }: { kernel: Kernel; config: unknown; uses: { projects: ProjectsApi; stream: StreamApi } }): RunningSlice<GatewayApi> {
    const arrivals = new Arrivals({ bus: kernel.bus, processId: kernel.ids.uuid().slice(-12), now: () => kernel.clock.now() });
    const texts = loadTexts([
      { name: 'gateway', folder: import.meta.dirname },
      { name: 'stream', folder: join(import.meta.dirname, '..', 'stream') },
    ]);
    const parts = { ...uses, arrivals, newId: () => kernel.ids.uuid() };
    const api: GatewayApi = {
      async take(projectId, sender, batch) {
        const key = { keyId: sender, projectId, kind: 'write' as const };
        await takeRequest({ key, token: sender, kind: 'batch', body: { batch }, receivedAt: kernel.clock.now() }, parts);
      },
    };
    return {
      api,
      routes: [handle(watchArrivals, ({ params, query, signal }) => arrivals.watch(params.projectId, query.after, { waitMs: query.waitMs, signal }))],
      plugins: [gatewayPlugin({ ...uses, arrivals, clock: kernel.clock, ids: kernel.ids, texts })],
      // Stops before the server, which would wait for the questions that wait here.
      services: [{ name: 'live debugger', roles: ['web'], start: async () => {}, stop: async () => arrivals.close() }],
    };
  },
});
