import { sql } from 'kysely';
import type { Postgres } from '../../kernel/postgres/postgres.ts';
import type { ErasureScope } from './api.ts';
import { patternOf } from './writings.ts';

/** Refusals and failures that name a person, in a table with the columns `project_id`, `refusals` (a list) and `failure`. */
export function refusalsOf(
  postgres: Postgres,
  table: string,
): { count(scope: ErasureScope): Promise<number>; erase(scope: ErasureScope): Promise<void> } {
  const naming = ({ projectId, texts }: ErasureScope) => {
    const pattern = patternOf(texts) ?? null;
    return sql`project_id = ${projectId} AND (EXISTS (SELECT 1 FROM jsonb_array_elements(refusals) AS each WHERE each::text ~* ${pattern})
      OR failure::text ~* ${pattern})`;
  };
  return {
    async count(scope) {
      const { rows } = await sql<{ count: number }>`SELECT count(*)::int AS count FROM ${sql.table(table)} WHERE ${naming(scope)}`.execute(
        postgres.as(),
      );
      return rows[0]?.count ?? 0;
    },
    async erase(scope) {
      const pattern = patternOf(scope.texts) ?? null;
      await sql`UPDATE ${sql.table(table)} SET
        refusals = (SELECT coalesce(jsonb_agg(each ORDER BY place) FILTER (WHERE NOT each::text ~* ${pattern}), '[]')
          FROM jsonb_array_elements(refusals) WITH ORDINALITY AS list (each, place)),
        failure = CASE WHEN failure::text ~* ${pattern} THEN jsonb_set(failure, '{details}', '{"reason": ""}') ELSE failure END
        WHERE ${naming(scope)}`.execute(postgres.as());
    },
  };
}
