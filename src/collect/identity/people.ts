import { sql } from 'kysely';
import type { Postgres } from '../../kernel/postgres/postgres.ts';
import { type ExternalId, type PersonRecord, refuseIdentity } from './contract.ts';
import type { PeopleCopier } from './people-copier.ts';
import { IdentityPlan, type KnownIdentities } from './plan.ts';
import { loadPeople } from './queries/load-people.ts';
import type { Resolver } from './resolver.ts';
import { defaultRules } from './rules.ts';
import { writePlan } from './write-plan.ts';

interface FoundIds {
  person_id: number;
  external_ids: ExternalId[];
}

/** Reads people with their external ids, following merges; keyed by the number asked for. */
export async function readPeople(postgres: Postgres, projectId: number, personIds: readonly number[]): Promise<Map<number, PersonRecord>> {
  if (personIds.length === 0) return new Map();
  const db = postgres.as();
  const winners = await readWinners(postgres, projectId, personIds);
  const standing = [...new Set(personIds.map((personId) => winners.get(personId) ?? personId))];
  const people = new Map((await loadPeople(standing, db)).filter((row) => row.project_id === projectId).map((row) => [row.person_id, row]));
  const { rows } = await sql<FoundIds>`
    SELECT person_id, jsonb_agg(jsonb_build_object('kind', kind, 'value', value) ORDER BY kind = 'user' DESC, kind DESC, value) AS external_ids
    FROM identities WHERE project_id = ${projectId} AND person_id = ANY(${standing}::bigint[]) GROUP BY person_id
  `.execute(db);
  const ids = new Map(rows.map((row) => [row.person_id, row.external_ids]));
  const found = new Map<number, PersonRecord>();
  for (const asked of personIds) {
    const person = people.get(winners.get(asked) ?? asked);
    if (!person) continue;
    const { person_id: personId, traits, created_at: createdAt } = person;
    found.set(asked, { personId, traits, externalIds: ids.get(personId) ?? [], createdAt, ...(asked !== personId && { mergedInto: personId }) });
  }
  return found;
}

/** The numbers that stand today for people who were merged away; others are absent. */
export async function readWinners(postgres: Postgres, projectId: number, personIds: readonly number[]): Promise<Map<number, number>> {
  if (personIds.length === 0) return new Map();
  const { rows } = await sql<{ loser: number; winner: number }>`
    SELECT loser, winner FROM merges WHERE project_id = ${projectId} AND loser = ANY(${personIds}::bigint[])
  `.execute(postgres.as());
  return new Map(rows.map((row) => [row.loser, row.winner]));
}

/** Everybody who has this value as an id, of whatever kind. The index begins with the kind, so the project's kinds are asked one by one. */
export async function readHolders(postgres: Postgres, projectId: number, value: string): Promise<{ kind: string; personId: number }[]> {
  const { rows } = await sql<{ kind: string; person_id: number; place: number }>`
    WITH RECURSIVE kinds AS (
      (SELECT kind FROM identities WHERE project_id = ${projectId} ORDER BY kind LIMIT 1)
      UNION ALL
      SELECT (SELECT kind FROM identities WHERE project_id = ${projectId} AND identities.kind > kinds.kind ORDER BY kind LIMIT 1) FROM kinds WHERE kinds.kind IS NOT NULL
    )
    SELECT identities.kind, person_id, CASE identities.kind WHEN 'user' THEN 0 WHEN 'anonymous' THEN 1 ELSE 2 END AS place
    FROM kinds JOIN identities ON identities.project_id = ${projectId} AND identities.kind = kinds.kind AND identities.value = ${value}
    UNION ALL
    SELECT kind, person_id, 3 FROM shared_ids WHERE project_id = ${projectId} AND value = ${value}
    ORDER BY place, kind LIMIT 100
  `.execute(postgres.as());
  return rows.map((row) => ({ kind: row.kind, personId: row.person_id }));
}

/** Changes traits outside the stream; durable in both stores when it resolves. Throws `identity.person_unknown`. */
export async function changeTraits(
  parts: { resolver: Resolver; copier: PeopleCopier; now(): number },
  change: { projectId: number; personId: number; traits: Record<string, unknown> },
): Promise<void> {
  const changed = await parts.resolver.exclusively(change.projectId, async (tx) => {
    const { rows: winners } = await sql<{ winner: number }>`
      SELECT winner FROM merges WHERE project_id = ${change.projectId} AND loser = ${change.personId}
    `.execute(tx);
    const [person] = await loadPeople([winners[0]?.winner ?? change.personId], tx);
    if (person?.project_id !== change.projectId) throw refuseIdentity('person_unknown');
    const plan = new IdentityPlan(nothingKnown);
    plan.setTraits(change.projectId, person.person_id, change.traits, parts.now());
    return writePlan(plan, parts.now(), tx);
  });
  if (changed.rows.length === 0) return;
  await parts.copier.copy(changed);
  await parts.copier.confirm();
}

/** Traits of a person whose number is known need no ids. */
export const nothingKnown: KnownIdentities = {
  person: () => undefined,
  isOwned: () => false,
  count: () => 0,
  rules: () => defaultRules,
  take: () => {
    throw new Error('Nobody is created here');
  },
};
