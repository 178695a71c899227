import { type QueryExecutorProvider, sql } from 'kysely';

interface ListedRate {
  base: string;
  quote: string;
  day: string;
  rate: number;
  source: 'import' | 'hand';
}

export interface ListedRates {
  items: ListedRate[];
  nextCursor?: string;
  total: number;
  lastDay: string | null;
}

/** Which rates has the project, newest first? The cursor is the last one's day and pair. */
export async function listRatesOf(
  db: QueryExecutorProvider,
  projectId: number,
  { currency, limit, cursor }: { currency?: string | undefined; limit: number; cursor?: string | undefined },
): Promise<ListedRates> {
  const ofCurrency = currency === undefined ? sql`` : sql`AND (base = ${currency} OR quote = ${currency})`;
  const after = cursor === undefined ? sql`` : sql`AND (day, base || quote) < (${cursor.slice(0, 10)}::date, ${cursor.slice(10)})`;
  const { rows } = await sql<ListedRate>`
    SELECT base, quote, day, rate, source FROM currency_rates WHERE project_id = ${projectId} ${ofCurrency} ${after}
    ORDER BY day DESC, base || quote DESC LIMIT ${limit + 1}`.execute(db);
  const summary = await sql<{ total: number; lastDay: string | null }>`
    SELECT count(*) AS total, max(day) AS "lastDay" FROM currency_rates WHERE project_id = ${projectId} ${ofCurrency}`.execute(db);
  const items = rows.slice(0, limit);
  const last = rows.length > limit ? items.at(-1) : undefined;
  return {
    items,
    ...(last && { nextCursor: `${last.day}${last.base}${last.quote}` }),
    total: summary.rows[0]?.total ?? 0,
    lastDay: summary.rows[0]?.lastDay ?? null,
  };
}
