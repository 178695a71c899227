import { type QueryExecutorProvider, sql } from 'kysely';
import type { PersonRow } from '../people-rows.ts';

/**
 * How do these people stand now? Whoever has no row of their own is known by ids alone: no traits, first version (second when merged away), there since the first id.
 * Unknown numbers are absent.
 */
export async function loadPeople(personIds: readonly number[], db: QueryExecutorProvider): Promise<PersonRow[]> {
  if (personIds.length === 0) return [];
  const { rows } = await sql<Omit<PersonRow, 'created_at'> & { created_at: Date }>`
    SELECT coalesce(person.project_id, ids.project_id, gone.project_id) AS project_id, wanted.person_id, coalesce(person.traits, '{}') AS traits,
      coalesce(person.created_at, ids.since, gone.merged_at) AS created_at, coalesce(person.version, CASE WHEN gone.loser IS NULL THEN 1 ELSE 2 END) AS version, CASE WHEN gone.loser IS NULL THEN 0 ELSE 1 END AS gone,
      person.person_id IS NOT NULL AS "isStored"
    FROM (SELECT DISTINCT unnest(${personIds}::bigint[]) AS person_id) AS wanted
    LEFT JOIN people AS person ON person.person_id = wanted.person_id
    LEFT JOIN LATERAL (SELECT min(project_id) AS project_id, min(linked_at) AS since FROM identities WHERE identities.person_id = wanted.person_id) AS ids ON true
    LEFT JOIN merges AS gone ON gone.loser = wanted.person_id
    WHERE coalesce(person.project_id, ids.project_id, gone.project_id) IS NOT NULL
  `.execute(db);
  return rows.map((row) => ({ ...row, created_at: row.created_at.getTime() }));
}
