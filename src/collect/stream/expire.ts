import type { ClickHouse } from '../../kernel/clickhouse/clickhouse.ts';

/** Events of a name that happened before a local day of the project are to go. */
export interface DayCut {
  /** `*`: all events that no other cut names. */
  event: string;
  /** The first day that stays, `YYYY-MM-DD`; null: all stay. */
  keepFrom: string | null;
}

/** What a cut would delete. */
export interface ExpiredEvents {
  event: string;
  events: number;
  firstDay: string;
  lastDay: string;
}

/** Any event without a cut of its own. */
const OTHER_EVENTS = '*';

/** Waits until the rows are gone from the disk, and not only marked. */
const mutation = { settings: { mutations_sync: 1 }, maxSeconds: 590, lane: 'write' } as const;

/** The daily sets, and their copy with settled merges put in: what goes from the one goes from the other. */
const DAY_TABLES = ['event_days', 'event_days_settled'] as const;

/** How many events of each name are older than the cuts. */
export async function countExpired(clickhouse: ClickHouse, projectId: number, cuts: readonly DayCut[]): Promise<ExpiredEvents[]> {
  const expired = expiredSql(cuts);
  if (expired === undefined) return [];
  return clickhouse.query<ExpiredEvents>(
    `SELECT event, count() AS events, toString(min(day)) AS firstDay, toString(max(day)) AS lastDay FROM events
    WHERE project_id = {projectId:UInt32} AND (${expired.sql}) GROUP BY event ORDER BY events DESC, event`,
    { projectId, ...expired.parameters },
  );
}

/** The days of those events. */
export async function expiredDays(clickhouse: ClickHouse, projectId: number, cuts: readonly DayCut[]): Promise<string[]> {
  const expired = expiredSql(cuts);
  if (expired === undefined) return [];
  const rows = await clickhouse.query<{ found: string }>(
    `SELECT DISTINCT toString(day) AS found FROM events WHERE project_id = {projectId:UInt32} AND (${expired.sql}) ORDER BY found`,
    { projectId, ...expired.parameters },
  );
  return rows.map((row) => row.found);
}

/** Deletes them, and brings the daily sets of `days` into line with what stays. */
export async function expireEvents(
  clickhouse: ClickHouse,
  projectId: number,
  { cuts, days }: { cuts: readonly DayCut[]; days: readonly string[] },
): Promise<void> {
  const expired = expiredSql(cuts);
  if (expired === undefined || days.length === 0) return;
  const [events, sets] = [clickhouse.localTable('events'), clickhouse.localTable('event_days')];
  const parameters = { projectId, ...expired.parameters };
  await clickhouse.commandOnEachShard(
    `ALTER TABLE ${events} DELETE WHERE project_id = {projectId:UInt32} AND (${expired.sql})`,
    parameters,
    mutation,
  );
  for (const table of DAY_TABLES)
    await clickhouse.commandOnEachShard(
      `ALTER TABLE ${clickhouse.localTable(table)} DELETE WHERE project_id = {projectId:UInt32} AND ((event != '' AND (${expired.sql})) OR (event = '' AND day IN (SELECT toDate(arrayJoin({days:Array(String)})))))`,
      { ...parameters, days },
      mutation,
    );
  // Who did anything on those days is asked of the events that stay. What arrives meanwhile adds to the same sets.
  await clickhouse.commandOnEachShard(
    `INSERT INTO ${sets} (project_id, event, day, people)
    SELECT project_id, '', day, groupBitmapState(person_id) FROM ${events}
    WHERE project_id = {projectId:UInt32} AND passive = 0 AND day IN (SELECT toDate(arrayJoin({days:Array(String)}))) GROUP BY project_id, day`,
    { projectId, days },
    { maxSeconds: mutation.maxSeconds },
  );
}

/** Takes people out of the daily sets. */
export async function takeOutOfDays(clickhouse: ClickHouse, projectId: number, personIds: readonly number[]): Promise<void> {
  if (personIds.length === 0) return;
  const people = setOf(personIds);
  for (const table of DAY_TABLES) {
    const sets = clickhouse.localTable(table);
    await clickhouse.commandOnEachShard(
      `ALTER TABLE ${sets} UPDATE people = bitmapAndnot(people, ${people}) WHERE project_id = {projectId:UInt32} AND bitmapHasAny(people, ${people})`,
      { projectId },
      mutation,
    );
    await clickhouse.commandOnEachShard(
      `ALTER TABLE ${sets} DELETE WHERE project_id = {projectId:UInt32} AND bitmapCardinality(people) = 0`,
      { projectId },
      mutation,
    );
  }
}

/** Rows of the daily sets that hold one of these people. */
export async function countInDays(clickhouse: ClickHouse, projectId: number, personIds: readonly number[]): Promise<number> {
  if (personIds.length === 0) return 0;
  let count = 0;
  for (const table of DAY_TABLES) {
    const rows = await clickhouse.query<{ sets: number }>(
      `SELECT count() AS sets FROM ${table} WHERE project_id = {projectId:UInt32} AND bitmapHasAny(people, ${setOf(personIds)})`,
      { projectId },
    );
    count += rows[0]?.sets ?? 0;
  }
  return count;
}

function setOf(personIds: readonly number[]): string {
  if (!personIds.every((id) => Number.isInteger(id) && id > 0)) throw new TypeError('Numbers of people are whole and positive');
  return `bitmapBuild(CAST([${personIds.join(',')}] AS Array(UInt32)))`;
}

function expiredSql(cuts: readonly DayCut[]): { sql: string; parameters: Record<string, string | string[]> } | undefined {
  const parameters: Record<string, string | string[]> = {};
  const parts: string[] = [];
  const named = cuts.filter((cut) => cut.event !== OTHER_EVENTS);
  named.forEach(({ event, keepFrom }, index) => {
    if (keepFrom === null) return;
    parameters[`event${index}`] = event;
    parameters[`from${index}`] = keepFrom;
    parts.push(`(event = {event${index}:String} AND day < toDate({from${index}:String}))`);
  });
  const others = cuts.find((cut) => cut.event === OTHER_EVENTS)?.keepFrom;
  if (others) {
    parameters['fromOthers'] = others;
    parameters['named'] = named.map((cut) => cut.event);
    parts.push('(event NOT IN ({named:Array(String)}) AND day < toDate({fromOthers:String}))');
  }
  return parts.length === 0 ? undefined : { sql: parts.join(' OR '), parameters };
}
