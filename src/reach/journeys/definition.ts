import { z } from 'zod';
import { conditionSchema, filterSchema } from '../../know/audiences/contract.ts';
import { controlPercentMax, goalSchema } from '../../try/operations/contract.ts';
import { categories } from '../gate/contract.ts';
import { emailTemplateSchema } from '../templates/contract.ts';

/** Most steps of one journey. */
export const nodesMax = 100;

const nodeIdSchema = z.string().regex(/^[a-z0-9_-]{1,40}$/);
/** The step that follows; null while the draft is unfinished. */
const exitSchema = nodeIdSchema.nullable();
const eventNameSchema = z.string().trim().max(200);
const filtersSchema = z.array(filterSchema).max(20).default([]);

export const durationUnits = ['minutes', 'hours', 'days'] as const;
export const durationSchema = z.object({ amount: z.number().int().min(1).max(10_000), unit: z.enum(durationUnits) });
export type Duration = z.infer<typeof durationSchema>;

/** What makes a person enter: an event (an empty name is an unfinished draft), or becoming a member of a segment. */
export const triggerSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('event'), event: eventNameSchema, where: filtersSchema }),
  z.object({ kind: z.literal('segment'), segmentId: z.number().int().min(1).nullable() }),
]);
export type Trigger = z.infer<typeof triggerSchema>;

const nodeFields = { id: nodeIdSchema, name: z.string().trim().max(80).optional() };

export const nodeSchema = z.discriminatedUnion('kind', [
  z.object({ ...nodeFields, kind: z.literal('wait'), duration: durationSchema, exits: z.object({ next: exitSchema }) }),
  z.object({
    ...nodeFields,
    kind: z.literal('wait_until'),
    event: eventNameSchema,
    where: filtersSchema,
    atMost: durationSchema,
    exits: z.object({ met: exitSchema, timeout: exitSchema }),
  }),
  z.object({ ...nodeFields, kind: z.literal('branch'), condition: conditionSchema.nullable(), exits: z.object({ yes: exitSchema, no: exitSchema }) }),
  z.object({
    ...nodeFields,
    kind: z.literal('email'),
    ...emailTemplateSchema.shape,
    category: z.enum(categories).default('marketing'),
    exits: z.object({ next: exitSchema }),
  }),
  z.object({ ...nodeFields, kind: z.literal('exit'), exits: z.object({}) }),
]);
/** One step of the graph. */
export type JourneyNode = z.infer<typeof nodeSchema>;

/** May a person walk the journey again: never, once the last run has ended, or that many days after the last entry. */
export const reentrySchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('once') }),
  z.object({ kind: z.literal('after_exit') }),
  z.object({ kind: z.literal('after_days'), days: z.number().int().min(1).max(365) }),
]);

export const definitionSchema = z.object({
  trigger: triggerSchema,
  /** The first step; null while the draft is unfinished. */
  start: exitSchema,
  nodes: z.array(nodeSchema).max(nodesMax),
  /** Null while the draft is unfinished; a journey cannot be published without. */
  goal: goalSchema.extend({ event: eventNameSchema }).nullable(),
  /** Reaching the goal ends the run at once, also inside a wait. */
  exitOnGoal: z.boolean().default(true),
  controlPercent: z.number().int().min(0).max(controlPercentMax),
  reentry: reentrySchema,
});
/** A journey as it is drawn. */
export type JourneyDefinition = z.infer<typeof definitionSchema>;

export const faultReasons = [
  'no_trigger',
  'no_goal',
  'no_start',
  'no_steps',
  'duplicate_step',
  'unknown_step',
  'missing_exit',
  'unreachable_step',
  'loop_without_wait',
  'no_event',
  'no_condition',
  'no_subject',
  'no_body',
  'broken_template',
  'unknown_segment',
  'broken_condition',
] as const;
/** What keeps a draft from being published. `node` is null for faults of the journey as a whole; `part` names the exit or the field. */
export const faultSchema = z.object({
  reason: z.enum(faultReasons),
  node: z.string().nullable(),
  part: z.string().nullable(),
  line: z.number().int().nullable(),
  column: z.number().int().nullable(),
  detail: z.string().nullable(),
});
export type Fault = z.infer<typeof faultSchema>;

const minuteMs = 60_000;
const unitMs = { minutes: minuteMs, hours: 60 * minuteMs, days: 24 * 60 * minuteMs } as const;

/** A duration in milliseconds; a day is 24 hours. */
export function durationMs(duration: Duration): number {
  return duration.amount * unitMs[duration.unit];
}

/** The named ways out of a step, in drawing order. */
export function exitsOf(node: JourneyNode): [name: string, target: string | null][] {
  return Object.entries(node.exits);
}
