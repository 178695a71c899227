import type { DialectMessage } from './dialect.ts';

/** What is known about the request that messages came with; all of it may be missing. */
export interface TakenRequest {
  /** Kept in the stream's column `source` and shown as the client; the sender's name unless given. */
  source?: string;
  /** Our clock (ms); now unless given. */
  receivedAt?: number;
  /** The sender's clock when it sent (ms): corrects the times of the events. */
  sentAt?: number;
  /** Address and browser of the person; leave out when a server or a file speaks for people. */
  ip?: string;
  userAgent?: string;
  hints?: Record<string, string>;
}

/** What became of the messages; `index` is the place in the list that was given. */
export interface TakenMessages {
  accepted: number;
  duplicates: number;
  refused: { index: number; code: string; details: Record<string, unknown> }[];
}

/** How fast a sender may go. */
export interface SenderLimit {
  eventsPerSecond: number;
  burst: number;
  eventsPerDay: null;
}

/** The way in for slices that take events from outside by other ways (sources, files) or play a client (the demo's visitors). */
export interface GatewayApi {
  /**
   * Takes messages of Segment's protocol as if they had come over the wire with a key named `sender`; the live view shows them.
   * Durable when it resolves. Throws the stream's 503s.
   */
  take(projectId: number, sender: string, batch: readonly object[]): Promise<void>;
  /**
   * Takes events that the caller has read already, on the same path as every client's: enrichment, tracking plan, stream, live view.
   * Durable when it resolves. Throws the stream's 503s.
   */
  takeEvents(projectId: number, sender: string, messages: readonly DialectMessage[], request?: TakenRequest): Promise<TakenMessages>;
  /**
   * Holds a sender (a uuid) to its own rate, which the processes that it sends to share. Gives the seconds to wait, or 0 when it may go on.
   * The same limit has to be the same object.
   */
  spend(sender: { projectId: number; id: string }, count: number, limit: SenderLimit): Promise<number>;
}
