import { join } from 'node:path';
import { createServer } from '../../../kernel/http/server.ts';
import { loadTexts } from '../../../kernel/http/texts.ts';
import { createMetrics } from '../../../kernel/metrics.ts';
import type { RunningSlice } from '../../../kernel/slice.ts';
import { openTestStores, type TestStores } from '../../../kernel/testing/open-test-stores.ts';
import { door as audit } from '../../../workspace/audit/index.ts';
import { type ProjectsApi, door as projects } from '../../../workspace/projects/index.ts';
import { door as enrichment } from '../../enrichment/index.ts';
import { door as gateway } from '../../gateway/index.ts';
import { door as identity } from '../../identity/index.ts';
import { door as items } from '../../items/index.ts';
import { door as stream } from '../../stream/index.ts';
import { door as trackingPlan } from '../../tracking-plan/index.ts';
import { door } from '../index.ts';

/** Lower ones first; each is given the apis that it names. */
const doors = [audit, projects, identity, stream, enrichment, trackingPlan, items, gateway, door];

interface StoredEvent {
  event: string;
  user_id: string;
  source: string;
  properties: Record<string, unknown>;
}

/** Sources behind a server of their own, over test stores, with a project. */
export interface TestSources extends TestStores {
  url: string;
  /** `/api/projects/<the project>` */
  path: string;
  otherProjectId: number;
  /** The project's events in their order. */
  events(): Promise<StoredEvent[]>;
  stop(): Promise<void>;
}

interface LooseDoor {
  name: string;
  config?: { parse(value: unknown): unknown };
  start(input: { kernel: unknown; config: unknown; uses: unknown }): RunningSlice<unknown> | Promise<RunningSlice<unknown>>;
}

export async function openTestSources(): Promise<TestSources> {
  const stores = await openTestStores({ slices: doors });
  const { kernel } = stores;
  const apis: Record<string, unknown> = {};
  const running: RunningSlice<unknown>[] = [];
  for (const one of doors as readonly unknown[] as readonly LooseDoor[]) {
    const started = await one.start({ kernel, config: one.config?.parse({}), uses: apis });
    apis[one.name] = started.api;
    running.push(started);
  }
  const services = running.flatMap((one) => [...(one.services ?? [])]);
  for (const service of services) await service.start();
  const src = join(import.meta.dirname, '..', '..', '..');
  const app = await createServer({
    routes: running.at(-1)?.routes ?? [],
    plugins: running.flatMap((one) => [...(one.plugins ?? [])]),
    guard: { authenticate: async () => ({ kind: 'member', memberId: 'm', email: 'm@example.com' }), authorise: async (principal) => principal },
    texts: loadTexts([
      { name: 'http', folder: join(src, 'kernel') },
      { name: 'sources', folder: door.folder },
      { name: 'stream', folder: join(src, 'collect', 'stream') },
    ]),
    log: kernel.log,
    metrics: createMetrics(),
    ids: kernel.ids,
    isReady: async () => ({}),
    checkReplies: true,
  });
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  const newProject = async (name: string): Promise<number> =>
    (await (apis.projects as ProjectsApi).create({ name, timeZone: 'Asia/Shanghai', currency: 'CNY' })).project.id;
  const projectId = await newProject('Sources');
  return {
    ...stores,
    url,
    path: `/api/projects/${projectId}`,
    otherProjectId: await newProject('Other'),
    events: () =>
      kernel.clickhouse.query<StoredEvent>(
        `SELECT event, user_id, source, properties FROM events WHERE project_id = {projectId:UInt32} AND event != '$merged' ORDER BY time, message_id`,
        { projectId },
      ),
    stop: async () => {
      for (const service of services.toReversed()) await service.stop();
      await app.close();
      await stores.close();
    },
  };
}
