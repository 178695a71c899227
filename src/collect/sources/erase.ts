import { sql } from 'kysely';
import type { Kernel } from '../../kernel/slice.ts';
import { type Eraser, type ErasureScope, patternOf } from '../retention/index.ts';

/** Bodies that name an erased person, by what they are called: bodies know no numbers. */
export function eraserOf({ postgres }: Pick<Kernel, 'postgres'>): Eraser {
  const naming = ({ projectId, texts }: ErasureScope) =>
    sql`project_id = ${projectId} AND (body ~* ${patternOf(texts) ?? null} OR headers::text ~* ${patternOf(texts) ?? null}
      OR problems::text ~* ${patternOf(texts) ?? null})`;
  return {
    name: 'sources',
    async count(scope) {
      const { rows } = await sql<{ count: number }>`SELECT count(*)::int AS count FROM source_deliveries WHERE ${naming(scope)}`.execute(
        postgres.as(),
      );
      return [{ store: 'postgres', table: 'source_deliveries', rows: rows[0]?.count ?? 0 }];
    },
    async erase(scope) {
      await sql`DELETE FROM source_deliveries WHERE ${naming(scope)}`.execute(postgres.as());
    },
  };
}
