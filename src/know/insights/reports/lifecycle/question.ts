import { z } from 'zod';
import { conditionSchema } from '../../../audiences/contract.ts';
import { anyEventSchema, intervals, rangeSchema } from '../../question-parts.ts';

/** Longest silence, in intervals, that a question may ask about. */
export const SILENCE_MAX = 60;

/** Intervals of a lifecycle: whole days. */
export const lifecycleIntervals = intervals.filter((interval) => interval !== 'hour');

/** Who is new in each interval, who stays, who comes back and who falls asleep. */
export const lifecycleSchema = z
  .object({
    kind: z.literal('lifecycle'),
    event: anyEventSchema,
    interval: z.enum(['day', 'week', 'month', 'quarter']).default('week'),
    range: rangeSchema,
    /** Somebody falls asleep after this many intervals without the event. */
    wakeLatency: z.int().min(1).max(SILENCE_MAX).default(1),
    /** Also who is lost: silent for this many intervals. Absent: not asked. */
    lostAfter: z.int().min(2).max(SILENCE_MAX).optional(),
    /** `firstEvent`: new in the interval of the first such event ever. `personCreated`: in that in which the person was first known. */
    newBy: z.enum(['firstEvent', 'personCreated']).default('firstEvent'),
    audience: conditionSchema.optional(),
  })
  .refine((question) => question.lostAfter === undefined || question.lostAfter > question.wakeLatency, { path: ['lostAfter'] });
export type LifecycleQuestion = z.infer<typeof lifecycleSchema>;
