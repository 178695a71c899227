import type { FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../errors/errors.ts';
import type { Log } from '../log.ts';
import type { ErrorReply } from './contract.ts';
import { refuseHttp } from './errors.ts';
import { localeOf, type Texts } from './texts.ts';

interface FrameworkError extends Error {
  code?: string;
  statusCode?: number;
}

/** Turns what the framework throws (broken JSON, too large, wrong type) into the catalogue's errors. */
function fromFramework(error: FrameworkError, request: FastifyRequest): AppError | undefined {
  if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE' || error.statusCode === 413)
    return refuseHttp('too_large', { details: { max: request.routeOptions.bodyLimit ?? 1_048_576 } });
  if (error.code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE' || error.statusCode === 415) return refuseHttp('unsupported_media_type');
  if (error instanceof SyntaxError || error.code === 'FST_ERR_CTP_INVALID_JSON_BODY' || error.code === 'FST_ERR_CTP_EMPTY_JSON_BODY')
    return refuseHttp('invalid_json');
  if (error.statusCode === 503 || error.statusCode === 429) return refuseHttp('busy', { details: { seconds: 5 }, retryAfterSeconds: 5 });
  if (error.statusCode && error.statusCode >= 400 && error.statusCode < 500) return refuseHttp('bad_request');
  return undefined;
}

/** Store failures that pass by themselves: refused connections, a server that shuts down or is starting. */
function isStoreAway(error: FrameworkError): boolean {
  return (
    /^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|57P0[123]|08\d{3}|53300)$/.test(error.code ?? '') ||
    /timeout exceeded when trying to connect/.test(error.message)
  );
}

/** Answers any error in the one shape (`ErrorReply`), in the reader's language. Unknown errors are logged whole and told as `http.unexpected`. */
export function replyWithError(error: unknown, request: FastifyRequest, reply: FastifyReply, parts: { texts: Texts; log: Log }): FastifyReply {
  const thrown = error instanceof Error ? (error as FrameworkError) : new Error(String(error));
  let known = thrown instanceof AppError ? thrown : fromFramework(thrown, request);
  if (!known && isStoreAway(thrown)) known = refuseHttp('unavailable', { retryAfterSeconds: 5, cause: thrown });
  const locale = localeOf(request.headers['accept-language']);
  const requestId = String(request.id);
  if (!known || known.status === 503)
    parts.log.error(
      { requestId, url: request.url, method: request.method, error: thrown.stack, code: (thrown as FrameworkError).code },
      'request failed',
    );
  const code = known?.code ?? 'http.unexpected';
  const [slice = '', reason = ''] = code.split('.');
  const details = { ...known?.details, requestId };
  const body: ErrorReply = {
    error: {
      code,
      message: parts.texts.text(locale, `${slice}.errors.${reason}`, details) ?? known?.message ?? 'Unexpected error',
      ...(known?.issues && { issues: known.issues }),
      ...(known && Object.keys(known.details).length > 0 && { details: known.details }),
      requestId,
    },
  };
  if (known?.retryAfterSeconds) reply.header('retry-after', String(known.retryAfterSeconds));
  return reply
    .status(known?.status ?? 500)
    .header('content-language', locale)
    .type('application/json; charset=utf-8')
    .send(body);
}
