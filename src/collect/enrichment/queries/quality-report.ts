import { type QueryExecutorProvider, sql } from 'kysely';
import type { QualityMeasure } from '../contract.ts';

type Counts = Partial<Record<QualityMeasure, number>>;

export interface QualityReport {
  totals: Counts;
  series: { at: string; counts: Counts }[];
  clients: { client: string; counts: Counts }[];
  reasons: { measure: QualityMeasure; reason: string; client: string; count: number }[];
}

export interface QualityQuestion {
  /** Hours of arrival in `[fromMs, toMs)`. */
  fromMs: number;
  toMs: number;
  unit: 'hour' | 'day';
  client?: string | undefined;
  /** The project's day of an instant. */
  dayOf(timeMs: number): string;
}

const HOUR_MS = 3_600_000;
const CLIENTS_MAX = 100;
const REASONS_MAX = 200;

/** What came in, what became of it and what was odd about it, by the hour or day of arrival, by client and by reason? */
export async function qualityReport(db: QueryExecutorProvider, projectId: number, question: QualityQuestion): Promise<QualityReport> {
  const fromMs = Math.floor(question.fromMs / HOUR_MS) * HOUR_MS;
  const span = sql`project_id = ${projectId} AND hour >= ${new Date(fromMs).toISOString()}::timestamptz AND hour < ${new Date(question.toMs).toISOString()}::timestamptz`;
  const where = question.client === undefined ? span : sql`${span} AND client = ${question.client}`;
  const hours = await sql<{ hour: Date; measure: QualityMeasure; count: number }>`
    SELECT hour, measure, sum(count)::bigint AS count FROM quality_counts WHERE ${where} GROUP BY hour, measure ORDER BY hour`.execute(db);
  const clients = await sql<{ client: string; measure: QualityMeasure; count: number }>`
    SELECT client, measure, sum(count)::bigint AS count FROM quality_counts WHERE ${span} GROUP BY client, measure`.execute(db);
  const reasons = await sql<QualityReport['reasons'][number]>`
    SELECT measure, reason, client, sum(count)::bigint AS count FROM quality_counts WHERE ${where} AND reason <> ''
    GROUP BY measure, reason, client ORDER BY count DESC, measure, reason, client LIMIT ${REASONS_MAX}`.execute(db);
  const totals: Counts = {};
  for (const { measure, count } of hours.rows) totals[measure] = (totals[measure] ?? 0) + count;
  return { totals, series: seriesOf(hours.rows, { ...question, fromMs }), clients: byClient(clients.rows), reasons: reasons.rows };
}

function seriesOf(
  rows: readonly { hour: Date; measure: QualityMeasure; count: number }[],
  { fromMs, toMs, unit, dayOf }: QualityQuestion,
): QualityReport['series'] {
  const name = (timeMs: number): string => (unit === 'hour' ? String(timeMs) : dayOf(timeMs));
  const buckets = new Map<string, { at: string; counts: Counts }>();
  for (let at = fromMs; at < toMs; at += HOUR_MS) {
    const key = name(at);
    if (!buckets.has(key)) buckets.set(key, { at: new Date(at).toISOString(), counts: {} });
  }
  for (const { hour, measure, count } of rows) {
    const counts = buckets.get(name(hour.getTime()))?.counts;
    if (counts) counts[measure] = (counts[measure] ?? 0) + count;
  }
  return [...buckets.values()];
}

function byClient(rows: readonly { client: string; measure: QualityMeasure; count: number }[]): QualityReport['clients'] {
  const clients = new Map<string, Counts>();
  for (const { client, measure, count } of rows) {
    const counts = clients.get(client) ?? {};
    counts[measure] = count;
    clients.set(client, counts);
  }
  return [...clients]
    .map(([client, counts]) => ({ client, counts }))
    .sort((left, right) => (right.counts.received ?? 0) - (left.counts.received ?? 0) || (left.client < right.client ? -1 : 1))
    .slice(0, CLIENTS_MAX);
}
