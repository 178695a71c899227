import { z } from 'zod';

/** What kinds of value a property may hold. `integer` is a number without a fraction; `datetime` is ISO 8601 text. */
export const valueTypes = ['string', 'number', 'integer', 'boolean', 'datetime', 'list', 'object'] as const;
export type ValueType = (typeof valueTypes)[number];

/** `personal` names or reaches a person: its values are shown nowhere as examples. `sensitive` must not be kept as it is: it is hashed at the door. */
export const markings = ['public', 'personal', 'sensitive'] as const;
export type Marking = (typeof markings)[number];

/** `unplanned`: described, but not agreed on; the rule for unplanned events applies. `blocked` events are dropped and counted. */
export const eventStatuses = ['expected', 'unplanned', 'deprecated', 'blocked'] as const;
export type EventStatus = (typeof eventStatuses)[number];

/** What a breach of a rule leads to; the strictest of an event decides. `ignore` is not even counted. */
export const consequences = ['ignore', 'warn', 'quarantine', 'refuse'] as const;
export type Consequence = (typeof consequences)[number];

/** The rules that a project, and each event, may set. */
export const ruleKinds = [
  'unplanned_event',
  'unplanned_property',
  'unplanned_trait',
  'wrong_type',
  'missing_required',
  'not_in_enum',
  'out_of_range',
  'pattern_mismatch',
] as const;
export type RuleKind = (typeof ruleKinds)[number];

/** What a project starts with: it tells of faults and stops nothing. */
export const defaultRules: Record<RuleKind, Consequence> = {
  unplanned_event: 'ignore',
  unplanned_property: 'ignore',
  unplanned_trait: 'ignore',
  wrong_type: 'warn',
  missing_required: 'warn',
  not_in_enum: 'warn',
  out_of_range: 'warn',
  pattern_mismatch: 'warn',
};

/** Bounds of a plan. */
export const planLimits = {
  eventsMax: 2_000,
  propertiesMax: 300,
  traitsMax: 500,
  enumMax: 500,
  tagsMax: 20,
  nameLengthMax: 200,
  patternLengthMax: 200,
  documentSizeMax: 4 * 1024 * 1024,
} as const;

const name = z
  .string()
  .min(1)
  .max(planLimits.nameLengthMax)
  .regex(/^\P{Cc}+$/u);
const text = (max: number) =>
  z
    .string()
    .trim()
    .max(max)
    .regex(/^[^\0]*$/);
const displayNameSchema = z.strictObject({ en: text(120).optional(), 'zh-CN': text(120).optional() });
export type DisplayName = z.infer<typeof displayNameSchema>;

const fieldShape = {
  /** Absent: any value. */
  type: z.enum(valueTypes).optional(),
  displayName: displayNameSchema.optional(),
  description: text(2_000).optional(),
  /** Values that may stand there; of a list, in it. */
  enum: z
    .array(z.union([z.string().max(500), z.number(), z.boolean()]))
    .min(1)
    .max(planLimits.enumMax)
    .optional(),
  /** Bounds of a number, both included; of a list, of its items. */
  min: z.number().optional(),
  max: z.number().optional(),
  /** Regular expression that a text must match somewhere; `^` and `$` tie it to the ends. Of a list, its items. */
  pattern: z.string().min(1).max(planLimits.patternLengthMax).optional(),
  /** `public` unless set. */
  personal: z.enum(markings).optional(),
};

/** A trait of people as the plan has it. */
export const plannedTraitSchema = z.strictObject(fieldShape);
export type PlannedTrait = z.infer<typeof plannedTraitSchema>;

/** A property of an event as the plan has it. Its name may be a dotted path into objects: `address.city`. */
export const plannedPropertySchema = z.strictObject({ ...fieldShape, required: z.boolean().optional() });
export type PlannedProperty = z.infer<typeof plannedPropertySchema>;

/** Rules that are set; others are inherited from the project's. */
export const rulesSchema = z.partialRecord(z.enum(ruleKinds), z.enum(consequences));

/** An event as the plan has it. */
export const plannedEventSchema = z.strictObject({
  /** `expected` unless set. */
  status: z.enum(eventStatuses).optional(),
  displayName: displayNameSchema.optional(),
  description: text(4_000).optional(),
  /** Who answers for it: a name, an email, a team. */
  owner: text(120).optional(),
  tags: z.array(text(60).min(1)).max(planLimits.tagsMax).optional(),
  rules: rulesSchema.optional(),
  properties: z.record(name, plannedPropertySchema).optional(),
});
export type PlannedEvent = z.infer<typeof plannedEventSchema>;

/** Word and version that a document begins with. */
export const PLAN_FORMAT = 'perennial.tracking-plan/1';

/** The whole plan as it stands in a file: keys are sorted when it is written, what is usual is left out. */
export const planDocumentSchema = z.strictObject({
  format: z.literal(PLAN_FORMAT),
  /** The project's rules; those left out are as `defaultRules` has them. */
  rules: rulesSchema.optional(),
  events: z.record(name, plannedEventSchema).optional(),
  traits: z.record(name, plannedTraitSchema).optional(),
});
export type PlanDocument = z.infer<typeof planDocumentSchema>;

/** A plan with everything said: what programs read. */
export interface TrackingPlan {
  /** Counts changes; 0 before the first. */
  version: number;
  /** ISO instant of the last change. */
  updatedAt: string | null;
  rules: Record<RuleKind, Consequence>;
  events: Record<string, PlannedEvent>;
  traits: Record<string, PlannedTrait>;
}
