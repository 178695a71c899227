import { z } from 'zod';
import { groundSchema } from '../../answer-parts.ts';

/**
 * What stands in a column: a step, all further steps of the column (`more`), the end of the session (`exit`), its beginning (`entry`, looking backward), or
 * steps left out between a start and an end (`between`).
 */
export const pathPlaceSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('step'),
    event: z.string().max(500),
    /** Null: the event has no such property. Absent: the event is not labelled. */
    value: z.string().max(500).nullable().optional(),
  }),
  z.object({ kind: z.literal('more') }),
  z.object({ kind: z.literal('exit') }),
  z.object({ kind: z.literal('entry') }),
  z.object({ kind: z.literal('between') }),
]);
export type PathPlace = z.infer<typeof pathPlaceSchema>;

const columnSchema = z.int().min(-1).max(20);

const pathCountsSchema = {
  /** Paths: sessions, or occurrences when those are asked. */
  paths: z.number(),
  people: z.number(),
};

export const pathsAnswerSchema = z.object({
  kind: z.literal('paths'),
  ...groundSchema,
  direction: z.enum(['forward', 'backward']),
  /** Columns of steps, 0 ... n-1; an exit may stand in column n, an entry in column -1. */
  columns: z.number(),
  /** Every path of the period that fits the question. */
  total: z.object(pathCountsSchema),
  nodes: z.array(z.object({ column: z.number(), place: pathPlaceSchema, ...pathCountsSchema })),
  /** From a column to the next one, the heaviest first. */
  edges: z.array(
    z.object({
      column: z.number(),
      from: pathPlaceSchema,
      to: pathPlaceSchema,
      ...pathCountsSchema,
      /** Median or average ms between the two; null where no time lies between them. */
      timeMs: z.number().nullable(),
    }),
  ),
  /** Edges that the limits left out. */
  hiddenEdges: z.number(),
});
export type PathsAnswer = z.infer<typeof pathsAnswerSchema>;

/** An edge (`from` and `to`), a node (`from` alone), or everybody. */
export const pathsCellSchema = z.object({
  kind: z.literal('paths'),
  column: columnSchema.default(0),
  from: pathPlaceSchema.optional(),
  to: pathPlaceSchema.optional(),
});
export type PathsCell = z.infer<typeof pathsCellSchema>;
