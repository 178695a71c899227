import { sql } from 'kysely';
import type { Postgres } from '../../../kernel/postgres/postgres.ts';
import type { QualityMeasure } from '../contract.ts';

/** One line of the table before it is written. */
export interface WaitingCount {
  projectId: number;
  hourMs: number;
  client: string;
  measure: QualityMeasure;
  reason: string;
  count: number;
}

/** Adds counts to the table, all or none. In the order of the key, so that two processes never wait for each other in a circle. */
export async function addCounts(postgres: Postgres, waiting: readonly WaitingCount[]): Promise<void> {
  const lines = [...joined(waiting)].sort((left, right) => (left.key < right.key ? -1 : 1)).map(({ line }) => line);
  await sql`
    INSERT INTO quality_counts (project_id, hour, client, measure, reason, count)
    SELECT * FROM unnest(${lines.map((line) => line.projectId)}::int[], ${lines.map((line) => new Date(line.hourMs).toISOString())}::timestamptz[],
      ${lines.map((line) => line.client)}::text[], ${lines.map((line) => line.measure)}::text[], ${lines.map((line) => line.reason)}::text[],
      ${lines.map((line) => line.count)}::bigint[])
    ON CONFLICT (project_id, hour, client, measure, reason) DO UPDATE SET count = quality_counts.count + excluded.count`.execute(
    postgres.as<object>(),
  );
}

/** Lines that became the same when their texts were made plain are one: a statement may not touch a row twice. */
function joined(waiting: readonly WaitingCount[]): Iterable<{ key: string; line: WaitingCount }> {
  const lines = new Map<string, { key: string; line: WaitingCount }>();
  for (const line of waiting) {
    const key = [String(line.projectId).padStart(10, '0'), line.hourMs, line.client, line.measure, line.reason].join('\n');
    const known = lines.get(key);
    if (known) known.line = { ...known.line, count: known.line.count + line.count };
    else lines.set(key, { key, line });
  }
  return lines.values();
}
