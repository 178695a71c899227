/** Statuses that an error of the catalogue may have. */
export type ErrorStatus = 400 | 401 | 403 | 404 | 409 | 410 | 413 | 415 | 422 | 429 | 503;

/** A slice's catalogue: reason -> status and the message for logs (English). The people's message stands in `locales/*.json` under `errors.<reason>`. */
export type ErrorCatalogue<Reason extends string = string> = Record<Reason, { status: ErrorStatus; message: string }>;

/** A refusal that a person can act on. Anything else that is thrown becomes a 500 and a log line. */
export class AppError extends Error {
  readonly code: string;
  readonly status: ErrorStatus;
  readonly details: Record<string, unknown>;
  /** Seconds after which the caller should try again (429, 503). */
  readonly retryAfterSeconds: number | undefined;
  readonly issues: { path: string; message: string }[] | undefined;
  constructor(code: string, status: ErrorStatus, message: string, options: ErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.status = status;
    this.details = options.details ?? {};
    this.retryAfterSeconds = options.retryAfterSeconds;
    this.issues = options.issues;
  }
}

interface ErrorOptions {
  details?: Record<string, unknown>;
  retryAfterSeconds?: number;
  issues?: { path: string; message: string }[];
  cause?: unknown;
}

/**
 * Turns a catalogue into a function that makes its errors: `const refuse = defineErrors('segments', { rule_too_deep: {...} });`
 * `throw refuse('rule_too_deep', { details: { max: 8 } })`. `details` fill `{{placeholders}}` of the translated message.
 */
export function defineErrors<Reason extends string>(slice: string, catalogue: ErrorCatalogue<Reason>) {
  const refuse = (reason: Reason, options: ErrorOptions = {}): AppError =>
    new AppError(`${slice}.${reason}`, catalogue[reason].status, catalogue[reason].message, options);
  return Object.assign(refuse, { slice, catalogue });
}

/** What `defineErrors` gives; a slice lists it in its door so that tests can hold catalogue and translations together. */
export interface ErrorMaker {
  slice: string;
  catalogue: ErrorCatalogue;
}
