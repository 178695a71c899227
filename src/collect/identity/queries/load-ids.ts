import { type QueryExecutorProvider, sql } from 'kysely';
import type { ExternalId, IdentityKind } from '../contract.ts';
import type { IdentityClaim } from '../plan.ts';

/** An id of a project. */
export interface WantedId extends ExternalId {
  projectId: number;
}

/** All ids that an event says to be of one person; for `alias` also what the previous id may be. */
export function idsOf(claim: IdentityClaim): ExternalId[] {
  const ids: ExternalId[] = [];
  if (claim.userId !== undefined) ids.push({ kind: 'user', value: claim.userId });
  if (claim.anonymousId !== undefined) ids.push({ kind: 'anonymous', value: claim.anonymousId });
  if (claim.ids) ids.push(...claim.ids);
  if (claim.act === 'alias' && claim.previousId !== undefined)
    ids.push({ kind: 'user', value: claim.previousId }, { kind: 'anonymous', value: claim.previousId });
  return ids;
}

/**
 * Whom do these ids mean? Unknown ones are absent. One look into the index for each id: joined as a list, the planner would read the whole table
 * (ids as one text, because they hold no control characters and an array of texts costs three times as much to read).
 */
export async function loadIds(ids: Iterable<WantedId>, db: QueryExecutorProvider): Promise<(WantedId & { personId: number })[]> {
  const found: (WantedId & { personId: number })[] = [];
  for (const [projectId, ofProject] of Map.groupBy(ids, (id) => id.projectId))
    for (const [kind, ofKind] of Map.groupBy(ofProject, (id) => id.kind)) {
      const { rows } = await sql<{ value: string; person_id: number }>`
        SELECT wanted.value, found.person_id FROM unnest(string_to_array(${ofKind.map((id) => id.value).join('\n')}, E'\n')) AS wanted (value)
        CROSS JOIN LATERAL (
          SELECT person_id FROM identities WHERE project_id = ${projectId}::int AND kind = ${kind}::text AND identities.value = wanted.value LIMIT 1
        ) AS found
      `.execute(db);
      for (const row of rows) found.push({ projectId, kind, value: row.value, personId: row.person_id });
    }
  return found;
}

/** Which of these people have a user id? */
export async function ownersAmong(personIds: readonly number[], db: QueryExecutorProvider): Promise<number[]> {
  if (personIds.length === 0) return [];
  const { rows } = await sql<{ person_id: number }>`
    SELECT DISTINCT wanted.person_id FROM unnest(${personIds}::bigint[]) AS wanted (person_id)
    CROSS JOIN LATERAL (SELECT 1 FROM identities WHERE identities.person_id = wanted.person_id AND kind = 'user' LIMIT 1) AS found
  `.execute(db);
  return rows.map((row) => row.person_id);
}

/** How many ids of these kinds do people have? Keyed by `<person> <kind>`; none: absent. */
export async function countsOfIds(
  personIds: readonly number[],
  kinds: readonly IdentityKind[],
  db: QueryExecutorProvider,
): Promise<Map<string, number>> {
  if (personIds.length === 0 || kinds.length === 0) return new Map();
  const { rows } = await sql<{ person_id: number; kind: string; ids: number }>`
    SELECT person_id, kind, count(*) AS ids FROM identities WHERE person_id = ANY(${personIds}::bigint[]) AND kind = ANY(${kinds}::text[]) GROUP BY 1, 2
  `.execute(db);
  return new Map(rows.map((row) => [`${row.person_id} ${row.kind}`, row.ids]));
}
