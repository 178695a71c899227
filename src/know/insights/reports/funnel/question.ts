import { z } from 'zod';
import { conditionSchema } from '../../../audiences/contract.ts';
import { breakdownSchema, eventSchema, filtersSchema, intervals, limits, propertySchema, rangeSchema } from '../../question-parts.ts';

/** Events of a name that pass all filters. */
const matcherSchema = z.object({ event: eventSchema, filters: filtersSchema });
export type Matcher = z.infer<typeof matcherSchema>;

export const windowUnits = ['second', 'minute', 'hour', 'day', 'week', 'month'] as const;
const unitMs = { second: 1_000, minute: 60_000, hour: 3_600_000, day: 86_400_000, week: 7 * 86_400_000, month: 30 * 86_400_000 };
/** A length of time. A day is 24 hours, a month 30 days. */
const durationSchema = z
  .object({ count: z.int().min(1).max(40_000_000), unit: z.enum(windowUnits) })
  .refine((window) => windowMs(window) <= limits.funnelWindowDays * 86_400_000, { path: ['count'] });
export type FunnelWindow = { count: number; unit: (typeof windowUnits)[number] };

/** The window's length. */
export function windowMs(window: FunnelWindow): number {
  return window.count * unitMs[window.unit];
}

const stepSchema = matcherSchema.extend({
  /** Further events that also take this step. */
  or: z.array(matcherSchema).max(9).optional(),
  /** The step after it may also come from the step before it. Neither the first nor the last. */
  optional: z.boolean().optional(),
  /** Shortest and longest time since the step that was reached before. Not on the first. */
  minGap: durationSchema.optional(),
  maxGap: durationSchema.optional(),
  /** In any order: stays at its place, all steps before it come before. */
  anchored: z.boolean().optional(),
  /** How the properties that are held constant are called at this step, in their order; absent: the same. */
  hold: z.array(propertySchema).max(3).optional(),
});
export type FunnelStep = z.infer<typeof stepSchema>;

const exclusionSchema = matcherSchema.extend({
  /** After this step was reached, 1 is the first. */
  from: z.int().min(1).max(limits.funnelSteps),
  /** And before this one. */
  to: z.int().min(2).max(limits.funnelSteps),
});
export type Exclusion = z.infer<typeof exclusionSchema>;

export const attributions = ['step', 'first', 'last', 'all', 'currentPerson', 'personAtStep1'] as const;
/** Which value of the breakdown's property an attempt has; the last two mean a trait of the person. */
const attributionSchema = z.object({ of: z.enum(attributions), step: z.int().min(1).max(limits.funnelSteps).default(1) });
export type Attribution = z.infer<typeof attributionSchema>;

const universeSchema = z.discriminatedUnion('of', [
  /** Whatever people do: not passive, no system event but page and screen views. */
  z.object({ of: z.literal('all') }),
  /** Events of steps and exclusions. */
  z.object({ of: z.literal('listed') }),
  z.object({ of: z.literal('events'), events: z.array(eventSchema).min(1).max(50) }),
]);

export const orders = ['ordered', 'strict', 'unordered'] as const;
export const entries = ['best', 'first'] as const;
export const countings = ['users', 'totals', 'sessions'] as const;
export const withins = ['window', 'calendarDay', 'session'] as const;

const shape = z.object({
  kind: z.literal('funnel'),
  steps: z.array(stepSchema).min(2).max(limits.funnelSteps),
  /** Longest time from the first step to the last, inclusive. */
  window: durationSchema,
  /** All steps on the local day, or in the session, of the first one, in place of the window. */
  within: z.enum(withins).optional(),
  range: rangeSchema,
  /** Later steps too must lie in the range. */
  limitStepsToRange: z.boolean().optional(),
  order: z.enum(orders).optional(),
  /** Strict order: no event of these between two steps. */
  universe: universeSchema.optional(),
  /** Events that lie so close to the first of a bunch count in the order of the steps. */
  reorderToleranceMs: z.int().min(0).max(60_000).optional(),
  entry: z.enum(entries).optional(),
  count: z.enum(countings).optional(),
  exclusions: z.array(exclusionSchema).max(10).optional(),
  /** `drop`: ends the attempt. `remove`: whoever's best attempt it ended does not count at all. */
  exclusionEffect: z.enum(['drop', 'remove']).optional(),
  /** All steps have the same values of these properties. */
  hold: z.array(propertySchema).min(1).max(3).optional(),
  /** Also times between steps. */
  times: z.boolean().default(false),
  /** How long it takes from one step to another, as a histogram. */
  histogram: z
    .object({
      from: z.int().min(1).max(limits.funnelSteps),
      to: z.int().min(2).max(limits.funnelSteps),
      bins: z.int().min(1).max(60).optional(),
    })
    .optional(),
  /** Adds up a numeric property of the events that took each step. */
  sumOf: propertySchema.optional(),
  breakdown: breakdownSchema.optional(),
  attribution: attributionSchema.optional(),
  /** Also conversion by the interval in which the first step was taken. */
  trend: z.enum(intervals).optional(),
  /** Also the same length of time just before. */
  compare: z.boolean().optional(),
  audience: conditionSchema.optional(),
});

/** How far people come along steps. The range holds for the first step. */
export const funnelSchema = shape.superRefine((question, context) => {
  for (const path of faultsOf(question)) context.addIssue({ code: 'custom', path, message: 'insights:errors.funnel_rule' });
});
export type FunnelQuestion = z.infer<typeof shape>;

/** Paths of what does not go together. */
function faultsOf(question: FunnelQuestion): (string | number)[][] {
  const { steps, order, exclusions = [], histogram, attribution, hold } = question;
  const last = steps.length;
  const faults: (string | number)[][] = [];
  for (const [index, step] of steps.entries()) {
    if (step.optional && (index === 0 || index === last - 1 || order === 'unordered')) faults.push(['steps', index, 'optional']);
    for (const key of ['minGap', 'maxGap'] as const) if (step[key] && (index === 0 || order === 'unordered')) faults.push(['steps', index, key]);
    if (step.minGap && step.maxGap && windowMs(step.minGap) > windowMs(step.maxGap)) faults.push(['steps', index, 'maxGap']);
    if (step.hold && step.hold.length !== (hold?.length ?? 0)) faults.push(['steps', index, 'hold']);
  }
  for (const [index, { from, to }] of exclusions.entries()) {
    if (from >= to || to > last) faults.push(['exclusions', index, 'to']);
    else if (order === 'unordered' && (from !== 1 || to !== last)) faults.push(['exclusions', index, 'from']);
  }
  if (histogram && (histogram.from >= histogram.to || histogram.to > last)) faults.push(['histogram', 'to']);
  if (attribution?.of === 'step' && (attribution.step > last || (order === 'unordered' && attribution.step > 1)))
    faults.push(['attribution', 'step']);
  if (attribution?.of === 'all' && order === 'unordered') faults.push(['attribution', 'of']);
  return faults;
}
