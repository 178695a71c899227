import { defineSlice } from '../../kernel/slice.ts';
import type { AuditApi } from '../../workspace/audit/index.ts';
import type { ProjectsApi } from '../../workspace/projects/index.ts';
import type { StreamApi } from '../stream/index.ts';
import { refuseImport } from './contract.ts';
import { createImports, type ImportsApi } from './import.ts';
import { importRoutes } from './routes.ts';

export type { ImportsApi } from './import.ts';

export const door = defineSlice<'imports', unknown, { audit: AuditApi; projects: ProjectsApi; stream: StreamApi }, ImportsApi>({
  name: 'imports',
  folder: import.meta.dirname,
  uses: ['audit', 'projects', 'stream'],
  permissions: {
    'imports.read': ['owner', 'admin', 'analyst', 'operator', 'viewer'],
    'imports.write': ['owner', 'admin', 'analyst'],
  },
  errors: [refuseImport],
  start({ kernel, uses }) {
    const api = createImports(kernel, uses.stream);
    return { api, routes: importRoutes(api, uses.audit) };
  },
});
