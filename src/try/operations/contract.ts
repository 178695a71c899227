import { z } from 'zod';
import { defineErrors } from '../../kernel/errors/errors.ts';
import { defineRoute } from '../../kernel/http/contract.ts';
import { filterSchema } from '../../know/audiences/contract.ts';
import { projectParams } from '../../workspace/projects/contract.ts';

/** Most of the people, in percent, that an operation may leave out on purpose. */
export const controlPercentMax = 90;

/** What counts as success: the event, what its properties must be, and within how many days of the start. */
export const goalSchema = z.object({
  event: z.string().trim().min(1).max(200),
  where: z.array(filterSchema).max(20).default([]),
  windowDays: z.number().int().min(1).max(365),
});
export type Goal = z.infer<typeof goalSchema>;

export const arms = ['treatment', 'control'] as const;
export type Arm = (typeof arms)[number];

/** People of one arm, and how many of them reached the goal. */
export const armResultSchema = z.object({ n: z.number().int(), successes: z.number().int(), rate: z.number().nullable() });
export type ArmResult = z.infer<typeof armResultSchema>;

/** Why two arms cannot be compared. It is never an effect of zero. */
export const noResultReasons = ['no_control', 'too_few_people', 'no_variation'] as const;

const intervalSchema = z.object({ value: z.number(), low: z.number(), high: z.number(), p: z.number() });

export const comparisonSchema = z.object({
  treatment: armResultSchema,
  control: armResultSchema,
  /** Null when there is no result; then `reason` says why. */
  result: z
    .object({
      /** Treatment rate minus control rate, with its 95 % interval. */
      difference: intervalSchema,
      /** Difference as a share of the control rate. */
      relative: intervalSchema.nullable(),
      /** The interval of the difference leaves out zero. */
      isSignificant: z.boolean(),
    })
    .nullable(),
  reason: z.enum(noResultReasons).nullable(),
});
/** Two goal rates held against each other. */
export type Comparison = z.infer<typeof comparisonSchema>;

export const splitCheckSchema = z.object({
  /** Null on fewer than 100 people: too few to tell. */
  p: z.number().nullable(),
  /** The split is so far from the plan that the comparison cannot be trusted (p < 0.001). */
  isBroken: z.boolean(),
});
export type SplitCheck = z.infer<typeof splitCheckSchema>;

export const operationSchema = z.object({
  /** `journey:12` and the like; part of the hash that assigns arms. */
  operation: z.string(),
  kind: z.enum(['journey']),
  name: z.string(),
  goal: goalSchema,
  controlPercent: z.number().int(),
  startedAt: z.iso.datetime(),
  endedAt: z.iso.datetime().nullable(),
});
/** Anything done to an audience, with its goal and its control group. */
export type Operation = z.infer<typeof operationSchema>;

export const listOperations = defineRoute({
  id: 'operations.list_operations',
  method: 'GET',
  path: '/api/projects/:projectId/operations',
  summary: 'Lists what is or was done to people, each with its goal, window and control share, newest first.',
  access: 'operations.read',
  params: projectParams,
  reply: z.object({ items: z.array(operationSchema) }),
});

export const refuse = defineErrors('operations', {
  unknown_operation: { status: 404, message: 'no such operation in this project' },
});
