import type { IdentityApi } from '../../collect/identity/index.ts';
import type { StreamApi } from '../../collect/stream/index.ts';
import { defineSlice, type Kernel } from '../../kernel/slice.ts';
import type { ProjectsApi } from '../../workspace/projects/index.ts';
import type { AudiencesApi } from './api.ts';
import { Audiences } from './audiences.ts';
import { refuseAudience } from './contract.ts';
import { routesOf } from './routes.ts';

export type * from './api.ts';
export { briefOf } from './briefs.ts';
export type { Condition } from './condition.ts';
export { matches } from './matches.ts';
export { filtersSql } from './sql/filters.ts';
export { traitTextSql } from './sql/trait-text.ts';

/** The audience language: who somebody means, decided by one query or in memory. */
export const door = defineSlice({
  name: 'audiences',
  folder: import.meta.dirname,
  uses: ['projects', 'identity', 'stream'],
  permissions: { 'audiences.read': ['owner', 'admin', 'analyst', 'operator', 'viewer'] },
  errors: [refuseAudience],
  start({ kernel, uses }: { kernel: Kernel; config: unknown; uses: { projects: ProjectsApi; identity: IdentityApi; stream: StreamApi } }) {
    const audiences = new Audiences({ kernel, identity: uses.identity, projects: uses.projects });
    const api: AudiencesApi = audiences;
    return { api, routes: routesOf(audiences, { kernel, stream: uses.stream }) };
  },
});
