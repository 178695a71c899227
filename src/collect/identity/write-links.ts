import { type QueryExecutorProvider, sql } from 'kysely';
import { jsonText } from '../../kernel/json-text.ts';
import type { NewIdentity, PlannedConflict, PlannedMerge } from './plan.ts';

/** Ids hold no control characters: a list of them travels as one text, which costs a third of an array of texts. */
const SEPARATOR = '\n';
const listed = (values: readonly string[]) => sql`string_to_array(${values.join(SEPARATOR)}, ${SEPARATOR})`;
const instant = (ms: number): string => new Date(ms).toISOString();

/** A line of the history of ids. */
export interface HistoryLine {
  projectId: number;
  personId: number;
  otherId?: number;
  action: 'linked' | 'handed_over' | 'unlinked' | 'merged' | 'merged_by_hand' | 'merge_undone' | 'split';
  kind?: string;
  value?: string;
  at: number;
  messageId?: string | undefined;
  memberId?: string | undefined;
  details?: Record<string, unknown>;
}

export async function insertIdentities(rows: readonly NewIdentity[], tx: QueryExecutorProvider): Promise<void> {
  if (rows.length === 0) return;
  for (const [projectId, ofProject] of Map.groupBy(rows, (row) => row.projectId))
    for (const [kind, ofKind] of Map.groupBy(ofProject, (row) => row.kind))
      await sql`
        INSERT INTO identities (project_id, kind, value, person_id, linked_at)
        SELECT ${projectId}::int, ${kind}::text, value, person_id, to_timestamp(at / 1000.0)
        FROM unnest(${listed(ofKind.map((row) => row.value))}, ${ofKind.map((row) => row.personId)}::bigint[], ${ofKind.map((row) => row.at)}::bigint[]) AS new (value, person_id, at)
      `.execute(tx);
}

/** Sets every pointer to a loser to its winner, so that chains stay flat. */
export async function writeMerges(
  merges: readonly PlannedMerge[],
  given: ReadonlyMap<PlannedMerge, Record<string, unknown>>,
  tx: QueryExecutorProvider,
): Promise<void> {
  if (merges.length === 0) return;
  const list = sql`unnest(${merges.map((merge) => merge.projectId)}::int[], ${merges.map((merge) => merge.loser)}::bigint[], ${merges.map((merge) => merge.winner)}::bigint[],
    ${merges.map((merge) => merge.directWinner)}::bigint[], ${merges.map((merge) => instant(merge.at))}::timestamptz[], ${merges.map((merge) => merge.messageId ?? null)}::text[],
    ${merges.map((merge) => merge.memberId ?? null)}::text[], ${merges.map((merge) => jsonText(given.get(merge) ?? {}))}::jsonb[]) AS merge (project_id, loser, winner, direct_winner, at, message_id, member_id, given)`;
  await sql`UPDATE merges SET winner = merge.winner FROM ${list} WHERE merges.project_id = merge.project_id AND merges.winner = merge.loser`.execute(
    tx,
  );
  await sql`
    INSERT INTO merges (project_id, loser, winner, merged_at, direct_winner, message_id, member_id, given_traits, ids)
    SELECT project_id, loser, winner, at, direct_winner, message_id, member_id, given, coalesce(
      (SELECT jsonb_agg(jsonb_build_object('kind', kind, 'value', value)) FROM identities WHERE identities.person_id = merge.loser), '[]')
    FROM ${list}`.execute(tx);
  await sql`UPDATE identities SET person_id = merge.winner FROM ${list} WHERE identities.person_id = merge.loser`.execute(tx);
  await sql`
    INSERT INTO shared_ids (project_id, kind, value, person_id, linked_at)
    SELECT shared_ids.project_id, kind, value, merge.winner, linked_at FROM shared_ids JOIN ${list} ON merge.project_id = shared_ids.project_id AND merge.loser = shared_ids.person_id
    ON CONFLICT DO NOTHING`.execute(tx);
  await sql`
    INSERT INTO group_members (project_id, type, group_id, person_id, since)
    SELECT group_members.project_id, type, group_id, merge.winner, since FROM group_members
    JOIN ${list} ON merge.project_id = group_members.project_id AND merge.loser = group_members.person_id
    ON CONFLICT DO NOTHING`.execute(tx);
  await sql`INSERT INTO identity_changes (project_id, loser, winner, changed_at) SELECT project_id, loser, winner, now() FROM ${list}`.execute(tx);
  await writeHistory(
    merges.map(
      (merge): HistoryLine => ({
        projectId: merge.projectId,
        personId: merge.directWinner,
        otherId: merge.loser,
        action: merge.memberId === undefined ? 'merged' : 'merged_by_hand',
        at: merge.at,
        messageId: merge.messageId,
        memberId: merge.memberId,
      }),
    ),
    tx,
  );
}

/** Gives people a row of their own before they may lose their last id. */
export async function keepPeople(personIds: readonly number[], tx: QueryExecutorProvider): Promise<void> {
  await sql`
    INSERT INTO people (project_id, person_id, traits, created_at, version)
    SELECT project_id, person_id, '{}', min(linked_at), 1 FROM identities WHERE person_id = ANY(${personIds}::bigint[]) GROUP BY project_id, person_id
    ON CONFLICT DO NOTHING`.execute(tx);
}

export async function writeHandovers(rows: readonly (NewIdentity & { from: number })[], tx: QueryExecutorProvider): Promise<void> {
  if (rows.length === 0) return;
  await keepPeople(
    rows.map((row) => row.from),
    tx,
  );
  const list = sql`unnest(${rows.map((row) => row.projectId)}::int[], ${rows.map((row) => row.kind)}::text[], ${listed(rows.map((row) => row.value))},
    ${rows.map((row) => row.personId)}::bigint[], ${rows.map((row) => instant(row.at))}::timestamptz[]) AS moved (project_id, kind, value, person_id, at)`;
  await sql`UPDATE identities SET person_id = moved.person_id, linked_at = moved.at FROM ${list}
    WHERE identities.project_id = moved.project_id AND identities.kind = moved.kind AND identities.value = moved.value`.execute(tx);
  await sql`INSERT INTO identity_changes (project_id, kind, anonymous_id, person_id, changed_at) SELECT project_id, kind, value, person_id, now() FROM ${list}`.execute(
    tx,
  );
  await writeHistory(
    rows.map((row): HistoryLine => ({ ...row, otherId: row.from, action: 'handed_over' })),
    tx,
  );
}

export async function writeUnlinks(rows: readonly NewIdentity[], tx: QueryExecutorProvider): Promise<void> {
  if (rows.length === 0) return;
  await keepPeople(
    rows.map((row) => row.personId),
    tx,
  );
  const list = sql`unnest(${rows.map((row) => row.projectId)}::int[], ${rows.map((row) => row.kind)}::text[], ${listed(rows.map((row) => row.value))}) AS freed (project_id, kind, value)`;
  await sql`DELETE FROM identities USING ${list} WHERE identities.project_id = freed.project_id AND identities.kind = freed.kind AND identities.value = freed.value`.execute(
    tx,
  );
  await sql`INSERT INTO identity_changes (project_id, kind, anonymous_id, changed_at) SELECT project_id, kind, value, now() FROM ${list}`.execute(tx);
  await writeHistory(
    rows.map((row): HistoryLine => ({ ...row, action: 'unlinked' })),
    tx,
  );
}

export function writeLinks(rows: readonly NewIdentity[], tx: QueryExecutorProvider): Promise<void> {
  return writeHistory(
    rows.map((row): HistoryLine => ({ ...row, action: 'linked' })),
    tx,
  );
}

export async function writeSharedIds(rows: readonly NewIdentity[], tx: QueryExecutorProvider): Promise<void> {
  if (rows.length === 0) return;
  await sql`
    INSERT INTO shared_ids (project_id, kind, value, person_id, linked_at)
    SELECT * FROM unnest(${rows.map((row) => row.projectId)}::int[], ${rows.map((row) => row.kind)}::text[], ${listed(rows.map((row) => row.value))},
      ${rows.map((row) => row.personId)}::bigint[], ${rows.map((row) => instant(row.at))}::timestamptz[])
    ON CONFLICT DO NOTHING`.execute(tx);
}

export async function writeConflicts(rows: readonly PlannedConflict[], tx: QueryExecutorProvider): Promise<void> {
  if (rows.length === 0) return;
  await sql`
    INSERT INTO identity_conflicts (project_id, kind, value, held_by, wanted_by, reason, outcome, first_at, last_at, message_id)
    SELECT DISTINCT ON (project_id, kind, value, held_by, wanted_by, reason) project_id, kind, value, held_by, wanted_by, reason, outcome, at, at, message_id
    FROM unnest(${rows.map((row) => row.projectId)}::int[], ${rows.map((row) => row.kind)}::text[], ${listed(rows.map((row) => row.value))}, ${rows.map((row) => row.heldBy)}::bigint[],
      ${rows.map((row) => row.wantedBy)}::bigint[], ${rows.map((row) => row.reason)}::text[], ${rows.map((row) => row.outcome)}::text[],
      ${rows.map((row) => instant(row.at))}::timestamptz[], ${rows.map((row) => row.messageId ?? null)}::text[])
      AS conflict (project_id, kind, value, held_by, wanted_by, reason, outcome, at, message_id)
    ON CONFLICT (project_id, kind, value, held_by, wanted_by, reason) DO UPDATE SET times = identity_conflicts.times + 1, outcome = excluded.outcome,
      last_at = greatest(identity_conflicts.last_at, excluded.last_at), message_id = excluded.message_id`.execute(tx);
}

export async function writeHistory(lines: readonly HistoryLine[], tx: QueryExecutorProvider): Promise<void> {
  if (lines.length === 0) return;
  await sql`
    INSERT INTO identity_history (project_id, person_id, other_id, action, kind, value, at, message_id, member_id, details)
    SELECT * FROM unnest(${lines.map((line) => line.projectId)}::int[], ${lines.map((line) => line.personId)}::bigint[], ${lines.map((line) => line.otherId ?? null)}::bigint[],
      ${lines.map((line) => line.action)}::text[], ${lines.map((line) => line.kind ?? null)}::text[], ${lines.map((line) => line.value ?? null)}::text[],
      ${lines.map((line) => instant(line.at))}::timestamptz[], ${lines.map((line) => line.messageId ?? null)}::text[], ${lines.map((line) => line.memberId ?? null)}::text[],
      ${lines.map((line) => jsonText(line.details ?? {}))}::jsonb[])
  `.execute(tx);
}
