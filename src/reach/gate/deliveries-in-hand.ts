import { type QueryExecutorProvider, sql } from 'kysely';
import { jsonText } from '../../kernel/json-text.ts';
import type { Kernel } from '../../kernel/slice.ts';
import type { OperationsApi } from '../../try/operations/index.ts';
import { refusalsAmong, suppress, suppressedAmong } from './consent.ts';
import type { HandOver } from './mail-server.ts';
import { messageFact } from './message-fact.ts';
import type { DeliveryRow } from './tables.ts';

/** How long a sender may hold a message without a sign of life. */
export const LEASE_MS = 60_000;
const RETRY_FIRST_MS = 10_000;
const RETRY_MOST_MS = 3_600_000;
const GIVE_UP_AFTER_MS = 3 * 86_400_000;

/** Wait before the next try: 10 s, doubled each time, an hour at most. */
export function backoffMs(attempts: number): number {
  return Math.min(RETRY_FIRST_MS * 2 ** Math.max(attempts - 1, 0), RETRY_MOST_MS);
}

/** The states that a message in a sender's hands goes through, each change durable before the next act. */
export class DeliveriesInHand {
  readonly #kernel: Kernel;
  readonly #operations: OperationsApi;
  readonly #owner: string;

  constructor(kernel: Kernel, operations: OperationsApi, owner: string) {
    this.#kernel = kernel;
    this.#operations = operations;
    this.#owner = owner;
  }

  /** Takes up to `limit` due messages; those whose person or address may no longer be written to are skipped instead. */
  async take(limit: number): Promise<DeliveryRow[]> {
    const now = this.#kernel.clock.now();
    return this.#kernel.postgres.transaction<object, DeliveryRow[]>(async (tx) => {
      const { rows } = await sql<DeliveryRow>`
        UPDATE deliveries SET state = 'sending', lease_owner = ${this.#owner}, lease_until = ${new Date(now + LEASE_MS)}, attempts = attempts + 1, handing_at = NULL
        WHERE id IN (SELECT id FROM deliveries WHERE state = 'queued' AND send_at <= ${new Date(now)} ORDER BY send_at LIMIT ${limit} FOR UPDATE SKIP LOCKED)
        RETURNING *`.execute(tx);
      const stopped = await this.#stopped(rows, tx);
      if (stopped.size === 0) return rows;
      await this.#skip(
        rows.filter((row) => stopped.has(row.id)),
        stopped,
        now,
        tx,
      );
      return rows.filter((row) => !stopped.has(row.id));
    });
  }

  /** Consent may have gone while the message waited. */
  async #stopped(rows: readonly DeliveryRow[], tx: QueryExecutorProvider): Promise<Map<string, 'opted_out' | 'suppressed'>> {
    const stopped = new Map<string, 'opted_out' | 'suppressed'>();
    for (const [projectId, own] of Map.groupBy(rows, (row) => row.project_id)) {
      const people = own.map((row) => ({ personId: row.person_id, address: row.address }));
      const refusalOf = await refusalsAmong(projectId, 'email', people, tx);
      const isSuppressed = await suppressedAmong(projectId, people, tx);
      for (const row of own) {
        if (row.category === 'marketing' && refusalOf({ personId: row.person_id, address: row.address })) stopped.set(row.id, 'opted_out');
        else if (isSuppressed(row.address)) stopped.set(row.id, 'suppressed');
      }
    }
    return stopped;
  }

  async #skip(rows: readonly DeliveryRow[], reasons: ReadonlyMap<string, string>, now: number, tx: QueryExecutorProvider): Promise<void> {
    for (const row of rows)
      await sql`
        UPDATE deliveries SET state = 'skipped', reason = ${reasons.get(row.id) ?? null}, send_at = NULL, lease_owner = NULL, lease_until = NULL
        WHERE id = ${row.id}`.execute(tx);
    for (const [projectId, own] of Map.groupBy(rows, (row) => row.project_id))
      await this.#operations.recordLater(
        projectId,
        own.map((row) => messageFact('$message_skipped', row, { at: now, reason: reasons.get(row.id) ?? null, attempt: row.attempts })),
        tx,
      );
  }

  /** Writes down that these are about to be handed over. False for those that another sender holds by now. */
  async mark(ids: readonly string[]): Promise<boolean[]> {
    const { rows } = await sql<{ id: string }>`
      UPDATE deliveries SET handing_at = ${new Date(this.#kernel.clock.now())}
      WHERE id = ANY(${ids}::uuid[]) AND lease_owner = ${this.#owner} AND state = 'sending' RETURNING id`.execute(this.#kernel.postgres.as<object>());
    const marked = new Set(rows.map((row) => row.id));
    return ids.map((id) => marked.has(id));
  }

  /** Shows that the messages are still in these hands. */
  async renew(ids: readonly string[]): Promise<void> {
    await sql`
      UPDATE deliveries SET lease_until = ${new Date(this.#kernel.clock.now() + LEASE_MS)}
      WHERE id = ANY(${ids}::uuid[]) AND lease_owner = ${this.#owner} AND state = 'sending'`.execute(this.#kernel.postgres.as<object>());
  }

  /** Puts messages back that nothing was tried with, as if they had not been taken. */
  async putBack(ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    await sql`
      UPDATE deliveries SET state = 'queued', attempts = attempts - 1, lease_owner = NULL, lease_until = NULL
      WHERE id = ANY(${ids}::uuid[]) AND lease_owner = ${this.#owner} AND state = 'sending' AND handing_at IS NULL`.execute(
      this.#kernel.postgres.as<object>(),
    );
  }

  /** Writes what became of hand-overs, with the facts for the stream. */
  async settle(
    results: readonly { row: DeliveryRow; result: Exclude<HandOver, { outcome: 'lost_lease' }> | { outcome: 'outbox' } }[],
  ): Promise<void> {
    const now = this.#kernel.clock.now();
    const ends = results.map(({ row, result }) => ({ row, end: endOf(row, result, now) }));
    await this.#kernel.postgres.transaction(async (tx) => {
      const { rows } = await sql<{ id: string }>`
        UPDATE deliveries d SET state = r.state, reason = r.reason, last_error = COALESCE(r.error, d.last_error), send_at = to_timestamp(r.send_at / 1000.0),
          sent_at = to_timestamp(r.sent_at / 1000.0), lease_owner = NULL, lease_until = NULL,
          handing_at = CASE WHEN r.state = 'queued' THEN NULL ELSE d.handing_at END
        FROM jsonb_to_recordset(${jsonText(ends.map(({ row, end }) => ({ id: row.id, ...end })))}::jsonb)
          AS r(id uuid, state text, reason text, error text, send_at bigint, sent_at bigint)
        WHERE d.id = r.id AND d.lease_owner = ${this.#owner} AND d.state = 'sending' RETURNING d.id`.execute(tx);
      const settled = new Set(rows.map((row) => row.id));
      const own = ends.filter(({ row }) => settled.has(row.id));
      for (const { row, end } of own)
        if (end.reason === 'bounced' && row.address !== null)
          await suppress({ projectId: row.project_id, address: row.address, reason: 'bounced', detail: end.error, at: now }, tx);
      for (const [projectId, group] of Map.groupBy(own, ({ row }) => row.project_id))
        await this.#operations.recordLater(
          projectId,
          group.flatMap(({ row, end }) => (end.event ? [messageFact(end.event, row, { at: now, reason: end.reason, attempt: row.attempts })] : [])),
          tx,
        );
    });
    this.#operations.flushSoon();
  }

  /**
   * Takes care of what a dead sender left: nothing was handed over without the mark, so those are due again; the marked ones may have arrived and
   * become `unknown`. `everybody` counts living leases as dead too: only right when no other process can be at work.
   */
  async recover(everybody: boolean): Promise<{ again: number; unknown: number }> {
    const now = new Date(this.#kernel.clock.now());
    return this.#kernel.postgres.transaction<object, { again: number; unknown: number }>(async (tx) => {
      const { rows } = await sql<DeliveryRow>`
        UPDATE deliveries SET state = CASE WHEN handing_at IS NULL THEN 'queued' ELSE 'unknown' END, reason = 'interrupted',
          send_at = CASE WHEN handing_at IS NULL THEN ${now}::timestamptz ELSE NULL END, lease_owner = NULL, lease_until = NULL
        WHERE id IN (SELECT id FROM deliveries WHERE state = 'sending' AND (${everybody} OR lease_until < ${now}) FOR UPDATE SKIP LOCKED)
        RETURNING *`.execute(tx);
      const unknown = rows.filter((row) => row.state === 'unknown');
      for (const [projectId, own] of Map.groupBy(unknown, (row) => row.project_id))
        await this.#operations.recordLater(
          projectId,
          own.map((row) => messageFact('$message_failed', row, { at: now.getTime(), reason: 'interrupted', attempt: row.attempts })),
          tx,
        );
      return { again: rows.length - unknown.length, unknown: unknown.length };
    });
  }

  /** When the next message is due or the next lease runs out; undefined when nothing waits. */
  async nextDueMs(): Promise<number | undefined> {
    const { rows } = await sql<{ at: Date | null }>`
      SELECT LEAST((SELECT min(send_at) FROM deliveries WHERE state = 'queued'), (SELECT min(lease_until) FROM deliveries WHERE state = 'sending')) AS at`.execute(
      this.#kernel.postgres.as<object>(),
    );
    return rows[0]?.at?.getTime();
  }
}

interface End {
  state: DeliveryRow['state'];
  reason: DeliveryRow['reason'];
  error: string | null;
  send_at: number | null;
  sent_at: number | null;
  event: '$message_sent' | '$message_failed' | null;
}

function endOf(row: DeliveryRow, result: Exclude<HandOver, { outcome: 'lost_lease' }> | { outcome: 'outbox' }, now: number): End {
  switch (result.outcome) {
    case 'sent':
    case 'outbox':
      return { state: result.outcome, reason: null, error: null, send_at: null, sent_at: now, event: '$message_sent' };
    case 'refused':
      return {
        state: 'failed',
        reason: result.isUnknownUser ? 'bounced' : 'rejected',
        error: result.error,
        send_at: null,
        sent_at: null,
        event: '$message_failed',
      };
    case 'unknown':
      return { state: 'unknown', reason: 'interrupted', error: result.error, send_at: null, sent_at: null, event: '$message_failed' };
    case 'later': {
      if (now - row.created_at.getTime() > GIVE_UP_AFTER_MS)
        return { state: 'failed', reason: 'gave_up', error: result.error, send_at: null, sent_at: null, event: '$message_failed' };
      return { state: 'queued', reason: 'retrying', error: result.error, send_at: now + backoffMs(row.attempts), sent_at: null, event: null };
    }
  }
}
