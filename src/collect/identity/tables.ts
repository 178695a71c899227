import type { Generated, JSONColumnType } from 'kysely';

/** Row types of this slice in PostgreSQL. `bigint` columns hold person numbers and counters below 2^53. */
export interface IdentityTables {
  people: {
    project_id: number;
    person_id: number;
    traits: JSONColumnType<Record<string, unknown>>;
    created_at: Date;
    version: Generated<number>;
    merged_into: number | null;
  };
  people_to_copy: { id: Generated<number>; people: number[]; changed_at: Date };
  identities: { project_id: number; kind: 'user' | 'anonymous'; value: string; person_id: number };
  merges: { project_id: number; loser: number; winner: number; merged_at: Date; squashed_at: Date | null };
  identity_changes: {
    sequence: Generated<number>;
    project_id: number;
    loser: number | null;
    winner: number | null;
    anonymous_id: string | null;
    person_id: number | null;
    changed_at: Date;
  };
}
