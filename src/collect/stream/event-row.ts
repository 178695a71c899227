import { type BinaryRow, putUint32, type RowWriter } from '../../kernel/clickhouse/row-writer.ts';
import type { LocalDays } from '../../kernel/local-days.ts';
import type { IdentityClaim } from '../identity/index.ts';
import { type AcceptMeta, eventLimits, type IncomingEvent, refuseStream } from './contract.ts';

/** What the rules need to know beside the event. */
export interface EventSurroundings {
  projectId: number;
  timeZone: string;
  meta: AcceptMeta;
  days: LocalDays;
  rows: RowWriter;
  /** Our clock when it came here (ms): recovery finds events by it, so it is never the sender's. */
  arrivedAt: number;
}

/** The columns of `events` in the order in which a row holds them: the person first, who is known last; the properties last, so that they are found again. */
export const eventColumns = [
  'person_id',
  'project_id',
  'event',
  'time',
  'day',
  'sequence',
  'message_id',
  'user_id',
  'anonymous_id',
  'session_id',
  'source',
  'passive',
  'received_at',
  'context',
  'properties',
] as const;

/** A row of `events`, with room for the person's number. */
export interface EventRow extends BinaryRow {
  propertiesSize: number;
}

export interface RowParts {
  incoming: Pick<IncomingEvent, 'sessionId' | 'passive' | 'sequence'>;
  /** The ids that name the person; a fact has none. */
  named?: Pick<IdentityClaim, 'userId' | 'anonymousId'>;
  around: EventSurroundings;
  event: string;
  messageId: string;
  time: number;
  /** JSON texts. */
  properties: string;
  context: string;
}

/** What ids and names may take beside the event's own size. */
const ROW_OVERHEAD_MAX = 1_024;
const SOURCE_LENGTH_MAX = 64;
const DAYS_KEPT = 5_000;
const DAY_MS = 86_400_000;
/** Days since 1970 by their names. */
const dayNumbers = new Map<string, number>();

/** Writes a row without its person. Throws `stream.event_too_large`. */
export function writeRow({ incoming, named, around, event, messageId, time, properties, context }: RowParts): EventRow {
  const { rows } = around;
  rows.begin();
  rows.uint32(0);
  rows.uint32(around.projectId);
  rows.text(event);
  rows.int64(time);
  rows.uint16(dayNumberOf(around.days.dayOf(around.timeZone, time)));
  rows.uint32(incoming.sequence);
  rows.text(messageId);
  rows.text(named?.userId ?? '');
  rows.text(named?.anonymousId ?? '');
  rows.text(incoming.sessionId ?? '');
  rows.text(around.meta.source.slice(0, SOURCE_LENGTH_MAX));
  rows.uint8(incoming.passive ? 1 : 0);
  rows.int64(around.arrivedAt);
  rows.text(context);
  const propertiesSize = rows.text(properties);
  const { size } = rows;
  if (size > eventLimits.eventSizeMaxBytes + ROW_OVERHEAD_MAX)
    throw refuseStream('event_too_large', { details: { max: eventLimits.eventSizeMaxBytes, size } });
  const { block, start, end } = rows.end();
  return { block, start, end, propertiesSize };
}

/** Fills in whose row it is. May be done again: a row that was not written stays as it is. */
export function setPerson(row: BinaryRow, personId: number): void {
  putUint32(row.block, personId, row.start);
}

/** The properties of a row as JSON text. */
export function propertiesText({ block, end, propertiesSize }: EventRow): string {
  return block.toString('utf8', end - propertiesSize, end);
}

function dayNumberOf(day: string): number {
  let number = dayNumbers.get(day);
  if (number === undefined) {
    if (dayNumbers.size >= DAYS_KEPT) dayNumbers.clear();
    number = Date.parse(day) / DAY_MS;
    dayNumbers.set(day, number);
  }
  return number;
}
