import { z } from 'zod';
import { groundSchema, groupSchema } from '../../answer-parts.ts';
import { localDaySchema } from '../../question-parts.ts';

const retentionCellSchema = z.object({
  /** Who returned. */
  people: z.number(),
  /** Share of the cohort, or of those who returned one column before; 1 minus it when losses are asked. Null when there is nobody to be a share of. */
  rate: z.number().nullable(),
  /** False while the time of the column is still running for somebody of the cohort: the number can only grow. */
  mature: z.boolean(),
  /** People of the cohort for whom the time of the column is over. */
  nMature: z.number(),
  /** The further measure over those who returned, and per head of them; only when asked. */
  third: z.object({ value: z.number(), perHead: z.number().nullable() }).optional(),
});
export type RetentionCell = z.infer<typeof retentionCellSchema>;

const retentionCohortSchema = z.object({
  /** First local day of the interval; for hours its day. */
  day: localDaySchema,
  /** Instant (ms) at which the interval begins, and its name: the day, or `YYYY-MM-DDTHH:mm`. */
  start: z.number(),
  label: z.string(),
  size: z.number(),
  /** One a column; null where its time has not begun. */
  cells: z.array(retentionCellSchema.nullable()),
});
export type RetentionCohort = z.infer<typeof retentionCohortSchema>;

const retentionTableSchema = {
  cohorts: z.array(retentionCohortSchema),
  /** Mean rate per column, weighted by what each rate is a share of, over mature cells only; null when there is none. */
  mean: z.array(z.number().nullable()),
  /** The same, each cohort with the same weight. */
  simpleMean: z.array(z.number().nullable()),
  /** The further measure per head over all mature cells of the column; only when asked. */
  thirdMean: z.array(z.number().nullable()).optional(),
};

export const retentionAnswerSchema = z.object({
  kind: z.literal('retention'),
  ...groundSchema,
  ...retentionTableSchema,
  /** Intervals after the start that each column covers, both ends in. */
  columns: z.array(z.object({ first: z.number(), last: z.number() })),
  /** With a breakdown: each group's own table. A person stands in one group of a cohort, so they add up to the whole. */
  groups: z.array(z.object({ group: groupSchema, ...retentionTableSchema })).optional(),
  /** True when a breakdown has more values than its limit, so that `other` stands for several. */
  truncated: z.boolean(),
});
export type RetentionAnswer = z.infer<typeof retentionAnswerSchema>;

export const retentionCellRefSchema = z.object({
  kind: z.literal('retention'),
  /** The cohort by its day, or by its `start`, which hours need. */
  cohort: localDaySchema.optional(),
  start: z.int().optional(),
  /** The column; absent: the whole cohort. */
  offset: z.int().min(0).max(60).optional(),
  outcome: z.enum(['returned', 'lost']).default('returned'),
  /** With a breakdown; absent: everybody. */
  group: groupSchema.optional(),
});
export type RetentionCellRef = z.infer<typeof retentionCellRefSchema>;
