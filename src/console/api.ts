import type { BodyInputOf, ErrorReply, ParamsOf, QueryInputOf, ReplyOf } from '../kernel/http/contract.ts';
import { type AnyRoute, addressOf } from './address.ts';
import { ApiError } from './api-error.ts';
import { reportReachable, reportUnreachable } from './connection.ts';
import { i18n } from './i18n.ts';
import { waitForSignIn } from './session/expired.ts';

export type { AnyRoute } from './address.ts';
export { ApiError } from './api-error.ts';

type Part<Key extends string, Value> = [Value] extends [undefined]
  ? { [K in Key]?: undefined }
  : Record<never, never> extends Value
    ? { [K in Key]?: Value }
    : { [K in Key]: Value };

/** What a route must be given: only the parts that it declares are asked for. */
export type CallInput<R extends AnyRoute> = Part<'params', ParamsOf<R>> &
  Part<'query', QueryInputOf<R>> &
  Part<'body', BodyInputOf<R>> & {
    signal?: AbortSignal;
    /** True: a 401 is thrown instead of asking the reader to sign in again. */
    throwsUnauthorised?: boolean;
  };

interface LooseInput {
  params?: unknown;
  query?: unknown;
  body?: unknown;
  signal?: AbortSignal;
  throwsUnauthorised?: boolean;
}

const RETRY_DELAYS_MS = [300, 900, 2_700];

/**
 * Calls a route of a contract and gives its reply (undefined for 204). Throws `ApiError`.
 * GETs are tried again when no answer comes. An expired session asks the reader to sign in over the page, then the call goes on by itself.
 */
export async function call<R extends AnyRoute>(route: R, input: CallInput<R>): Promise<ReplyOf<R>> {
  const loose = input as LooseInput;
  for (let attempt = 0; ; attempt += 1) {
    const response = await reach(route, loose, attempt);
    if (!response) continue;
    if (response.status === 401 && !loose.throwsUnauthorised) {
      await waitForSignIn(loose.signal);
      continue;
    }
    if (!response.ok) throw await errorOf(response);
    return (response.status === 204 ? undefined : await response.json()) as ReplyOf<R>;
  }
}

async function reach(route: AnyRoute, input: LooseInput, attempt: number): Promise<Response | undefined> {
  try {
    const response = await fetch(addressOf(route, input.params, input.query), requestOf(route, input));
    if (response.status !== 502 && response.status !== 504) {
      reportReachable();
      return response;
    }
  } catch (cause) {
    if (input.signal?.aborted) throw cause;
  }
  const delayMs = RETRY_DELAYS_MS[attempt];
  if (route.method === 'GET' && delayMs !== undefined) {
    await pause(delayMs, input.signal);
    return undefined;
  }
  reportUnreachable();
  throw new ApiError(0, { code: 'console.unreachable', message: i18n.t('console:errors.unreachable') });
}

function requestOf(route: AnyRoute, input: LooseInput): RequestInit {
  const headers: Record<string, string> = { Accept: 'application/json', 'Accept-Language': i18n.language };
  const init: RequestInit = { method: route.method, headers, credentials: 'same-origin', signal: input.signal ?? null };
  if (input.body === undefined) return init;
  headers['Content-Type'] = 'application/json';
  return { ...init, body: JSON.stringify(input.body) };
}

async function errorOf(response: Response): Promise<ApiError> {
  const seconds = Number(response.headers.get('Retry-After'));
  const retryAfterSeconds = Number.isFinite(seconds) && seconds > 0 ? seconds : undefined;
  const reply = (await response.json().catch(() => undefined)) as Partial<ErrorReply> | undefined;
  if (reply?.error?.message) return new ApiError(response.status, reply.error, retryAfterSeconds);
  return new ApiError(response.status, { message: i18n.t('console:errors.unexpected', { status: response.status }) }, retryAfterSeconds);
}

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        reject(signal.reason);
      },
      { once: true },
    );
  });
}
