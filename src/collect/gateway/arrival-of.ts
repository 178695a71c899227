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
  /** Refused before the project's settings were applied: nothing became of it. */
  isUntouched?: true;
}

/** An arrival without its texts, which are the costly part of it. */
export function briefOf({ sending, message, fate }: Seen): Omit<Arrival, 'id' | 'raw' | 'masked' | 'became' | 'isCut'> {
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

/** What came, without what the project does not keep, and what it became, as JSON. */
export function textsOf({ message, sending, fate, isUntouched }: Seen): Pick<Arrival, 'raw' | 'became' | 'masked'> {
  const isApplied = !isUntouched && fate.code !== 'gateway.dropped_bot';
  const event = isApplied && 'event' in message ? { ...message.event, time: shownTime(message.event.time) } : undefined;
  const became = event === undefined ? null : JSON.stringify(event, null, 2);
  if (!sending.mask) return { raw: textOf(message.raw), became, masked: [] };
  const { shown, masked } = sending.mask(typeof message.raw === 'string' ? fieldsOf(message.raw) : message.raw, JSON.stringify(event) ?? '');
  return { raw: textOf(masked.length === 0 ? message.raw : shown), became, masked };
}

function textOf(raw: unknown): string {
  return typeof raw === 'string' ? raw : (JSON.stringify(raw, null, 2) ?? 'null');
}

/** What a text says when it is JSON or a form, so that values can be found in it by their names. */
function fieldsOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text.includes('=') ? Object.fromEntries(new URLSearchParams(text.replace(/^\?/, ''))) : text;
  }
}

/** As people read it; a time that is none stays as it is. */
function shownTime(time: number): string | number {
  return Math.abs(time) <= 8.64e15 ? new Date(time).toISOString() : time;
}

function shown(value: unknown): string | null {
  return typeof value === 'string' || typeof value === 'number' ? String(value).slice(0, 255) : null;
}
