import { type QueryExecutorProvider, sql } from 'kysely';
import { dayNumberOfText, type Rate } from '../currency/rates.ts';

/** Which rates has the project, those of a pair in the order of their days? */
export async function ratesOfProject(db: QueryExecutorProvider, projectId: number): Promise<Rate[]> {
  const { rows } = await sql<{ base: string; quote: string; day: string; rate: number }>`
    SELECT base, quote, day, rate FROM currency_rates WHERE project_id = ${projectId} ORDER BY base, quote, day`.execute(db);
  return rows.map(({ base, quote, day, rate }) => ({ base, quote, day: dayNumberOfText(day), rate }));
}
