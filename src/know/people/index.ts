import type { IdentityApi } from '../../collect/identity/index.ts';
import type { StreamApi } from '../../collect/stream/index.ts';
import { handle } from '../../kernel/http/handle.ts';
import { defineSlice, type Kernel } from '../../kernel/slice.ts';
import type { AuditApi } from '../../workspace/audit/index.ts';
import type { AudiencesApi } from '../audiences/index.ts';
import type { SegmentsApi } from '../segments/index.ts';
import { findPerson, getPerson, listPeople, listTimeline, refusePerson } from './contract.ts';
import { identityRoutes } from './identity-routes.ts';
import { People } from './people.ts';

interface Uses {
  audit: AuditApi;
  stream: StreamApi;
  identity: IdentityApi;
  audiences: AudiencesApi;
  segments: SegmentsApi;
}

/** The people list, the person and their timeline. */
export const door = defineSlice({
  name: 'people',
  folder: import.meta.dirname,
  uses: ['audit', 'stream', 'identity', 'audiences', 'segments'],
  permissions: { 'people.read': ['owner', 'admin', 'analyst', 'operator', 'viewer'], 'people.manage_identity': ['owner', 'admin'] },
  errors: [refusePerson],
  start({ kernel, uses }: { kernel: Kernel; config: unknown; uses: Uses }) {
    const people = new People({ kernel, identity: uses.identity, segments: uses.segments, audiences: uses.audiences });
    const routes = [
      handle(listPeople, async ({ params: { projectId }, query: { search, ...page } }) => {
        if (search) return people.search(projectId, search, page.limit);
        const found = await people.list(projectId, page);
        return page.cursor === undefined ? { ...found, total: await people.count(projectId) } : found;
      }),
      handle(findPerson, async ({ params: { projectId }, query }) => ({ personId: await people.find(projectId, query.id, query.kind) })),
      handle(getPerson, ({ params: { projectId, personId } }) => people.get(projectId, personId)),
      handle(listTimeline, ({ params: { projectId, personId }, query }) => people.timeline(projectId, personId, query)),
    ];
    return { api: {}, routes: [...routes, ...identityRoutes({ kernel, ...uses })] };
  },
});
