import { z } from 'zod';
import { bucketSchema, groundSchema, groupSchema } from './answer-parts.ts';
import { activityAnswerSchema, activityCellSchema } from './reports/activity/answer.ts';
import { funnelAnswerSchema, funnelCellSchema } from './reports/funnel/answer.ts';
import { lifecycleAnswerSchema, lifecycleCellSchema } from './reports/lifecycle/answer.ts';
import { pathsAnswerSchema, pathsCellSchema } from './reports/paths/answer.ts';
import { retentionAnswerSchema, retentionCellRefSchema } from './reports/retention/answer.ts';
import { sessionsAnswerSchema, sessionsCellSchema } from './reports/sessions/answer.ts';
import { stickinessAnswerSchema, stickinessCellSchema } from './reports/stickiness/answer.ts';

export * from './answer-parts.ts';
export * from './reports/funnel/answer.ts';
export * from './reports/retention/answer.ts';

const seriesSchema = z.object({
  group: groupSchema,
  /** One a bucket; null where an average has nothing to average. */
  values: z.array(z.number().nullable()),
  /** Over the whole range; for people: distinct people, so not the sum of the buckets. */
  total: z.number().nullable(),
  previousValues: z.array(z.number().nullable()).optional(),
  previousTotal: z.number().nullable().optional(),
});
export type Series = z.infer<typeof seriesSchema>;

export const trendAnswerSchema = z.object({
  kind: z.literal('trend'),
  ...groundSchema,
  buckets: z.array(bucketSchema),
  previousBuckets: z.array(bucketSchema).optional(),
  series: z.array(seriesSchema),
  /** Of the whole question without breakdown; distinct people for people. */
  total: z.number().nullable(),
  /** True when a breakdown has more values than its limit, so that `other` stands for several. */
  truncated: z.boolean(),
});
export type TrendAnswer = z.infer<typeof trendAnswerSchema>;

export const answerSchema = z.discriminatedUnion('kind', [
  trendAnswerSchema,
  funnelAnswerSchema,
  retentionAnswerSchema,
  lifecycleAnswerSchema,
  stickinessAnswerSchema,
  activityAnswerSchema,
  pathsAnswerSchema,
  sessionsAnswerSchema,
]);
export type Answer = z.infer<typeof answerSchema>;

/** Which number of an answer is meant. */
export const cellSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('trend'),
    /** `start` of a bucket of `buckets` or `previousBuckets`; absent: the total. */
    bucket: z.int().optional(),
    group: groupSchema.default({ kind: 'all' }),
    /** With a total: the period before. */
    previous: z.boolean().default(false),
  }),
  funnelCellSchema,
  retentionCellRefSchema,
  lifecycleCellSchema,
  stickinessCellSchema,
  activityCellSchema,
  pathsCellSchema,
  sessionsCellSchema,
]);
export type Cell = z.infer<typeof cellSchema>;
