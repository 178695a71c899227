import { defineSlice, type Kernel, type RunningSlice } from '../../kernel/slice.ts';
import type { AuditApi } from '../../workspace/audit/index.ts';
import type { ProjectsApi } from '../../workspace/projects/index.ts';
import type { EnrichmentApi } from './api.ts';

export type { Enricher, EnrichmentApi, EnrichmentRequest, QualityApi, QualityCount } from './api.ts';
export { clientOf } from './client.ts';

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
  start({ kernel }: { kernel: Kernel; config: unknown; uses: { audit: AuditApi; projects: ProjectsApi; stream: unknown } }): RunningSlice<EnrichmentApi> {
    const quality = kernel.metrics.counter('perennial_quality_events_total', 'Events by what became of them or what is odd about them', ['measure']);
    const api: EnrichmentApi = {
      prepare: async () => ({ apply: () => 'keep' }),
      quality: { count: (_projectId, one) => quality.inc({ measure: one.measure }, one.count ?? 1) },
      registerPersonalMarks: () => {},
      personalMarksChanged: () => {},
    };
    return { api };
  },
});
