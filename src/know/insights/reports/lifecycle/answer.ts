import { z } from 'zod';
import { bucketSchema, groundSchema } from '../../answer-parts.ts';

/** `active` = new + returning + resurrecting; `awake` = awake before + new + resurrecting - dormant. With a latency of 1 the awake are the active. */
export const lifecycleStates = ['new', 'returning', 'resurrecting', 'dormant', 'lost'] as const;

const lifecycleBucketSchema = bucketSchema.extend({
  new: z.number(),
  returning: z.number(),
  resurrecting: z.number(),
  /** Active `wakeLatency` intervals before and never since: of the running interval it can only fall. */
  dormant: z.number(),
  /** Null unless asked. */
  lost: z.number().nullable(),
  active: z.number(),
  /** Active in the interval or in one of the `wakeLatency - 1` before. */
  awake: z.number(),
  awakeBefore: z.number(),
});
export type LifecycleBucket = z.infer<typeof lifecycleBucketSchema>;

export const lifecycleAnswerSchema = z.object({
  kind: z.literal('lifecycle'),
  ...groundSchema,
  buckets: z.array(lifecycleBucketSchema),
  /** (new + resurrecting) / dormant over ended intervals: above 1 the awake grow. Null when nobody fell asleep. */
  quickRatio: z.number().nullable(),
});
export type LifecycleAnswer = z.infer<typeof lifecycleAnswerSchema>;

export const lifecycleCellSchema = z.object({
  kind: z.literal('lifecycle'),
  /** `start` of a bucket. */
  bucket: z.int(),
  state: z.enum([...lifecycleStates, 'active']),
});
export type LifecycleCell = z.infer<typeof lifecycleCellSchema>;
