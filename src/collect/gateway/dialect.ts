import type { IncomingHttpHeaders } from 'node:http';
import type { AppError } from '../../kernel/errors/errors.ts';
import type { IncomingEvent } from '../stream/contract.ts';

/** A request as a dialect sees it. */
export interface DialectRequest {
  method: string;
  /** The path below the mount: the same at the root and behind `/c/<dialect>/<write key>`. No slash at its end. */
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  /** The body as it was sent; `unpack` and `parseJson` of `read-body.ts` read it. */
  body: Buffer;
  /** Address of the sender, behind trusted proxies. */
  ip: string;
  /** Our clock (ms). */
  receivedAt: number;
  /** Where this server is reached, e.g. `https://events.example.com`. */
  origin: string;
  /** Makes a message id for messages that carry none: they are never taken for each other. */
  newId(): string;
}

/** One message of a request: what came, and what it means or why it means nothing. */
export type DialectMessage = { raw: unknown; event: IncomingEvent } | { raw: unknown; error: AppError };

/** What a request says. */
export interface DialectBatch {
  /** The write key that the request names; absent behind `/c/<dialect>/<write key>`, which names it itself. */
  token?: string;
  /** The sender's clock when it sent (ms). */
  sentAt?: number;
  messages: readonly DialectMessage[];
}

/** What became of the messages, in their order. */
export interface DialectResult {
  accepted: number;
  duplicates: number;
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
  /** Where two dialects share a path at the root: whether this request is ours. */
  claims?(request: DialectRequest): boolean;
  /** What the request says. Throws an `AppError` for a request that says nothing. A route that takes no events gives an answer at once. */
  read(request: DialectRequest): DialectBatch | { answer: DialectAnswer } | Promise<DialectBatch | { answer: DialectAnswer }>;
  answer(result: DialectResult, request: DialectRequest): DialectAnswer;
  /** The client's own form of a failure of the whole request (bad key, unreadable, overloaded). Absent: `ErrorReply`. */
  fail?(error: AppError, request: DialectRequest): DialectAnswer;
}

/** The protocol of one family of clients. To add one: write its file in `dialects/`, put it into `dialects/index.ts`. */
export interface Dialect {
  /** The part of the path in `/c/<name>/<write key>`, and the `library` of events that name none. */
  name: string;
  routes: readonly DialectRoute[];
}
