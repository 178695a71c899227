import type { Selectable } from 'kysely';
import { jsonText } from '../../../kernel/json-text.ts';
import type { SecretBox } from '../../../kernel/secret-box.ts';
import type { Kernel } from '../../../kernel/slice.ts';
import type { IdentityApi } from '../../identity/index.ts';
import { refuseExport } from '../contract.ts';
import type { DestinationsTable, ExportTables, StoredFile } from '../tables.ts';

export type DestinationRow = Selectable<DestinationsTable>;

export interface DeliveryParts {
  kernel: Kernel;
  identity: IdentityApi;
  box: SecretBox;
  allowsPrivate: boolean;
  limits: DeliveryLimits;
}

export interface DeliveryLimits {
  /** Younger events may still be on their way into the store: stretches end this long before now. */
  webhookMarginMs: number;
  storeMarginMs: number;
  /** A stretch is counted again this long after it was delivered: longer than any write may take. */
  verifyAfterMs: number;
  retryFirstMs: number;
  /** How long a destination without news is left alone. */
  idleMs: number;
}

export const deliveryLimits: DeliveryLimits = {
  webhookMarginMs: 5_000,
  storeMarginMs: 60_000,
  verifyAfterMs: 16 * 60_000,
  retryFirstMs: 5_000,
  idleMs: 5_000,
};

/** Another process has the destination now. */
export class LeaseLostError extends Error {
  constructor() {
    super('another process delivers to this destination');
    this.name = 'LeaseLostError';
  }
}

export const LEASE_MS = 60_000;

/** What one process may write about a destination while it has it. */
export class Delivery {
  readonly parts: DeliveryParts;
  readonly runner: string;
  row: DestinationRow;

  constructor(parts: DeliveryParts, runner: string, row: DestinationRow) {
    this.parts = parts;
    this.runner = runner;
    this.row = row;
  }

  get secret(): string {
    try {
      return this.parts.box.open(this.row.sealed_secret);
    } catch (cause) {
      throw refuseExport('secret_lost', { cause });
    }
  }

  get now(): number {
    return this.parts.kernel.clock.now();
  }

  /** Writes how far it is and keeps the lease. Throws `LeaseLostError`, also when a member paused it. */
  async save(
    change: Partial<
      Pick<
        DestinationRow,
        'cursor_at' | 'cursor_id' | 'window_from' | 'window_rows' | 'people_day' | 'delivered_events' | 'delivered_people' | 'delivered_at'
      >
    >,
  ): Promise<void> {
    const row = await this.parts.kernel.postgres
      .as<ExportTables>()
      .updateTable('export_destinations')
      .set({ ...change, leased_until: new Date(this.now + LEASE_MS) })
      .where('project_id', '=', this.row.project_id)
      .where('id', '=', this.row.id)
      .where('runner', '=', this.runner)
      .where('state', '=', 'running')
      .returningAll()
      .executeTakeFirst();
    if (!row) throw new LeaseLostError();
    this.row = row;
  }

  /** Remembers a stretch of time that was delivered. */
  async noteWindow(window: { from: number; until: number; rows: number; files?: readonly StoredFile[]; isVerified?: boolean }): Promise<void> {
    const now = new Date(this.now);
    const noted = {
      window_until: new Date(window.until),
      rows: window.rows,
      files: jsonText(window.files ?? []),
      delivered_at: now,
      verified_at: window.isVerified === true ? now : null,
    };
    await this.parts.kernel.postgres
      .as<ExportTables>()
      .insertInto('export_windows')
      .values({ destination_id: this.row.id, window_from: new Date(window.from), ...noted })
      .onConflict((conflict) => conflict.columns(['destination_id', 'window_from']).doUpdateSet(noted))
      .execute();
  }
}

/** When did the next event arrive, from an instant on (ms)? Undefined when none has. */
export async function nextArrival(parts: DeliveryParts, row: DestinationRow, from: number): Promise<number | undefined> {
  const rows = await parts.kernel.clickhouse.query<{ n: number; at: number }>(
    `SELECT count() AS n, toUnixTimestamp64Milli(min(received_at)) AS at FROM events
     WHERE project_id = {projectId:UInt32} AND received_at >= fromUnixTimestamp64Milli({from:Int64}, 'UTC')`,
    { projectId: row.project_id, from },
  );
  return rows[0] && rows[0].n > 0 ? rows[0].at : undefined;
}
