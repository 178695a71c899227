import type { ClickHouse } from '../../../kernel/clickhouse/clickhouse.ts';

/** A value that a trait had from `at` on; without `value` it was cleared. Times are ms. */
export interface TraitMoment {
  trait: string;
  value?: unknown;
  at: number;
}

/**
 * What were a person's traits at `at` (ms)? Of two values the one that was written later counts, as for the values of today. Where the person had none of their own,
 * what people had counts who were merged into them.
 */
export async function traitsAt(
  clickhouse: ClickHouse,
  asked: { projectId: number; personId: number; numbers: readonly number[]; at: number },
): Promise<Record<string, unknown>> {
  const rows = await clickhouse.query<{ trait: string; value: string }>(
    `SELECT toString(trait) AS trait, argMax(value, (person_id = {personId:UInt32}, version)) AS value FROM trait_changes
    WHERE project_id = {projectId:UInt32} AND person_id IN {numbers:Array(UInt32)} AND at <= fromUnixTimestamp64Milli({at:Int64}, 'UTC')
    GROUP BY trait HAVING value != '' ORDER BY trait`,
    { projectId: asked.projectId, personId: asked.personId, numbers: asked.numbers, at: Math.floor(asked.at) },
  );
  return Object.fromEntries(rows.map((row) => [row.trait, JSON.parse(row.value) as unknown]));
}

/** Which values did a person's traits take, the newest first? `trait` narrows it to one. */
export async function traitHistory(
  clickhouse: ClickHouse,
  asked: { projectId: number; numbers: readonly number[]; trait?: string | undefined; limit: number },
): Promise<TraitMoment[]> {
  const rows = await clickhouse.query<{ trait: string; value: string; at: number }>(
    `SELECT toString(trait) AS trait, value, toUnixTimestamp64Milli(at) AS at FROM trait_changes FINAL
    WHERE project_id = {projectId:UInt32} AND person_id IN {numbers:Array(UInt32)} ${asked.trait === undefined ? '' : 'AND trait = {trait:String}'}
    ORDER BY trait_changes.at DESC, version DESC, trait LIMIT {limit:UInt32}`,
    { projectId: asked.projectId, numbers: asked.numbers, limit: asked.limit, ...(asked.trait !== undefined && { trait: asked.trait }) },
  );
  return rows.map(({ trait, value, at }) => ({ trait, at, ...(value !== '' && { value: JSON.parse(value) as unknown }) }));
}
