import { type QueryExecutorProvider, sql } from 'kysely';
import type { TraitFault } from './apply-traits.ts';

interface Counted extends TraitFault {
  projectId: number;
  personId: number;
  at: number;
  times: number;
}

/** Characters of a trait's name that a conflict keeps. */
const NAME_LENGTH_MAX = 200;

/** Counts changes of traits that did not fit, one row for each sort of fault. */
export class FaultCounter {
  readonly #counted = new Map<string, Counted>();

  add(person: { project_id: number; person_id: number }, faults: readonly TraitFault[], at: number): void {
    for (const fault of faults) {
      const trait = fault.trait.slice(0, NAME_LENGTH_MAX);
      const key = `${person.project_id}\n${fault.operation}\n${fault.had}\n${fault.got}\n${trait}`;
      const counted = this.#counted.get(key);
      if (counted) {
        counted.times += 1;
        counted.personId = person.person_id;
        counted.at = Math.max(counted.at, at);
      } else this.#counted.set(key, { ...fault, trait, projectId: person.project_id, personId: person.person_id, at, times: 1 });
    }
  }

  async write(tx: QueryExecutorProvider): Promise<void> {
    const rows = [...this.#counted.values()];
    if (rows.length === 0) return;
    await sql`
      INSERT INTO trait_conflicts (project_id, trait, operation, had, got, is_applied, times, last_at, last_person)
      SELECT * FROM unnest(${rows.map((row) => row.projectId)}::int[], ${rows.map((row) => row.trait)}::text[], ${rows.map((row) => row.operation)}::text[],
        ${rows.map((row) => row.had)}::text[], ${rows.map((row) => row.got)}::text[], ${rows.map((row) => row.isApplied)}::boolean[],
        ${rows.map((row) => row.times)}::bigint[], ${rows.map((row) => new Date(row.at).toISOString())}::timestamptz[], ${rows.map((row) => row.personId)}::bigint[])
      ON CONFLICT (project_id, trait, operation, had, got) DO UPDATE SET times = trait_conflicts.times + excluded.times,
        last_at = greatest(trait_conflicts.last_at, excluded.last_at), last_person = excluded.last_person
    `.execute(tx);
  }
}
