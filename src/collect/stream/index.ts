import { defineSlice, type Service } from '../../kernel/slice.ts';
import type { ProjectsApi } from '../../workspace/projects/index.ts';
import type { IdentityApi } from '../identity/index.ts';
import type { StreamApi } from './api.ts';
import { refuseStream } from './contract.ts';
import { createStream } from './stream.ts';

export type { StreamApi } from './api.ts';
export type { DayCut } from './expire.ts';

const PURGE_INTERVAL_MS = 600_000;

/** The door of the stream: every fact about a person goes through it (law 1). */
export const door = defineSlice({
  name: 'stream',
  folder: import.meta.dirname,
  uses: ['identity', 'projects'],
  errors: [refuseStream],
  start({ kernel, uses }: { kernel: Parameters<typeof createStream>[0]; config: unknown; uses: { identity: IdentityApi; projects: ProjectsApi } }): {
    api: StreamApi;
    services: Service[];
  } {
    const stream = createStream(kernel, uses);
    let timer: NodeJS.Timeout | undefined;
    const service: Service = {
      name: 'stream',
      roles: ['collect', 'web', 'worker'],
      start: async () => {
        const startedAt = kernel.clock.now();
        await stream.recover();
        kernel.log.info({ ms: kernel.clock.now() - startedAt }, 'stream is in order');
        timer = setInterval(() => {
          stream.purge().catch((error: unknown) => kernel.log.warn({ error: String(error) }, 'taken announcements could not be purged'));
        }, PURGE_INTERVAL_MS);
      },
      stop: async () => {
        clearInterval(timer);
        await stream.close();
      },
    };
    return { api: stream.api, services: [service] };
  },
});
