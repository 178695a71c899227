import { z } from 'zod';
import { conditionSchema } from '../audiences/contract.ts';
import { anyEventSchema, breakdownSchema, filtersSchema, intervals, propertySchema, rangeSchema } from './question-parts.ts';
import { activitySchema } from './reports/activity/question.ts';
import { funnelSchema } from './reports/funnel/question.ts';
import { lifecycleSchema } from './reports/lifecycle/question.ts';
import { pathsSchema } from './reports/paths/question.ts';
import { retentionSchema } from './reports/retention/question.ts';
import { sessionsSchema } from './reports/sessions/question.ts';
import { stickinessSchema } from './reports/stickiness/question.ts';

export * from './question-parts.ts';
export * from './reports/funnel/question.ts';
export * from './reports/retention/question.ts';

export const measureSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('events') }),
  z.object({ kind: z.literal('people') }),
  /** Of a numeric property; events without a number there do not count. */
  z.object({ kind: z.literal('sum'), property: propertySchema }),
  z.object({ kind: z.literal('average'), property: propertySchema }),
]);
export type Measure = z.infer<typeof measureSchema>;

/** How often, or by how many people, an event happened in each bucket. */
export const trendSchema = z.object({
  kind: z.literal('trend'),
  event: anyEventSchema,
  filters: filtersSchema,
  measure: measureSchema,
  interval: z.enum(intervals),
  range: rangeSchema,
  breakdown: breakdownSchema.optional(),
  /** Also the same number of buckets just before. */
  compare: z.boolean().default(false),
  /** Distinct people over the whole range besides those of each interval; costs about half as much again. Other measures always have a total. */
  total: z.boolean().default(true),
  /** Only people who match now. */
  audience: conditionSchema.optional(),
});
export type TrendQuestion = z.infer<typeof trendSchema>;

export const questionSchema = z.discriminatedUnion('kind', [
  trendSchema,
  funnelSchema,
  retentionSchema,
  lifecycleSchema,
  stickinessSchema,
  activitySchema,
  pathsSchema,
  sessionsSchema,
]);
/** A question as it is asked, saved and put into an address. */
export type Question = z.infer<typeof questionSchema>;
export type QuestionInput = z.input<typeof questionSchema>;
export const questionKinds = ['trend', 'funnel', 'retention', 'lifecycle', 'stickiness', 'activity', 'paths', 'sessions'] as const;
export type QuestionKind = (typeof questionKinds)[number];
