// How does ClickHouse spell this time zone? It computes the days of events, and minds upper and lower case.
import type { ClickHouse } from '../../../kernel/clickhouse/clickhouse.ts';

export async function timeZoneSpelling(clickhouse: ClickHouse, name: string): Promise<string | undefined> {
  const rows = await clickhouse.query<{ time_zone: string }>(
    `SELECT time_zone FROM system.time_zones WHERE lower(time_zone) = lower({name:String}) ORDER BY time_zone = {name:String} DESC LIMIT 1`,
    { name },
  );
  return rows[0]?.time_zone;
}
