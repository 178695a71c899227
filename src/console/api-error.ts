import type { ErrorReply } from '../kernel/http/contract.ts';

/** What is wrong where; `path` is dotted and begins with `body.`, `query.` or `params.`. */
export interface Issue {
  path: string;
  message: string;
}

/** A refusal of the server, in the reader's language. `message` says what happened and the way out. */
export class ApiError extends Error {
  /** `slice.reason`, e.g. `segments.rule_too_deep`; `console.unreachable` when no answer came. */
  readonly code: string;
  /** 0 when no answer came. */
  readonly status: number;
  readonly issues: readonly Issue[];
  readonly details: Readonly<Record<string, unknown>>;
  readonly requestId: string | undefined;
  readonly retryAfterSeconds: number | undefined;

  constructor(status: number, error: Partial<ErrorReply['error']> & { message: string }, retryAfterSeconds?: number) {
    super(error.message);
    this.name = 'ApiError';
    this.code = error.code ?? 'console.unexpected_answer';
    this.status = status;
    this.issues = error.issues ?? [];
    this.details = error.details ?? {};
    this.requestId = error.requestId;
    this.retryAfterSeconds = retryAfterSeconds;
  }

  /** True when no answer came: offline, or the server is restarting. */
  get isUnreachable(): boolean {
    return this.status === 0;
  }
}
