import { type ExpressionBuilder, type Kysely, type Selectable, sql } from 'kysely';
import { jsonText } from '../../kernel/json-text.ts';
import type { Kernel } from '../../kernel/slice.ts';
import { eventLimits, type IncomingEvent } from '../stream/contract.ts';
import { refusePlan } from './contract.ts';
import type { QuarantineFilter, QuarantineState } from './quarantine-states.ts';
import type { PlanTables, QuarantinedEventsTable } from './tables.ts';
import type { QuarantineEntry } from './verdict.ts';
import { libraryOf } from './violations.ts';

/** Kept apart at most, of one project; the oldest make room. */
export const quarantineLimits = { quarantinedMax: 50_000, refusedMax: 10_000, quarantinedDays: 30, refusedDays: 7, settledDays: 7 } as const;
/** Entries that one process adds before it looks whether there are too many. */
const TRIM_EVERY = 1_000;
const DAY_MS = 86_400_000;

/** An entry as it stands in the table. */
export type QuarantineRow = Selectable<QuarantinedEventsTable>;

/** Events kept apart until somebody decides. */
export class Quarantine {
  readonly #kernel: Kernel;
  #sinceTrim = 0;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  get #db(): Kysely<PlanTables> {
    return this.#kernel.postgres.as<PlanTables>();
  }

  /** Durable when it resolves. A message that is known already, in whatever state, is not kept again. */
  async keep(projectId: number, entries: readonly QuarantineEntry[]): Promise<void> {
    if (entries.length === 0) return;
    const rows = entries.map((entry, place) => ({
      place,
      messageId: entry.event.messageId.slice(0, eventLimits.idLengthMax),
      event: entry.event.event.slice(0, eventLimits.nameLengthMax),
      isRefused: entry.verdict.action === 'refuse',
      kinds: [...new Set(entry.verdict.violations.map((one) => one.kind))],
      violations: entry.verdict.violations,
      library: libraryOf(entry.event),
      source: entry.source.slice(0, 64),
      receivedAt: new Date(entry.receivedAt).toISOString(),
      sentAt: isInstant(entry.sentAt) ? new Date(entry.sentAt).toISOString() : null,
      // As text inside the list, so that jsonb never touches what is kept.
      body: JSON.stringify(entry.event),
      personIds: personIdsOf(entry.event),
    }));
    await sql`
      INSERT INTO quarantined_events (project_id, message_id, event, state, was_refused, kinds, violations, library, source, received_at, sent_at, body, person_ids)
      SELECT ${projectId}::int, fresh."messageId", fresh.event, CASE WHEN fresh."isRefused" THEN 'refused' ELSE 'quarantined' END,
        fresh."isRefused", fresh.kinds, fresh.violations, fresh.library, fresh.source, fresh."receivedAt", fresh."sentAt", fresh.body, fresh."personIds"
      FROM jsonb_to_recordset(${jsonText(rows)}::jsonb) AS fresh (place int, "messageId" text, event text, "isRefused" boolean, kinds text[],
        violations jsonb, library text, source text, "receivedAt" timestamptz, "sentAt" timestamptz, body text, "personIds" text[])
      ORDER BY fresh.place
      ON CONFLICT (project_id, message_id) DO NOTHING`.execute(this.#db);
    this.#sinceTrim += rows.length;
    if (this.#sinceTrim < TRIM_EVERY) return;
    this.#sinceTrim = 0;
    await this.trim(projectId);
  }

  /** One page, newest first. */
  async list(projectId: number, filter: QuarantineFilter, page: { before?: number | undefined; limit: number }): Promise<QuarantineRow[]> {
    return this.#matching(projectId, filter)
      .$if(page.before !== undefined, (query) => query.where('id', '<', page.before ?? 0))
      .selectAll()
      .orderBy('id', 'desc')
      .limit(page.limit)
      .execute();
  }

  /** How many match, by state. */
  async counts(projectId: number, filter: QuarantineFilter): Promise<Partial<Record<QuarantineState, number>>> {
    const rows = await this.#matching(projectId, { ...filter, state: undefined })
      .select(['state', sql<number>`count(*)`.as('count')])
      .groupBy('state')
      .execute();
    return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
  }

  async get(projectId: number, id: number): Promise<QuarantineRow> {
    const row = await this.#db
      .selectFrom('quarantined_events')
      .selectAll()
      .where('project_id', '=', projectId)
      .where('id', '=', id)
      .executeTakeFirst();
    if (!row) throw refusePlan('unknown_entry');
    return row;
  }

  /** Waiting entries (quarantined or refused) in the order in which they came, after an id. */
  async waiting(
    projectId: number,
    wanted: { ids?: readonly number[]; filter?: QuarantineFilter },
    page: { after?: number | undefined; upTo?: number | undefined; limit: number },
  ): Promise<QuarantineRow[]> {
    return this.#matching(projectId, wanted.filter ?? {})
      .selectAll()
      .where('state', 'in', ['quarantined', 'refused'])
      .$if(wanted.ids !== undefined, (query) => query.where('id', 'in', wanted.ids?.length ? [...wanted.ids] : [NO_ID]))
      .$if(page.after !== undefined, (query) => query.where('id', '>', page.after ?? 0))
      .$if(page.upTo !== undefined, (query) => query.where('id', '<=', page.upTo ?? 0))
      .orderBy('id')
      .limit(page.limit)
      .execute();
  }

  /** How many wait, and the last of them. */
  async extent(projectId: number, filter: QuarantineFilter): Promise<{ total: number; last: number }> {
    const row = await this.#matching(projectId, filter)
      .where('state', 'in', ['quarantined', 'refused'])
      .select([sql<number>`count(*)`.as('total'), sql<number>`coalesce(max(id), 0)`.as('last')])
      .executeTakeFirstOrThrow();
    return { total: Number(row.total), last: Number(row.last) };
  }

  /** Says what became of waiting entries. */
  async settle(projectId: number, settled: readonly { id: number; outcome: string }[]): Promise<void> {
    if (settled.length === 0) return;
    await sql`
      UPDATE quarantined_events SET state = 'replayed', outcome = done.outcome, settled_at = ${this.#now()}
      FROM jsonb_to_recordset(${jsonText(settled)}::jsonb) AS done (id bigint, outcome text)
      WHERE quarantined_events.project_id = ${projectId} AND quarantined_events.id = done.id AND state IN ('quarantined', 'refused')`.execute(
      this.#db,
    );
  }

  /** Writes down why entries still wait after a try. */
  async explain(projectId: number, still: readonly { id: number; violations: QuarantineEntry['verdict']['violations'] }[]): Promise<void> {
    if (still.length === 0) return;
    const rows = still.map(({ id, violations }) => ({ id, violations, kinds: [...new Set(violations.map((one) => one.kind))] }));
    await sql`
      UPDATE quarantined_events SET violations = now.violations, kinds = now.kinds
      FROM jsonb_to_recordset(${jsonText(rows)}::jsonb) AS now (id bigint, violations jsonb, kinds text[])
      WHERE quarantined_events.project_id = ${projectId} AND quarantined_events.id = now.id`.execute(this.#db);
  }

  /** Discards waiting entries; gives their ids, so that it can be taken back. */
  async discard(projectId: number, wanted: { ids?: readonly number[]; filter?: QuarantineFilter }, limit: number): Promise<number[]> {
    const rows = await this.#db
      .updateTable('quarantined_events')
      .set({ state: 'discarded', settled_at: this.#now() })
      .where('project_id', '=', projectId)
      .where(
        'id',
        'in',
        this.#matching(projectId, wanted.filter ?? {})
          .select('id')
          .where('state', 'in', ['quarantined', 'refused'])
          .$if(wanted.ids !== undefined, (query) => query.where('id', 'in', wanted.ids?.length ? [...wanted.ids] : [NO_ID]))
          .orderBy('id')
          .limit(limit),
      )
      .returning('id')
      .execute();
    return rows.map((row) => row.id);
  }

  /** Takes discarding back. */
  async restore(projectId: number, ids: readonly number[]): Promise<number> {
    if (ids.length === 0) return 0;
    const { numUpdatedRows } = await this.#db
      .updateTable('quarantined_events')
      .set({ state: sql`CASE WHEN was_refused THEN 'refused' ELSE 'quarantined' END`, settled_at: null })
      .where('project_id', '=', projectId)
      .where('state', '=', 'discarded')
      .where('id', 'in', [...ids])
      .executeTakeFirst();
    return Number(numUpdatedRows);
  }

  /** Takes out the oldest beyond the bounds of one project. */
  async trim(projectId: number): Promise<void> {
    for (const [state, max] of [
      ['quarantined', quarantineLimits.quarantinedMax],
      ['refused', quarantineLimits.refusedMax],
    ] as const)
      await sql`DELETE FROM quarantined_events WHERE project_id = ${projectId} AND state = ${state} AND id <= (
        SELECT id FROM quarantined_events WHERE project_id = ${projectId} AND state = ${state} ORDER BY id DESC OFFSET ${max} LIMIT 1)`.execute(
        this.#db,
      );
  }

  /** What is kept of events that name a person. */
  async countOf(projectId: number, personIds: readonly string[]): Promise<number> {
    const row = await this.#of(projectId, personIds).select(sql<number>`count(*)`.as('count')).executeTakeFirst();
    return row?.count ?? 0;
  }

  /** Takes out every event that names a person. */
  async erase(projectId: number, personIds: readonly string[]): Promise<void> {
    const ids = this.#of(projectId, personIds).select('id');
    await this.#db.deleteFrom('quarantined_events').where('project_id', '=', projectId).where('id', 'in', ids).execute();
  }

  #of(projectId: number, personIds: readonly string[]) {
    return this.#db
      .selectFrom('quarantined_events')
      .where('project_id', '=', projectId)
      .where(sql<boolean>`person_ids && ${[...personIds]}::text[]`);
  }

  /** Takes out what is past its age, of every project. */
  async purge(): Promise<number> {
    const at = (days: number) => new Date(this.#kernel.clock.now() - days * DAY_MS);
    const { quarantinedDays, refusedDays, settledDays } = quarantineLimits;
    const { numAffectedRows } = await sql`
      DELETE FROM quarantined_events WHERE (state = 'quarantined' AND received_at < ${at(quarantinedDays)})
        OR (state = 'refused' AND received_at < ${at(refusedDays)}) OR (state IN ('replayed', 'discarded') AND settled_at < ${at(settledDays)})`.execute(
      this.#db,
    );
    return Number(numAffectedRows ?? 0);
  }

  #now(): Date {
    return new Date(this.#kernel.clock.now());
  }

  #matching(projectId: number, filter: QuarantineFilter) {
    const { state, event, kind, library, search } = filter;
    return this.#db
      .selectFrom('quarantined_events')
      .where('project_id', '=', projectId)
      .$if(state !== undefined, (query) => query.where('state', '=', state as QuarantineState))
      .$if(event !== undefined, (query) => query.where('event', '=', event ?? ''))
      .$if(library !== undefined, (query) => query.where('library', '=', library ?? ''))
      .$if(kind !== undefined, (query) => query.where(sql<boolean>`${kind} = ANY(kinds)`))
      .$if(search !== undefined && search !== '', (query) => query.where((where) => found(where, search ?? '')));
  }
}

/** Whom an event names, as `kind:id`. An id that is joined by `alias` may be of either kind. */
function personIdsOf(event: IncomingEvent): string[] {
  const { userId, anonymousId, previousId, ids = [] } = event;
  const named = [
    ...(userId === undefined ? [] : [`user:${userId}`]),
    ...(anonymousId === undefined ? [] : [`anonymous:${anonymousId}`]),
    ...(previousId === undefined ? [] : [`user:${previousId}`, `anonymous:${previousId}`]),
    ...ids.map(({ kind, value }) => `${kind}:${value}`),
  ];
  return [...new Set(named)];
}

const NO_ID = -1;
const TIME_MAX_MS = 8.64e15;

function found(where: ExpressionBuilder<PlanTables, 'quarantined_events'>, search: string) {
  const quoted = JSON.stringify(search);
  return where.or([
    where(sql<string>`lower(event)`, 'like', `%${search.toLowerCase().replaceAll(/[\\%_]/g, '\\$&')}%`),
    where('message_id', '=', search),
    sql<boolean>`strpos(body, ${`"userId":${quoted}`}) > 0`,
    sql<boolean>`strpos(body, ${`"anonymousId":${quoted}`}) > 0`,
  ]);
}

function isInstant(time: number | undefined): time is number {
  return time !== undefined && Number.isFinite(time) && Math.abs(time) <= TIME_MAX_MS;
}

/** The event as it came. */
export function eventOf(row: QuarantineRow): IncomingEvent {
  return JSON.parse(row.body) as IncomingEvent;
}
