import type { IncomingHttpHeaders } from 'node:http';
import type { AppError } from '../../kernel/errors/errors.ts';
import type { ItemChange } from '../items/contract.ts';
import type { IncomingEvent } from '../stream/contract.ts';

/** A request as a dialect sees it. */
export interface DialectRequest {
  method: string;
  /** The path below the mount: the same at the root and behind `/c/<dialect>/<write key>`. No slash at its end. */
  path: string;
  /** What stands at the `:name` places of the route's path. */
  params: Readonly<Record<string, string>>;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  /** The body, already unpacked when it began like gzip; never longer than the route's `bodySizeMaxBytes`. Empty for a GET. */
  body: Buffer;
  /** The body as JSON, parsed once however often it is asked for. Throws `gateway.body_unreadable`. */
  json(): unknown;
  /** Address of the sender, behind trusted proxies. */
  ip: string;
  /** Our clock (ms). */
  receivedAt: number;
  /** Where this server is reached, e.g. `https://events.example.com`. */
  origin: string;
  /** `/c/<dialect>/<write key>` when the request came that way, else empty: what a document that tells the client where to send puts behind `origin`. */
  mount: string;
  /** The write key of the mount, when the request came that way. */
  token: string | undefined;
  /** Makes a message id for messages that carry none: they are never taken for each other. */
  newId(): string;
}

/** One message of a request: what came, and what it means or why it means nothing. */
export type DialectMessage =
  | {
      raw: unknown;
      event: IncomingEvent;
      /** Its dialect's answer asks for nothing of it: under load both may be let go of while the message waits to be written. */
      isLetGo?: true;
    }
  | { raw: unknown; error: AppError };

/** What a request says. */
export interface DialectBatch {
  /**
   * The write key that the request names; not needed behind `/c/<dialect>/<write key>`, which names it itself. Clients that want keys of another
   * form may send the 32 hexadecimal digits of `wk_...` alone, or as a UUID.
   */
  token?: string;
  /** The sender's clock when it sent (ms). */
  sentAt?: number;
  /** Sent by a server on behalf of people: its address and user agent say nothing about them. */
  isFromServer?: boolean;
  messages: readonly DialectMessage[];
  /** Changes of the catalogue of items, done before the messages are taken; each must have passed `checkItem`. */
  items?: readonly ItemChange[];
}

/** A request that brings no events: what to answer, after the key (when it names one, here or by its mount) has been found live. */
export interface DialectReply {
  answer: DialectAnswer;
  token?: string;
}

/** What became of the messages, in their order. */
export interface DialectResult {
  /** Taken, and durable. Also what the project's own rules dropped or put aside on purpose: the client has done its part. */
  accepted: number;
  duplicates: number;
  /** `message` is in the reader's language. */
  refused: readonly { index: number; code: string; details: Record<string, unknown>; message: string }[];
  batch: DialectBatch;
}

export interface DialectAnswer {
  status: number;
  headers?: Record<string, string>;
  /** An object is answered as JSON. Absent: an empty body. */
  body?: string | Buffer | object;
}

/** A way in of a client library: which requests are its own, what they say, and what the client wants to hear. */
export interface DialectRoute {
  methods: readonly ('GET' | 'POST')[];
  /** `/i/v0/e`, `/v1/:call`... A slash at the end of a request's path is always allowed. */
  path: string;
  /** Largest body, unpacked; 500 kB unless set. Never below what the route's other claimants take at the root: the largest is read, then each one's is held. */
  bodySizeMaxBytes?: number;
  /** Where two dialects share a path at the root: whether this request is ours. Must not throw. The first that claims it has it; if none does, the first of all. */
  claims?(request: DialectRequest): boolean;
  /** What the request says. Throws an `AppError` for a request that says nothing. A route that takes no events gives an answer at once. */
  read(request: DialectRequest): DialectBatch | DialectReply | Promise<DialectBatch | DialectReply>;
  /** What the client wants to hear. May throw an `AppError`, which goes the way of `fail`. Not called for a `DialectReply`. */
  answer(result: DialectResult, request: DialectRequest): DialectAnswer;
  /** The client's own form of a failure of the whole request (bad key, unreadable, over its limit, overloaded). Absent: `ErrorReply`. `Retry-After` is added. */
  fail?(error: AppError, request: DialectRequest): DialectAnswer;
}

/** The protocol of one family of clients. To add one: write its file in `dialects/`, put it into `dialects/index.ts`. */
export interface Dialect {
  /** The part of the path in `/c/<name>/<write key>`, the `library` of events that name none, and the `source` of its events in the stream. */
  name: string;
  routes: readonly DialectRoute[];
}
