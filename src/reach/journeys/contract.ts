import { z } from 'zod';
import { defineErrors } from '../../kernel/errors/errors.ts';
import { defineRoute, type ReplyOf } from '../../kernel/http/contract.ts';
import { armResultSchema, arms, comparisonSchema, splitCheckSchema } from '../../try/operations/contract.ts';
import { projectParams } from '../../workspace/projects/contract.ts';
import { deliveryReasons, deliverySchema } from '../gate/contract.ts';
import { renderedEmailSchema } from '../templates/contract.ts';
import { definitionSchema, faultSchema } from './definition.ts';

export { arms } from '../../try/operations/contract.ts';
export * from './definition.ts';

/** `draft` was never published; `live` takes people in; `paused` holds everybody where they are; `archived` is over. */
export const journeyStates = ['draft', 'live', 'paused', 'archived'] as const;
export type JourneyState = (typeof journeyStates)[number];

/** How a run ended, or `active`. */
export const runOutcomes = ['active', 'finished', 'goal_reached', 'archived', 'merged'] as const;
export type RunOutcome = (typeof runOutcomes)[number];

/** What a step did for a person. `sent` and `skipped` are the gate's answers for a mail; the delivery tells more. */
export const stepOutcomes = ['waited', 'met', 'timeout', 'yes', 'no', 'queued', 'skipped', 'exited'] as const;
export type StepOutcome = (typeof stepOutcomes)[number];

const journeyIdSchema = z.coerce.number().int().min(1).max(2_147_483_647);
const personIdSchema = z.coerce.number().int().min(1).max(4_294_967_295);
const nameSchema = z.string().trim().min(1).max(100);
export const journeyParams = projectParams.extend({ journeyId: journeyIdSchema });

export const journeySummarySchema = z.object({
  id: z.number().int(),
  name: z.string(),
  state: z.enum(journeyStates),
  version: z.number().int().nullable(),
  hasUnpublishedChanges: z.boolean(),
  entered: z.number().int(),
  active: z.number().int(),
  goalReached: z.number().int(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
  publishedAt: z.iso.datetime().nullable(),
});
export type JourneySummary = z.infer<typeof journeySummarySchema>;

export const journeySchema = journeySummarySchema.extend({
  draft: definitionSchema,
  /** What keeps the draft from being published; empty when it may be. */
  faults: z.array(faultSchema),
  published: definitionSchema.nullable(),
});
/** A journey with its draft and its live version. */
export type Journey = z.infer<typeof journeySchema>;

export const listJourneys = defineRoute({
  id: 'journeys.list_journeys',
  method: 'GET',
  path: '/api/projects/:projectId/journeys',
  summary: 'Lists journeys, last changed first.',
  access: 'journeys.read',
  params: projectParams,
  query: z.object({ state: z.enum(journeyStates).optional(), search: z.string().max(100).optional() }),
  reply: z.object({ items: z.array(journeySummarySchema) }),
});

export const createJourney = defineRoute({
  id: 'journeys.create_journey',
  method: 'POST',
  path: '/api/projects/:projectId/journeys',
  summary: 'Creates a journey as a draft; without a definition, one with an empty trigger and an exit.',
  access: 'journeys.write',
  params: projectParams,
  body: z.object({ name: nameSchema, draft: definitionSchema.optional() }),
  reply: journeySchema,
  status: 201,
});

export const getJourney = defineRoute({
  id: 'journeys.get_journey',
  method: 'GET',
  path: '/api/projects/:projectId/journeys/:journeyId',
  summary: 'Gives a journey with its draft, what is wrong in it, and its live version.',
  access: 'journeys.read',
  params: journeyParams,
  reply: journeySchema,
});

export const updateJourney = defineRoute({
  id: 'journeys.update_journey',
  method: 'PATCH',
  path: '/api/projects/:projectId/journeys/:journeyId',
  summary: 'Renames a journey or saves its draft. A draft may be unfinished, but a broken template is refused with its line.',
  access: 'journeys.write',
  params: journeyParams,
  body: z.object({ name: nameSchema.optional(), draft: definitionSchema.optional() }),
  reply: journeySchema,
});

export const publishJourney = defineRoute({
  id: 'journeys.publish_journey',
  method: 'POST',
  path: '/api/projects/:projectId/journeys/:journeyId/publication',
  summary: 'Freezes the draft as the next version and takes people into it; people already inside stay in theirs.',
  access: 'journeys.publish',
  params: journeyParams,
  reply: journeySchema,
});

const stateRoute = <M extends 'POST' | 'DELETE'>(id: string, method: M, noun: string, summary: string) =>
  defineRoute({
    id: `journeys.${id}`,
    method,
    path: `/api/projects/:projectId/journeys/:journeyId/${noun}`,
    summary,
    access: 'journeys.publish',
    params: journeyParams,
    reply: journeySchema,
  });
export const pauseJourney = stateRoute('pause_journey', 'POST', 'pause', 'Holds everybody where they are and takes nobody in; goals still count.');
export const resumeJourney = stateRoute('resume_journey', 'DELETE', 'pause', 'Lets people go on from where they were held.');
export const archiveJourney = stateRoute(
  'archive_journey',
  'POST',
  'archive',
  'Ends a journey for good: its runs end and messages not yet sent are cancelled.',
);

export const dryRunStepSchema = z.object({
  node: z.string(),
  kind: z.string(),
  outcome: z.enum(stepOutcomes),
  /** When the step would be reached, if everything waited as long as it may. */
  at: z.iso.datetime(),
  reason: z.enum(deliveryReasons).nullable(),
  email: renderedEmailSchema.nullable(),
  detail: z.string().nullable(),
});

const dryRunReplySchema = z.object({ arm: z.enum(arms), faults: z.array(faultSchema), steps: z.array(dryRunStepSchema) });
/** What a dry run shows. */
export type DryRunReply = z.infer<typeof dryRunReplySchema>;

export const dryRun = defineRoute({
  id: 'journeys.dry_run',
  method: 'POST',
  path: '/api/projects/:projectId/journeys/:journeyId/dry-run',
  summary: 'Walks the draft with one person as they are now: each step, the mail they would get, and what would stop it. Nothing is sent or stored.',
  access: 'journeys.read',
  params: journeyParams,
  body: z.object({
    personId: personIdSchema,
    draft: definitionSchema.optional(),
    /** Properties of the event that would make the person enter. */
    event: z.record(z.string(), z.unknown()).optional(),
    /** Which way each wait for an event goes; `timeout` unless named. */
    waits: z.record(z.string(), z.enum(['met', 'timeout'])).optional(),
    /** Treat the person as one of this arm; their own unless given. */
    arm: z.enum(arms).optional(),
  }),
  reply: dryRunReplySchema,
});

export const nodeCountsSchema = z.object({
  node: z.string(),
  /** Visits of the step, and who of them stand there now. */
  entered: z.number().int(),
  waiting: z.number().int(),
  outcomes: z.record(z.string(), z.number().int()),
  /** For mails: how many deliveries stand in each state. */
  deliveries: z.record(z.string(), z.number().int()),
  /** For mails not sent: how many for each reason. */
  reasons: z.record(z.string(), z.number().int()),
});

/** What became of the people of a journey. */
export type JourneyResultsReply = ReplyOf<typeof journeyResults>;

export const journeyResults = defineRoute({
  id: 'journeys.get_results',
  method: 'GET',
  path: '/api/projects/:projectId/journeys/:journeyId/results',
  summary: 'Counts people at each step and compares the goal rate of reached people with the control group.',
  access: 'journeys.read',
  params: journeyParams,
  query: z.object({ version: z.coerce.number().int().min(1).optional() }),
  reply: z.object({
    versions: z.array(z.object({ version: z.number().int(), publishedAt: z.iso.datetime(), active: z.number().int(), entered: z.number().int() })),
    version: z.number().int().nullable(),
    definition: definitionSchema.nullable(),
    runs: z.object({
      entered: z.number().int(),
      active: z.number().int(),
      finished: z.number().int(),
      goalReached: z.number().int(),
      archived: z.number().int(),
    }),
    nodes: z.array(nodeCountsSchema),
    comparison: comparisonSchema,
    /** People of both arms after a merge; left out of the comparison. */
    mixed: z.number().int(),
    split: splitCheckSchema,
    /** Treated people who got at least one message, for reading beside the comparison. */
    reached: armResultSchema,
  }),
});

export const runSchema = z.object({
  runId: z.string(),
  personId: z.number().int(),
  name: z.string().nullable(),
  version: z.number().int(),
  arm: z.enum(arms),
  node: z.string().nullable(),
  outcome: z.enum(runOutcomes),
  enteredAt: z.iso.datetime(),
  wakeAt: z.iso.datetime().nullable(),
  goalAt: z.iso.datetime().nullable(),
  endedAt: z.iso.datetime().nullable(),
});

/** One person's walk. */
export type JourneyRun = z.infer<typeof runSchema>;

export const journeyPeople = defineRoute({
  id: 'journeys.list_people',
  method: 'GET',
  path: '/api/projects/:projectId/journeys/:journeyId/people',
  summary: 'Lists the people of a journey, or of one of its steps and outcomes, last entered first.',
  access: 'journeys.read',
  params: journeyParams,
  query: z.object({
    version: z.coerce.number().int().min(1).optional(),
    /** People who came to this step; with `waiting`, who stand there now. */
    node: z.string().max(40).optional(),
    waiting: z.enum(['1']).optional(),
    /** Outcome of the step, or reason or state of its delivery. */
    outcome: z.string().max(40).optional(),
    arm: z.enum(arms).optional(),
    goal: z.enum(['reached', 'not_reached']).optional(),
    cursor: z.string().max(100).optional(),
    limit: z.coerce.number().int().min(1).max(200).default(50),
  }),
  reply: z.object({ items: z.array(runSchema), nextCursor: z.string().optional() }),
});

export const journeyStepSchema = z.object({
  runId: z.string(),
  node: z.string(),
  visit: z.number().int(),
  kind: z.string(),
  outcome: z.enum(stepOutcomes),
  at: z.iso.datetime(),
});

/** Everything that the journey knows of one person. */
export type JourneyPersonReply = ReplyOf<typeof journeyPerson>;

export const journeyPerson = defineRoute({
  id: 'journeys.get_person',
  method: 'GET',
  path: '/api/projects/:projectId/journeys/:journeyId/people/:personId',
  summary: 'Tells why a person did or did not get the messages of a journey: runs, steps and decisions of the gate.',
  access: 'journeys.read',
  params: journeyParams.extend({ personId: personIdSchema }),
  reply: z.object({
    arm: z.enum(arms),
    runs: z.array(runSchema),
    steps: z.array(journeyStepSchema),
    deliveries: z.array(deliverySchema),
    /** Triggers that did not let the person in, and why. */
    refusals: z.array(z.object({ at: z.iso.datetime(), reason: z.enum(['once', 'still_inside', 'too_soon']), times: z.number().int() })),
  }),
});

export const refuse = defineErrors('journeys', {
  unknown_journey: { status: 404, message: 'no such journey in this project' },
  unknown_person: { status: 404, message: 'no such person in this project' },
  unknown_version: { status: 404, message: 'the journey has no such version' },
  broken_template: { status: 400, message: 'a template of the journey does not parse' },
  not_publishable: { status: 422, message: 'the draft has faults' },
  wrong_state: { status: 409, message: 'the journey is not in a state that allows this' },
  name_taken: { status: 409, message: 'another journey of the project has this name' },
});
