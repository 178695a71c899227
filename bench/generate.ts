import type { ClickHouse } from '../src/kernel/clickhouse/clickhouse.ts';

/** How much to make. The last day ends at `until`. */
export interface Load {
  projectId: number;
  events: number;
  people: number;
  days: number;
  /** ms; a midnight of `timeZone`. */
  until: number;
  timeZone: string;
}

/** Rows of one insert: large enough for full speed, small enough to stay below 1 GB. */
const ROWS_PER_INSERT = 1_000_000;

/** Names and how many of 1,000 events have them: a shop. */
const shares: [event: string, share: number][] = [
  ['$page', 480],
  ['Product Viewed', 200],
  ['Product Added', 110],
  ['Search', 70],
  ['Checkout Started', 50],
  ['Signed In', 40],
  ['Order Completed', 30],
  ['Shared', 20],
];

/**
 * Writes events straight into the stream's table, by SQL alone; the daily bitmaps follow through the table's own views. The same numbers give the same rows.
 * Skewed as real load is: an event's person goes by the square of an even number, so the busiest hundredth of people has a tenth of the events; hours
 * peak in the afternoon.
 */
export async function generate(clickhouse: ClickHouse, load: Load, progress: (rows: number) => void = () => {}): Promise<void> {
  for (let first = 0; first < load.events; first += ROWS_PER_INSERT) {
    const count = Math.min(ROWS_PER_INSERT, load.events - first);
    await clickhouse.command(insertSql(), { ...load, first, count }, { lane: 'write', maxSeconds: 600 });
    progress(first + count);
  }
}

function insertSql(): string {
  let below = 0;
  const name = shares.map(([event, share]) => {
    below += share;
    return `pick < ${below}, '${event}'`;
  });
  const even = (salt: number) => `(cityHash64(number, ${salt}) / 18446744073709551616.)`;
  return `INSERT INTO events (project_id, person_id, event, time, day, sequence, message_id, user_id, anonymous_id, session_id, source, passive, properties, context, received_at)
SELECT {projectId:UInt32}, person, event, time, toDate(time, {timeZone:String}), 0, concat('bench-', toString(number)), '', toString(person), '', 'bench', 0,
  CAST(concat('{"price":', toString(cityHash64(number, 5) % 20000 / 100), ',"city":"c', toString(cityHash64(person, 6) % 40), '","device":"', ['phone', 'desktop', 'tablet'][1 + cityHash64(person, 7) % 3], '"}'), 'JSON'),
  '{}', time
FROM (
  SELECT number, cityHash64(number, 1) % 1000 AS pick, multiIf(${name.join(', ')}, '$page') AS event,
    toUInt32(1 + floor({people:UInt32} * pow(${even(2)}, 2))) AS person,
    toUInt64(${even(3)} * {days:UInt32}) AS day_index,
    toUInt64(86400000 * (0.25 + 0.75 * (${even(4)} + ${even(8)}) / 2)) AS ms_of_day,
    fromUnixTimestamp64Milli(toInt64({until:UInt64} - (day_index + 1) * 86400000 + least(ms_of_day, 86399999)), 'UTC') AS time
  FROM numbers({first:UInt64}, {count:UInt64})
)`;
}
