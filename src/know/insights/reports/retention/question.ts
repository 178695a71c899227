import { z } from 'zod';
import { conditionSchema } from '../../../audiences/contract.ts';
import { anyEventSchema, breakdownSchema, filtersSchema, intervals, limits, propertySchema, rangeSchema } from '../../question-parts.ts';

export const retentionTypes = ['firstInRange', 'recurring', 'firstTime'] as const;
export const retentionModes = ['on', 'onOrAfter', 'onOrBefore', 'consecutive', 'brackets'] as const;
export const retentionIntervals = intervals;
/** Intervals that brackets may cover in all. */
const BRACKETS_SPAN_MAX = 400;
const timesSchema = z.int().min(1).max(1_000).default(1);

/** What is also measured of those who returned, in the intervals of each column. */
const thirdSchema = z.object({
  event: anyEventSchema,
  filters: filtersSchema,
  /** `sum`: of a numeric property; events without a number there do not count. */
  measure: z.discriminatedUnion('kind', [z.object({ kind: z.literal('events') }), z.object({ kind: z.literal('sum'), property: propertySchema })]),
});
export type ThirdMeasure = z.infer<typeof thirdSchema>;

/** How many of those who did the start event in one interval did the return event `k` intervals later. */
export const retentionSchema = z.object({
  kind: z.literal('retention'),
  start: anyEventSchema,
  startFilters: filtersSchema,
  /** An interval begins a cohort for a person who did the start event in it so often. */
  startMin: timesSchema,
  return: anyEventSchema,
  returnFilters: filtersSchema,
  /** Returned in an interval: did the return event in it so often. */
  returnMin: timesSchema,
  /** `firstInRange`: a person belongs to the first interval of the range in which they start; `recurring`: to each one; `firstTime`: to that of their first start ever. */
  type: z.enum(retentionTypes).default('firstInRange'),
  /**
   * `on`: returned in interval k. `onOrAfter`: in interval k or any later one until now. `onOrBefore`: in at least one of the intervals 0 to k. `consecutive`: in every one of them.
   * `brackets`: in at least one of the intervals that the column covers.
   */
  mode: z.enum(retentionModes).default('on'),
  /** Sizes of the columns after column 0, in intervals; for the mode `brackets`. */
  brackets: z
    .array(z.int().min(1).max(BRACKETS_SPAN_MAX))
    .min(1)
    .max(30)
    .refine((sizes) => sizes.reduce((sum, size) => sum + size, 0) <= BRACKETS_SPAN_MAX)
    .default([1, 3, 4, 7, 15]),
  interval: z.enum(retentionIntervals).default('day'),
  /** `calendar`: intervals of the project's zone. `rolling`: each person's own, of 1 hour, 24 hours, 7, 30 or 90 days from their start event on. */
  clock: z.enum(['calendar', 'rolling']).default('calendar'),
  /** Interval 0 when starting and returning differ. `inOrder`: the return must come after the start; `anyOrder`: the same calendar interval is enough. */
  zero: z.enum(['inOrder', 'anyOrder']).default('inOrder'),
  /** What a rate is a share of: the cohort, or those who returned one column before. */
  denominator: z.enum(['cohort', 'previous']).default('cohort'),
  /** `lost`: rates are 1 - retention. */
  view: z.enum(['retained', 'lost']).default('retained'),
  /** Columns after column 0; brackets bring their own. */
  offsets: z.int().min(1).max(limits.retentionOffsets).default(14),
  third: thirdSchema.optional(),
  /** By a property of the start event. */
  breakdown: breakdownSchema.optional(),
  range: rangeSchema,
  /** The reader looks at this column over the cohorts instead of the mean curve. */
  trendOf: z.int().min(0).max(limits.retentionOffsets).optional(),
  audience: conditionSchema.optional(),
});
export type RetentionQuestion = z.infer<typeof retentionSchema>;
