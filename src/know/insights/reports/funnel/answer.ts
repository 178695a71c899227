import { z } from 'zod';
import { bucketSchema, groundSchema, groupSchema } from '../../answer-parts.ts';
import { limits } from '../../question-parts.ts';

/** ms; null when nobody is there. */
const durationsSchema = z.object({
  mean: z.number().nullable(),
  median: z.number().nullable(),
  p75: z.number().nullable(),
  p90: z.number().nullable(),
});
export type Durations = z.infer<typeof durationsSchema>;

const funnelStepAnswerSchema = z.object({
  /** People (attempts, sessions: whatever is counted) who came at least this far; at an optional step those who passed through it. */
  people: z.number(),
  /** Optional steps: who came further without it. */
  skipped: z.number().optional(),
  /** Of those at the required step before who did not come here; 0 at optional steps. */
  droppedOff: z.number(),
  /** Share of the required step before; null when nobody was there. */
  fromPrevious: z.number().nullable(),
  /** Share of the first step, with its Wilson 95 % interval. */
  fromFirst: z.number().nullable(),
  low: z.number().nullable(),
  high: z.number().nullable(),
  /** Of `people`, those for whom the window is over, so that nothing can change. */
  peopleMature: z.number(),
  /** True: it is over for all of them. */
  mature: z.boolean(),
  /** Median ms from the step before, of those who came here; only when `times` was asked. */
  medianMs: z.number().nullable().optional(),
  /** Since the step reached before, and since the first; only when `times` was asked. */
  sincePrevious: durationsSchema.optional(),
  sinceFirst: durationsSchema.optional(),
  /** Of the property that was asked for, over the events that took this step. */
  sum: z.number().optional(),
});
export type FunnelStepAnswer = z.infer<typeof funnelStepAnswerSchema>;

/** A group against the greatest one, by the conversion of the whole funnel. */
const comparisonSchema = z.object({
  /** Share of this group less that of the first. */
  difference: z.number(),
  /** Two-proportion z test, with Holm's correction for the number of groups compared. */
  p: z.number(),
});

const funnelGroupSchema = z.object({ group: groupSchema, steps: z.array(funnelStepAnswerSchema), against: comparisonSchema.optional() });
export type FunnelGroup = z.infer<typeof funnelGroupSchema>;

const funnelBucketSchema = bucketSchema.extend({
  /** By step; the conversion counts in the interval of the first step. */
  people: z.array(z.number()),
  /** Last by first step; null when nobody began. */
  conversion: z.number().nullable(),
  /** False while those who began in it have time left. */
  mature: z.boolean(),
});
export type FunnelBucket = z.infer<typeof funnelBucketSchema>;

const histogramSchema = z.object({
  /** How many there are, and the bins' lower ends and width, ms. */
  count: z.number(),
  widthMs: z.number(),
  bins: z.array(z.object({ fromMs: z.number(), count: z.number() })),
});
export type FunnelHistogram = z.infer<typeof histogramSchema>;

export const funnelAnswerSchema = z.object({
  kind: z.literal('funnel'),
  ...groundSchema,
  /** `all` first, then one a breakdown value. A person may stand in several groups; `all` counts each once. */
  groups: z.array(funnelGroupSchema),
  /** False while people of the range still have time left in the window. */
  mature: z.boolean(),
  truncated: z.boolean(),
  /** The same for the same length of time just before. */
  previous: z.object({ from: z.number(), to: z.number(), groups: z.array(funnelGroupSchema) }).optional(),
  /** By the interval of the first step; one attempt a person and interval, so that the sum may be more than the total. */
  trend: z.array(funnelBucketSchema).optional(),
  histogram: histogramSchema.optional(),
});
export type FunnelAnswer = z.infer<typeof funnelAnswerSchema>;

export const funnelCellSchema = z.object({
  kind: z.literal('funnel'),
  /** 0 is the first step. */
  step: z
    .int()
    .min(0)
    .max(limits.funnelSteps - 1),
  /** `droppedOff`: were at the required step before and did not come to this one. `skipped`: came further without this optional one. */
  outcome: z.enum(['reached', 'droppedOff', 'skipped']).default('reached'),
  group: groupSchema.default({ kind: 'all' }),
  /** `start` of an interval of the trend. */
  bucket: z.int().optional(),
  /** The period before. */
  previous: z.boolean().optional(),
});
