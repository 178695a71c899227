import { z } from 'zod';
import { defineErrors } from '../../kernel/errors/errors.ts';
import { defineRoute } from '../../kernel/http/contract.ts';
import { projectParams } from '../../workspace/projects/contract.ts';
import { eventStatuses, planLimits, plannedEventSchema, plannedTraitSchema, ruleKinds, rulesSchema, valueTypes } from './plan-document.ts';

export * from './plan-document.ts';
export * from './quarantine-contract.ts';
export { PASSED, type PlanVerdict, type QuarantineEntry, type Violation, type ViolationKind } from './verdict.ts';

/** Days of volume that lists show. */
export const VOLUME_DAYS = 30;

const eventName = z
  .string()
  .min(1)
  .max(planLimits.nameLengthMax)
  .regex(/^\P{Cc}+$/u);
const note = z
  .string()
  .trim()
  .max(500)
  .regex(/^[^\0]*$/)
  .default('');
const ifVersion = z.number().int().min(0).optional();
const changed = z.object({ version: z.number().int() });
const path = '/api/projects/:projectId/tracking-plan';

/** A property as it arrives. */
export const seenPropertySchema = z.object({
  name: z.string(),
  /** How often it was seen as what, in the sample. */
  types: z.partialRecord(z.enum(valueTypes), z.number()),
  /** Seen in this many of the sampled events. */
  count: z.number(),
  firstSeen: z.iso.datetime(),
  lastSeen: z.iso.datetime(),
  /** JSON texts; none of what is personal. */
  examples: z.array(z.string()),
  /** True: its name says that it is about somebody; mark it. */
  looksPersonal: z.boolean(),
});
export type SeenPropertyView = z.infer<typeof seenPropertySchema>;

/** Violations of one kind at one place, over all days and clients that were asked for. */
export const violationCountSchema = z.object({
  event: z.string(),
  kind: z.string(),
  name: z.string(),
  isTrait: z.boolean(),
  library: z.string(),
  count: z.number(),
  firstAt: z.iso.datetime(),
  lastAt: z.iso.datetime(),
  sample: z.object({ messageId: z.string(), expected: z.string().optional(), found: z.string().optional() }),
});
export type ViolationCount = z.infer<typeof violationCountSchema>;

export const plannedOrSeenSchema = z.object({
  event: z.string(),
  /** Where it stands: what the plan says; `unplanned` when it says nothing. */
  status: z.enum(eventStatuses),
  isInPlan: z.boolean(),
  displayName: z.object({ en: z.string().optional(), 'zh-CN': z.string().optional() }),
  description: z.string(),
  owner: z.string(),
  tags: z.array(z.string()),
  plannedProperties: z.number().int(),
  /** By day of the project, oldest first, today last. */
  volume: z.array(z.number()),
  firstSeen: z.iso.datetime().nullable(),
  lastSeen: z.iso.datetime().nullable(),
  /** In the last 7 days. */
  violations: z.number(),
});
export type PlannedOrSeen = z.infer<typeof plannedOrSeenSchema>;

export const listPlanEvents = defineRoute({
  id: 'tracking-plan.list_events',
  method: 'GET',
  path: `${path}/events`,
  summary: 'Lists every event of the plan and every event that was seen, with volumes of 30 days and violations of 7.',
  access: 'tracking-plan.read',
  params: projectParams,
  reply: z.object({ items: z.array(plannedOrSeenSchema), version: z.number().int(), rules: rulesSchema }),
});

export const getPlanEvent = defineRoute({
  id: 'tracking-plan.get_event',
  method: 'GET',
  path: `${path}/event`,
  summary: 'Gives one event: what the plan says, what arrives, and where they differ.',
  access: 'tracking-plan.read',
  params: projectParams,
  query: z.object({ event: eventName }),
  reply: z.object({
    event: z.string(),
    isInPlan: z.boolean(),
    definition: plannedEventSchema,
    /** What a definition from what was seen would be. */
    suggestion: plannedEventSchema,
    properties: z.array(seenPropertySchema),
    sampled: z.number(),
    firstSeen: z.iso.datetime().nullable(),
    lastSeen: z.iso.datetime().nullable(),
    days: z.array(z.object({ day: z.iso.date(), count: z.number() })),
    violations: z.array(violationCountSchema),
    violationDays: z.array(z.object({ day: z.iso.date(), count: z.number() })),
    waiting: z.number(),
    version: z.number().int(),
    rules: rulesSchema,
  }),
});

export const savePlanEvent = defineRoute({
  id: 'tracking-plan.save_event',
  method: 'PUT',
  path: `${path}/event`,
  summary: 'Writes what the plan says of an event; null takes it out of the plan.',
  access: 'tracking-plan.write',
  params: projectParams,
  body: z.object({ event: eventName, definition: z.unknown(), note, ifVersion }),
  reply: changed,
  bodySizeMax: planLimits.documentSizeMax,
});

export const adoptEvents = defineRoute({
  id: 'tracking-plan.adopt_events',
  method: 'POST',
  path: `${path}/adoptions`,
  summary:
    'Takes seen events into the plan as expected, with the properties and types that were seen. Events of the plan become expected and keep the rest.',
  access: 'tracking-plan.write',
  params: projectParams,
  body: z.object({ events: z.array(eventName).min(1).max(planLimits.eventsMax) }),
  reply: changed,
});

export const setEventStatus = defineRoute({
  id: 'tracking-plan.set_status',
  method: 'POST',
  path: `${path}/statuses`,
  summary: 'Sets the status of events. Blocked events are dropped and counted from then on.',
  access: 'tracking-plan.write',
  params: projectParams,
  body: z.object({ events: z.array(eventName).min(1).max(planLimits.eventsMax), status: z.enum(eventStatuses) }),
  reply: changed,
});

export const savePlanRules = defineRoute({
  id: 'tracking-plan.save_rules',
  method: 'PUT',
  path: `${path}/rules`,
  summary: 'Sets what a breach of each rule leads to in this project; rules left out are as they are at the start.',
  access: 'tracking-plan.write',
  params: projectParams,
  body: z.object({ rules: rulesSchema, ifVersion }),
  reply: changed,
});

export const listPlanTraits = defineRoute({
  id: 'tracking-plan.list_traits',
  method: 'GET',
  path: `${path}/traits`,
  summary: 'Lists traits of the plan and traits that were seen, with violations of 7 days.',
  access: 'tracking-plan.read',
  params: projectParams,
  reply: z.object({
    items: z.array(
      z.object({
        name: z.string(),
        isInPlan: z.boolean(),
        definition: plannedTraitSchema,
        seen: seenPropertySchema.nullable(),
        violations: z.number(),
      }),
    ),
    version: z.number().int(),
  }),
});

export const savePlanTrait = defineRoute({
  id: 'tracking-plan.save_trait',
  method: 'PUT',
  path: `${path}/trait`,
  summary: 'Writes what the plan says of a trait; null takes it out of the plan.',
  access: 'tracking-plan.write',
  params: projectParams,
  body: z.object({ name: eventName, definition: z.unknown(), ifVersion }),
  reply: changed,
});

export const listViolations = defineRoute({
  id: 'tracking-plan.list_violations',
  method: 'GET',
  path: `${path}/violations`,
  summary: 'Counts violations by event, property, kind and client over the last days (200 at most, most frequent first).',
  access: 'tracking-plan.read',
  params: projectParams,
  query: z.object({ days: z.coerce.number().int().min(1).max(90).default(7), event: eventName.optional() }),
  reply: z.object({ items: z.array(violationCountSchema) }),
});

export const startSurvey = defineRoute({
  id: 'tracking-plan.survey',
  method: 'POST',
  path: `${path}/surveys`,
  summary: 'Looks through the stream for events and properties that came before or by imports. Done at most every 2 minutes.',
  access: 'tracking-plan.read',
  params: projectParams,
  reply: z.object({ isDone: z.boolean() }),
});

export const listLabels = defineRoute({
  id: 'tracking-plan.list_labels',
  method: 'GET',
  path: `${path}/labels`,
  summary: 'Display names of events, properties and traits in a language; that of the reader unless given.',
  access: 'tracking-plan.read',
  params: projectParams,
  query: z.object({ language: z.enum(['en', 'zh-CN']).optional() }),
  reply: z.object({
    events: z.record(z.string(), z.string()),
    properties: z.record(z.string(), z.record(z.string(), z.string())),
    traits: z.record(z.string(), z.string()),
  }),
});

/** One entry of the plan before and after. */
const changeSchema = z.object({ of: z.enum(['event', 'trait', 'rules']), name: z.string(), before: z.unknown(), after: z.unknown() });
export type PlanChangeView = z.infer<typeof changeSchema>;

export const exportPlan = defineRoute({
  id: 'tracking-plan.export_plan',
  method: 'GET',
  path: `${path}/document`,
  summary: 'The whole plan as a JSON document for version control: names in order, what is usual left out.',
  access: 'tracking-plan.read',
  params: projectParams,
  query: z.object({ version: z.coerce.number().int().min(0).optional() }),
  reply: z.record(z.string(), z.unknown()),
});

export const previewPlan = defineRoute({
  id: 'tracking-plan.preview_plan',
  method: 'POST',
  path: `${path}/document/preview`,
  summary: 'Says what importing a document would add, change and remove, or all its faults. Changes nothing.',
  access: 'tracking-plan.read',
  params: projectParams,
  body: z.unknown(),
  reply: z.object({
    faults: z.array(z.object({ path: z.string(), message: z.string() })),
    changes: z.array(changeSchema),
    /** The version that it was compared with. */
    version: z.number().int(),
  }),
  bodySizeMax: planLimits.documentSizeMax,
});

export const importPlan = defineRoute({
  id: 'tracking-plan.import_plan',
  method: 'PUT',
  path: `${path}/document`,
  summary: 'Replaces the plan by a document. A document with faults changes nothing and is answered with the list of them.',
  access: 'tracking-plan.write',
  params: projectParams,
  query: z.object({ note, ifVersion: z.coerce.number().int().min(0).optional() }),
  body: z.unknown(),
  reply: z.object({ version: z.number().int(), changes: z.array(changeSchema) }),
  bodySizeMax: planLimits.documentSizeMax,
});

export const listPlanVersions = defineRoute({
  id: 'tracking-plan.list_versions',
  method: 'GET',
  path: `${path}/versions`,
  summary: 'Lists changes of the plan, newest first: who, when, and what each entry was before and after.',
  access: 'tracking-plan.read',
  params: projectParams,
  query: z.object({
    cursor: z
      .string()
      .regex(/^\d{1,9}$/)
      .optional(),
  }),
  reply: z.object({
    items: z.array(
      z.object({
        version: z.number().int(),
        note: z.string(),
        author: z.string().nullable(),
        createdAt: z.iso.datetime(),
        changes: z.array(changeSchema),
      }),
    ),
    nextCursor: z.string().optional(),
  }),
});

export const restorePlan = defineRoute({
  id: 'tracking-plan.restore_plan',
  method: 'POST',
  path: `${path}/versions/:version/restoration`,
  summary: 'Makes the plan what it was after a version, as a new version. Version 0 is the empty plan.',
  access: 'tracking-plan.write',
  params: projectParams.extend({ version: z.coerce.number().int().min(0).max(1_000_000_000) }),
  reply: changed,
});

/** Kinds of violations, as filters name them. */
export const violationKinds = [...ruleKinds, 'blocked_event', 'deprecated_event'] as const;

/** Refusals of this slice. `event_refused` is what a sender is told whose event breaks a rule with the consequence `refuse`. */
export const refusePlan = defineErrors('tracking-plan', {
  event_refused: { status: 400, message: 'The event does not fit the tracking plan' },
  document_faulty: { status: 400, message: 'The plan has faults' },
  plan_changed: { status: 409, message: 'The plan was changed meanwhile' },
  plan_full: { status: 409, message: 'The plan holds as many events as it may' },
  unknown_event: { status: 404, message: 'No such event in this project' },
  unknown_version: { status: 404, message: 'No such version of the plan' },
  unknown_replay: { status: 404, message: 'No such replay' },
  unknown_entry: { status: 404, message: 'No such event in quarantine' },
});
