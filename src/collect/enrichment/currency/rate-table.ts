import { type QueryExecutorProvider, sql } from 'kysely';
import { refuseEnrichment } from '../contract.ts';
import { type ReadRate, type ReadRates, readRatesCsv } from './rates-csv.ts';

const ROWS_PER_STATEMENT = 5_000;
const knownCurrencies = new Set(Intl.supportedValuesOf('currency'));

/** Sets rates; what stands already is replaced. Gives how many are new or changed. */
export async function saveRates(
  db: QueryExecutorProvider,
  projectId: number,
  rates: readonly ReadRate[],
  source: 'import' | 'hand',
): Promise<number> {
  let changed = 0;
  for (let from = 0; from < rates.length; from += ROWS_PER_STATEMENT) {
    const part = rates.slice(from, from + ROWS_PER_STATEMENT);
    const { rows } = await sql`
      INSERT INTO currency_rates (project_id, base, quote, day, rate, source)
      SELECT ${projectId}, r.base, r.quote, r.day, r.rate, ${source}
      FROM unnest(${part.map((rate) => rate.base)}::text[], ${part.map((rate) => rate.quote)}::text[], ${part.map((rate) => rate.day)}::date[],
        ${part.map((rate) => rate.rate)}::double precision[]) AS r (base, quote, day, rate)
      ON CONFLICT (project_id, base, quote, day) DO UPDATE SET rate = excluded.rate, source = excluded.source
      WHERE currency_rates.rate <> excluded.rate OR currency_rates.source <> excluded.source
      RETURNING 1`.execute(db);
    changed += rows.length;
  }
  return changed;
}

/** Sets one rate by hand. Throws `enrichment.currency_same`, `enrichment.currency_unknown`. */
export async function saveRate(db: QueryExecutorProvider, projectId: number, rate: ReadRate): Promise<void> {
  if (rate.base === rate.quote) throw refuseEnrichment('currency_same');
  const unknown = [rate.base, rate.quote].find((currency) => !knownCurrencies.has(currency));
  if (unknown !== undefined) throw refuseEnrichment('currency_unknown', { details: { currency: unknown } });
  await saveRates(db, projectId, [rate], 'hand');
}

export interface ImportedRates extends Pick<ReadRates, 'faults'> {
  read: number;
  changed: number;
  firstDay: string | null;
  lastDay: string | null;
}

/** Reads a file of rates; usable lines count, the others are told. Throws `enrichment.rates_unreadable` when no line is usable. */
export async function importRatesCsv(db: QueryExecutorProvider, projectId: number, csv: string): Promise<ImportedRates> {
  const { rates, faults } = readable(csv);
  // Of two lines about the same day the later one counts, as with two files.
  const unique = [...new Map(rates.map((rate) => [`${rate.base}${rate.quote}${rate.day}`, rate])).values()];
  if (unique.length === 0) throw refuseEnrichment('rates_unreadable', { details: { faults } });
  const changed = await saveRates(db, projectId, unique, 'import');
  const days = unique.reduce((span, { day }) => ({ first: day < span.first ? day : span.first, last: day > span.last ? day : span.last }), {
    first: '9999',
    last: '',
  });
  return { read: unique.length, changed, firstDay: days.first, lastDay: days.last, faults };
}

function readable(csv: string): ReadRates {
  try {
    return readRatesCsv(csv);
  } catch {
    throw refuseEnrichment('rates_unreadable', { details: { faults: [] } });
  }
}

/** Throws `enrichment.rate_unknown`. */
export async function removeRate(db: QueryExecutorProvider, projectId: number, rate: Omit<ReadRate, 'rate'>): Promise<void> {
  const { rows } = await sql`
    DELETE FROM currency_rates WHERE project_id = ${projectId} AND base = ${rate.base} AND quote = ${rate.quote} AND day = ${rate.day}::date
    RETURNING 1`.execute(db);
  if (rows.length === 0) throw refuseEnrichment('rate_unknown');
}
