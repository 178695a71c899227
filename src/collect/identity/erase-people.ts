import { type QueryExecutorProvider, type RawBuilder, sql } from 'kysely';
import type { Postgres } from '../../kernel/postgres/postgres.ts';
import type { Resolver } from './resolver.ts';

/** Where identity's tables name people. */
const places: Readonly<Record<string, readonly string[]>> = {
  identities: ['person_id'],
  shared_ids: ['person_id'],
  people: ['person_id'],
  merges: ['loser', 'winner', 'direct_winner'],
  identity_history: ['person_id', 'other_id'],
  identity_conflicts: ['held_by', 'wanted_by'],
  identity_changes: ['loser', 'winner', 'person_id'],
  group_members: ['person_id'],
  event_moves: ['target', 'sources'],
};

/** Every number that stands for the person. */
export async function numbersOfPerson(postgres: Postgres, projectId: number, personId: number): Promise<number[]> {
  const { rows } = await sql<{ person_id: number }>`
    WITH winner AS (SELECT coalesce((SELECT winner FROM merges WHERE project_id = ${projectId} AND loser = ${personId}), ${personId}::bigint) AS id)
    SELECT id AS person_id FROM winner
    WHERE EXISTS (SELECT 1 FROM people WHERE project_id = ${projectId} AND person_id = winner.id)
      OR EXISTS (SELECT 1 FROM identities WHERE project_id = ${projectId} AND person_id = winner.id)
    UNION SELECT loser FROM merges, winner WHERE project_id = ${projectId} AND merges.winner = winner.id
  `.execute(postgres.as());
  return rows.map((row) => row.person_id);
}

function ofPeople(table: string, projectId: number, personIds: readonly number[]): RawBuilder<unknown> {
  if (table === 'event_moves') return sql`project_id = ${projectId} AND (target = ANY(${personIds}::bigint[]) OR sources && ${personIds}::bigint[])`;
  const named = (places[table] ?? []).map((column) => sql`${sql.ref(column)} = ANY(${personIds}::bigint[])`);
  return sql`project_id = ${projectId} AND (${sql.join(named, sql` OR `)})`;
}

/** Rows about these people, by table. */
export async function countPeopleRows(db: QueryExecutorProvider, projectId: number, personIds: readonly number[]): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const table of Object.keys(places)) {
    const { rows } = await sql<{ count: number }>`
      SELECT count(*)::int AS count FROM ${sql.table(table)} WHERE ${ofPeople(table, projectId, personIds)}
    `.execute(db);
    counts[table] = rows[0]?.count ?? 0;
  }
  const { rows } = await sql<{ count: number }>`SELECT count(*)::int AS count FROM people_to_copy WHERE people && ${personIds}::bigint[]`.execute(db);
  counts['people_to_copy'] = rows[0]?.count ?? 0;
  return counts;
}

/** Takes everything about these people away and frees their ids. */
export async function erasePeople(
  parts: { resolver: Pick<Resolver, 'exclusively' | 'forgetIds'>; now(): number },
  projectId: number,
  personIds: readonly number[],
): Promise<void> {
  await parts.resolver.exclusively(projectId, async (tx) => {
    for (const table of Object.keys(places)) await sql`DELETE FROM ${sql.table(table)} WHERE ${ofPeople(table, projectId, personIds)}`.execute(tx);
    await sql`UPDATE trait_conflicts SET last_person = 0 WHERE project_id = ${projectId} AND last_person = ANY(${personIds}::bigint[])`.execute(tx);
    // Receipts of people whose copies are not certain yet: the others in them stay.
    await sql`
      UPDATE people_to_copy SET
        people = (SELECT coalesce(array_agg(id), '{}') FROM unnest(people) AS id WHERE NOT id = ANY(${personIds}::bigint[])),
        history = (SELECT jsonb_agg(change) FROM jsonb_array_elements(history) AS change WHERE NOT (change->>'person_id')::bigint = ANY(${personIds}::bigint[]))
      WHERE people && ${personIds}::bigint[]
    `.execute(tx);
    // Other processes forget every id that they remember, so that no erased id has to be named here.
    await sql`
      INSERT INTO identity_changes (project_id, is_undone, changed_at) VALUES (${projectId}, true, ${new Date(parts.now()).toISOString()}::timestamptz)
    `.execute(tx);
    parts.resolver.forgetIds();
  });
}
