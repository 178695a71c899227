import { z } from 'zod';
import { conditionSchema } from '../../../audiences/contract.ts';
import { anyEventSchema, filtersSchema, intervals, rangeSchema } from '../../question-parts.ts';

/** Most intervals of one histogram. */
export const STICKINESS_INTERVALS_MAX = 400;

/** In how many intervals of the range did people do it? */
export const stickinessSchema = z.object({
  kind: z.literal('stickiness'),
  event: anyEventSchema,
  filters: filtersSchema,
  interval: z.enum(intervals).default('day'),
  range: rangeSchema,
  /** An interval counts in which the person did it so often. `atMost`: at least once all the same. */
  times: z
    .object({ op: z.enum(['atLeast', 'atMost', 'exactly']).default('atLeast'), value: z.int().min(1).max(1_000).default(1) })
    .default({ op: 'atLeast', value: 1 }),
  /** How the reader wants to see it; both figures are in the answer. */
  view: z.enum(['exactly', 'atLeast']).default('exactly'),
  audience: conditionSchema.optional(),
});
export type StickinessQuestion = z.infer<typeof stickinessSchema>;
