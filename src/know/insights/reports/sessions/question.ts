import { z } from 'zod';
import { conditionSchema } from '../../../audiences/contract.ts';
import { eventSchema, filtersSchema, intervals, rangeSchema } from '../../question-parts.ts';
import { sessionRuleSchema, usualRule } from './rule.ts';

/** What sessions can be told apart by, beside `property:<name>`. Each is the first value that an event of the session has. */
export const sessionAttributes = [
  'channel',
  /** `$utm_source`, else the other site's host. */
  'source',
  'medium',
  'campaign',
  'referrer',
  /** Pages of the first and the last view. */
  'landing',
  'exit',
  'device',
  'browser',
  'os',
  'country',
  'province',
  'city',
  'language',
] as const;
const attributeSchema = z.union([z.enum(sessionAttributes), z.string().regex(/^property:.{1,200}$/u)]);
export type SessionAttribute = z.infer<typeof attributeSchema>;

/** Sessions and what happens in them: how many, how long, how deep, where they come from and where they end. */
export const sessionsSchema = z.object({
  kind: z.literal('sessions'),
  range: rangeSchema,
  interval: z.enum(intervals).default('day'),
  rule: sessionRuleSchema.default(usualRule),
  /** Whose events make one sequence: what a person does on all devices, or on each one. */
  by: z.enum(['person', 'device']).default('person'),
  /** Events that make sessions; empty: any active event. */
  include: z.array(eventSchema).max(50).default([]),
  exclude: z.array(eventSchema).max(50).default([]),
  filters: filtersSchema,
  /** Only sessions in which a page or screen was seen. */
  viewsOnly: z.boolean().default(false),
  /** Events that make a session an engaged one. */
  keyEvents: z.array(eventSchema).max(10).default([]),
  /** Only sessions with these values; null: without any. */
  where: z
    .array(z.object({ attribute: attributeSchema, value: z.string().max(1_000).nullable() }))
    .max(10)
    .default([]),
  /** One table each, of the `limit` greatest values. */
  breakdowns: z.array(attributeSchema).max(14).default([]),
  limit: z.int().min(1).max(100).default(10),
  /** Also pages with entries, exits and dwell. */
  pages: z.boolean().default(false),
  compare: z.boolean().default(false),
  audience: conditionSchema.optional(),
});
export type SessionsQuestion = z.infer<typeof sessionsSchema>;
