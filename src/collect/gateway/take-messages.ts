import type { KeyOfToken } from '../../workspace/projects/index.ts';
import type { EventOutcome, IncomingEvent } from '../stream/contract.ts';
import type { StreamApi } from '../stream/index.ts';
import type { Arrivals, NewArrival } from './arrivals.ts';
import type { DialectMessage } from './dialect.ts';
import { isObject } from './read-body.ts';

/** A message that was refused, and why. */
export interface Refusal {
  index: number;
  code: string;
  details: Record<string, unknown>;
}

/** What became of a request's messages. */
export interface Taken {
  accepted: number;
  duplicates: number;
  refused: Refusal[];
}

/** Who sends, what with, and from where. */
export interface Sending {
  key: KeyOfToken;
  /** How the key is shown to people: its first characters, or the name of the slice that sends. */
  keyShown: string;
  /** The dialect, or what else the messages came by; kept in the stream's column `source`. */
  source: string;
  receivedAt: number;
  sentAt?: number | undefined;
  /** Address and browser of the person; empty when a server sends for people. */
  ip: string;
  userAgent?: string | undefined;
  hints?: Record<string, string> | undefined;
}

export interface TakeParts {
  stream: Pick<StreamApi, 'accept'>;
  arrivals: Arrivals;
  /** Counts messages by `dialect` and `outcome`. */
  count(dialect: string, outcome: string, count: number): void;
}

/** The one way of events from outside: what is usable is durable when it resolves; each refusal has its reason. */
export async function takeMessages(sending: Sending, messages: readonly DialectMessage[], parts: TakeParts): Promise<Taken> {
  const events: IncomingEvent[] = [];
  for (const message of messages) if ('event' in message) events.push(message.event);
  const meta = { receivedAt: sending.receivedAt, source: sending.source, ...(sending.sentAt !== undefined && { sentAt: sending.sentAt }) };
  const { outcomes } = await parts.stream.accept(sending.key.projectId, events, meta);
  const taken: Taken = { accepted: 0, duplicates: 0, refused: [] };
  const arrivals: NewArrival[] = [];
  let next = 0;
  messages.forEach((message, index) => {
    const outcome = 'event' in message ? outcomes[next++] : undefined;
    const refusal = 'error' in message ? message.error : outcome?.status === 'refused' ? outcome : undefined;
    if (refusal) taken.refused.push({ index, code: refusal.code, details: refusal.details });
    else if (outcome?.status === 'duplicate') taken.duplicates += 1;
    else taken.accepted += 1;
    arrivals.push(arrivalOf(sending, { message, outcome, refusal }));
  });
  parts.arrivals.add(sending.key.projectId, arrivals);
  parts.count(sending.source, 'accepted', taken.accepted);
  parts.count(sending.source, 'duplicate', taken.duplicates);
  parts.count(sending.source, 'refused', taken.refused.length);
  return taken;
}

interface OneFate {
  message: DialectMessage;
  outcome: EventOutcome | undefined;
  refusal: { code: string; details: Record<string, unknown> } | undefined;
}

function arrivalOf(sending: Sending, { message, outcome, refusal }: OneFate): NewArrival {
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
    status: refusal ? 'refused' : outcome?.status === 'duplicate' ? 'duplicate' : 'accepted',
    personId: outcome?.status === 'accepted' ? outcome.personId : null,
    code: refusal?.code ?? null,
    details: refusal?.details ?? {},
    message: message.raw,
    became: event,
  };
}

function shown(value: unknown): string | null {
  return typeof value === 'string' || typeof value === 'number' ? String(value).slice(0, 255) : null;
}
