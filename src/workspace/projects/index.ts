import { defineSlice, type Kernel } from '../../kernel/slice.ts';
import type { AuditApi } from '../audit/index.ts';
import type { ProjectsApi } from './api.ts';
import { refuse } from './contract.ts';
import { Projects } from './projects.ts';
import { routesOf } from './routes.ts';

export type { KeyOfToken, ProjectsApi } from './api.ts';

const everybody = ['owner', 'admin', 'analyst', 'operator', 'viewer'] as const;

/** Projects, their time zone and currency, write keys and secret keys. */
export const door = defineSlice({
  name: 'projects',
  folder: import.meta.dirname,
  uses: ['audit'],
  permissions: {
    'projects.read': everybody,
    'projects.create': ['owner', 'admin'],
    'projects.write': ['owner', 'admin'],
    'keys.read': ['owner', 'admin', 'analyst', 'operator'],
    'keys.write': ['owner', 'admin'],
  },
  errors: [refuse],
  start({ kernel, uses }: { kernel: Kernel; config: unknown; uses: { audit: AuditApi } }) {
    const projects = new Projects(kernel);
    const api: ProjectsApi = projects;
    return { api, routes: routesOf(projects, uses.audit), services: [projects.keyUse.service(kernel.log)] };
  },
});
