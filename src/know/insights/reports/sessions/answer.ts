import { z } from 'zod';
import { bucketSchema, groundSchema, groupSchema } from '../../answer-parts.ts';

/** Sums over sessions; shares and averages follow from them. */
const measuresSchema = {
  sessions: z.number(),
  people: z.number(),
  /** Devices with which sessions began; a person without a device id is one. */
  visitors: z.number(),
  /** Pages and screens seen. */
  views: z.number(),
  events: z.number(),
  /** One view and nothing done. */
  bounced: z.number(),
  engaged: z.number(),
  /** From the first to the last event, added up. */
  durationMs: z.number(),
};
export const sessionMeasuresSchema = z.object(measuresSchema);
export type SessionMeasures = z.infer<typeof sessionMeasuresSchema>;

const pageRowSchema = z.object({
  /** Null: views that name no page. */
  page: z.string().nullable(),
  views: z.number(),
  people: z.number(),
  /** Sessions that begin, or end, with it. */
  entries: z.number(),
  exits: z.number(),
  /** Of the entries, those that bounced. */
  bounced: z.number(),
  /** Mean time until the next view, or the time in sight where the client said it; null when neither is known of any view. */
  dwellMs: z.number().nullable(),
});
export type PageRow = z.infer<typeof pageRowSchema>;

export const sessionsAnswerSchema = z.object({
  kind: z.literal('sessions'),
  ...groundSchema,
  buckets: z.array(bucketSchema),
  series: z.array(sessionMeasuresSchema),
  total: sessionMeasuresSchema,
  previousBuckets: z.array(bucketSchema).optional(),
  previousSeries: z.array(sessionMeasuresSchema).optional(),
  previousTotal: sessionMeasuresSchema.optional(),
  tables: z.array(
    z.object({
      attribute: z.string(),
      rows: z.array(z.object({ group: groupSchema, ...measuresSchema })),
      /** There are more values, which stand together as `other`. */
      truncated: z.boolean(),
    }),
  ),
  pages: z.object({ rows: z.array(pageRowSchema), truncated: z.boolean() }).optional(),
});
export type SessionsAnswer = z.infer<typeof sessionsAnswerSchema>;

export const sessionsCellSchema = z.object({
  kind: z.literal('sessions'),
  which: z.enum(['all', 'bounced', 'engaged']).default('all'),
  /** `start` of a bucket; absent: the whole period. */
  bucket: z.int().optional(),
  previous: z.boolean().default(false),
  /** A row of a table. */
  attribute: z.string().max(220).optional(),
  group: groupSchema.default({ kind: 'all' }),
  /** Sessions in which a page was seen, or that begin or end with it. */
  page: z.object({ page: z.string().max(1_000).nullable(), as: z.enum(['viewed', 'entry', 'exit']).default('viewed') }).optional(),
});
export type SessionsCell = z.infer<typeof sessionsCellSchema>;
