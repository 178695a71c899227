import { type QueryExecutorProvider, sql } from 'kysely';
import { jsonText } from '../../kernel/json-text.ts';
import { applyTraits, type NewValue, valueText } from './apply-traits.ts';
import { type ChangedPeople, noteChanged, type PersonRow, type TraitChangeRow } from './people-rows.ts';
import type { IdentityPlan, PlannedMerge } from './plan.ts';
import { loadPeople } from './queries/load-people.ts';
import { FaultCounter } from './trait-faults.ts';
import { writeGroups } from './write-groups.ts';
import { insertIdentities, writeConflicts, writeHandovers, writeLinks, writeMerges, writeSharedIds, writeUnlinks } from './write-links.ts';

/** Changes of traits of one person within one group that keep their order in the history. */
export const STEPS_MAX = 100_000;

/** Writes what a plan decided; gives the people that are new or changed. The caller holds the projects' locks. */
export async function writePlan(plan: IdentityPlan, now: number, tx: QueryExecutorProvider): Promise<ChangedPeople> {
  const draft = new PeopleDraft();
  for (const born of plan.newPeople())
    draft.add({ project_id: born.projectId, person_id: born.personId, traits: {}, created_at: born.createdAt, version: 1, gone: 0 });
  const newborn = draft.everybody();
  const merges = plan.merges();
  const traits = plan.traits();
  await draft.load([...merges.flatMap((merge) => [merge.loser, merge.directWinner, merge.winner]), ...traits.map((change) => change.personId)], tx);
  const faults = new FaultCounter();
  const given = new Map<PlannedMerge, Record<string, unknown>>();
  for (const merge of merges) given.set(merge, draft.join(merge));
  for (const change of traits) {
    const person = draft.get(change.personId);
    if (!person) continue;
    const applied = applyTraits(person.traits, change.traits, change.changes);
    faults.add(person, applied.faults, change.at);
    if (applied.traits !== person.traits) draft.take(person, applied, change.at);
  }
  // The old holders' rows first: whoever loses the last id would be forgotten otherwise.
  await writeUnlinks(plan.unlinks(), tx);
  await insertIdentities(plan.newIdentities(), tx);
  await writeMerges(merges, given, tx);
  await writeHandovers(plan.handovers(), tx);
  await writeSharedIds(plan.sharedIds(), tx);
  await writeLinks(plan.links(), tx);
  await writeConflicts(plan.conflicts(), tx);
  await faults.write(tx);
  await writeGroups(plan.groups(), tx);
  const changed = draft.changed();
  await upsertPeople(
    changed.filter((person) => person.gone === 0 || person.isStored),
    tx,
  );
  const unchanged = newborn.filter((person) => person.version === 1);
  return noteChanged({ rows: [...unchanged, ...changed], history: draft.history() }, now, tx);
}

/** People on their way from one state to the next. */
class PeopleDraft {
  readonly #people = new Map<number, PersonRow>();
  readonly #changed = new Set<PersonRow>();
  readonly #history: TraitChangeRow[] = [];
  readonly #steps = new Map<number, number>();

  add(person: PersonRow): void {
    this.#people.set(person.person_id, person);
  }

  everybody(): PersonRow[] {
    return [...this.#people.values()];
  }

  get(personId: number): PersonRow | undefined {
    return this.#people.get(personId);
  }

  async load(personIds: readonly number[], tx: QueryExecutorProvider): Promise<void> {
    const missing = new Set(personIds.filter((personId) => !this.#people.has(personId)));
    for (const row of await loadPeople([...missing], tx)) this.add(row);
  }

  /** Union of both; where both have a trait, the winner's value stays. Gives what the winner got. */
  join(merge: PlannedMerge): Record<string, unknown> {
    const loser = this.get(merge.loser);
    const winner = this.get(merge.directWinner);
    if (!loser || !winner) throw new Error(`A merge names a person who does not exist: ${merge.loser} into ${merge.directWinner}`);
    const given = Object.fromEntries(Object.entries(loser.traits).filter(([name]) => !Object.hasOwn(winner.traits, name)));
    const changed = Object.entries(given).map(([trait, value]): NewValue => ({ trait, value }));
    if (changed.length > 0) this.take(winner, { traits: { ...loser.traits, ...winner.traits }, changed }, merge.at);
    if (loser.created_at < winner.created_at) {
      winner.created_at = loser.created_at;
      this.#touch(winner);
    }
    loser.gone = 1;
    this.#touch(loser);
    return given;
  }

  take(person: PersonRow, after: { traits: Record<string, unknown>; changed: readonly NewValue[] }, at: number): void {
    person.traits = after.traits;
    this.#touch(person);
    for (const { trait, value } of after.changed) {
      const step = this.#steps.get(person.person_id) ?? 0;
      this.#steps.set(person.person_id, step + 1);
      this.#history.push({
        project_id: person.project_id,
        person_id: person.person_id,
        trait,
        value: value === undefined ? '' : valueText(value),
        at,
        version: person.version * STEPS_MAX + Math.min(step, STEPS_MAX - 1),
      });
    }
  }

  changed(): PersonRow[] {
    return [...this.#changed];
  }

  history(): TraitChangeRow[] {
    return this.#history;
  }

  #touch(person: PersonRow): void {
    if (this.#changed.has(person)) return;
    this.#changed.add(person);
    person.version += 1;
  }
}

/** One row for each: the row comes into being when there is something to say beside ids. */
export async function upsertPeople(rows: readonly PersonRow[], tx: QueryExecutorProvider): Promise<void> {
  if (rows.length === 0) return;
  await sql`
    INSERT INTO people (project_id, person_id, traits, created_at, version)
    SELECT * FROM unnest(${rows.map((row) => row.project_id)}::int[], ${rows.map((row) => row.person_id)}::bigint[], ${rows.map((row) => jsonText(row.traits))}::jsonb[],
      ${rows.map((row) => new Date(row.created_at).toISOString())}::timestamptz[], ${rows.map((row) => row.version)}::bigint[])
    ON CONFLICT (person_id) DO UPDATE SET traits = excluded.traits, created_at = excluded.created_at, version = excluded.version
  `.execute(tx);
}
