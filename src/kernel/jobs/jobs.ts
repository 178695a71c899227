import type { z } from 'zod';

/** One kind of background work. Handlers must be safe to run twice. */
export interface JobDefinition<Payload = unknown> {
  /** `slice.verb`, e.g. `segments.rebuild`. */
  id: string;
  payload: z.ZodType<Payload>;
  /** Tries before it is dead-lettered; waits double from 5 s. */
  attempts: number;
  timeoutMs: number;
  /** Cron expression (UTC); a scheduled job gets an empty object as payload. */
  schedule?: string;
  /** At most one queued or running job per value of this key. */
  singletonKey?(payload: Payload): string;
}

/** Background work and schedules on PostgreSQL (pg-boss). */
export interface Jobs {
  /** Queues one job; durable when it resolves. `startAfterMs` delays it. */
  send<P>(definition: JobDefinition<P>, payload: P, options?: { startAfterMs?: number }): Promise<void>;
  /** Binds the handler that processes with the `worker` role run. Call during a slice's `start`. */
  handle<P>(definition: JobDefinition<P>, handler: (payload: P, signal: AbortSignal) => Promise<void>): void;
}
