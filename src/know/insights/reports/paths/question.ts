import { z } from 'zod';
import { conditionSchema } from '../../../audiences/contract.ts';
import { eventSchema, filtersSchema, propertySchema, rangeSchema } from '../../question-parts.ts';
import { sessionRuleSchema } from '../sessions/rule.ts';

/** Text of a node's value: what the property says, shortened. */
export const NODE_VALUE_MAX = 200;
const valueSchema = z.string().max(NODE_VALUE_MAX);

/** A step of a path: an event, and what its property says where the event is labelled. `value` null: the property is not there; absent: whatever it says. */
export const pathNodeSchema = z.object({ event: eventSchema, value: valueSchema.nullable().optional() });
export type PathNode = z.infer<typeof pathNodeSchema>;

/** Parts that RE2 and JavaScript read alike; looking around and back would not be linear in the text. */
function isLinear(pattern: string): boolean {
  if (/\(\?[=!<]|\\[1-9k]|\{\d*,?\d{4,}|\(\?\w*[^:\w)]/.test(pattern)) return false;
  try {
    new RegExp(pattern, 'u');
    return true;
  } catch {
    return false;
  }
}

export const pathWeights = ['sessions', 'people', 'occurrences'] as const;

/** Which ways people take through a session. */
export const pathsSchema = z
  .object({
    kind: z.literal('paths'),
    range: rangeSchema,
    /** Events that are steps; empty: any active event. */
    include: z.array(eventSchema).max(50).default([]),
    exclude: z.array(eventSchema).max(50).default([]),
    /** Only events that pass all of them. */
    filters: filtersSchema,
    /** Events whose steps are told apart by a property, such as the path of a page. */
    labels: z
      .array(z.object({ event: eventSchema, property: propertySchema }))
      .max(20)
      .default([]),
    /** Steps that are told apart by one property more; it stands behind their value. */
    expanded: z
      .array(z.object({ node: pathNodeSchema, property: propertySchema }))
      .max(5)
      .default([]),
    /** Regular expressions (RE2) whose matches in values are replaced, in order. */
    cleaning: z
      .array(
        z.object({
          pattern: z.string().min(1).max(200).refine(isLinear),
          replacement: z
            .string()
            .max(100)
            .regex(/^[^\\$]*$/)
            .default(''),
        }),
      )
      .max(10)
      .default([]),
    /** Values that match a pattern are one step of the pattern's name; `*` stands for any text. The first that matches counts. */
    groupings: z.array(valueSchema.min(1)).max(30).default([]),
    start: pathNodeSchema.optional(),
    end: pathNodeSchema.optional(),
    /** Which occurrence of the start, or of the end when there is no start. */
    occurrence: z.enum(['first', 'last']).default('first'),
    /** Without start and end: from the beginning of sessions, or towards their end. With a start always forward, with an end alone backward. */
    direction: z.enum(['forward', 'backward']).default('forward'),
    sessions: z
      .discriminatedUnion('kind', [...sessionRuleSchema.options, z.object({ kind: z.literal('none') })])
      .default(sessionRuleSchema.parse({ kind: 'rule' })),
    maxSteps: z.int().min(2).max(20).default(5),
    topNodesPerStep: z.int().min(1).max(50).default(10),
    minEdgeWeight: z.int().min(0).max(1_000_000_000).optional(),
    maxEdgeWeight: z.int().min(0).max(1_000_000_000).optional(),
    edgeLimit: z.int().min(1).max(500).default(50),
    /** The same step several times in a row is one step. */
    collapse: z.boolean().default(true),
    /** What the width of an edge counts. `occurrences`: every occurrence of the start (or end) begins (or ends) a path of its own. */
    weight: z.enum(pathWeights).default('sessions'),
    time: z.enum(['median', 'average']).default('median'),
    audience: conditionSchema.optional(),
  })
  .refine(
    (question) => question.minEdgeWeight === undefined || question.maxEdgeWeight === undefined || question.minEdgeWeight <= question.maxEdgeWeight,
    {
      path: ['maxEdgeWeight'],
    },
  );
export type PathsQuestion = z.infer<typeof pathsSchema>;

/** Which way the columns are counted. */
export function directionOf(question: Pick<PathsQuestion, 'start' | 'end' | 'direction'>): 'forward' | 'backward' {
  if (question.start) return 'forward';
  return question.end ? 'backward' : question.direction;
}

/** Columns of steps; with a start and an end there is room for both and for what is left out between. */
export function columnsOf(question: Pick<PathsQuestion, 'start' | 'end' | 'maxSteps'>): number {
  return question.start && question.end ? Math.max(3, question.maxSteps) : question.maxSteps;
}
