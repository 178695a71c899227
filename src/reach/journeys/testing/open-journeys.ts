import { type IdentityApi, door as identity } from '../../../collect/identity/index.ts';
import type { AcceptMeta, IncomingEvent } from '../../../collect/stream/contract.ts';
import { type StreamApi, door as stream } from '../../../collect/stream/index.ts';
import { HeldClock } from '../../../kernel/clock.ts';
import type { Kernel, RunningSlice, Service } from '../../../kernel/slice.ts';
import { openTestStores, type TestStores } from '../../../kernel/testing/open-test-stores.ts';
import { type AudiencesApi, door as audiences } from '../../../know/audiences/index.ts';
import { type SegmentsApi, door as segments } from '../../../know/segments/index.ts';
import { type OperationsApi, door as operations } from '../../../try/operations/index.ts';
import { type AuditApi, door as audit } from '../../../workspace/audit/index.ts';
import { type ProjectsApi, door as projects } from '../../../workspace/projects/index.ts';
import { type GateApi, door as gate } from '../../gate/index.ts';
import { type TemplatesApi, door as templates } from '../../templates/index.ts';
import { door as journeys } from '../index.ts';
import type { JourneyParts } from '../parts.ts';
import { Runner } from '../runner.ts';

export interface TestJourneys extends TestStores {
  clock: HeldClock;
  parts: JourneyParts;
  runner: Runner;
  routes: NonNullable<RunningSlice<unknown>['routes']>;
  newProject(timeZone?: string): Promise<number>;
  /** Takes events in at the clock's time and gives the people's numbers. */
  accept(projectId: number, events: readonly Partial<IncomingEvent>[]): Promise<number[]>;
  /** Reacts, runs, sends and records until nothing is left to do at this instant. */
  settle(): Promise<void>;
}

/** Opens stores with every slice that journeys stand on; mails stay in the outbox unless an SMTP address is given. */
export async function openTestJourneys(options: { now?: number; smtpUrl?: string } = {}): Promise<TestJourneys> {
  const clock = new HeldClock(options.now ?? Date.UTC(2026, 4, 4, 2));
  const stores = await openTestStores({
    slices: [audit, projects, identity, stream, audiences, segments, operations, templates, gate, journeys],
    clock,
  });
  const { uses, running, stopped } = await startSlices(stores.kernel, options.smtpUrl);
  const runner = new Runner(uses);
  let count = 0;
  return {
    ...stores,
    clock,
    parts: uses,
    runner,
    routes: running.flatMap((slice) => [...(slice.routes ?? [])]),
    newProject: async (timeZone = 'Asia/Shanghai') => {
      count += 1;
      return (await uses.projects.create({ name: `Project ${count}`, timeZone, currency: 'CNY' })).project.id;
    },
    accept: async (projectId, events) => {
      const meta: AcceptMeta = { receivedAt: clock.now(), source: 'test' };
      const result = await uses.stream.accept(
        projectId,
        events.map((event, index) => filled(event, clock.now(), index)),
        meta,
      );
      return result.outcomes.map((outcome) => {
        if (outcome.status !== 'accepted') throw new Error(`not accepted: ${JSON.stringify(outcome)}`);
        return outcome.personId;
      });
    },
    settle: async () => {
      for (;;) {
        const done = (await runner.reactToAll()) + (await runner.runAll()) + (await uses.gate.sendDue()) + (await uses.operations.flush());
        if (done === 0) return;
      }
    },
    close: async () => {
      for (const service of stopped) await service.stop();
      await stores.close();
    },
  };
}

/** Every slice below journeys and journeys themselves, as one process holds them; `stopped` are the services to stop at the end. */
async function startSlices(
  kernel: Kernel,
  smtpUrl: string | undefined,
): Promise<{ uses: JourneyParts; running: RunningSlice<unknown>[]; stopped: Service[] }> {
  const uses = { kernel } as JourneyParts;
  const opened = async <Api>(running: unknown): Promise<Api> => ((await running) as RunningSlice<Api>).api;
  uses.audit = await opened<AuditApi>(audit.start({ kernel, config: {}, uses }));
  uses.projects = await opened<ProjectsApi>(projects.start({ kernel, config: {}, uses }));
  uses.identity = await opened<IdentityApi>(identity.start({ kernel, config: undefined, uses: undefined }));
  const runningStream = (await stream.start({ kernel, config: {}, uses })) as RunningSlice<StreamApi>;
  uses.stream = runningStream.api;
  uses.audiences = await opened<AudiencesApi>(audiences.start({ kernel, config: {}, uses }));
  uses.segments = await opened<SegmentsApi>(segments.start({ kernel, config: {}, uses }));
  const runningOperations = (await operations.start({ kernel, config: {}, uses })) as RunningSlice<OperationsApi>;
  uses.operations = runningOperations.api;
  const runningTemplates = (await templates.start({ kernel, config: {}, uses })) as RunningSlice<TemplatesApi>;
  uses.templates = runningTemplates.api;
  const config = { PERENNIAL_MAIL_FROM: 'Shop <shop@example.com>', ...(smtpUrl ? { PERENNIAL_SMTP_URL: smtpUrl } : {}) };
  const runningGate = (await gate.start({ kernel, config, uses })) as RunningSlice<GateApi>;
  uses.gate = runningGate.api;
  const running = [await journeys.start({ kernel, config: {}, uses }), runningGate, runningTemplates, runningOperations];
  return { uses, running, stopped: [...(runningGate.services ?? []), ...(runningStream.services ?? [])] };
}

let sent = 0;

function filled(event: Partial<IncomingEvent>, now: number, sequence: number): IncomingEvent {
  sent += 1;
  return { messageId: `test-${sent}`, kind: 'track', event: 'Viewed', time: now, sequence, properties: {}, context: {}, ...event };
}
