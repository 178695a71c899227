import { loadTexts } from '../../kernel/http/texts.ts';
import { defineSlice, type Kernel, type RunningSlice } from '../../kernel/slice.ts';
import type { AuditApi } from '../../workspace/audit/index.ts';
import type { ProjectsApi } from '../../workspace/projects/index.ts';
import type { EnrichmentApi } from '../enrichment/index.ts';
import type { Eraser, ErasureScope, RetentionApi } from '../retention/index.ts';
import type { StreamApi } from '../stream/index.ts';
import type { PlanChecker, TrackingPlanApi } from './api.ts';
import { Catalogue } from './catalogue.ts';
import { refusePlan } from './contract.ts';
import { purgePlan, replayJob, surveyAll } from './jobs.ts';
import { labelsOf } from './labels.ts';
import { Observer } from './observer.ts';
import { personalMarksOf } from './personal-marks.ts';
import { Plans } from './plans.ts';
import { purgeFigures } from './purge-figures.ts';
import { Quarantine } from './quarantine.ts';
import { quarantineRoutes } from './quarantine-routes.ts';
import { Replays } from './replays.ts';
import { planRoutes } from './routes.ts';
import { survey } from './survey.ts';

export type { TrackingPlanApi } from './api.ts';
export type { Sight } from './seen.ts';

interface Uses {
  audit: AuditApi;
  projects: ProjectsApi;
  enrichment: EnrichmentApi;
  stream: StreamApi;
  /** Erasing people reaches quarantine through it. */
  retention?: RetentionApi;
}

/** The tracking plan: which events are expected and what they hold, what arrives in truth, and what becomes of what does not fit. */
export const door = defineSlice({
  name: 'tracking-plan',
  folder: import.meta.dirname,
  uses: ['audit', 'projects', 'enrichment', 'stream', 'retention'],
  permissions: {
    'tracking-plan.read': ['owner', 'admin', 'analyst', 'operator', 'viewer'],
    'tracking-plan.write': ['owner', 'admin', 'analyst'],
  },
  errors: [refusePlan],
  jobs: [purgePlan, surveyAll, replayJob],
  start({ kernel, uses }: { kernel: Kernel; config: unknown; uses: Uses }): RunningSlice<TrackingPlanApi> {
    const plans = new Plans(kernel);
    const quarantine = new Quarantine(kernel);
    const observer = new Observer({ kernel, plans, projects: uses.projects });
    const catalogue = new Catalogue({ kernel, plans, quarantine, projects: uses.projects });
    const look = (projectId: number) => survey({ kernel, plans, projects: uses.projects }, projectId);
    uses.enrichment.registerPersonalMarks(async (projectId) => personalMarksOf((await plans.current(projectId)).plan));
    uses.retention?.registerEraser(eraserOf(quarantine));
    const replays = new Replays(kernel, { plans, quarantine, stream: uses.stream });
    handleJobs(kernel, { quarantine, replays, uses, look });
    const parts = { plans, catalogue, quarantine, replays, ...uses };
    return {
      api: apiOf(plans, observer, quarantine),
      routes: [
        ...planRoutes({
          ...parts,
          texts: loadTexts([{ name: 'tracking-plan', folder: import.meta.dirname }]),
          survey: look,
          changed: (projectId) => uses.enrichment.personalMarksChanged(projectId),
        }),
        ...quarantineRoutes(parts),
      ],
      services: [{ name: 'tracking plan', roles: ['collect', 'web', 'worker'], start: async () => observer.start(), stop: () => observer.stop() }],
    };
  },
});

/** Kept events that name the person. What was kept says whom by the ids that it was sent with. */
function eraserOf(quarantine: Quarantine): Eraser {
  const named = ({ externalIds }: ErasureScope) => externalIds.map(({ kind, value }) => `${kind}:${value}`);
  return {
    name: 'tracking-plan',
    count: async (scope) => [{ store: 'postgres', table: 'quarantined_events', rows: await quarantine.countOf(scope.projectId, named(scope)) }],
    erase: (scope) => quarantine.erase(scope.projectId, named(scope)),
  };
}

function apiOf(plans: Plans, observer: Observer, quarantine: Quarantine): TrackingPlanApi {
  return {
    prepare: async (projectId): Promise<PlanChecker> => {
      const { compiled } = await plans.current(projectId);
      return {
        check: (event) => {
          const verdict = compiled.judge(event);
          if (verdict.violations.length > 0) observer.count(projectId, event, verdict.violations);
          return verdict;
        },
        sight: (event) => observer.sight(projectId, event),
      };
    },
    observe: (projectId, events) => observer.see(projectId, events),
    quarantine: (projectId, entries) => quarantine.keep(projectId, entries),
    begin: async (projectId, document, note) => {
      if ((await plans.fresh(projectId)).plan.version > 0) return;
      await plans.change(projectId, { author: null, note, ifVersion: 0, audit: async () => {} }, () => document);
    },
    plan: async (projectId) => (await plans.current(projectId)).plan,
    labels: async (projectId, locale) => labelsOf((await plans.current(projectId)).plan, locale),
  };
}

function handleJobs(
  kernel: Kernel,
  { quarantine, replays, uses, look }: { quarantine: Quarantine; replays: Replays; uses: Uses; look(projectId: number): Promise<boolean> },
): void {
  kernel.jobs.handle(purgePlan, async () => {
    const count = await quarantine.purge();
    if (count > 0) kernel.log.info({ count }, 'kept events were past their age and taken out of quarantine');
    await purgeFigures(kernel);
    await replays.purge();
  });
  kernel.jobs.handle(replayJob, ({ projectId, replayId }, signal) => replays.work(projectId, replayId, signal));
  kernel.jobs.handle(surveyAll, async (_payload, signal) => {
    for (const project of await uses.projects.list()) {
      if (signal.aborted) return;
      await look(project.id);
    }
  });
}
