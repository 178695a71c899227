import { sql } from 'kysely';
import { jsonText } from '../../kernel/json-text.ts';
import type { Postgres } from '../../kernel/postgres/postgres.ts';
import { applyTraits } from './apply-traits.ts';
import { type ExternalId, type PersonRecord, refuseIdentity } from './contract.ts';
import { noteChanged, type PeopleCopier, type PersonRow } from './people-rows.ts';
import type { Resolver } from './resolver.ts';

interface FoundPerson {
  asked: number;
  person_id: number;
  traits: Record<string, unknown>;
  created_at: Date;
  external_ids: ExternalId[] | null;
}

/** Reads people with their external ids, following merges; keyed by the number asked for. */
export async function readPeople(postgres: Postgres, projectId: number, personIds: readonly number[]): Promise<Map<number, PersonRecord>> {
  if (personIds.length === 0) return new Map();
  const { rows } = await sql<FoundPerson>`
    SELECT asked.person_id AS asked, person.person_id, person.traits, person.created_at,
      (SELECT jsonb_agg(jsonb_build_object('kind', kind, 'value', value) ORDER BY kind DESC, value)
       FROM identities WHERE identities.project_id = ${projectId} AND identities.person_id = person.person_id) AS external_ids
    FROM people AS asked
    JOIN people AS person ON person.project_id = asked.project_id AND person.person_id = coalesce(asked.merged_into, asked.person_id)
    WHERE asked.project_id = ${projectId} AND asked.person_id = ANY(${personIds}::bigint[])
  `.execute(postgres.as());
  return new Map(
    rows.map((row) => [
      row.asked,
      {
        personId: row.person_id,
        traits: row.traits,
        externalIds: row.external_ids ?? [],
        createdAt: row.created_at.getTime(),
        ...(row.asked !== row.person_id && { mergedInto: row.person_id }),
      },
    ]),
  );
}

/** The numbers that stand today for people who were merged away; others are absent. */
export async function readWinners(postgres: Postgres, projectId: number, personIds: readonly number[]): Promise<Map<number, number>> {
  if (personIds.length === 0) return new Map();
  const { rows } = await sql<{ loser: number; winner: number }>`
    SELECT loser, winner FROM merges WHERE project_id = ${projectId} AND loser = ANY(${personIds}::bigint[])
  `.execute(postgres.as());
  return new Map(rows.map((row) => [row.loser, row.winner]));
}

/** Changes traits outside the stream; durable in both stores when it resolves. Throws `identity.person_unknown`. */
export async function changeTraits(
  parts: { resolver: Resolver; copier: PeopleCopier; now(): number },
  change: { projectId: number; personId: number; traits: Record<string, unknown> },
): Promise<void> {
  const changed = await parts.resolver.exclusively(change.projectId, async (tx) => {
    const { rows } = await sql<PersonRow>`
      SELECT person.project_id, person.person_id, person.traits, person.created_at, person.version, 0 AS gone
      FROM people AS asked
      JOIN people AS person ON person.project_id = asked.project_id AND person.person_id = coalesce(asked.merged_into, asked.person_id)
      WHERE asked.project_id = ${change.projectId} AND asked.person_id = ${change.personId}
    `.execute(tx);
    const person = rows[0];
    if (!person) throw refuseIdentity('person_unknown');
    const traits = applyTraits(person.traits, change.traits);
    if (traits === person.traits) return undefined;
    await sql`
      UPDATE people SET traits = ${jsonText(traits)}::jsonb, version = version + 1
      WHERE project_id = ${person.project_id} AND person_id = ${person.person_id}
    `.execute(tx);
    return noteChanged([{ ...person, traits, version: person.version + 1 }], parts.now(), tx);
  });
  if (!changed) return;
  await parts.copier.copy(changed);
  await parts.copier.confirm();
}
