import { type Kysely, sql } from 'kysely';
import type { PlanTables } from '../tables.ts';

export interface SeenEventRow {
  event: string;
  firstSeen: Date;
  lastSeen: Date;
  sampled: number;
}

/** Which events were seen, and when first and last? */
export function seenEvents(db: Kysely<PlanTables>, projectId: number): Promise<SeenEventRow[]> {
  return db
    .selectFrom('seen_events')
    .select(['event', 'first_seen as firstSeen', 'last_seen as lastSeen', 'sampled'])
    .where('project_id', '=', projectId)
    .execute();
}

/** How many of each event (or of one) came on each day since? */
export function volumes(
  db: Kysely<PlanTables>,
  projectId: number,
  of: { since: string; event?: string },
): Promise<{ event: string; day: string; count: number }[]> {
  return db
    .selectFrom('seen_event_days')
    .select(['event', 'day', 'count'])
    .where('project_id', '=', projectId)
    .where('day', '>=', of.since)
    .$if(of.event !== undefined, (query) => query.where('event', '=', of.event ?? ''))
    .execute();
}

/** Which properties were seen on events ('' for traits)? */
export function seenProperties(db: Kysely<PlanTables>, projectId: number, events: readonly string[]) {
  return db
    .selectFrom('seen_properties')
    .selectAll()
    .where('project_id', '=', projectId)
    .where('event', 'in', events.length > 0 ? [...events] : ['\n'])
    .orderBy('event')
    .orderBy('property')
    .execute();
}

export interface ViolationRow {
  event: string;
  kind: string;
  name: string;
  isTrait: boolean;
  library: string;
  count: number;
  firstAt: Date;
  lastAt: Date;
  sample: { messageId: string; expected?: string; found?: string };
}

/** Which violations were there since a day, most frequent first? */
export async function violationsSince(
  db: Kysely<PlanTables>,
  projectId: number,
  of: { since: string; event?: string | undefined; limit: number },
): Promise<ViolationRow[]> {
  const { rows } = await sql<ViolationRow>`
    SELECT event, kind, name, is_trait AS "isTrait", library, sum(count)::bigint AS count, min(first_at) AS "firstAt", max(last_at) AS "lastAt",
      (array_agg(sample ORDER BY day DESC))[1] AS sample
    FROM plan_violations
    WHERE project_id = ${projectId} AND day >= ${of.since}::date AND (${of.event ?? null}::text IS NULL OR event = ${of.event ?? null}::text)
    GROUP BY event, kind, name, is_trait, library ORDER BY count DESC, event, kind, name LIMIT ${of.limit}`.execute(db);
  return rows;
}

/** How many violations has each event (or has one, by day) had since a day? */
export async function violationTotals(db: Kysely<PlanTables>, projectId: number, since: string): Promise<Map<string, number>> {
  const rows = await db
    .selectFrom('plan_violations')
    .select(['event', sql<number>`sum(count)::bigint`.as('count')])
    .where('project_id', '=', projectId)
    .where('day', '>=', since)
    .where('is_trait', '=', false)
    .groupBy('event')
    .execute();
  return new Map(rows.map(({ event, count }) => [event, count]));
}

/** How many violations has each trait had since a day? */
export async function traitViolations(db: Kysely<PlanTables>, projectId: number, since: string): Promise<Map<string, number>> {
  const rows = await db
    .selectFrom('plan_violations')
    .select(['name', sql<number>`sum(count)::bigint`.as('count')])
    .where('project_id', '=', projectId)
    .where('day', '>=', since)
    .where('is_trait', '=', true)
    .groupBy('name')
    .execute();
  return new Map(rows.map(({ name, count }) => [name, count]));
}

/** How many violations had an event on each day since? */
export function violationDays(
  db: Kysely<PlanTables>,
  projectId: number,
  of: { since: string; event: string },
): Promise<{ day: string; count: number }[]> {
  return db
    .selectFrom('plan_violations')
    .select(['day', sql<number>`sum(count)::bigint`.as('count')])
    .where('project_id', '=', projectId)
    .where('day', '>=', of.since)
    .where('event', '=', of.event)
    .groupBy('day')
    .orderBy('day')
    .execute();
}
