import { z } from 'zod';
import { conditionSchema, filterSchema } from '../audiences/contract.ts';

/** Limits of a question; a report beyond them is refused with 400. */
export const limits = {
  buckets: 1_000,
  hours: 24 * 31,
  days: 1_100,
  breakdownValues: 25,
  funnelSteps: 6,
  funnelWindowDays: 366,
  retentionCohorts: 100,
  retentionOffsets: 60,
} as const;

/** Name of an event; `''` stands for any event that is not passive. */
const anyEventSchema = z.string().max(200);
const eventSchema = z.string().min(1).max(200);
/** Name of an event property, as sent. Dots reach into objects. */
const propertySchema = filterSchema.shape.property;

export const intervals = ['hour', 'day', 'week', 'month'] as const;
/** Width of a bucket in the project's time zone. Weeks begin on Monday. */
export type Interval = (typeof intervals)[number];

/** The first day that a report may read. */
export const FIRST_DAY = '1970-01-02';

/** A local day of the project, `YYYY-MM-DD`, between 1970 and 2099. */
export const localDaySchema = z.iso.date().pipe(z.string().refine((day) => day >= FIRST_DAY && day < '2100-01-01'));

/**
 * The time that a question is about, in the project's time zone.
 * `last`: the last `count` units, the running one included. `between`: local days `[from, to)`.
 */
export const rangeSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('last'), count: z.int().min(1).max(limits.days), unit: z.enum(intervals) }),
  z.object({ kind: z.literal('between'), from: localDaySchema, to: localDaySchema }).refine((range) => range.from < range.to, { path: ['to'] }),
]);
export type Range = z.infer<typeof rangeSchema>;

const filtersSchema = z.array(filterSchema).max(10).default([]);
const breakdownSchema = z.object({ property: propertySchema, limit: z.int().min(1).max(limits.breakdownValues).default(8) });
export type Breakdown = z.infer<typeof breakdownSchema>;

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

const stepSchema = z.object({ event: eventSchema, filters: filtersSchema });
export type FunnelStep = z.infer<typeof stepSchema>;

export const windowUnits = ['minute', 'hour', 'day'] as const;
/** Longest time from the first step to the last, inclusive. A day is 24 hours. */
const windowSchema = z
  .object({ count: z.int().min(1).max(100_000), unit: z.enum(windowUnits) })
  .refine((window) => windowMs(window) <= limits.funnelWindowDays * 86_400_000, { path: ['count'] });
export type FunnelWindow = { count: number; unit: (typeof windowUnits)[number] };

/** The window's length. */
export function windowMs(window: FunnelWindow): number {
  return window.count * { minute: 60_000, hour: 3_600_000, day: 86_400_000 }[window.unit];
}

/** How far people come along steps that they take in order. The range holds for the first step only; each person counts once, with their deepest attempt. */
export const funnelSchema = z.object({
  kind: z.literal('funnel'),
  steps: z.array(stepSchema).min(2).max(limits.funnelSteps),
  window: windowSchema,
  range: rangeSchema,
  /** Also the median time between steps; costs about six times as much. */
  times: z.boolean().default(false),
  /** By a property of the first step's event. */
  breakdown: breakdownSchema.optional(),
  audience: conditionSchema.optional(),
});
export type FunnelQuestion = z.infer<typeof funnelSchema>;

export const retentionTypes = ['firstInRange', 'recurring', 'firstTime'] as const;
export const retentionIntervals = ['day', 'week', 'month'] as const;

/** How many of those who did the start event in one interval did the return event `k` intervals later. */
export const retentionSchema = z.object({
  kind: z.literal('retention'),
  start: anyEventSchema,
  return: anyEventSchema,
  /** `firstInRange`: a person belongs to the first interval of the range in which they start; `recurring`: to each one; `firstTime`: to that of their first start ever. */
  type: z.enum(retentionTypes).default('firstInRange'),
  /** `on`: returned in interval k. `onOrAfter`: returned in interval k or a later one of the table. */
  mode: z.enum(['on', 'onOrAfter']).default('on'),
  interval: z.enum(retentionIntervals).default('day'),
  /** Columns after column 0. */
  offsets: z.int().min(1).max(limits.retentionOffsets).default(14),
  range: rangeSchema,
  audience: conditionSchema.optional(),
});
export type RetentionQuestion = z.infer<typeof retentionSchema>;

export const questionSchema = z.discriminatedUnion('kind', [trendSchema, funnelSchema, retentionSchema]);
/** A question as it is asked, saved and put into an address. */
export type Question = z.infer<typeof questionSchema>;
export type QuestionInput = z.input<typeof questionSchema>;
export const questionKinds = ['trend', 'funnel', 'retention'] as const;
export type QuestionKind = (typeof questionKinds)[number];
