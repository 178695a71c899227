import { jsonText } from '../../../kernel/json-text.ts';
import type { ExportedEvent } from './events.ts';
import type { ExportedPerson } from './people.ts';

/** Columns of Parquet files. Properties, traits and ids are JSON texts: their fields differ from row to row. */
export const eventStructure =
  "message_id String, event String, time DateTime64(3, 'UTC'), received_at DateTime64(3, 'UTC'), day Date, person_id UInt32, user_id String, anonymous_id String, session_id String, source String, passive Bool, properties String, context String";

export const personStructure = "person_id UInt32, ids String, traits String, created_at DateTime64(3, 'UTC')";

export function eventLine(event: ExportedEvent): string {
  return `${JSON.stringify({
    message_id: event.messageId,
    event: event.event,
    time: event.time,
    received_at: event.receivedAt,
    day: event.day,
    person_id: event.personId,
    user_id: event.userId,
    anonymous_id: event.anonymousId,
    session_id: event.sessionId,
    source: event.source,
    passive: event.passive === 1,
    properties: jsonText(event.properties),
    context: event.context,
  })}\n`;
}

export function personLine(person: ExportedPerson): string {
  return `${JSON.stringify({ person_id: person.personId, ids: jsonText(person.ids), traits: jsonText(person.traits), created_at: person.createdAt })}\n`;
}
