import { type Clock, systemClock } from '../../../kernel/clock.ts';
import { openTestStores, type TestStores } from '../../../kernel/testing/open-test-stores.ts';
import { type ProjectsApi, door as projects } from '../../../workspace/projects/index.ts';
import { type IdentityApi, door as identity } from '../../identity/index.ts';
import type { IncomingEvent } from '../contract.ts';
import { door as stream } from '../index.ts';
import type { QueueLimits } from '../queue.ts';
import { createStream, type RunningStream } from '../stream.ts';

/** A stream over test stores, with what tests ask of it. */
export interface TestStream extends TestStores {
  identity: IdentityApi;
  projects: ProjectsApi;
  stream: RunningStream;
  /** Another process over the same stores: nothing is shared in memory. */
  restarted(limits?: Partial<QueueLimits>): Promise<{ stream: RunningStream; identity: IdentityApi }>;
  newProject(timeZone?: string): Promise<number>;
}

/** Opens stores with projects, identity and stream on them. */
export async function openTestStream(options: { clock?: Clock; limits?: Partial<QueueLimits> } = {}): Promise<TestStream> {
  const stores = await openTestStores({ slices: [projects, identity, stream], clock: options.clock ?? systemClock });
  const { kernel } = stores;
  const projectsApi = (await projects.start({ kernel, config: {} as never, uses: {} as never })).api as ProjectsApi;
  const start = async (limits?: Partial<QueueLimits>) => {
    const identityApi = (await identity.start({ kernel, config: undefined, uses: undefined })).api;
    const metrics = { ...kernel, metrics: (await import('../../../kernel/metrics.ts')).createMetrics() };
    return { identity: identityApi, stream: createStream(metrics, { identity: identityApi, projects: projectsApi }, limits) };
  };
  const first = await start(options.limits);
  let count = 0;
  return {
    ...stores,
    ...first,
    projects: projectsApi,
    restarted: start,
    newProject: async (timeZone = 'Asia/Shanghai') => {
      count += 1;
      return (await projectsApi.create({ name: `Project ${count}`, timeZone, currency: 'CNY' })).project.id;
    },
  };
}

let sent = 0;

/** A `track` with everything that a test does not care about filled in. */
export function trackEvent(given: Partial<IncomingEvent> = {}): IncomingEvent {
  sent += 1;
  return {
    messageId: `m-${sent}-${Math.random()}`,
    kind: 'track',
    event: 'Viewed',
    time: Date.now(),
    sequence: 0,
    properties: {},
    context: {},
    ...given,
  };
}
