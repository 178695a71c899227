import { sql } from 'kysely';
import { z } from 'zod';
import type { JobDefinition } from '../../kernel/jobs/jobs.ts';
import type { Kernel } from '../../kernel/slice.ts';
import { wishFor } from './membership/work.ts';
import { projectsWithDueEvents } from './queries/projects-with-due-events.ts';
import { dependsOnTime } from './segment-graph.ts';
import type { SegmentTables } from './tables.ts';

/** Every ten minutes: what changes by the passing of time alone is computed over everybody. */
export const sweepSegments: JobDefinition<Record<string, never>> = {
  id: 'segments.sweep',
  payload: z.object({}).strict() as z.ZodType<Record<string, never>>,
  attempts: 1,
  timeoutMs: 60_000,
  schedule: '*/10 * * * *',
};

/** Segments that do not depend on time are computed over everybody once a day, against whatever was missed. */
const DAILY_MS = 86_400_000;
/** Looks back over two sweeps, in case one was missed. */
const DUE_LOOK_BACK_MS = 1_200_000;

/** Wishes for the segments that are due and gives their projects. */
export async function sweep(kernel: Kernel): Promise<number[]> {
  const db = kernel.postgres.as<SegmentTables>();
  const live = await db.selectFrom('segments').select(['id', 'project_id', 'condition', 'rebuilt_at']).where('state', '=', 'live').execute();
  const before = kernel.clock.now() - DAILY_MS;
  const projectIds = [...new Set(live.map((row) => row.project_id))];
  // An event that was ahead of the clock counts only now, and nothing new arrives to say so.
  const overtaken = new Set(
    await projectsWithDueEvents(kernel.clickhouse, { projectIds, sinceMs: kernel.clock.now() - DUE_LOOK_BACK_MS, now: kernel.clock.now() }),
  );
  const due = live.filter(
    (row) => overtaken.has(row.project_id) || dependsOnTime(row.condition) || (row.rebuilt_at !== null && row.rebuilt_at.getTime() < before),
  );
  await wishFor(
    db,
    due.map((row) => row.id),
  );
  const waiting = await db.selectFrom('segments').select('project_id').distinct().where('built_wish', '<', sql<number>`wish`).execute();
  return waiting.map((row) => row.project_id);
}
