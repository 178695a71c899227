import type { FastifyInstance } from 'fastify';
import { refuseHttp } from './errors.ts';

const SAMPLE_EVERY_MS = 250;
/** Weight of the newest sample: one pause sheds nothing, a second of being late does. */
const NEWEST = 0.4;

/**
 * Answers 503 `http.busy` to requests of this scope while the event loop is late by more than `delayMaxMs`, so that a process that cannot keep up
 * refuses early instead of letting everybody wait. (`@fastify/under-pressure` wakes the process 100 times a second, 0.5 % of a core when idle.)
 */
export function shedLoad(scope: FastifyInstance, { delayMaxMs, retryAfterSeconds }: { delayMaxMs: number; retryAfterSeconds: number }): void {
  let lateMs = 0;
  let last = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    lateMs += NEWEST * (now - last - SAMPLE_EVERY_MS - lateMs);
    last = now;
  }, SAMPLE_EVERY_MS).unref();
  scope.addHook('onClose', async () => clearInterval(timer));
  scope.addHook('onRequest', async () => {
    if (lateMs > delayMaxMs) throw refuseHttp('busy', { details: { seconds: retryAfterSeconds }, retryAfterSeconds });
  });
}
