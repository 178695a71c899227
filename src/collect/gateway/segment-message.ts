import { type EventKind, eventKind, type IncomingEvent } from '../stream/contract.ts';
import { refuseGateway } from './contract.ts';
import { furtherIdsOf } from './further-ids.ts';
import { addOwnFields } from './own-fields.ts';
import { isObject } from './read-body.ts';

/** What a message inherits from its request. */
export interface MessageSurroundings {
  /** The call of the path; a batch's messages say it themselves. */
  kind: EventKind | undefined;
  /** Place in the request. */
  sequence: number;
  receivedAt: number;
  /** The request's `sentAt` (ms), for messages without a time. */
  sentAt: number | undefined;
  /** Makes an id for messages without one: they are never taken for each other. */
  newId(): string;
}

/** Names under which the calls other than `track` are stored. */
const eventNames = { identify: '$identify', page: '$page', screen: '$screen', group: '$group', alias: '$alias' } as const;

/**
 * Reads one message of Segment's protocol (spec: https://segment.com/docs/connections/spec/). Throws a refusal of the gateway for what cannot be
 * read at all; limits and rules are the stream's.
 */
export function readMessage(message: unknown, around: MessageSurroundings): IncomingEvent {
  if (!isObject(message)) throw refuseGateway('message_not_object');
  const kind = around.kind ?? kindOf(message.type);
  const context = objectOf(message.context, 'context');
  const event: IncomingEvent = {
    messageId: idOf(message.messageId, 'messageId') ?? around.newId(),
    kind,
    event: kind === 'track' ? nameOf(message.event) : eventNames[kind],
    time: timeOf(message, around),
    sequence: around.sequence,
    properties: propertiesOf(kind, message),
    context,
  };
  const userId = idOf(message.userId, 'userId');
  const anonymousId = idOf(message.anonymousId, 'anonymousId');
  const sessionId = idOf(context.sessionId, 'context.sessionId');
  if (userId !== undefined) event.userId = userId;
  if (anonymousId !== undefined) event.anonymousId = anonymousId;
  if (sessionId !== undefined) event.sessionId = sessionId;
  const ids = furtherIdsOf(context.externalIds, anonymousId);
  if (ids.length > 0) event.ids = ids;
  if (kind === 'alias') {
    const previousId = idOf(message.previousId, 'previousId');
    if (previousId !== undefined) event.previousId = previousId;
  }
  // Segment lets any call carry traits of the person in its context.
  const traits = kind === 'identify' ? event.properties : objectOf(context.traits, 'context.traits');
  if (Object.keys(traits).length > 0) event.traits = traits;
  addOwnFields(event, message);
  return event;
}

function kindOf(type: unknown): EventKind {
  const kind = eventKind.safeParse(type);
  if (!kind.success) throw refuseGateway('type_unknown', { details: { type: String(type).slice(0, 40) } });
  return kind.data;
}

function nameOf(event: unknown): string {
  if (event === undefined || event === null) return '';
  if (typeof event !== 'string') throw refuseGateway('field_invalid', { details: { field: 'event', wanted: 'text' } });
  return event;
}

/** RudderStack's clients put the traits of an `identify` into its context. */
function traitsOf(message: Record<string, unknown>): Record<string, unknown> {
  const traits = objectOf(message.traits, 'traits');
  const { context } = message;
  return isObject(context) && isObject(context.traits) ? { ...context.traits, ...traits } : traits;
}

function propertiesOf(kind: EventKind, message: Record<string, unknown>): Record<string, unknown> {
  if (kind === 'identify') return traitsOf(message);
  if (kind === 'alias') return { previousId: idOf(message.previousId, 'previousId') ?? null, userId: idOf(message.userId, 'userId') ?? null };
  if (kind === 'group') return { ...objectOf(message.traits, 'traits'), groupId: idOf(message.groupId, 'groupId') ?? null };
  const properties = objectOf(message.properties, 'properties');
  // A copy: what came is shown beside what it became.
  if (kind === 'track') return { ...properties };
  return {
    ...properties,
    ...(typeof message.name === 'string' && message.name !== '' && { name: message.name }),
    ...(typeof message.category === 'string' && message.category !== '' && { category: message.category }),
  };
}

function objectOf(value: unknown, field: string): Record<string, unknown> {
  if (value === undefined || value === null) return {};
  if (!isObject(value)) throw refuseGateway('field_invalid', { details: { field, wanted: 'object' } });
  return value;
}

/** Ids are texts; numbers are taken as their digits. Empty and null mean none. */
function idOf(value: unknown, field: string): string | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  if (typeof value !== 'string') throw refuseGateway('field_invalid', { details: { field, wanted: 'text' } });
  return value;
}

function timeOf(message: Record<string, unknown>, around: MessageSurroundings): number {
  const value = message.timestamp ?? message.originalTimestamp;
  if (value === undefined || value === null || value === '') return around.sentAt ?? around.receivedAt;
  const time = instantOf(value);
  if (time === undefined) throw refuseGateway('field_invalid', { details: { field: 'timestamp', wanted: 'ISO 8601' } });
  return time;
}

/** Milliseconds of an ISO 8601 text or of a number (ms); undefined when it is neither. */
export function instantOf(value: unknown): number | undefined {
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (typeof value !== 'string' || !/^\d{4}-\d{2}/.test(value)) return undefined;
  const time = Date.parse(value);
  return Number.isNaN(time) ? undefined : time;
}
