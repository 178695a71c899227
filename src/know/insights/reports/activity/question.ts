import { z } from 'zod';
import { conditionSchema } from '../../../audiences/contract.ts';
import { anyEventSchema, intervals, rangeSchema } from '../../question-parts.ts';

/** Days of a trailing week and month. */
export const TRAILING_WEEK = 7;
export const TRAILING_MONTH = 30;

export const activityIntervals = intervals.filter((interval) => interval !== 'hour');

/** How many people are active and new, by calendar interval or over the days that end with each day. */
export const activitySchema = z.object({
  kind: z.literal('activity'),
  event: anyEventSchema,
  /** `calendar`: different people of each day, week, month or quarter. `trailing`: of each day, and of the 7 and 30 days that end with it. */
  clock: z.enum(['calendar', 'trailing']).default('trailing'),
  /** Of the calendar; trailing counts are by day. */
  interval: z.enum(['day', 'week', 'month', 'quarter']).default('day'),
  range: rangeSchema,
  audience: conditionSchema.optional(),
});
export type ActivityQuestion = z.infer<typeof activitySchema>;
