import { defineSlice, type Kernel, type RunningSlice } from '../../kernel/slice.ts';
import type { AuditApi } from '../../workspace/audit/index.ts';
import type { ProjectsApi } from '../../workspace/projects/index.ts';
import type { GatewayApi } from '../gateway/index.ts';
import { refuseSource } from './contract.ts';
import { hooksPlugin } from './hooks-plugin.ts';
import { sourceRoutes } from './routes.ts';
import { Sources } from './sources.ts';

/** The door of custom HTTP sources: shops, payment services and forms tell what happened in their own words. */
export const door = defineSlice({
  name: 'sources',
  folder: import.meta.dirname,
  uses: ['audit', 'projects', 'stream', 'gateway'],
  errors: [refuseSource],
  // Addresses are secrets and bodies are personal, so that reading is not for everybody.
  permissions: { 'sources.read': ['owner', 'admin', 'analyst'], 'sources.write': ['owner', 'admin'] },
  start({
    kernel,
    uses,
  }: {
    kernel: Kernel;
    config: unknown;
    uses: { audit: AuditApi; projects: ProjectsApi; stream: unknown; gateway: GatewayApi };
  }): RunningSlice<undefined> {
    const sources = new Sources(kernel, uses);
    return { api: undefined, routes: sourceRoutes(sources, uses.audit), plugins: [hooksPlugin(sources)] };
  },
});
