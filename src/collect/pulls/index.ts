import { z } from 'zod';
import { createSecretBox } from '../../kernel/secret-box.ts';
import { defineSlice, type Kernel, type RunningSlice } from '../../kernel/slice.ts';
import type { AuditApi } from '../../workspace/audit/index.ts';
import type { ProjectsApi } from '../../workspace/projects/index.ts';
import type { GatewayApi } from '../gateway/index.ts';
import type { ImportsApi } from '../imports/index.ts';
import type { RetentionApi } from '../retention/index.ts';
import { refusePull } from './contract.ts';
import { eraserOf } from './erase.ts';
import { Pulls } from './pulls.ts';
import { pullRoutes } from './routes.ts';
import { PullRunner } from './runs/runner.ts';

const configSchema = z.object({
  PERENNIAL_PULL_PRIVATE_ADDRESSES: z
    .enum(['0', '1'])
    .default('1')
    .describe('0 keeps pulls from databases at private addresses (10.x, 192.168.x, this machine), where they usually stand.'),
});

interface Uses {
  audit: AuditApi;
  projects: ProjectsApi;
  gateway: GatewayApi;
  imports: ImportsApi;
  retention?: RetentionApi;
}

/** Orders and traits out of the team's own databases, on a schedule. */
export const door = defineSlice({
  name: 'pulls',
  folder: import.meta.dirname,
  uses: ['audit', 'projects', 'gateway', 'imports', 'retention'],
  config: configSchema,
  permissions: {
    'pulls.read': ['owner', 'admin', 'analyst', 'operator', 'viewer'],
    'pulls.write': ['owner', 'admin'],
  },
  errors: [refusePull],
  start({ kernel, config, uses }: { kernel: Kernel; config: z.output<typeof configSchema>; uses: Uses }): RunningSlice<object> {
    const box = createSecretBox(kernel.secret, 'pulls');
    const allowsPrivate = config.PERENNIAL_PULL_PRIVATE_ADDRESSES === '1';
    const pulls = new Pulls({ kernel, projects: uses.projects, box, allowsPrivate });
    const runner = new PullRunner({ kernel, gateway: uses.gateway, box, allowsPrivate }, uses.projects);
    uses.retention?.registerEraser(eraserOf(kernel));
    return { api: {}, routes: pullRoutes(pulls, uses.audit), services: [runner.service()] };
  },
});
