import { type QueryExecutorProvider, sql } from 'kysely';
import { jsonText } from '../../kernel/json-text.ts';

/** A person as PostgreSQL holds it, on its way into ClickHouse. */
export interface PersonRow {
  project_id: number;
  person_id: number;
  traits: Record<string, unknown>;
  /** ms */
  created_at: number;
  version: number;
  gone: 0 | 1;
  /** Whether PostgreSQL has a row of this person beside the ids. */
  isStored?: boolean;
}

/** A value that a trait took. */
export interface TraitChangeRow {
  project_id: number;
  person_id: number;
  trait: string;
  /** JSON text; empty: cleared. */
  value: string;
  /** ms */
  at: number;
  version: number;
}

/** People that a transaction changed. `receipt` stands in PostgreSQL until their copy is certain. */
export interface ChangedPeople {
  rows: PersonRow[];
  history: readonly TraitChangeRow[];
  receipt: number | undefined;
}

export const nobodyChanged: ChangedPeople = { rows: [], history: [], receipt: undefined };

/** Writes down, in the transaction that changes people, who has to be copied. */
export async function noteChanged(
  { rows, history }: Pick<ChangedPeople, 'rows' | 'history'>,
  now: number,
  tx: QueryExecutorProvider,
): Promise<ChangedPeople> {
  if (rows.length === 0) return nobodyChanged;
  const { rows: noted } = await sql<{ id: number }>`
    INSERT INTO people_to_copy (people, history, changed_at)
    VALUES (${rows.map((row) => row.person_id)}::bigint[], ${history.length === 0 ? null : jsonText(history)}::jsonb, ${new Date(now).toISOString()}::timestamptz)
    RETURNING id
  `.execute(tx);
  return { rows, history, receipt: noted[0]?.id };
}
