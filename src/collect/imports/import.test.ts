import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestStores, type TestStores } from '../../kernel/testing/open-test-stores.ts';
import { type ProjectsApi, door as projects } from '../../workspace/projects/index.ts';
import { door as identity } from '../identity/index.ts';
import { type StreamApi, door as stream } from '../stream/index.ts';
import { createImports, type ImportsApi } from './import.ts';
import { door as imports } from './index.ts';

let stores: TestStores;
let api: ImportsApi;
let streamApi: StreamApi;
let stopStream: () => Promise<void>;
let projectId: number;

beforeAll(async () => {
  stores = await openTestStores({ slices: [projects, identity, stream, imports] });
  const { kernel } = stores;
  const audit = { write: async () => undefined };
  const projectsApi: ProjectsApi = (await projects.start({ kernel, config: undefined, uses: { audit } })).api;
  const identityApi = (await identity.start({ kernel, config: undefined, uses: undefined })).api;
  const running = await stream.start({ kernel, config: undefined, uses: { identity: identityApi, projects: projectsApi } });
  streamApi = running.api;
  stopStream = async () => {
    for (const service of running.services ?? []) await service.stop();
  };
  api = createImports(kernel, streamApi);
  projectId = (await projectsApi.create({ name: 'Imports', timeZone: 'Asia/Shanghai' })).project.id;
});
afterAll(async () => {
  await stopStream();
  await stores.close();
});

const line = (n: number) => ({ type: 'track', event: 'Old Order', userId: `u${n % 7}`, timestamp: Date.UTC(2025, 5, 1, n), properties: { n } });
const count = async (event: string): Promise<number> => {
  const rows = await stores.kernel.clickhouse.query<{ n: number }>(
    'SELECT toUInt32(count()) AS n FROM events WHERE project_id = {projectId:UInt32} AND event = {event:String}',
    {
      projectId,
      event,
    },
  );
  return rows[0]?.n ?? 0;
};

test('the same file twice changes nothing, and the counts tell why', async () => {
  const lines = Array.from({ length: 50 }, (_, n) => line(n));
  const started = await api.start(projectId, { name: 'orders.jsonl', total: 50 });
  const first = await api.add(projectId, started.id, { firstLine: 1, lines });
  expect(first.import).toMatchObject({ accepted: 50, duplicates: 0, refused: 0, done: 50, state: 'running' });
  const again = await api.add(projectId, started.id, { firstLine: 1, lines });
  expect(again.import).toMatchObject({ accepted: 50, duplicates: 50, done: 100 });
  expect(await count('Old Order')).toBe(50);
  const resumed = await api.start(projectId, { name: 'orders.jsonl', total: 50 });
  expect(resumed.id).toBe(started.id);
  expect((await api.finish(projectId, started.id, 'done')).state).toBe('done');
  await expect(api.add(projectId, started.id, { firstLine: 1, lines })).rejects.toMatchObject({ code: 'imports.import_closed' });
});

test('bad lines are told with their number and reason; the good ones between are taken', async () => {
  const started = await api.start(projectId, { name: 'mixed' });
  const lines = [
    'not an object',
    { ...line(1), event: 'Mixed' },
    { type: 'track', userId: 'u' },
    { ...line(2), event: '$secret' },
    { type: 'track', event: 'Mixed', timestamp: 'yesterday', userId: 'u' },
  ];
  const { refusals, import: state } = await api.add(projectId, started.id, { firstLine: 11, lines });
  expect(refusals.map((refusal) => [refusal.line, refusal.code]).sort()).toEqual([
    [11, 'imports.line_invalid'],
    [13, 'imports.line_invalid'],
    [14, 'stream.event_name_reserved'],
    [15, 'imports.line_invalid'],
  ]);
  expect(state).toMatchObject({ accepted: 1, refused: 4 });
  expect((await api.get(projectId, started.id)).refusals).toHaveLength(4);
  expect(await count('Mixed')).toBe(1);
});

test('imports of other projects are unknown', async () => {
  const started = await api.start(projectId, { name: 'mine' });
  await expect(api.get(projectId + 1, started.id)).rejects.toMatchObject({ code: 'imports.unknown_import', status: 404 });
  await expect(api.add(projectId + 1, started.id, { firstLine: 1, lines: [line(1)] })).rejects.toMatchObject({ code: 'imports.unknown_import' });
  expect((await api.list(projectId)).map((item) => item.name)).toEqual(['mine', 'mixed', 'orders.jsonl']);
});
