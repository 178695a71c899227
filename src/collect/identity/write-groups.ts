import { type QueryExecutorProvider, sql } from 'kysely';
import { jsonText } from '../../kernel/json-text.ts';
import { applyTraits, valueText } from './apply-traits.ts';
import type { GroupClaim } from './contract.ts';
import { FaultCounter } from './trait-faults.ts';

interface GroupRow {
  project_id: number;
  type: string;
  id: string;
  traits: Record<string, unknown>;
  created_at: number;
  seen_at: number;
}

interface HistoryRow {
  group: GroupRow;
  trait: string;
  value: unknown;
  at: number;
}

/** Stands for the person when something is said of a group by nobody in it. */
export const NOBODY = 0;

const instant = (ms: number): string => new Date(ms).toISOString();

/** Writes the groups that events named: their traits with history, and who belongs to them since when. */
export async function writeGroups(
  claims: readonly { projectId: number; personId: number; group: GroupClaim; at: number }[],
  tx: QueryExecutorProvider,
): Promise<void> {
  if (claims.length === 0) return;
  const groups = await loadGroups(claims, tx);
  const history: HistoryRow[] = [];
  const faults = new FaultCounter();
  for (const { projectId, personId, group, at } of claims) {
    const row = groups.get(keyOf(projectId, group.type, group.id));
    if (!row) continue;
    row.created_at = Math.min(row.created_at, at);
    row.seen_at = Math.max(row.seen_at, at);
    const applied = applyTraits(row.traits, undefined, group.changes);
    row.traits = applied.traits;
    faults.add({ project_id: projectId, person_id: personId }, applied.faults, at);
    for (const { trait, value } of applied.changed) history.push({ group: row, trait, value, at });
  }
  const rows = [...groups.values()];
  await sql`
    INSERT INTO person_groups (project_id, type, id, traits, created_at, seen_at)
    SELECT * FROM unnest(${rows.map((row) => row.project_id)}::int[], ${rows.map((row) => row.type)}::text[], ${rows.map((row) => row.id)}::text[],
      ${rows.map((row) => jsonText(row.traits))}::jsonb[], ${rows.map((row) => instant(row.created_at))}::timestamptz[], ${rows.map((row) => instant(row.seen_at))}::timestamptz[])
    ON CONFLICT (project_id, type, id) DO UPDATE SET traits = excluded.traits, created_at = excluded.created_at, seen_at = excluded.seen_at, version = person_groups.version + 1
  `.execute(tx);
  await sql`
    INSERT INTO group_members (project_id, type, group_id, person_id, since)
    SELECT project_id, type, group_id, person_id, min(since) FROM unnest(${claims.map((claim) => claim.projectId)}::int[], ${claims.map((claim) => claim.group.type)}::text[],
      ${claims.map((claim) => claim.group.id)}::text[], ${claims.map((claim) => claim.personId)}::bigint[], ${claims.map((claim) => instant(claim.at))}::timestamptz[])
      AS member (project_id, type, group_id, person_id, since)
    WHERE person_id <> ${NOBODY}
    GROUP BY project_id, type, group_id, person_id
    ON CONFLICT DO NOTHING
  `.execute(tx);
  await faults.write(tx);
  if (history.length > 0)
    await sql`
      INSERT INTO group_history (project_id, type, group_id, trait, value, at)
      SELECT * FROM unnest(${history.map((row) => row.group.project_id)}::int[], ${history.map((row) => row.group.type)}::text[], ${history.map((row) => row.group.id)}::text[],
        ${history.map((row) => row.trait)}::text[], ${history.map((row) => (row.value === undefined ? null : valueText(row.value)))}::jsonb[],
        ${history.map((row) => instant(row.at))}::timestamptz[])
    `.execute(tx);
}

async function loadGroups(
  claims: readonly { projectId: number; group: GroupClaim; at: number }[],
  tx: QueryExecutorProvider,
): Promise<Map<string, GroupRow>> {
  const groups = new Map<string, GroupRow>();
  for (const { projectId, group, at } of claims)
    groups.set(keyOf(projectId, group.type, group.id), {
      project_id: projectId,
      type: group.type,
      id: group.id,
      traits: {},
      created_at: at,
      seen_at: at,
    });
  const wanted = [...groups.values()];
  const { rows } = await sql<Omit<GroupRow, 'created_at' | 'seen_at'> & { created_at: Date; seen_at: Date }>`
    SELECT person_groups.project_id, person_groups.type, person_groups.id, traits, created_at, seen_at
    FROM unnest(${wanted.map((row) => row.project_id)}::int[], ${wanted.map((row) => row.type)}::text[], ${wanted.map((row) => row.id)}::text[]) AS wanted (project_id, type, id)
    JOIN person_groups USING (project_id, type, id)
  `.execute(tx);
  for (const row of rows)
    groups.set(keyOf(row.project_id, row.type, row.id), { ...row, created_at: row.created_at.getTime(), seen_at: row.seen_at.getTime() });
  return groups;
}

function keyOf(projectId: number, type: string, id: string): string {
  return `${projectId}\n${type}\n${id}`;
}
