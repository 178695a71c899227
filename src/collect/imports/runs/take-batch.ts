import { AppError } from '../../../kernel/errors/errors.ts';
import type { DialectMessage, GatewayApi } from '../../gateway/index.ts';
import type { IncomingEvent } from '../../stream/contract.ts';
import type { RowReader } from '../mapping/row-reader.ts';
import type { ReadRow } from '../reading/read-row.ts';

/** A row that is not taken and why. */
export interface BadRow {
  read: ReadRow;
  code: string;
  details: Record<string, unknown>;
}

/** What became of some rows. */
export interface TakenBatch {
  lastRow: number;
  accepted: number;
  duplicates: number;
  bad: BadRow[];
  /** Events that rows became and that were not refused. */
  events: IncomingEvent[];
}

export interface Batch {
  rows: readonly ReadRow[];
  lastRow: number;
}

/** Reads rows as events; those that mean nothing are told apart. */
export function mapBatch(rows: readonly ReadRow[], read: RowReader): { events: IncomingEvent[]; sources: ReadRow[]; bad: BadRow[] } {
  const events: IncomingEvent[] = [];
  const sources: ReadRow[] = [];
  const bad: BadRow[] = [];
  for (const row of rows) {
    if (row.fault || !row.record) {
      bad.push({ read: row, code: row.fault?.code ?? 'imports.row_unreadable', details: row.fault?.details ?? {} });
      continue;
    }
    try {
      events.push(read(row.record, row.row));
      sources.push(row);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      bad.push({ read: row, code: error.code, details: error.details });
    }
  }
  return { events, sources, bad };
}

/** What a run does with rows: a dry run only reads them. */
export type TakeBatch = (batch: Batch) => Promise<TakenBatch>;

export function dryBatch(read: RowReader): TakeBatch {
  return async ({ rows, lastRow }) => {
    const { events, bad } = mapBatch(rows, read);
    return { lastRow, accepted: events.length, duplicates: 0, bad, events };
  };
}

/** Sends rows through the door of all events under the name of `sender`; overload and stores that do not answer are waited out with `wait`. */
export function realBatch(
  read: RowReader,
  projectId: number,
  parts: { gateway: GatewayApi; sender: string; wait(ms: number): Promise<void> },
): TakeBatch {
  return async ({ rows, lastRow }) => {
    const { events, sources, bad } = mapBatch(rows, read);
    if (events.length === 0) return { lastRow, accepted: 0, duplicates: 0, bad, events };
    const messages: DialectMessage[] = events.map((event) => ({ raw: event, event }));
    const taken = await untilTaken(() => parts.gateway.takeEvents(projectId, parts.sender, messages, { source: parts.sender }), parts.wait);
    const refused = new Map(taken.refused.map((refusal) => [refusal.index, refusal]));
    for (const [index, { code, details }] of refused) {
      const read = sources[index];
      if (read) bad.push({ read, code, details });
    }
    const kept = refused.size === 0 ? events : events.filter((_, index) => !refused.has(index));
    bad.sort((a, b) => a.read.row - b.read.row);
    return { lastRow, accepted: taken.accepted, duplicates: taken.duplicates, bad, events: kept };
  };
}

const WAIT_FIRST_MS = 500;
const WAIT_MAX_MS = 30_000;

async function untilTaken<T>(take: () => Promise<T>, wait: (ms: number) => Promise<void>): Promise<T> {
  for (let waitMs = WAIT_FIRST_MS; ; waitMs = Math.min(waitMs * 2, WAIT_MAX_MS)) {
    try {
      return await take();
    } catch (error) {
      if (!(error instanceof AppError) || error.status !== 503) throw error;
      await wait(waitMs);
    }
  }
}
