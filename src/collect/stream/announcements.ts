import { type QueryExecutorProvider, sql } from 'kysely';
import type { Bus } from '../../kernel/bus/bus.ts';
import type { ClickHouse } from '../../kernel/clickhouse/clickhouse.ts';
import type { Postgres } from '../../kernel/postgres/postgres.ts';
import type { Announcement } from './contract.ts';
import { ANY_EVENT, type Interest, type Interests } from './interests.ts';

/** Announced events stay known for this long; nothing older is ever announced again. */
const DONE_KEPT_HOURS = 24;
const PURGE_BATCH = 5_000;

/** An event as it is told. `properties` is JSON text. */
export interface ToldEvent {
  projectId: number;
  personId: number;
  event: string;
  time: number;
  messageId: string;
  properties: string;
}

interface StoredEvent extends ToldEvent {
  receivedAt: number;
}

/** Tells listeners about events through PostgreSQL, each event once to each. */
export class Announcer {
  readonly #postgres: Postgres;
  readonly #clickhouse: ClickHouse;
  readonly #bus: Bus;
  readonly #interests: Interests;

  constructor(parts: { postgres: Postgres; clickhouse: ClickHouse; bus: Bus; interests: Interests }) {
    this.#postgres = parts.postgres;
    this.#clickhouse = parts.clickhouse;
    this.#bus = parts.bus;
    this.#interests = parts.interests;
  }

  /** Tells which events somebody listens to; undefined when nobody listens to anything. */
  async wanted(): Promise<((projectId: number, event: string) => boolean) | undefined> {
    const byProject = await this.#interests.current();
    if (byProject.size === 0) return undefined;
    return (projectId, event) => {
      const events = byProject.get(projectId);
      return events !== undefined && (events.has(event) || events.has(ANY_EVENT));
    };
  }

  /** Durable when it resolves; an event that a listener was told before is not told again. */
  async announce(events: readonly ToldEvent[]): Promise<void> {
    const byProject = await this.#interests.current();
    if (byProject.size === 0) return;
    await this.#write(events.flatMap((event) => interestedIn(event, byProject).map((interest) => ({ event, listener: interest.listener }))));
  }

  /** Tells again what is in the stream already, for those who listened when it arrived. */
  async announceStored(question: { projectId?: number; sinceMs: number; messageIds?: readonly string[] }): Promise<void> {
    const byProject = await this.#interests.current();
    const projects = [...byProject.keys()].filter((id) => question.projectId === undefined || question.projectId === id);
    for (const projectId of projects) {
      const names = [...(byProject.get(projectId)?.keys() ?? [])];
      for await (const events of this.#stored({ ...question, projectId, names }))
        await this.#write(
          events.flatMap((event) =>
            interestedIn(event, byProject)
              .filter((interest) => interest.since <= event.receivedAt)
              .map((interest) => ({ event, listener: interest.listener })),
          ),
        );
    }
  }

  #stored(question: { projectId: number; sinceMs: number; messageIds?: readonly string[]; names: readonly string[] }): AsyncIterable<StoredEvent[]> {
    const byName = question.names.includes(ANY_EVENT) ? '' : 'AND event IN ({names:Array(String)})';
    const byId = question.messageIds ? "AND message_id IN (SELECT arrayJoin(splitByChar('\\n', {ids:String})))" : '';
    return this.#clickhouse.stream<StoredEvent>(
      `SELECT project_id AS projectId, person_id AS personId, event, toUnixTimestamp64Milli(time) AS time, message_id AS messageId,
        toJSONString(properties) AS properties, toUnixTimestamp64Milli(received_at) AS receivedAt
      FROM events
      WHERE project_id = {projectId:UInt32} ${byName} AND received_at >= fromUnixTimestamp64Milli({since:Int64}, 'UTC') ${byId}`,
      {
        projectId: question.projectId,
        since: Math.floor(question.sinceMs),
        ...(byName && { names: question.names }),
        ...(question.messageIds && { ids: question.messageIds.join('\n') }),
      },
    );
  }

  async #write(told: readonly { event: ToldEvent; listener: string }[]): Promise<void> {
    if (told.length === 0) return;
    await sql`
      INSERT INTO announcements (listener, project_id, message_id, person_id, event, time, properties)
      SELECT * FROM unnest(${told.map((row) => row.listener)}::text[], ${told.map((row) => row.event.projectId)}::int[], ${told.map((row) => row.event.messageId)}::text[],
        ${told.map((row) => row.event.personId)}::bigint[], ${told.map((row) => row.event.event)}::text[],
        ${told.map((row) => new Date(row.event.time).toISOString())}::timestamptz[], ${told.map((row) => row.event.properties)}::jsonb[])
      ON CONFLICT DO NOTHING
    `.execute(this.#postgres.as());
    for (const listener of new Set(told.map((row) => row.listener))) this.#bus.publish('announcements', { listener });
  }

  /** Forgets announcements that were taken long ago. */
  async purge(): Promise<void> {
    for (;;) {
      const { rows } = await sql`
        DELETE FROM announcements WHERE id IN
          (SELECT id FROM announcements WHERE done_at < now() - make_interval(hours => ${DONE_KEPT_HOURS}) LIMIT ${PURGE_BATCH}) RETURNING 1
      `.execute(this.#postgres.as());
      if (rows.length < PURGE_BATCH) return;
    }
  }
}

function interestedIn(event: ToldEvent, byProject: Map<number, Map<string, Interest[]>>): Interest[] {
  const events = byProject.get(event.projectId);
  if (!events) return [];
  const named = events.get(event.event) ?? [];
  const any = events.get(ANY_EVENT);
  if (!any) return named;
  const listeners = new Set(named.map((interest) => interest.listener));
  return [...named, ...any.filter((interest) => !listeners.has(interest.listener))];
}

/** Takes announcements of a listener, oldest first, and marks them done in `tx`. */
export async function takeAnnouncements(listener: string, limit: number, tx: QueryExecutorProvider): Promise<Announcement[]> {
  const { rows } = await sql<{
    id: number;
    project_id: number;
    person_id: number;
    event: string;
    time: Date;
    message_id: string;
    properties: Record<string, unknown>;
  }>`
    UPDATE announcements SET done_at = now()
    WHERE id IN (SELECT id FROM announcements WHERE listener = ${listener} AND done_at IS NULL ORDER BY id LIMIT ${limit} FOR UPDATE SKIP LOCKED)
    RETURNING id, project_id, person_id, event, time, message_id, properties
  `.execute(tx);
  return rows
    .sort((a, b) => a.id - b.id)
    .map((row) => ({
      id: String(row.id),
      projectId: row.project_id,
      personId: row.person_id,
      event: row.event,
      time: row.time.getTime(),
      messageId: row.message_id,
      properties: row.properties,
    }));
}
