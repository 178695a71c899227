import type { Canonical } from '../../../collect/identity/index.ts';
import type { ClickHouse } from '../../../kernel/clickhouse/clickhouse.ts';

/** A person and their last event that is not passive, ms. */
export interface SeenRow {
  person: number;
  seen: number;
}

interface Asked {
  projectId: number;
  canonical: Canonical;
  now: number;
  /** People after this one in the order; absent: from the beginning. */
  after?: SeenRow;
  limit: number;
}

const DAY_MS = 86_400_000;
/** How far back to look, in days: most pages are answered by the first steps. */
const STEPS_DAYS = [1, 7, 30, 120, 100_000];

/** Who was seen last? Whoever was seen inside a span that begins at an instant has their last event inside it, so short spans are asked first. */
export async function recentlySeen(clickhouse: ClickHouse, asked: Asked): Promise<SeenRow[]> {
  const from = asked.after?.seen ?? asked.now;
  let found: SeenRow[] = [];
  for (const days of STEPS_DAYS) {
    found = await seenSince(clickhouse, asked, Math.max(0, from - days * DAY_MS));
    if (found.length >= asked.limit) break;
  }
  return found;
}

async function seenSince(clickhouse: ClickHouse, { projectId, canonical, after, limit }: Asked, since: number): Promise<SeenRow[]> {
  const following = after ? 'HAVING (seen, person) < ({afterSeen:Int64}, {afterPerson:UInt32})' : '';
  return clickhouse.query<SeenRow>(
    `SELECT toUInt32(${canonical.person('person_id')}) AS person, toUnixTimestamp64Milli(max(time)) AS seen FROM events
     WHERE project_id = {projectId:UInt32} AND passive = 0 AND time >= fromUnixTimestamp64Milli({since:Int64}, 'UTC')
     GROUP BY person ${following} ORDER BY seen DESC, person DESC LIMIT {limit:UInt32}`,
    { ...canonical.parameters, projectId, since, limit, ...(after && { afterSeen: after.seen, afterPerson: after.person }) },
    { maxSeconds: 20 },
  );
}

/** When was each of these people last seen? People without an event that is not passive are absent. */
export async function lastSeenOf(
  clickhouse: ClickHouse,
  canonical: Canonical,
  asked: { projectId: number; personIds: readonly number[] },
): Promise<Map<number, number>> {
  const wanted = new Set(asked.personIds);
  if (wanted.size === 0) return new Map();
  const numbers = canonical.numbersOf(wanted);
  const rows = await clickhouse.query<SeenRow>(
    `SELECT toUInt32(${canonical.person('person_id')}) AS person, toUnixTimestamp64Milli(max(time)) AS seen FROM events
     WHERE project_id = {projectId:UInt32} AND person_id IN {numbers:Array(UInt32)} AND passive = 0 GROUP BY person`,
    { ...canonical.parameters, projectId: asked.projectId, numbers },
  );
  return new Map(rows.map((row) => [row.person, row.seen]));
}
