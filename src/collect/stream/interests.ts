import { type QueryExecutorProvider, sql } from 'kysely';
import type { Bus } from '../../kernel/bus/bus.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Postgres } from '../../kernel/postgres/postgres.ts';

/** On servers a notice may be lost: after this long the list is read again. */
const AGE_MAX_MS = 1_000;
/** Interest in every event. */
export const ANY_EVENT = '*';

export interface Interest {
  listener: string;
  projectId: number;
  event: string;
  /** Events that arrived before are not its business (ms). */
  since: number;
}

/** Who wants to be told about what, in memory: asked for every event. */
export class Interests {
  readonly #postgres: Postgres;
  readonly #clock: Clock;
  readonly #bus: Bus;
  #read: { byProject: Promise<Map<number, Map<string, Interest[]>>>; at: number } | undefined;

  constructor(parts: { postgres: Postgres; bus: Bus; clock: Clock }) {
    this.#postgres = parts.postgres;
    this.#clock = parts.clock;
    this.#bus = parts.bus;
    parts.bus.subscribe('listeners', () => {
      this.#read = undefined;
    });
  }

  /** Interests by project and event; `'*'` stands for all. */
  async current(): Promise<Map<number, Map<string, Interest[]>>> {
    const known = this.#read;
    if (known && (this.#postgres.form === 'embedded' || Math.abs(this.#clock.now() - known.at) < AGE_MAX_MS)) return known.byProject;
    const fresh = { byProject: this.#load(), at: this.#clock.now() };
    this.#read = fresh;
    fresh.byProject.catch(() => {
      if (this.#read === fresh) this.#read = undefined;
    });
    return fresh.byProject;
  }

  /** Replaces a listener's interest in a project; what stays keeps its `since`. */
  async replace(interest: { listener: string; projectId: number; events: readonly string[] }): Promise<void> {
    const { listener, projectId } = interest;
    const events = [...new Set(interest.events)];
    await this.#postgres.transaction(async (tx: QueryExecutorProvider) => {
      await sql`DELETE FROM listeners WHERE listener = ${listener} AND project_id = ${projectId} AND NOT event = ANY(${events}::text[])`.execute(tx);
      if (events.length === 0) return;
      await sql`
        INSERT INTO listeners (listener, project_id, event, since)
        SELECT ${listener}, ${projectId}::int, event, ${new Date(this.#clock.now()).toISOString()}::timestamptz FROM unnest(${events}::text[]) AS event
        ON CONFLICT DO NOTHING
      `.execute(tx);
    });
    this.#read = undefined;
    this.#bus.publish('listeners', { projectId });
  }

  async #load(): Promise<Map<number, Map<string, Interest[]>>> {
    const { rows } = await sql<{
      listener: string;
      project_id: number;
      event: string;
      since: Date;
    }>`SELECT listener, project_id, event, since FROM listeners`.execute(this.#postgres.as());
    const byProject = new Map<number, Map<string, Interest[]>>();
    for (const row of rows) {
      const events = byProject.get(row.project_id) ?? new Map<string, Interest[]>();
      byProject.set(row.project_id, events);
      const interest = { listener: row.listener, projectId: row.project_id, event: row.event, since: row.since.getTime() };
      events.set(row.event, [...(events.get(row.event) ?? []), interest]);
    }
    return byProject;
  }
}
