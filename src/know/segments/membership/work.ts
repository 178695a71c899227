import { type Kysely, type Selectable, sql } from 'kysely';
import { segmentIdsOf } from '../../audiences/contract.ts';
import { touchedPeople } from '../queries/touched-people.ts';
import { inOrderOfReference } from '../segment-graph.ts';
import type { SegmentTables } from '../tables.ts';
import { type EvaluatorParts, evaluateSegment } from './evaluate.ts';
import { type Lease, takeLease } from './lease.ts';
import { finishRun } from './write-changes.ts';

/** Events may become visible this much later than they arrived, so each look begins so much before the last one. */
const OVERLAP_MS = 15_000;
/** More people than this are faster evaluated as everybody. */
const TOUCHED_MAX = 20_000;

type SegmentRow = Selectable<SegmentTables['segments']>;

/** What became of one piece of work. */
export type WorkOutcome = 'done' | 'busy' | 'nothing to do';

/**
 * Brings all segments of a project up to date: finishes what a crash left, computes over everybody where that is wished, and evaluates the people about
 * whom something arrived since the last time. `busy`: another process does it now.
 */
export async function bringUpToDate(
  parts: EvaluatorParts,
  projectId: number,
  options: { holder: string; lookBackMs?: number },
): Promise<WorkOutcome> {
  const db = parts.kernel.postgres.as<SegmentTables>();
  const any = await db.selectFrom('segments').select('id').where('project_id', '=', projectId).limit(1).executeTakeFirst();
  if (!any) return 'nothing to do';
  await watch(db, projectId, parts.kernel.clock.now());
  const lease = await takeLease(db, projectId, options.holder);
  if (!lease) return 'busy';
  try {
    await finishOpenRuns(parts, db, projectId);
    const live = inOrderOfReference(await liveSegments(db, projectId));
    await evaluateTouched({ parts, db, lease, projectId, segments: live, lookBackMs: options.lookBackMs ?? OVERLAP_MS });
    await buildWished(parts, db, lease, projectId);
  } finally {
    await lease.release();
  }
  return 'done';
}

/** The row that says how far the stream was looked through; a new one begins now. */
async function watch(db: Kysely<SegmentTables>, projectId: number, now: number): Promise<void> {
  await db
    .insertInto('segment_watches')
    .values({ project_id: projectId, watermark: new Date(now), leased_by: null, leased_until: null })
    .onConflict((conflict) => conflict.column('project_id').doNothing())
    .execute();
}

/** Segments whose membership stands and is kept live. Those that were never built, or are being changed, are built as a whole instead. */
async function liveSegments(db: Kysely<SegmentTables>, projectId: number): Promise<SegmentRow[]> {
  const rows = await db.selectFrom('segments').selectAll().where('project_id', '=', projectId).where('state', '=', 'live').execute();
  return rows.filter((row) => row.built_version === row.version);
}

async function finishOpenRuns(parts: EvaluatorParts, db: Kysely<SegmentTables>, projectId: number): Promise<void> {
  const open = await db
    .selectFrom('segment_runs')
    .innerJoin('segments', 'segments.id', 'segment_runs.segment_id')
    .select(['segment_runs.id as runId', 'segment_runs.segment_id as segmentId', 'segment_runs.at', 'segments.name'])
    .where('segment_runs.project_id', '=', projectId)
    .orderBy('segment_runs.id')
    .execute();
  for (const run of open) {
    await finishRun(parts, { projectId, segmentId: run.segmentId, name: run.name, at: run.at.getTime(), runId: Number(run.runId) });
    // What the crash cut off is found by computing over everybody.
    await wishFor(db, [run.segmentId]);
  }
}

/** Asks for a computation over everybody. */
export async function wishFor(db: Kysely<SegmentTables>, segmentIds: readonly number[]): Promise<void> {
  if (segmentIds.length === 0) return;
  await db
    .updateTable('segments')
    .set({ wish: sql<number>`wish + 1` })
    .where('id', 'in', [...segmentIds])
    .where((eb) => eb('built_wish', '>=', eb.ref('wish')))
    .execute();
}

interface TouchedWork {
  parts: EvaluatorParts;
  db: Kysely<SegmentTables>;
  lease: Lease;
  projectId: number;
  segments: readonly SegmentRow[];
  lookBackMs: number;
}

async function evaluateTouched({ parts, db, lease, projectId, segments, lookBackMs }: TouchedWork): Promise<void> {
  const canonical = await parts.identity.canonical(projectId);
  const sinceMs = lease.watermarkMs - lookBackMs;
  const touched = await touchedPeople(parts.kernel.clickhouse, { projectId, canonical, sinceMs, limit: TOUCHED_MAX });
  if (touched.persons === undefined) {
    const ids = segments.map((segment) => segment.id);
    await wishFor(db, ids);
  } else if (touched.persons.length > 0) {
    for (const segment of segments) {
      const changed = await evaluateSegment(
        parts,
        { ...named(segment), condition: segment.condition, isQuiet: false },
        touched.persons,
        lease.confirm,
      );
      await addToSize(db, segment.id, changed);
    }
  }
  if (touched.newestMs !== undefined) await lease.advance(touched.newestMs);
}

function named(segment: SegmentRow): { id: number; projectId: number; name: string } {
  return { id: segment.id, projectId: segment.project_id, name: segment.name };
}

async function addToSize(db: Kysely<SegmentTables>, id: number, { entered, left }: { entered: number; left: number }): Promise<void> {
  if (entered === 0 && left === 0) return;
  await db
    .updateTable('segments')
    .set({ size: sql<number>`greatest(size + ${entered - left}::int, 0)` })
    .where('id', '=', id)
    .execute();
}

/** Builds what is wished, each after those that it refers to; a change of one makes those that refer to it wished too. */
async function buildWished(parts: EvaluatorParts, db: Kysely<SegmentTables>, lease: Lease, projectId: number): Promise<void> {
  const failed = new Set<number>();
  for (;;) {
    const rows = inOrderOfReference(await db.selectFrom('segments').selectAll().where('project_id', '=', projectId).execute());
    const next = rows.find((row) => row.built_wish < row.wish && !failed.has(row.id));
    if (!next) return;
    try {
      await build(parts, db, lease, next);
      const following = rows.filter((row) => row.id !== next.id && segmentIdsOf(row.condition).includes(next.id));
      await wishFor(
        db,
        following.map((row) => row.id),
      );
    } catch (error) {
      await lease.confirm();
      failed.add(next.id);
      const fault = error instanceof Error ? error.message : String(error);
      parts.kernel.log.error({ projectId, segmentId: next.id, error: fault }, 'segment could not be built');
      await db
        .updateTable('segments')
        .set({ fault: fault.slice(0, 500) })
        .where('id', '=', next.id)
        .execute();
    }
  }
}

/** Makes the members right over everybody. The first time nobody is told: they were in it before it had a name. */
async function build(parts: EvaluatorParts, db: Kysely<SegmentTables>, lease: Lease, segment: SegmentRow): Promise<void> {
  const isLive = segment.state === 'live';
  const isQuiet = !isLive || segment.built_version === 0;
  const condition = isLive ? segment.condition : undefined;
  await evaluateSegment(parts, { ...named(segment), condition, isQuiet }, undefined, lease.confirm);
  const size = await exactSize(parts, segment);
  await db
    .updateTable('segments')
    .set({
      size,
      built_version: isLive ? segment.version : 0,
      built_wish: segment.wish,
      rebuilt_at: new Date(parts.kernel.clock.now()),
      fault: null,
    })
    .where('id', '=', segment.id)
    .execute();
  parts.kernel.bus.publish('segments', { projectId: segment.project_id, segmentId: segment.id });
}

async function exactSize(parts: EvaluatorParts, segment: SegmentRow): Promise<number> {
  const canonical = await parts.identity.canonical(segment.project_id);
  const [row] = await parts.kernel.clickhouse.query<{ size: number }>(
    `SELECT toUInt32(uniqExact(${canonical.person('person_id')})) AS size FROM (
       SELECT person_id FROM segment_changes WHERE project_id = {projectId:UInt32} AND segment_id = {segmentId:UInt32}
       GROUP BY person_id HAVING argMax(entered, run_id) = 1)`,
    { ...canonical.parameters, projectId: segment.project_id, segmentId: segment.id },
  );
  return row?.size ?? 0;
}
