import type { IdentityApi } from '../../../collect/identity/index.ts';
import { door as identity } from '../../../collect/identity/index.ts';
import type { StreamApi } from '../../../collect/stream/index.ts';
import { door as stream } from '../../../collect/stream/index.ts';
import { HeldClock } from '../../../kernel/clock.ts';
import { createMetrics } from '../../../kernel/metrics.ts';
import type { Kernel, RunningSlice } from '../../../kernel/slice.ts';
import { openTestStores, type TestStores } from '../../../kernel/testing/open-test-stores.ts';
import { type AuditApi, door as audit } from '../../../workspace/audit/index.ts';
import { type ProjectsApi, door as projects } from '../../../workspace/projects/index.ts';
import { type AudiencesApi, door as audiences } from '../../audiences/index.ts';
import { door as segments } from '../index.ts';
import type { EvaluatorParts } from '../membership/evaluate.ts';
import { bringUpToDate, type WorkOutcome } from '../membership/work.ts';
import type { Segments } from '../segments.ts';

/** The slices below segments and segments themselves, as one process holds them. */
export interface TestProcess {
  identity: IdentityApi;
  stream: StreamApi;
  audiences: AudiencesApi;
  segments: Segments;
  running: RunningSlice<unknown>[];
  parts: EvaluatorParts;
  /** Works on a project now, as the keeper does when it is woken. */
  work(projectId: number): Promise<WorkOutcome>;
}

export interface TestSegments extends TestStores, TestProcess {
  clock: HeldClock;
  /** Another process over the same stores. */
  another(): Promise<TestProcess>;
  newProject(timeZone?: string): Promise<number>;
  /** Sends one event of a user and gives their person. */
  send(projectId: number, event: SentEvent): Promise<number>;
}

export interface SentEvent {
  user?: string;
  anonymous?: string;
  event?: string;
  /** ms; now unless given */
  time?: number;
  properties?: Record<string, unknown>;
  traits?: Record<string, unknown>;
  passive?: boolean;
}

/** Opens stores with everything up to segments on them; the clock stands still. */
export async function openTestSegments(): Promise<TestSegments> {
  const clock = new HeldClock(Date.parse('2026-05-10T12:00:00Z'));
  const slices = [projects, audit, identity, stream, audiences, segments];
  const stores = await openTestStores({ slices, clock });
  let count = 0;
  const first = await startProcess({ ...stores.kernel, metrics: createMetrics() });
  const projectsApi = first.projects;
  const sent = { count: 0 };
  return {
    ...stores,
    ...first,
    clock,
    another: () =>
      startProcess({ ...stores.kernel, jobs: { ...stores.kernel.jobs, handle: () => {}, send: async () => {} }, metrics: createMetrics() }),
    newProject: async (timeZone = 'UTC') => {
      count += 1;
      return (await projectsApi.create({ name: `Project ${count}`, timeZone, currency: 'CNY' })).project.id;
    },
    send: async (projectId, given) => {
      sent.count += 1;
      const result = await first.stream.accept(
        projectId,
        [
          {
            messageId: `sent-${sent.count}-${projectId}`,
            kind: given.traits ? 'identify' : 'track',
            event: given.traits ? '$identify' : (given.event ?? 'Viewed'),
            time: given.time ?? clock.now(),
            sequence: 0,
            properties: given.properties ?? {},
            context: {},
            ...(given.user !== undefined && { userId: given.user }),
            ...(given.anonymous !== undefined && { anonymousId: given.anonymous }),
            ...(given.traits && { traits: given.traits }),
            ...(given.passive && { passive: true }),
          },
        ],
        { receivedAt: clock.now(), source: 'test' },
      );
      const [outcome] = result.outcomes;
      if (outcome?.status !== 'accepted') throw new Error(`The event was ${JSON.stringify(outcome)}`);
      return outcome.personId;
    },
  };
}

async function startProcess(kernel: Kernel): Promise<TestProcess & { projects: ProjectsApi }> {
  const config = undefined as never;
  const projectsSlice = await projects.start({ kernel, config, uses: { audit: undefined as never } });
  const auditSlice = await audit.start({ kernel, config, uses: undefined });
  const identitySlice = await identity.start({ kernel, config, uses: undefined });
  const below = { projects: projectsSlice.api as ProjectsApi, audit: auditSlice.api as AuditApi, identity: identitySlice.api as IdentityApi };
  const streamSlice = await stream.start({ kernel, config, uses: below });
  const audiencesSlice = await audiences.start({ kernel, config, uses: { ...below, stream: streamSlice.api } });
  const uses = { ...below, stream: streamSlice.api, audiences: audiencesSlice.api };
  const segmentsSlice = await segments.start({ kernel, config, uses });
  const parts: EvaluatorParts = { kernel, ...uses };
  return {
    ...uses,
    segments: segmentsSlice.api as Segments,
    running: [projectsSlice, auditSlice, identitySlice, streamSlice, audiencesSlice, segmentsSlice],
    parts,
    work: (projectId) => bringUpToDate(parts, projectId, { holder: kernel.ids.uuid() }),
  };
}
