/** What an answer means for the messages that were sent; 0 stands for no answer. */
export type Outcome = 'done' | 'again' | 'smaller' | 'dropped';

/** Again what may pass by itself (no answer, 408, 429, 5xx); 413 with more than one message is cut; anything else is final. */
export function outcomeOf(status: number, count: number): Outcome {
  if (status >= 200 && status < 300) return 'done';
  if (status === 0 || status === 408 || status === 429 || status >= 500) return 'again';
  return status === 413 && count > 1 ? 'smaller' : 'dropped';
}

const firstMs = 1_000;
const mostMs = 60_000;
const retryAfterMostMs = 3_600_000;

/**
 * How long to wait after `failures` failures in a row: 1 s, doubled each time, at most 60 s, of which a random half is taken off. The server's `Retry-After` (seconds
 * or a date) is a lower bound, with up to a second of jitter upon it, so that not everybody comes back at once.
 */
export function retryDelayMs(failures: number, random: number, retryAfter?: string | null, now = 0): number {
  const backoffMs = Math.min(mostMs, firstMs * 2 ** Math.min(failures - 1, 16)) * (1 - random / 2);
  return Math.round(Math.max(backoffMs, retryAfterMs(retryAfter, now) + random * 1_000));
}

function retryAfterMs(value: string | null | undefined, now: number): number {
  if (!value) return -1_000;
  const seconds = Number(value);
  const waitMs = Number.isNaN(seconds) ? Date.parse(value) - now : seconds * 1_000;
  return waitMs > 0 ? Math.min(waitMs, retryAfterMostMs) : -1_000;
}
