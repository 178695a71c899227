import type { IdentityApi } from '../../collect/identity/index.ts';
import type { StreamApi } from '../../collect/stream/index.ts';
import { defineSlice, type Kernel } from '../../kernel/slice.ts';
import type { AuditApi } from '../../workspace/audit/index.ts';
import type { ProjectsApi } from '../../workspace/projects/index.ts';
import type { AudiencesApi } from '../audiences/index.ts';
import type { SegmentsApi } from './api.ts';
import { refuseSegment } from './contract.ts';
import { sweep, sweepSegments } from './jobs.ts';
import { MembershipKeeper } from './membership/keeper.ts';
import { routesOf } from './routes.ts';
import { Segments } from './segments.ts';

export type { SegmentsApi } from './api.ts';

interface Uses {
  projects: ProjectsApi;
  audit: AuditApi;
  identity: IdentityApi;
  stream: StreamApi;
  audiences: AudiencesApi;
}

/** Saved audiences with live membership. */
export const door = defineSlice({
  name: 'segments',
  folder: import.meta.dirname,
  uses: ['projects', 'audit', 'identity', 'stream', 'audiences'],
  permissions: {
    'segments.read': ['owner', 'admin', 'analyst', 'operator', 'viewer'],
    'segments.write': ['owner', 'admin', 'analyst', 'operator'],
    'segments.export': ['owner', 'admin', 'analyst', 'operator'],
  },
  errors: [refuseSegment],
  jobs: [sweepSegments],
  start({ kernel, uses }: { kernel: Kernel; config: unknown; uses: Uses }) {
    const segments = new Segments({ kernel, audiences: uses.audiences, identity: uses.identity });
    const keeper = new MembershipKeeper({ kernel, audiences: uses.audiences, identity: uses.identity, stream: uses.stream });
    kernel.jobs.handle(sweepSegments, async () => {
      for (const projectId of await sweep(kernel)) kernel.bus.publish('segments.wished', { projectId });
    });
    const api: SegmentsApi = segments;
    return { api, routes: routesOf(segments, { kernel, ...uses }), services: [keeper] };
  },
});
