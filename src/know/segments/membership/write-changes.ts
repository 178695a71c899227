import type { Kysely } from 'kysely';
import type { IdentityApi } from '../../../collect/identity/index.ts';
import type { Fact } from '../../../collect/stream/contract.ts';
import type { StreamApi } from '../../../collect/stream/index.ts';
import type { Kernel } from '../../../kernel/slice.ts';
import type { MembershipChange } from '../queries/membership-diff.ts';
import type { SegmentTables } from '../tables.ts';

const CHANGES_PER_INSERT = 10_000;
const FACTS_PER_RECORD = 1_000;

/** What writing needs. */
export interface WriterParts {
  kernel: Kernel;
  stream: Pick<StreamApi, 'record'>;
  identity: Pick<IdentityApi, 'canonical'>;
}

/** Of which segment, and when. */
export interface ChangesOf {
  projectId: number;
  segmentId: number;
  name: string;
  /** ms */
  at: number;
  /** True: nobody is told, as when a segment is built for the first time. */
  isQuiet: boolean;
}

/**
 * Writes changes of membership, then tells them as facts. In between stands a row in `segment_runs`, so that whoever comes after a crash tells what
 * was written and not told; the facts' ids come from run and person, so telling twice changes nothing. `confirm` is asked before each write.
 */
export async function writeChanges(
  parts: WriterParts,
  target: ChangesOf,
  changes: AsyncIterable<MembershipChange[]>,
  confirm: () => Promise<void>,
): Promise<{ entered: number; left: number }> {
  const db = parts.kernel.postgres.as<SegmentTables>();
  const written = { entered: 0, left: 0 };
  let runId: number | undefined;
  for await (const batch of inBatches(changes)) {
    await confirm();
    runId ??= await openRun(db, target);
    const rows = batch.map(({ person_id, entered, quiet }) => ({
      project_id: target.projectId,
      segment_id: target.segmentId,
      person_id,
      entered,
      at: target.at,
      run_id: runId,
      quiet: target.isQuiet ? 1 : quiet,
    }));
    await parts.kernel.clickhouse.insert('segment_changes', rows);
    written.entered += batch.filter((change) => change.entered === 1).length;
    written.left += batch.filter((change) => change.entered === 0).length;
  }
  if (runId !== undefined) await finishRun(parts, { ...target, runId });
  return written;
}

async function openRun(db: Kysely<SegmentTables>, target: ChangesOf): Promise<number> {
  const run = await db
    .insertInto('segment_runs')
    .values({ project_id: target.projectId, segment_id: target.segmentId, at: new Date(target.at) })
    .returning('id')
    .executeTakeFirstOrThrow();
  return Number(run.id);
}

/** Tells what a run wrote and closes it. Safe to run twice. */
export async function finishRun(parts: WriterParts, run: Omit<ChangesOf, 'isQuiet'> & { runId: number }): Promise<void> {
  for (let last = 0; ; ) {
    const rows = await untold(parts, run, last);
    if (rows.length > 0)
      await parts.stream.record(
        run.projectId,
        rows.map((row) => factOf(run, row)),
      );
    last = rows.at(-1)?.person_id ?? last;
    if (rows.length < FACTS_PER_RECORD) break;
  }
  await parts.kernel.postgres.as<SegmentTables>().deleteFrom('segment_runs').where('id', '=', run.runId).execute();
}

interface ToldRow {
  person_id: number;
  person: number;
  entered: number;
}

/** What did a run write that people are to be told? In pages: a stream would hold a session while the facts need others. */
async function untold(parts: WriterParts, run: { projectId: number; segmentId: number; runId: number }, after: number): Promise<ToldRow[]> {
  const canonical = await parts.identity.canonical(run.projectId);
  return parts.kernel.clickhouse.query<ToldRow>(
    `SELECT person_id, toUInt32(${canonical.person('person_id')}) AS person, entered FROM segment_changes
     WHERE project_id = {projectId:UInt32} AND segment_id = {segmentId:UInt32} AND run_id = {runId:UInt64} AND quiet = 0 AND person_id > {after:UInt32}
     ORDER BY person_id LIMIT ${FACTS_PER_RECORD}`,
    { ...canonical.parameters, projectId: run.projectId, segmentId: run.segmentId, runId: run.runId, after },
  );
}

function factOf(run: Omit<ChangesOf, 'isQuiet'> & { runId: number }, { person_id, person, entered }: ToldRow): Fact {
  return {
    personId: person,
    event: entered === 1 ? '$segment_entered' : '$segment_left',
    time: run.at,
    properties: { segmentId: run.segmentId, name: run.name },
    messageId: `segment:${run.segmentId}:${run.runId}:${person_id}`,
    passive: true,
    source: 'segments',
  };
}

async function* inBatches(changes: AsyncIterable<MembershipChange[]>): AsyncIterable<MembershipChange[]> {
  let batch: MembershipChange[] = [];
  for await (const rows of changes) {
    for (const row of rows) {
      batch.push(row);
      if (batch.length < CHANGES_PER_INSERT) continue;
      yield batch;
      batch = [];
    }
  }
  if (batch.length > 0) yield batch;
}
