import { defineSlice, type Kernel, type RunningSlice } from '../../kernel/slice.ts';
import type { AuditApi } from '../../workspace/audit/index.ts';
import type { ProjectsApi } from '../../workspace/projects/index.ts';
import type { GatewayApi } from '../gateway/index.ts';
import type { RetentionApi } from '../retention/index.ts';
import { refuseSource } from './contract.ts';
import { eraserOf } from './erase.ts';
import { hooksPlugin } from './hooks-plugin.ts';
import { sourceRoutes } from './routes.ts';
import { Sources } from './sources.ts';

/** The door of custom HTTP sources: shops, payment services and forms tell what happened in their own words. */
export const door = defineSlice({
  name: 'sources',
  folder: import.meta.dirname,
  uses: ['audit', 'projects', 'stream', 'gateway', 'retention'],
  errors: [refuseSource],
  // Addresses are secrets and bodies are personal, so that reading is not for everybody.
  permissions: { 'sources.read': ['owner', 'admin', 'analyst'], 'sources.write': ['owner', 'admin'] },
  start({
    kernel,
    uses,
  }: {
    kernel: Kernel;
    config: unknown;
    uses: { audit: AuditApi; projects: ProjectsApi; stream: unknown; gateway: GatewayApi; retention?: RetentionApi };
  }): RunningSlice<undefined> {
    const sources = new Sources(kernel, uses);
    uses.retention?.registerEraser(eraserOf(kernel));
    return { api: undefined, routes: sourceRoutes(sources, uses.audit), plugins: [hooksPlugin(sources)] };
  },
});
