/** Properties of an event, or traits of a person: whatever JSON can say. */
export type Properties = Record<string, unknown>;

/** Who: one of the two ids is needed. */
export interface Person {
  userId?: string;
  anonymousId?: string;
}

/** What any call may say beside its own fields. */
export interface Common extends Person {
  /** When it happened; default now. */
  timestamp?: Date | number | string;
  /** The same id twice counts once. Default: a new one. */
  messageId?: string;
  /** Surroundings in Segment's words: `ip`, `userAgent`, `locale`, `page`, `campaign`, `sessionId`, `groups`... */
  context?: Properties;
}

export interface TrackCall extends Common {
  event: string;
  properties?: Properties;
}

export interface PageCall extends Common {
  name?: string;
  category?: string;
  properties?: Properties;
}

export interface IdentifyCall extends Common {
  traits?: Properties;
}

export interface GroupCall extends Common {
  groupId: string;
  /** `company` unless given. */
  groupType?: string;
  /** What is known about the group. */
  traits?: Properties;
}

export interface AliasCall extends Common {
  userId: string;
  previousId: string;
}

/** Changes of traits; done in the order in which they stand here. */
export interface ChangeTraitsCall extends Common {
  set?: Properties;
  setOnce?: Properties;
  increment?: Record<string, number>;
  append?: Properties;
  prepend?: Properties;
  /** Adds the values that the list lacks. */
  union?: Record<string, readonly unknown[]>;
  /** Takes a value out of a list. */
  remove?: Properties;
  unset?: readonly string[];
}

/** One change of a trait as it goes over the wire. */
export interface TraitChange {
  operation: 'set_once' | 'increment' | 'append' | 'prepend' | 'union' | 'remove' | 'unset';
  name: string;
  value?: unknown;
}

/**
 * What a call gives a promise for: `room`: the message is in the queue, which waits while the queue is full; `delivery`: the server has it on disk.
 */
export interface Waiting {
  wait: 'room' | 'delivery';
}

export interface Options {
  /** The project's write key, or a secret key. */
  writeKey: string;
  /** Where Perennial is reached, e.g. `https://events.example.com`. A path is kept. */
  host: string;
  /** Messages that are sent at once when they are together; also the most of one request. Default 100, at most 1,000. */
  flushAt?: number;
  /** Milliseconds that messages wait for company. Default 500. */
  flushIntervalMs?: number;
  /** Messages that wait at most. Beyond it calls answer false, or wait for room when asked. Default 10,000. */
  queueCountMax?: number;
  /** Bytes that wait at most. Default 32 MiB. */
  queueSizeMaxBytes?: number;
  /** Pack requests. Default true. */
  gzip?: boolean;
  /** Default 15,000. */
  requestTimeoutMs?: number;
  /** Send what waits before the process ends by itself. Default true. */
  flushAtExit?: boolean;
  /** Signals at which what waits is sent before the process ends, e.g. `['SIGTERM', 'SIGINT']`. Default none. */
  flushOnSignals?: readonly NodeJS.Signals[];
  /** How long `close`, and an end by signal, wait for the server. Default 10,000. */
  closeTimeoutMs?: number;
  /** Is told of each message that will not arrive. */
  onDrop?: (dropped: Dropped) => void;
}

export type DropReason = 'queue_full' | 'too_large' | 'unsayable' | 'refused' | 'closed';

export interface Dropped {
  reason: DropReason;
  /** The message as JSON; empty when it could not be said. */
  message: string;
  /** Of a refusal: the status, or the server's code of the rule that the message broke, with its words. */
  status?: number;
  code?: string;
  explanation?: string;
}
