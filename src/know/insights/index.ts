import type { IdentityApi } from '../../collect/identity/index.ts';
import type { StreamApi } from '../../collect/stream/index.ts';
import { defineSlice, type Kernel } from '../../kernel/slice.ts';
import type { AuditApi } from '../../workspace/audit/index.ts';
import type { ProjectsApi } from '../../workspace/projects/index.ts';
import type { AudiencesApi } from '../audiences/index.ts';
import type { SegmentsApi } from '../segments/index.ts';
import { answer } from './answer.ts';
import type { InsightsApi } from './api.ts';
import { refuse } from './contract.ts';
import type { Sources } from './frame.ts';
import { questionSchema } from './questions.ts';
import { routesOf } from './routes.ts';
import { SavedInsights } from './saved.ts';

export type { InsightsApi } from './api.ts';

const readers = ['owner', 'admin', 'analyst', 'operator', 'viewer'] as const;
const writers = ['owner', 'admin', 'analyst', 'operator'] as const;

interface Uses {
  audit: AuditApi;
  projects: ProjectsApi;
  identity: IdentityApi;
  stream: StreamApi;
  audiences: AudiencesApi;
  segments: SegmentsApi;
}

/** Trends, funnels, retention, and the people behind each number. */
export const door = defineSlice({
  name: 'insights',
  folder: import.meta.dirname,
  uses: ['audit', 'projects', 'identity', 'stream', 'audiences', 'segments'],
  permissions: { 'insights.read': readers, 'insights.write': writers },
  errors: [refuse],
  start({ kernel, uses }: { kernel: Kernel; config: unknown; uses: Uses }) {
    const { projects, identity, audiences, segments, stream, audit } = uses;
    const sources: Sources = { clickhouse: kernel.clickhouse, clock: kernel.clock, projects, identity, audiences };
    const saved = new SavedInsights(kernel);
    const api: InsightsApi = {
      answer: (projectId, question, signal) => answer(sources, { projectId, ...(signal && { signal }) }, question),
      save: (projectId, input) => saved.save(projectId, { name: input.name, question: questionSchema.parse(input.question) }),
    };
    return { api, routes: routesOf({ sources, audiences, segments, stream, ids: kernel.ids, saved, audit }) };
  },
});
