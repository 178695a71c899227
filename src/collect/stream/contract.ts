import { z } from 'zod';
import { defineErrors } from '../../kernel/errors/errors.ts';

export { isPlaceholder } from './placeholder.ts';

/** The calls of the tracking protocols, in Segment's words. */
export const eventKind = z.enum(['track', 'identify', 'page', 'screen', 'group', 'alias']);
export type EventKind = z.infer<typeof eventKind>;

/** Facts that the system writes itself; nobody may send them from outside, not even as a client library's preset. */
export const systemFacts = [
  '$merged',
  '$split',
  '$segment_entered',
  '$segment_left',
  '$listed',
  '$journey_entered',
  '$journey_step',
  '$journey_exited',
  '$goal_reached',
  '$message_sent',
  '$message_skipped',
  '$message_failed',
] as const;

/** Names of events that calls other than `track` are stored under, and the system's own facts. */
export const systemEvents = ['$page', '$screen', '$identify', '$group', '$alias', ...systemFacts] as const;

/** Limits that every event meets, whatever way it comes. */
export const eventLimits = {
  /** Bytes of one event as JSON. */
  eventSizeMaxBytes: 32 * 1024,
  /** Bytes of one request's body, unpacked. */
  batchSizeMaxBytes: 500 * 1024,
  /** Characters of an event's name or a property's name. */
  nameLengthMax: 200,
  /** Characters of an external id or a message id. */
  idLengthMax: 255,
  /** Properties (or traits) of one event, nested ones counted. */
  propertiesMax: 250,
  /** Levels of nesting inside properties, traits and context. */
  depthMax: 8,
  /** An event further ahead of the clock than this gets the time of its arrival. */
  futureMaxMs: 3_600_000,
  /** Events from before this instant are refused (1 January 2000 UTC). */
  timeMinMs: 946_684_800_000,
} as const;

/** One change of a trait, of a person or of a group. Changes of one event are done in their order. */
export interface TraitChange {
  /** `append` and `prepend` add to a list, `union` adds what the list lacks, `remove` takes a value out of it, `unset_all` clears every trait (its name is empty). */
  operation: 'set' | 'set_once' | 'increment' | 'append' | 'prepend' | 'union' | 'remove' | 'unset' | 'unset_all';
  name: string;
  value?: unknown;
}

/** An external id beside `userId` and `anonymousId`: an email, a phone number, a device, an openid... */
export interface LinkedId {
  kind: string;
  value: string;
}

/** A group (company, household...) that an event names, and what it says about the group. */
export interface GroupClaim {
  type: string;
  id: string;
  changes?: readonly TraitChange[];
}

/** One event on its way in. `time` is the client's clock (ms); the stream corrects it by `sentAt`. */
export interface IncomingEvent {
  messageId: string;
  kind: EventKind;
  event: string;
  userId?: string;
  anonymousId?: string;
  previousId?: string;
  time: number;
  /** Order among events of the same instant, e.g. the place in the batch. */
  sequence: number;
  properties: Record<string, unknown>;
  /** For `identify`: a value sets, null clears. */
  traits?: Record<string, unknown>;
  /** Surroundings in Segment's words, whatever client it came from: `ip`, `userAgent`, `userAgentData`, `locale`, `timezone`, `library`, `page`, `campaign`, `device`, `os`, `app`, `screen`, `network`. */
  context: Record<string, unknown>;
  sessionId?: string;
  /** Further ids of the same person. */
  ids?: readonly LinkedId[];
  /** Ids that this event takes away from the person (event `$unlink`). */
  unlink?: readonly LinkedId[];
  /** Changes of the person's traits beside `traits`, done after them. */
  traitChanges?: readonly TraitChange[];
  /** Groups that the person belongs to from this event on. */
  groups?: readonly GroupClaim[];
  /** The name was given by a client library and not by the sender: it may begin with `$`, but never be one of the system's own facts. */
  preset?: boolean;
  /** A fact about the person that they did not do (a mailing reached them): it never makes them active. */
  passive?: boolean;
}

/** What is known about a whole request. */
export interface AcceptMeta {
  /** When it arrived (ms, our clock). */
  receivedAt: number;
  /** When the client says that it sent it (ms, its clock); the difference is its clock's error. */
  sentAt?: number;
  /** Kept in the column `source`: `gateway`, `import`, `demo`... At most 64 characters. */
  source: string;
}

/** What became of one event. */
export type EventOutcome =
  | { status: 'accepted'; personId: number }
  | { status: 'duplicate' }
  | { status: 'refused'; code: StreamRefusal; message: string; details: Record<string, unknown> };

/** What became of a request's events; `outcomes` has the same order as the events. */
export interface AcceptResult {
  accepted: number;
  duplicates: number;
  refused: number;
  outcomes: EventOutcome[];
}

/** A fact that another slice writes about a person. */
export interface Fact {
  personId: number;
  event: string;
  /** Milliseconds since 1970 UTC. */
  time: number;
  properties: Record<string, unknown>;
  /** The same id twice is written once: derive it from what happened, e.g. `journey:<run>:<step>`. */
  messageId: string;
  passive?: boolean;
  /** The slice that writes it. */
  source: string;
}

/** One event told to one listener. */
export interface Announcement {
  id: string;
  projectId: number;
  personId: number;
  event: string;
  time: number;
  messageId: string;
  properties: Record<string, unknown>;
}

/** Refusals of this slice. */
export const refuseStream = defineErrors('stream', {
  person_missing: { status: 400, message: 'An event needs a userId, an anonymousId or another id of a person' },
  id_meaningless: { status: 400, message: 'An id is a placeholder that means nobody' },
  previous_id_missing: { status: 400, message: 'alias needs previousId and userId' },
  event_name_missing: { status: 400, message: 'track needs the name of the event' },
  event_name_too_long: { status: 400, message: 'The name of the event is too long' },
  event_name_reserved: { status: 400, message: 'Names of events that begin with $ belong to the system' },
  property_name_too_long: { status: 400, message: 'The name of a property is too long' },
  too_many_properties: { status: 400, message: 'The event has too many properties' },
  too_deep: { status: 400, message: 'Properties are nested too deep' },
  id_too_long: { status: 400, message: 'An id is too long' },
  id_invalid: { status: 400, message: 'An id is empty or holds characters that cannot be kept' },
  time_invalid: { status: 400, message: 'The time of the event is not a time, or too long ago' },
  event_too_large: { status: 413, message: 'The event is too large' },
  event_unreadable: { status: 400, message: 'The event store cannot keep this event' },
  overloaded: { status: 503, message: 'Too many events are waiting to be written' },
  store_unavailable: { status: 503, message: 'The event store did not take the events' },
  project_unknown: { status: 404, message: 'No such project' },
});
export type StreamRefusal = `stream.${keyof typeof refuseStream.catalogue}`;
