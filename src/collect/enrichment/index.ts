import { z } from 'zod';
import { defineSlice, type Kernel, type RunningSlice } from '../../kernel/slice.ts';
import type { AuditApi } from '../../workspace/audit/index.ts';
import type { ProjectsApi } from '../../workspace/projects/index.ts';
import type { EnrichmentApi } from './api.ts';
import { refuseEnrichment } from './contract.ts';
import { createEnrichment } from './enrichment.ts';
import { purge, purgeJob } from './jobs.ts';
import { enrichmentRoutes } from './routes.ts';

export type { Enricher, EnrichmentApi, EnrichmentRequest, QualityApi, QualityCount } from './api.ts';
export { clientOf } from './client.ts';
export type { MaskedValue } from './personal/mask.ts';

export const configSchema = z.object({
  PERENNIAL_SESSION_DEVICES: z.coerce
    .number()
    .int()
    .min(100)
    .max(10_000_000)
    .default(300_000)
    .describe('Devices whose sessions one process remembers (about 250 bytes each); beyond it the ones heard of longest ago begin anew.'),
});

const everybody = ['owner', 'admin', 'analyst', 'operator', 'viewer'] as const;

/** What every event gains at the door: geography, device, channel, revenue, session; what it loses: personal data. And the figures of the stream's quality. */
export const door = defineSlice({
  name: 'enrichment',
  folder: import.meta.dirname,
  uses: ['audit', 'projects', 'stream'],
  permissions: {
    'enrichment.read': everybody,
    'enrichment.write': ['owner', 'admin'],
    'quality.read': everybody,
  },
  errors: [refuseEnrichment],
  jobs: [purgeJob],
  config: configSchema,
  start({
    kernel,
    config,
    uses,
  }: {
    kernel: Kernel;
    config: z.output<typeof configSchema>;
    uses: { audit: AuditApi; projects: ProjectsApi; stream: unknown };
  }): RunningSlice<EnrichmentApi> {
    const enrichment = createEnrichment(kernel, uses.projects, { devicesMax: config.PERENNIAL_SESSION_DEVICES });
    kernel.jobs.handle(purgeJob, () => purge(kernel));
    return { api: enrichment.api, services: [enrichment.service], routes: enrichmentRoutes({ kernel, enrichment, audit: uses.audit }) };
  },
});
