import type { Violation } from '../tracking-plan/contract.ts';
import type { Arrival } from './contract.ts';
import type { DialectMessage } from './dialect.ts';
import { isObject } from './read-body.ts';
import type { Sending } from './sending.ts';

/** What became of one message. */
export type Fate = (
  | { status: 'accepted'; personId: number | null; code?: undefined; details?: undefined }
  | { status: 'duplicate'; code?: undefined; details?: undefined }
  | { status: 'refused' | 'quarantined' | 'dropped'; code: string; details: Record<string, unknown> }
) & { violations?: readonly Violation[] };

/** A message that came, with all that is known of it; made readable only when somebody looks, because most are forgotten before. */
export interface Seen {
  sending: Sending;
  message: DialectMessage;
  fate: Fate;
}

/** An arrival without its texts, which are the costly part of it. */
export function briefOf({ sending, message, fate }: Seen): Omit<Arrival, 'id' | 'raw' | 'became' | 'isCut'> {
  const event = 'event' in message ? message.event : undefined;
  const sent = isObject(message.raw) ? message.raw : {};
  const context = event?.context ?? (isObject(sent.context) ? sent.context : {});
  const library = isObject(context.library) ? context.library.name : undefined;
  return {
    at: sending.receivedAt,
    kind: event?.kind ?? shown(sent.type)?.slice(0, 20) ?? '',
    event: (event?.event ?? shown(sent.event) ?? '').slice(0, 255),
    userId: event ? (event.userId?.slice(0, 255) ?? null) : shown(sent.userId),
    anonymousId: event ? (event.anonymousId?.slice(0, 255) ?? null) : shown(sent.anonymousId),
    messageId: event?.messageId.slice(0, 255) ?? shown(sent.messageId) ?? '',
    key: sending.keyShown,
    keyKind: sending.key.kind,
    dialect: sending.source,
    library: shown(library)?.slice(0, 60) ?? null,
    status: fate.status,
    personId: fate.status === 'accepted' ? fate.personId : null,
    code: fate.code ?? null,
    details: fate.details ?? {},
    violations: [...(fate.violations ?? [])],
  };
}

/** What came, and what it became, as JSON. */
export function textsOf({ message }: Seen): Pick<Arrival, 'raw' | 'became'> {
  return {
    raw: typeof message.raw === 'string' ? message.raw : (JSON.stringify(message.raw, null, 2) ?? 'null'),
    became: 'event' in message ? JSON.stringify({ ...message.event, time: shownTime(message.event.time) }, null, 2) : null,
  };
}

/** As people read it; a time that is none stays as it is. */
function shownTime(time: number): string | number {
  return Math.abs(time) <= 8.64e15 ? new Date(time).toISOString() : time;
}

function shown(value: unknown): string | null {
  return typeof value === 'string' || typeof value === 'number' ? String(value).slice(0, 255) : null;
}
