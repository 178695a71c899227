import { z } from 'zod';
import { bucketSchema, groundSchema } from '../../answer-parts.ts';

const activityBucketSchema = bucketSchema.extend({
  /** Different people of the interval (DAU, WAU, MAU by the calendar). */
  active: z.number(),
  /** Of the 7 and 30 days that end with this day; null by the calendar. */
  week: z.number().nullable(),
  month: z.number().nullable(),
  /** `active / month` and `active / week` of this day; null when nobody was there. */
  perMonth: z.number().nullable(),
  perWeek: z.number().nullable(),
  /** People whose first event ever lies in the interval. */
  new: z.number(),
  /** The same when nobody had been merged: every browser and account by itself. The difference is what merging took away. */
  newUnmerged: z.number(),
});
export type ActivityBucket = z.infer<typeof activityBucketSchema>;

export const activityAnswerSchema = z.object({
  kind: z.literal('activity'),
  ...groundSchema,
  buckets: z.array(activityBucketSchema),
  /** Means over ended days of DAU / trailing MAU and DAU / trailing WAU; days without anybody in the month or week are left out. Null by the calendar. */
  dauPerMau: z.number().nullable(),
  dauPerWau: z.number().nullable(),
  /** Different people of the whole range, and new ones. */
  people: z.number(),
  newPeople: z.number(),
  newUnmerged: z.number(),
});
export type ActivityAnswer = z.infer<typeof activityAnswerSchema>;

export const activityCellSchema = z.object({
  kind: z.literal('activity'),
  /** `start` of a bucket; absent: the whole range (`active` or `new`). */
  bucket: z.int().optional(),
  figure: z.enum(['active', 'week', 'month', 'new']),
});
export type ActivityCell = z.infer<typeof activityCellSchema>;
