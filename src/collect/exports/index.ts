import { join } from 'node:path';
import { z } from 'zod';
import { createSecretBox } from '../../kernel/secret-box.ts';
import { defineSlice, type Kernel, type RunningSlice } from '../../kernel/slice.ts';
import type { AccessApi } from '../../workspace/access/index.ts';
import type { AuditApi } from '../../workspace/audit/index.ts';
import type { ProjectsApi } from '../../workspace/projects/index.ts';
import type { IdentityApi } from '../identity/index.ts';
import type { RetentionApi } from '../retention/index.ts';
import { contentPlugin } from './content-plugin.ts';
import { refuseExport } from './contract.ts';
import { deliveryLimits } from './delivery/delivery.ts';
import { DeliveryRunner } from './delivery/runner.ts';
import { Destinations } from './destinations.ts';
import { Downloads, KEPT_DAYS, makeDownloadJob, removeDownloadsJob } from './downloads/downloads.ts';
import { exportRoutes } from './routes.ts';

const configSchema = z.object({
  PERENNIAL_EXPORT_PRIVATE_ADDRESSES: z
    .enum(['0', '1'])
    .default('0')
    .describe('1 lets exports go to private addresses (10.x, 192.168.x, this machine).'),
  PERENNIAL_EXPORT_FOLDER: z
    .string()
    .optional()
    .describe(
      'Folder of files that are made for download; every process with the role web or worker must see the same one. `exports` in the data folder when absent.',
    ),
});
type Config = z.output<typeof configSchema>;

interface Uses {
  access: AccessApi;
  audit: AuditApi;
  projects: ProjectsApi;
  identity: IdentityApi;
  retention?: RetentionApi;
}

/** What leaves: events and people to webhooks and object stores as they come, and files for download. */
export const door = defineSlice({
  name: 'exports',
  folder: import.meta.dirname,
  uses: ['access', 'audit', 'projects', 'identity', 'retention'],
  config: configSchema,
  permissions: {
    'exports.read': ['owner', 'admin', 'analyst', 'operator', 'viewer'],
    'exports.write': ['owner', 'admin'],
  },
  errors: [refuseExport],
  jobs: [makeDownloadJob, removeDownloadsJob],
  start({ kernel, config, uses }: { kernel: Kernel; config: Config; uses: Uses }): RunningSlice<object> {
    const box = createSecretBox(kernel.secret, 'exports');
    const allowsPrivate = config.PERENNIAL_EXPORT_PRIVATE_ADDRESSES === '1';
    const parts = { kernel, identity: uses.identity, box, allowsPrivate, limits: deliveryLimits };
    const destinations = new Destinations(parts);
    const downloads = new Downloads(kernel, uses.identity, config.PERENNIAL_EXPORT_FOLDER ?? join(kernel.dataFolder, 'exports'));
    // What was made for download is not searched: it is gone soon.
    uses.retention?.registerEraser({
      name: 'exports',
      files: { place: 'exports.files', days: KEPT_DAYS },
      count: async () => [],
      erase: async () => {},
    });
    const runner = new DeliveryRunner(parts);
    kernel.jobs.handle(makeDownloadJob, ({ projectId, downloadId }, signal) => downloads.make(projectId, downloadId, signal));
    kernel.jobs.handle(removeDownloadsJob, () => downloads.removeOld());
    return {
      api: {},
      routes: exportRoutes({ destinations, downloads, audit: uses.audit }),
      plugins: [contentPlugin({ access: uses.access, downloads })],
      services: [runner.service()],
    };
  },
});
