import { z } from 'zod';

/** What the answers of several kinds are made of. Kinds import from here, so that `answers.ts` can import them. */

/** What holds for every answer. */
export const groundSchema = {
  /** Zone of all days and hours in the answer. */
  timeZone: z.string(),
  /** The instant (ms) at which relative ranges were resolved; hand it back with `people` so that they are the same people. */
  asOf: z.number(),
  /** The time covered, instants (ms) `[from, to)`. */
  from: z.number(),
  to: z.number(),
  /** Merges of people made up to this instant (ms) are in the answer, and all events that were acknowledged by then. */
  identityWatermark: z.number(),
  /** Texts `insights:definitions.<key>` that state the exact rules which were used. */
  definitions: z.array(z.string()),
};

/** One line of a breakdown: a value, all the rest, or events without the property. `all` when there is no breakdown. */
export const groupSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('all') }),
  z.object({ kind: z.literal('value'), value: z.string().max(1_000) }),
  z.object({ kind: z.literal('other') }),
  z.object({ kind: z.literal('none') }),
]);
export type Group = z.infer<typeof groupSchema>;

export const bucketSchema = z.object({
  /** Instant (ms) at which it begins. */
  start: z.number(),
  /** Local day `YYYY-MM-DD`, for hours `YYYY-MM-DDTHH:mm` (an hour that the clocks repeat appears twice). */
  label: z.string(),
  /** False while the bucket is still running. */
  complete: z.boolean(),
});
export type Bucket = z.infer<typeof bucketSchema>;
