import { z } from 'zod';

/** What is counted about the stream's quality. One event may be counted under several. */
export const qualityMeasures = [
  /** Messages that came in, whatever became of them. */
  'received',
  /** Written into the stream. */
  'accepted',
  /** Sent before under the same message id; not written again. */
  'duplicate',
  /** Broke a rule; reason: its code. */
  'refused',
  /** Held back by the tracking plan until somebody decides. */
  'quarantined',
  /** Dropped because the tracking plan blocks the event. */
  'blocked',
  /** Written, but breaks the tracking plan; reason: the kind of violation. */
  'violation',
  /** Dropped because a program sent it. */
  'bot_dropped',
  /** Kept and marked with `$is_bot`. */
  'bot_marked',
  /** Arrived more than an hour after it happened. */
  'late',
  /** Its time lies ahead of our clock. */
  'early',
  /** The client's clock is wrong by more than a minute; reason: which way. */
  'skewed',
  /** Revenue in a currency without a rate; reason: the currency. */
  'currency_unknown',
  /** Revenue converted by the rates that the product ships; reason: the currency. */
  'currency_built_in',
  /** Looks like personal data in a property that nobody marked; reason: where. */
  'personal_found',
] as const;
export type QualityMeasure = (typeof qualityMeasures)[number];

/** Where a personal value may stand: in `properties`, in traits (all of their changes), in `context` (dotted path), or as an external id (its kind). */
export const personalPlaces = ['property', 'trait', 'context', 'id'] as const;
export const personalActions = ['keep', 'hash', 'drop'] as const;

const placeNameSchema = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .regex(/^\P{Cc}*$/u);

/** What to do with a value at the door. */
export const personalRuleSchema = z.object({
  place: z.enum(personalPlaces),
  /** Name of the property or trait, dotted path inside `context`, or kind of id. */
  name: placeNameSchema,
  action: z.enum(personalActions),
});
export type PersonalRule = z.infer<typeof personalRuleSchema>;
