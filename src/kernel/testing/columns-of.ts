import type { Postgres } from '../postgres/postgres.ts';

/**
 * Names of a table's columns in the migrated PostgreSQL, sorted. Holds a slice's row types against its migrations:
 * `expect(await columnsOf(postgres, 'projects')).toEqual(Object.keys({ id: true, … } satisfies Record<keyof ProjectRow, true>).sort())`.
 */
export async function columnsOf(postgres: Postgres, table: string): Promise<string[]> {
  const { rows } = await postgres.pool.query<{ name: string }>(
    `SELECT column_name::text AS name FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = $1 ORDER BY 1`,
    [table],
  );
  return rows.map((row) => row.name).sort();
}
