import { z } from 'zod';
import { groundSchema } from '../../answer-parts.ts';

const stickinessBinSchema = z.object({
  /** Number of intervals: 1, 2, 3 ... */
  count: z.number(),
  /** People with exactly so many, and their share of everybody in the answer; null when there is nobody. */
  people: z.number(),
  share: z.number().nullable(),
  /** People with at least so many. */
  atLeast: z.number(),
  atLeastShare: z.number().nullable(),
});
export type StickinessBin = z.infer<typeof stickinessBinSchema>;

export const stickinessAnswerSchema = z.object({
  kind: z.literal('stickiness'),
  ...groundSchema,
  /** One a number of intervals, up to all intervals of the range. */
  bins: z.array(stickinessBinSchema),
  /** People with at least one. */
  people: z.number(),
  /** Mean number of intervals of these people; null when there is nobody. */
  mean: z.number().nullable(),
  /** False while an interval of the range is still running or to come: people can only move to the right. */
  mature: z.boolean(),
});
export type StickinessAnswer = z.infer<typeof stickinessAnswerSchema>;

export const stickinessCellSchema = z.object({
  kind: z.literal('stickiness'),
  count: z.int().min(1).max(1_000),
  reach: z.enum(['exactly', 'atLeast']).default('exactly'),
});
export type StickinessCell = z.infer<typeof stickinessCellSchema>;
