import type { IdentityApi } from '../../collect/identity/index.ts';
import type { StreamApi } from '../../collect/stream/index.ts';
import type { Kernel } from '../../kernel/slice.ts';
import type { AudiencesApi } from '../../know/audiences/index.ts';
import type { SegmentsApi } from '../../know/segments/index.ts';
import type { OperationsApi } from '../../try/operations/index.ts';
import type { AuditApi } from '../../workspace/audit/index.ts';
import type { ProjectsApi } from '../../workspace/projects/index.ts';
import type { GateApi } from '../gate/index.ts';
import type { TemplatesApi } from '../templates/index.ts';

/** The slices that journeys stand on. */
export interface JourneyUses {
  projects: ProjectsApi;
  audit: AuditApi;
  identity: IdentityApi;
  stream: StreamApi;
  audiences: AudiencesApi;
  /** Only its contract is used, by the screens. */
  people: unknown;
  segments: SegmentsApi;
  operations: OperationsApi;
  templates: TemplatesApi;
  gate: GateApi;
}

/** Everything that the verbs of this slice work with. */
export interface JourneyParts extends JourneyUses {
  kernel: Kernel;
}

/** Name under which the stream tells this slice. */
export const LISTENER = 'journeys';
/** Bus topic: some run may be due. */
export const RUN_TOPIC = 'journeys.run';
