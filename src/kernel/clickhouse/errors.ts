import { AppError, defineErrors } from '../errors/errors.ts';

/** Refusals of the stream store. The texts for people are the kernel's own. */
export const refuseClickHouse = defineErrors('clickhouse', {
  too_slow: { status: 422, message: 'The query passed its time limit and was stopped' },
  too_much_memory: { status: 422, message: 'The query passed its memory limit and was stopped' },
});

const TIMEOUT_EXCEEDED = 159;
const MEMORY_LIMIT_EXCEEDED = 241;

/** Turns what either driver throws into the catalogue's errors; a cancelled query throws the signal's reason. */
export function translateError(error: unknown, limits: { maxSeconds: number; signal?: AbortSignal | undefined }): unknown {
  if (limits.signal?.aborted) return limits.signal.reason;
  if (error instanceof AppError) return error;
  const code = codeOf(error);
  if (code === TIMEOUT_EXCEEDED) return refuseClickHouse('too_slow', { details: { seconds: limits.maxSeconds }, cause: error });
  if (code === MEMORY_LIMIT_EXCEEDED) return refuseClickHouse('too_much_memory', { cause: error });
  return error;
}

/** ClickHouse's own number of an error, from the driver's field or from `Code: 159.` in its text. */
export function codeOf(error: unknown): number | undefined {
  if (!(error instanceof Error)) return undefined;
  const fields = error as Error & { clickhouseCode?: number; code?: string | number };
  const given = fields.clickhouseCode ?? fields.code;
  if (given !== undefined && /^\d+$/.test(String(given))) return Number(given);
  const inText = /Code: (\d+)\./.exec(error.message)?.[1];
  return inText === undefined ? undefined : Number(inText);
}
