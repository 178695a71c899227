import type { Canonical } from '../../../collect/identity/index.ts';
import type { ClickHouse } from '../../../kernel/clickhouse/clickhouse.ts';

/** People about whom something arrived. */
export interface Touched {
  /** Undefined: more than the limit. */
  persons: number[] | undefined;
  /** Arrival of the newest event that was seen, ms; undefined when there was none. */
  newestMs: number | undefined;
}

interface Asked {
  projectId: number;
  canonical: Canonical;
  /** Arrived at or after, ms. */
  sinceMs: number;
  limit: number;
}

/** About whom has something arrived since an instant? Reads only granules with arrivals since then (skip index on `received_at`). */
export async function touchedPeople(clickhouse: ClickHouse, asked: Asked): Promise<Touched> {
  const { projectId, canonical, sinceMs, limit } = asked;
  const [row] = await clickhouse.query<{ persons: number[]; newest: number; rows: number }>(
    `SELECT groupUniqArray(${Math.trunc(limit) + 1})(toUInt32(${canonical.person('person_id')})) AS persons,
       toUnixTimestamp64Milli(max(received_at)) AS newest, toUInt32(count()) AS rows
     FROM events WHERE project_id = {projectId:UInt32} AND received_at >= fromUnixTimestamp64Milli({sinceMs:Int64}, 'UTC')`,
    { ...canonical.parameters, projectId, sinceMs: Math.round(sinceMs) },
  );
  if (!row || row.rows === 0) return { persons: [], newestMs: undefined };
  return { persons: row.persons.length > limit ? undefined : row.persons, newestMs: row.newest };
}
