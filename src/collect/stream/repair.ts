import type { ClickHouse } from '../../kernel/clickhouse/clickhouse.ts';

/** Messages are looked at again from this long before the last one: far more than a group may take from arrival to its last write. */
export const REPAIR_MARGIN_MS = 15 * 60_000;

/**
 * Pushes the events that arrived since `sinceMs` into `event_days` and `message_ids` again. A view's part may be missing when a process died
 * between the parts of one insert. Both tables hold sets, so what was there stays what it was.
 */
export async function repairRollups(clickhouse: ClickHouse, sinceMs: number): Promise<void> {
  const events = clickhouse.localTable('events');
  const since = { since: Math.floor(sinceMs) };
  const recent = `FROM ${events} WHERE received_at >= fromUnixTimestamp64Milli({since:Int64}, 'UTC')`;
  await clickhouse.commandOnEachShard(
    `INSERT INTO ${clickhouse.localTable('message_ids')} (project_id, hash)
    SELECT project_id, reinterpretAsUInt128(sipHash128(message_id)) AS hash ${recent}`,
    since,
  );
  await clickhouse.commandOnEachShard(
    `INSERT INTO ${clickhouse.localTable('event_days')} (project_id, event, day, people)
    SELECT project_id, arrayJoin(if(passive = 1, [toString(event)], [toString(event), ''])) AS name, day, groupBitmapState(person_id) AS people
    ${recent} GROUP BY project_id, name, day`,
    since,
  );
}

/** When did the last event arrive (ms)? 0 for an empty stream. */
export async function lastArrival(clickhouse: ClickHouse): Promise<number> {
  const rows = await clickhouse.query<{ last: number }>('SELECT toUnixTimestamp64Milli(max(received_at)) AS last FROM events');
  return Math.max(0, rows[0]?.last ?? 0);
}
