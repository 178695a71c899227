import { AppError } from '../../../kernel/errors/errors.ts';
import { DueLoop } from '../../../kernel/jobs/due-loop.ts';
import { jsonText } from '../../../kernel/json-text.ts';
import type { Service } from '../../../kernel/slice.ts';
import { countArrived } from '../reading/events.ts';
import type { DeliveryFailure, ExportTables } from '../tables.ts';
import { deliverToStore, writeWindow } from './deliver-store.ts';
import { deliverToWebhook, repeatToWebhook } from './deliver-webhook.ts';
import { Delivery, type DeliveryParts, type DestinationRow, LEASE_MS, LeaseLostError } from './delivery.ts';

const AT_ONCE_MAX = 4;
const RETRY_MAX_MS = 600_000;
const VERIFIED_AT_ONCE = 20;
const WINDOWS_KEPT_MS = 30 * 86_400_000;
const GONE = 410;
/** Tells all processes that a destination is due now. */
export const WAKE_TOPIC = 'exports.due';

/** Delivers to every destination that is due, in whatever process of the worker role takes it first; a lease keeps the others away. */
export class DeliveryRunner {
  readonly #parts: DeliveryParts;
  readonly #runner: string;
  readonly #working = new Map<string, Promise<void>>();
  #stopping = new AbortController();
  readonly #loop: DueLoop;
  #looking: Promise<number | undefined> | undefined;

  constructor(parts: DeliveryParts) {
    this.#parts = parts;
    this.#runner = parts.kernel.ids.uuid();
    this.#loop = new DueLoop({ ...parts.kernel, topic: WAKE_TOPIC, look: () => this.look() });
  }

  service(): Service {
    return {
      name: 'exports runner',
      roles: ['worker'],
      start: async () => this.#loop.start(),
      stop: async () => {
        this.#stopping.abort();
        await this.#loop.stop();
        await Promise.allSettled(this.#working.values());
      },
    };
  }

  /** Looks for due destinations and begins to deliver; gives the instant (ms) at which the next one is due. */
  look(): Promise<number | undefined> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  /** Resolves when nothing is under way here; for tests and the end of the process. */
  async idle(): Promise<void> {
    await this.#looking;
    await Promise.allSettled(this.#working.values());
  }

  async #look(): Promise<number | undefined> {
    const room = AT_ONCE_MAX - this.#working.size;
    if (room <= 0 || this.#stopping.signal.aborted) return undefined;
    const now = new Date(this.#parts.kernel.clock.now());
    const due = await this.#db
      .selectFrom('export_destinations')
      .select(['id', 'project_id'])
      .where('state', '=', 'running')
      .where('next_at', '<=', now)
      .where((where) => where.or([where('leased_until', 'is', null), where('leased_until', '<', now)]))
      .orderBy('next_at')
      .limit(room)
      .execute();
    for (const { id, project_id: projectId } of due) {
      if (this.#working.has(id)) continue;
      const work = this.#deliver(projectId, id).finally(() => {
        this.#working.delete(id);
        this.#loop.wake();
      });
      this.#working.set(id, work);
    }
    const next = await this.#db
      .selectFrom('export_destinations')
      .select((is) => is.fn.min('next_at').as('at'))
      .where('state', '=', 'running')
      .where('leased_until', 'is', null)
      .executeTakeFirst();
    return next?.at?.getTime();
  }

  get #db() {
    return this.#parts.kernel.postgres.as<ExportTables>();
  }

  async #deliver(projectId: number, id: string): Promise<void> {
    const { kernel } = this.#parts;
    try {
      const row = await this.#claim(projectId, id);
      if (!row) return;
      const delivery = new Delivery(this.#parts, this.#runner, row);
      try {
        const hasMore = await this.#once(delivery);
        await this.#release(row, { attempts: 0, failure: null, next_at: new Date(kernel.clock.now() + (hasMore ? 0 : this.#parts.limits.idleMs)) });
      } catch (error) {
        if (error instanceof LeaseLostError || this.#stopping.signal.aborted) await this.#release(row, {});
        else await this.#fail(row, error);
      }
    } catch (error) {
      kernel.log.warn({ destination: id, error: String(error) }, 'a delivery could not be written down');
    }
  }

  async #once(delivery: Delivery): Promise<boolean> {
    const { signal } = this.#stopping;
    const hasMore = delivery.row.kind === 'webhook' ? await deliverToWebhook(delivery, signal) : await deliverToStore(delivery, signal);
    await this.#verify(delivery);
    return hasMore;
  }

  /** Counts stretches once more that are old enough, and delivers again what gained events. */
  async #verify(delivery: Delivery): Promise<void> {
    const { row, parts } = delivery;
    const windows = await this.#db
      .selectFrom('export_windows')
      .selectAll()
      .where('destination_id', '=', row.id)
      .where('verified_at', 'is', null)
      .where('delivered_at', '<', new Date(delivery.now - parts.limits.verifyAfterMs))
      .limit(VERIFIED_AT_ONCE)
      .execute();
    for (const { window_from: from, window_until: until, rows } of windows) {
      const window = { from: from.getTime(), until: until.getTime() };
      const counted = row.content.includes('events')
        ? await countArrived(parts.kernel.clickhouse, { projectId: row.project_id, events: row.event_names, ...window })
        : rows;
      if (counted > rows) {
        if (row.kind === 's3') await writeWindow(delivery, window, this.#stopping.signal);
        else await delivery.noteWindow({ ...window, rows: await repeatToWebhook(delivery, window, this.#stopping.signal) });
        continue;
      }
      await this.#db
        .updateTable('export_windows')
        .set({ verified_at: new Date(delivery.now) })
        .where('destination_id', '=', row.id)
        .where('window_from', '=', from)
        .execute();
    }
    if (windows.length > 0)
      await this.#db
        .deleteFrom('export_windows')
        .where('destination_id', '=', row.id)
        .where('verified_at', '<', new Date(delivery.now - WINDOWS_KEPT_MS))
        .execute();
  }

  #claim(projectId: number, id: string): Promise<DestinationRow | undefined> {
    const now = this.#parts.kernel.clock.now();
    return this.#db
      .updateTable('export_destinations')
      .set({ runner: this.#runner, leased_until: new Date(now + LEASE_MS) })
      .where('project_id', '=', projectId)
      .where('id', '=', id)
      .where('state', '=', 'running')
      .where((where) => where.or([where('leased_until', 'is', null), where('leased_until', '<', new Date(now))]))
      .returningAll()
      .executeTakeFirst();
  }

  async #release(row: DestinationRow, change: { attempts?: number; failure?: string | null; next_at?: Date; state?: 'paused' }): Promise<void> {
    await this.#db
      .updateTable('export_destinations')
      .set({ ...change, runner: null, leased_until: null })
      .where('project_id', '=', row.project_id)
      .where('id', '=', row.id)
      .where('runner', '=', this.#runner)
      .execute();
  }

  /** Waits longer each time (5 s to 10 min). A receiver that says it is gone for good (410) pauses the destination. */
  async #fail(row: DestinationRow, error: unknown): Promise<void> {
    const { kernel, limits } = this.#parts;
    const isKnown = error instanceof AppError;
    if (!isKnown) kernel.log.warn({ destination: row.id, error: error instanceof Error ? error.stack : String(error) }, 'a delivery failed');
    const failure: DeliveryFailure = {
      code: isKnown ? error.code : 'exports.failed',
      details: isKnown ? error.details : { reason: String(error).slice(0, 200) },
      at: new Date(kernel.clock.now()).toISOString(),
    };
    const attempts = row.attempts + 1;
    const waitMs = Math.min(RETRY_MAX_MS, limits.retryFirstMs * 2 ** Math.min(attempts - 1, 20));
    const isGone = isKnown && error.details.status === GONE;
    await this.#release(row, {
      attempts,
      failure: jsonText(failure),
      next_at: new Date(kernel.clock.now() + waitMs),
      ...(isGone && { state: 'paused' }),
    });
  }
}
