import type { ClickHouse } from '../../../kernel/clickhouse/clickhouse.ts';
import type { Canonical } from '../../identity/index.ts';

/** An event as it leaves the product. */
export interface ExportedEvent {
  messageId: string;
  event: string;
  /** ISO 8601, UTC. */
  time: string;
  receivedAt: string;
  /** Day in the project's calendar. */
  day: string;
  personId: number;
  userId: string;
  anonymousId: string;
  sessionId: string;
  source: string;
  passive: number;
  properties: Record<string, unknown>;
  /** JSON text. */
  context: string;
}

/** Where in the order of arrival a reader stands: everything before is read, of the instant itself up to `id`. */
export interface Place {
  at: number;
  id: string;
}

interface Which {
  projectId: number;
  /** None: all. */
  events: readonly string[];
}

const columns = (canonical: Canonical): string => `message_id AS messageId, event, time, received_at AS receivedAt, toString(day) AS day,
  ${canonical.person('person_id')} AS personId, user_id AS userId, anonymous_id AS anonymousId, session_id AS sessionId, source, passive, properties, context`;

const mine = 'project_id = {projectId:UInt32} AND (empty({names:Array(String)}) OR event IN {names:Array(String)})';
const instant = (name: string): string => `fromUnixTimestamp64Milli({${name}:Int64}, 'UTC')`;

/** Which events arrived from a place on and before `until`? In order of arrival, at most `limit`. */
export function eventsAfter(
  clickhouse: ClickHouse,
  canonical: Canonical,
  question: Which & { after: Place; until: number; limit: number },
): Promise<(ExportedEvent & { arrived: number })[]> {
  const { projectId, events, after, until, limit } = question;
  return clickhouse.query(
    `SELECT ${columns(canonical)}, toUnixTimestamp64Milli(received_at) AS arrived FROM events
     WHERE ${mine} AND received_at >= ${instant('at')} AND received_at < ${instant('until')}
       AND (received_at > ${instant('at')} OR message_id > {id:String})
     ORDER BY received_at, message_id LIMIT {limit:UInt32}`,
    { projectId, names: [...events], at: after.at, id: after.id, until, limit, ...canonical.parameters },
    { maxSeconds: 120 },
  );
}

/** How many events arrived between two instants (half-open)? */
export async function countArrived(
  clickhouse: ClickHouse,
  { projectId, events, from, until }: Which & { from: number; until: number },
): Promise<number> {
  const rows = await clickhouse.query<{ n: number }>(
    `SELECT count() AS n FROM events WHERE ${mine} AND received_at >= ${instant('from')} AND received_at < ${instant('until')}`,
    { projectId, names: [...events], from, until },
  );
  return rows[0]?.n ?? 0;
}

/** Events that arrived between two instants, by the day on which they happened. */
export function eventsByDay(
  clickhouse: ClickHouse,
  canonical: Canonical,
  question: Which & { from: number; until: number },
): AsyncIterable<ExportedEvent[]> {
  const { projectId, events, from, until } = question;
  return clickhouse.stream(
    `SELECT ${columns(canonical)} FROM events
     WHERE ${mine} AND received_at >= ${instant('from')} AND received_at < ${instant('until')} ORDER BY day, received_at, message_id`,
    { projectId, names: [...events], from, until, ...canonical.parameters },
    { maxSeconds: 1_800 },
  );
}

/** Events that happened between two instants; how many, and all of them in order of the table. */
export async function countEvents(clickhouse: ClickHouse, question: Which & { from: number; until: number }): Promise<number> {
  const rows = await clickhouse.query<{ n: number }>(`SELECT count() AS n FROM events WHERE ${mine} AND ${happened}`, bound(question));
  return rows[0]?.n ?? 0;
}

export function allEvents(
  clickhouse: ClickHouse,
  canonical: Canonical,
  question: Which & { from: number; until: number },
  signal: AbortSignal,
): AsyncIterable<ExportedEvent[]> {
  return clickhouse.stream(
    `SELECT ${columns(canonical)} FROM events WHERE ${mine} AND ${happened}`,
    { ...bound(question), ...canonical.parameters },
    { maxSeconds: 7_200, signal },
  );
}

const happened = `time >= ${instant('from')} AND time < ${instant('until')}`;
const bound = ({ projectId, events, from, until }: Which & { from: number; until: number }) => ({ projectId, names: [...events], from, until });

/** Who is new, or was spoken about, among those of whom something arrived between two instants? */
export async function peopleTold(
  clickhouse: ClickHouse,
  canonical: Canonical,
  { projectId, from, until }: { projectId: number; from: number; until: number },
): Promise<number[]> {
  const rows = await clickhouse.query<{ person: number }>(
    `SELECT DISTINCT ${canonical.person('person_id')} AS person FROM events
     WHERE project_id = {projectId:UInt32} AND received_at >= ${instant('from')} AND received_at < ${instant('until')}
       AND (event IN ('$identify', '$alias', '$group', '$merged', '$unlink')
            OR person_id IN (SELECT person_id FROM people WHERE project_id = {projectId:UInt32} AND created_at >= ${instant('from')}))
     ORDER BY person`,
    { projectId, from, until, ...canonical.parameters },
  );
  return rows.map((row) => row.person);
}
