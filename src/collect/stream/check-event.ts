import { jsonText } from '../../kernel/json-text.ts';
import type { IdentityClaim } from '../identity/index.ts';
import { checkId, checkShape, claimOf } from './check-claim.ts';
import { type AcceptMeta, eventLimits, type Fact, type IncomingEvent, refuseStream, systemFacts } from './contract.ts';
import { type EventRow, type EventSurroundings, writeRow } from './event-row.ts';

/** An event that passed every rule and waits to be written. */
export interface PreparedEvent {
  projectId: number;
  messageId: string;
  event: string;
  time: number;
  /** Whom it names; absent when the number is known already. */
  claim?: IdentityClaim;
  personId?: number;
  row: EventRow;
}

const controlCharacters = /\p{Cc}/u;
const facts: ReadonlySet<string> = new Set(systemFacts);

/** Checks one event against every rule and makes its row. Throws the `AppError` of the first rule that it breaks. */
export function checkEvent(incoming: IncomingEvent, around: EventSurroundings): PreparedEvent {
  const { projectId, meta } = around;
  const messageId = outsideId(checkId(incoming.messageId, 'messageId'));
  const event = checkName(incoming);
  const claim = claimOf(incoming, projectId);
  checkShape(incoming.properties, 'properties');
  if (incoming.traits) checkShape(incoming.traits, 'traits');
  if (!Number.isFinite(incoming.time)) throw refuseStream('time_invalid', { details: { time: String(incoming.time) } });
  const time = correctedTime(incoming.time, meta);
  if (time < eventLimits.timeMinMs) throw refuseStream('time_invalid', { details: { time: new Date(Math.max(time, -8.64e15)).toISOString() } });
  claim.at = time;
  claim.messageId = messageId;
  const properties = jsonText(incoming.properties);
  const context = jsonText(contextOf(incoming, claim, time));
  const row = writeRow({ incoming, named: claim, around, event, messageId, time, properties, context });
  return { projectId, messageId, event, time, claim, row };
}

/** The surroundings as they are kept: with the client's own time where it was corrected, and with further ids in Segment's form. */
function contextOf(incoming: IncomingEvent, claim: IdentityClaim, time: number): Record<string, unknown> {
  const isCorrected = Math.abs(time - incoming.time) >= 1_000;
  if (!isCorrected && incoming.ids === undefined) return incoming.context;
  const context = { ...incoming.context };
  if (isCorrected) context.originalTimestamp = new Date(incoming.time).toISOString();
  if (incoming.ids !== undefined) context.externalIds = (claim.ids ?? []).map(({ kind, value }) => ({ type: kind, id: value }));
  return context;
}

/** First letters of the message ids of the system's own facts. */
const FACT_PREFIX = 'fact:';

/** Whoever sends from outside cannot take the ids of the system's own facts. */
function outsideId(messageId: string): string {
  return messageId.startsWith(FACT_PREFIX) ? `sent:${messageId}` : messageId;
}

/** Makes the row of a fact of another slice. Its rules are those of programs: what it breaks is a bug, and throws. */
export function prepareFact(fact: Fact, around: EventSurroundings): PreparedEvent {
  const { projectId } = around;
  if (!Number.isInteger(fact.time) || !Number.isInteger(fact.personId) || fact.personId <= 0)
    throw new TypeError(`A fact needs a person and a whole number of milliseconds: ${fact.event}`);
  const messageId = checkId(`${FACT_PREFIX}${fact.messageId}`, 'messageId');
  const properties = jsonText(fact.properties);
  const incoming = { sequence: 0, passive: fact.passive ?? false };
  const row = writeRow({ incoming, around, event: fact.event, messageId, time: fact.time, properties, context: '{}' });
  return { projectId, messageId, event: fact.event, time: fact.time, personId: fact.personId, row };
}

/** Client time + the error of the client's clock; an hour or more ahead of us is taken for the time of arrival. */
function correctedTime(time: number, meta: AcceptMeta): number {
  const corrected = Math.round(meta.sentAt === undefined ? time : time + (meta.receivedAt - meta.sentAt));
  return corrected > meta.receivedAt + eventLimits.futureMaxMs ? meta.receivedAt : corrected;
}

function checkName(incoming: IncomingEvent): string {
  const { event } = incoming;
  if (event.trim() === '') throw refuseStream('event_name_missing');
  if (event.length > eventLimits.nameLengthMax)
    throw refuseStream('event_name_too_long', { details: { max: eventLimits.nameLengthMax, length: event.length } });
  if (controlCharacters.test(event) || !event.isWellFormed()) throw refuseStream('id_invalid', { details: { field: 'event' } });
  if (event.startsWith('$') && (incoming.kind === 'track' || incoming.preset) && (!incoming.preset || facts.has(event)))
    throw refuseStream('event_name_reserved', { details: { event } });
  return event;
}
