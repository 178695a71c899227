import { type QueryExecutorProvider, sql } from 'kysely';
import { jsonText } from '../../kernel/json-text.ts';
import { applyTraits } from './apply-traits.ts';
import { type ChangedPeople, noteChanged, type PersonRow } from './people-rows.ts';
import type { IdentityPlan } from './plan.ts';

type Merge = ReturnType<IdentityPlan['merges']>[number];

/** Writes what a plan decided; gives the people that are new or changed. The caller holds the projects' locks. */
export async function writePlan(plan: IdentityPlan, now: number, tx: QueryExecutorProvider): Promise<ChangedPeople> {
  const people = new Map<number, PersonRow>();
  for (const born of plan.newPeople())
    people.set(born.personId, {
      project_id: born.projectId,
      person_id: born.personId,
      traits: {},
      created_at: new Date(born.createdAt),
      version: 1,
      gone: 0,
    });
  const newborn = [...people.values()];
  const merges = plan.merges();
  const traits = plan.traits();
  await loadTouched(
    people,
    [
      ...merges.flatMap((merge) => [
        { ...merge, personId: merge.loser },
        { ...merge, personId: merge.winner },
      ]),
      ...traits,
    ],
    tx,
  );
  const changed = new Set<PersonRow>(newborn);
  for (const merge of merges) joinPeople(people, merge, changed);
  for (const change of traits) {
    const person = people.get(change.personId);
    if (!person) continue;
    const after = applyTraits(person.traits, change.traits);
    if (after === person.traits) continue;
    person.traits = after;
    changed.add(person);
  }
  await insertPeople(newborn, tx);
  await insertIdentities(plan, tx);
  if (merges.length > 0) await writeMerges(merges, now, tx);
  await writeHandovers(plan, now, tx);
  for (const person of newborn) changed.delete(person);
  const altered = [...changed];
  for (const person of altered) person.version += 1;
  await updatePeople(altered, merges, tx);
  return noteChanged([...newborn, ...altered], now, tx);
}

async function loadTouched(
  people: Map<number, PersonRow>,
  touched: readonly { projectId: number; personId: number }[],
  tx: QueryExecutorProvider,
): Promise<void> {
  const missing = new Map<number, number>();
  for (const { projectId, personId } of touched) if (!people.has(personId)) missing.set(personId, projectId);
  if (missing.size === 0) return;
  const { rows } = await sql<PersonRow>`
    SELECT people.project_id, people.person_id, traits, created_at, version, CASE WHEN merged_into IS NULL THEN 0 ELSE 1 END AS gone
    FROM unnest(${[...missing.values()]}::int[], ${[...missing.keys()]}::bigint[]) AS wanted (project_id, person_id)
    JOIN people USING (project_id, person_id)
  `.execute(tx);
  for (const row of rows) people.set(row.person_id, row);
}

/** Union of both; where both have a trait, the winner's value stays. */
function joinPeople(people: Map<number, PersonRow>, merge: Merge, changed: Set<PersonRow>): void {
  const loser = people.get(merge.loser);
  const winner = people.get(merge.winner);
  if (!loser || !winner) throw new Error(`A merge names a person who does not exist: ${merge.loser} into ${merge.winner}`);
  winner.traits = { ...loser.traits, ...winner.traits };
  if (loser.created_at < winner.created_at) winner.created_at = loser.created_at;
  loser.gone = 1;
  changed.add(loser).add(winner);
}

async function insertPeople(rows: readonly PersonRow[], tx: QueryExecutorProvider): Promise<void> {
  if (rows.length === 0) return;
  await sql`
    INSERT INTO people (project_id, person_id, traits, created_at, version)
    SELECT * FROM unnest(${rows.map((row) => row.project_id)}::int[], ${rows.map((row) => row.person_id)}::bigint[],
      ${rows.map((row) => jsonText(row.traits))}::jsonb[], ${rows.map((row) => row.created_at.toISOString())}::timestamptz[], ${rows.map((row) => row.version)}::bigint[])
  `.execute(tx);
}

async function insertIdentities(plan: IdentityPlan, tx: QueryExecutorProvider): Promise<void> {
  const rows = plan.newIdentities();
  if (rows.length === 0) return;
  await sql`
    INSERT INTO identities (project_id, kind, value, person_id)
    SELECT * FROM unnest(${rows.map((row) => row.projectId)}::int[], ${rows.map((row) => row.kind)}::text[], ${rows.map((row) => row.value)}::text[],
      ${rows.map((row) => row.personId)}::bigint[])
  `.execute(tx);
}

/** Sets every pointer to a loser to its winner, so that chains stay flat. */
async function writeMerges(merges: readonly Merge[], now: number, tx: QueryExecutorProvider): Promise<void> {
  const projects = merges.map((merge) => merge.projectId);
  const losers = merges.map((merge) => merge.loser);
  const winners = merges.map((merge) => merge.winner);
  const list = sql`unnest(${projects}::int[], ${losers}::bigint[], ${winners}::bigint[]) AS merge (project_id, loser, winner)`;
  const at = new Date(now).toISOString();
  await sql`UPDATE identities SET person_id = merge.winner FROM ${list} WHERE identities.project_id = merge.project_id AND identities.person_id = merge.loser`.execute(
    tx,
  );
  await sql`UPDATE people SET merged_into = merge.winner FROM ${list}
    WHERE people.project_id = merge.project_id AND (people.person_id = merge.loser OR people.merged_into = merge.loser)`.execute(tx);
  await sql`UPDATE merges SET winner = merge.winner FROM ${list} WHERE merges.project_id = merge.project_id AND merges.winner = merge.loser`.execute(
    tx,
  );
  await sql`INSERT INTO merges (project_id, loser, winner, merged_at) SELECT project_id, loser, winner, ${at}::timestamptz FROM ${list}`.execute(tx);
  await sql`INSERT INTO identity_changes (project_id, loser, winner, changed_at) SELECT project_id, loser, winner, ${at}::timestamptz FROM ${list}`.execute(
    tx,
  );
}

async function writeHandovers(plan: IdentityPlan, now: number, tx: QueryExecutorProvider): Promise<void> {
  const rows = plan.handovers();
  if (rows.length === 0) return;
  const list = sql`unnest(${rows.map((row) => row.projectId)}::int[], ${rows.map((row) => row.value)}::text[], ${rows.map((row) => row.personId)}::bigint[])
    AS moved (project_id, value, person_id)`;
  await sql`UPDATE identities SET person_id = moved.person_id FROM ${list}
    WHERE identities.project_id = moved.project_id AND identities.kind = 'anonymous' AND identities.value = moved.value`.execute(tx);
  await sql`INSERT INTO identity_changes (project_id, anonymous_id, person_id, changed_at)
    SELECT project_id, value, person_id, ${new Date(now).toISOString()}::timestamptz FROM ${list}`.execute(tx);
}

async function updatePeople(rows: readonly PersonRow[], merges: readonly Merge[], tx: QueryExecutorProvider): Promise<void> {
  if (rows.length === 0) return;
  const winners = new Map(merges.map((merge) => [merge.loser, merge.winner]));
  await sql`
    UPDATE people SET traits = changed.traits, created_at = changed.created_at, version = changed.version, merged_into = coalesce(changed.merged_into, people.merged_into)
    FROM unnest(${rows.map((row) => row.project_id)}::int[], ${rows.map((row) => row.person_id)}::bigint[], ${rows.map((row) => jsonText(row.traits))}::jsonb[],
      ${rows.map((row) => row.created_at.toISOString())}::timestamptz[], ${rows.map((row) => row.version)}::bigint[],
      ${rows.map((row) => winners.get(row.person_id) ?? null)}::bigint[]) AS changed (project_id, person_id, traits, created_at, version, merged_into)
    WHERE people.project_id = changed.project_id AND people.person_id = changed.person_id
  `.execute(tx);
}
