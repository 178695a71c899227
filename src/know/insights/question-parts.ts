import { z } from 'zod';
import { filterSchema } from '../audiences/contract.ts';

/** What the questions of several kinds are made of. Kinds import from here, so that `questions.ts` can import them. */

/** Limits of a question; a report beyond them is refused with 400. */
export const limits = {
  buckets: 1_000,
  hours: 24 * 31,
  days: 1_100,
  breakdownValues: 25,
  funnelSteps: 32,
  funnelWindowDays: 366,
  retentionCohorts: 100,
  retentionOffsets: 60,
} as const;

/** Name of an event; `''` stands for any event that is not passive. */
export const anyEventSchema = z.string().max(200);
export const eventSchema = z.string().min(1).max(200);
/** Name of an event property, as sent. Dots reach into objects. */
export const propertySchema = filterSchema.shape.property;

export const intervals = ['hour', 'day', 'week', 'month', 'quarter'] as const;
/** Width of a bucket in the project's time zone. Weeks begin on Monday, quarters in January, April, July and October. */
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

export const filtersSchema = z.array(filterSchema).max(10).default([]);
export const breakdownSchema = z.object({ property: propertySchema, limit: z.int().min(1).max(limits.breakdownValues).default(8) });
export type Breakdown = z.infer<typeof breakdownSchema>;
