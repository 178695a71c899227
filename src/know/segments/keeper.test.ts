import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Service } from '../../kernel/slice.ts';
import { columnsOf } from '../../kernel/testing/columns-of.ts';
import type { SegmentTables } from './tables.ts';
import { openTestSegments, type TestSegments } from './testing/open-segments.ts';

let on: TestSegments;
let services: Service[];
beforeAll(async () => {
  on = await openTestSegments();
  services = on.running.flatMap((slice) => [...(slice.services ?? [])]);
  for (const service of services) await service.start();
});
afterAll(async () => {
  for (const service of services.toReversed()) await service.stop();
  await on.close();
});

const sizeOf = async (projectId: number, id: number) => (await on.segments.row(projectId, id)).size;

test('membership follows by itself: a new segment, an event, a change, a sweep', async () => {
  const projectId = await on.newProject();
  const others = await on.newProject();
  await on.send(others, { user: 'somebody', event: 'Order Completed' });
  await on.send(projectId, { user: 'li', event: 'Order Completed' });
  const { id } = await on.segments.create({
    projectId,
    name: 'Buyers',
    condition: { kind: 'event', event: 'Order Completed', where: [], measure: { of: 'did' }, window: { kind: 'last', amount: 1, unit: 'hours' } },
  });
  await expect.poll(async () => (await on.segments.row(projectId, id)).built_version).toBe(1);
  expect(await sizeOf(projectId, id)).toBe(1);
  on.clock.advance(1_000);
  await on.send(projectId, { user: 'wang', event: 'Order Completed' });
  await expect.poll(() => sizeOf(projectId, id)).toBe(2);
  await on.segments.update(projectId, id, { condition: { kind: 'all', conditions: [] } });
  on.clock.advance(1_000);
  await on.send(projectId, { user: 'chen' });
  await expect.poll(() => on.segments.row(projectId, id)).toMatchObject({ size: 3, built_version: 2 });
  const names = await on.stream.eventNames(projectId);
  expect(names.filter((name) => name.event.startsWith('$segment_')).length).toBeLessThanOrEqual(1);
});

const tables = {
  segments: {
    id: true,
    project_id: true,
    name: true,
    description: true,
    condition: true,
    version: true,
    state: true,
    size: true,
    built_version: true,
    rebuilt_at: true,
    wish: true,
    built_wish: true,
    fault: true,
    created_at: true,
    updated_at: true,
  } satisfies Record<keyof SegmentTables['segments'], true>,
  segment_versions: { segment_id: true, version: true, condition: true, created_at: true } satisfies Record<
    keyof SegmentTables['segment_versions'],
    true
  >,
  segment_watches: { project_id: true, watermark: true, leased_by: true, leased_until: true } satisfies Record<
    keyof SegmentTables['segment_watches'],
    true
  >,
  segment_runs: { id: true, project_id: true, segment_id: true, at: true } satisfies Record<keyof SegmentTables['segment_runs'], true>,
} satisfies Record<keyof SegmentTables, object>;

test('the row types are the tables as the migrations leave them', async () => {
  for (const [table, columns] of Object.entries(tables)) expect(await columnsOf(on.kernel.postgres, table)).toEqual(Object.keys(columns).sort());
});
