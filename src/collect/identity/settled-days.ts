import type { ClickHouse } from '../../kernel/clickhouse/clickhouse.ts';
import { lookUpSettled, type SettledPlace } from './settled-merges.ts';

/** No insert into the daily sets takes as long as this, and no two shards' clocks are as far apart: what came so late is put in once more. */
export const MARGIN_SECONDS = 900;
const COPY_SECONDS_MAX = 3_600;
/** Few sets at a time: one of them may hold millions of people. */
const settings = { max_threads: 1, max_block_size: 16, min_insert_block_size_rows: 4_096, min_insert_block_size_bytes: 67_108_864 } as const;

/** Until when the settled daily sets are sure to be complete when they are copied now: seconds since 1970. */
export async function daysComplete(clickhouse: ClickHouse): Promise<number> {
  const [row] = await clickhouse.query<{ now: number }>('SELECT toUnixTimestamp(now()) AS now');
  return (row?.now ?? 0) - MARGIN_SECONDS;
}

/**
 * Copies the daily sets with a version's merges put in: all of them, or what came from `since` on (seconds). Sets: twice is once. Each shard copies its
 * own, so that what takes people out of one takes them out of the other by the same statement.
 */
export async function copyDays(clickhouse: ClickHouse, place: Omit<SettledPlace, 'daysUntil'>, since?: number): Promise<void> {
  const [row] = await clickhouse.query<{ database: string }>('SELECT currentDatabase() AS database');
  const winner = lookUpSettled(place, row?.database ?? 'default', 'number');
  await clickhouse.commandOnEachShard(
    `INSERT INTO ${clickhouse.localTable('event_days_settled')} (project_id, version, event, day, people)
    SELECT project_id, {version:UInt64}, event, day, arrayReduce('groupBitmapState', arrayMap(number -> toUInt32(${winner}), bitmapToArray(people)))
    FROM ${clickhouse.localTable('event_days')} WHERE project_id = {projectId:UInt32} ${since === undefined ? '' : 'AND changed_at >= toDateTime({since:UInt32})'}`,
    { projectId: place.projectId, version: place.version, ...(since !== undefined && { since }) },
    { lane: 'read', maxSeconds: COPY_SECONDS_MAX, settings },
  );
}

/** Drops the copies of versions that no query can ask: those before one, or one that nobody was told of. */
export async function dropDays(clickhouse: ClickHouse, projectId: number, which: { olderThan: number } | { only: number }): Promise<void> {
  const bound = 'only' in which ? which.only : which.olderThan;
  const rows = await clickhouse.query<{ version: number }>(
    `SELECT DISTINCT version FROM event_days_settled WHERE project_id = {projectId:UInt32} AND version ${'only' in which ? '=' : '<'} {bound:UInt64}`,
    { projectId, bound },
  );
  for (const { version } of rows)
    await clickhouse.commandOnEachShard(`ALTER TABLE ${clickhouse.localTable('event_days_settled')} DROP PARTITION (${projectId}, ${version})`);
}
