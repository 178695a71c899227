import { z } from 'zod';
import { bucketSchema, groundSchema, groupSchema } from './answer-parts.ts';
import { localDaySchema } from './question-parts.ts';
import { activityAnswerSchema, activityCellSchema } from './reports/activity/answer.ts';
import { funnelAnswerSchema, funnelCellSchema } from './reports/funnel/answer.ts';
import { lifecycleAnswerSchema, lifecycleCellSchema } from './reports/lifecycle/answer.ts';
import { pathsAnswerSchema, pathsCellSchema } from './reports/paths/answer.ts';
import { sessionsAnswerSchema, sessionsCellSchema } from './reports/sessions/answer.ts';
import { stickinessAnswerSchema, stickinessCellSchema } from './reports/stickiness/answer.ts';

export * from './answer-parts.ts';
export * from './reports/funnel/answer.ts';

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

const retentionCellSchema = z.object({
  people: z.number(),
  /** Share of the cohort; null when the cohort is empty. */
  rate: z.number().nullable(),
  /** False while the interval is still running: the number can only grow. */
  mature: z.boolean(),
});
export type RetentionCell = z.infer<typeof retentionCellSchema>;

export const retentionAnswerSchema = z.object({
  kind: z.literal('retention'),
  ...groundSchema,
  cohorts: z.array(
    z.object({
      /** First local day of the interval. */
      day: localDaySchema,
      size: z.number(),
      /** Offsets 0, 1, 2 ...; null where the interval has not begun. */
      cells: z.array(retentionCellSchema.nullable()),
    }),
  ),
  /** Mean rate per offset, weighted by cohort size, over mature cells only; null when there is none. */
  mean: z.array(z.number().nullable()),
});
export type RetentionAnswer = z.infer<typeof retentionAnswerSchema>;

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
  z.object({
    kind: z.literal('retention'),
    cohort: localDaySchema,
    /** Absent: the whole cohort. */
    offset: z.int().min(0).max(60).optional(),
    outcome: z.enum(['returned', 'lost']).default('returned'),
  }),
  lifecycleCellSchema,
  stickinessCellSchema,
  activityCellSchema,
  pathsCellSchema,
  sessionsCellSchema,
]);
export type Cell = z.infer<typeof cellSchema>;
