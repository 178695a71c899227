import { z } from 'zod';
import { idRule } from '../../collect/identity/contract.ts';
import { defineErrors } from '../../kernel/errors/errors.ts';
import { defineRoute } from '../../kernel/http/contract.ts';

const project = z.object({ projectId: z.coerce.number().int().positive() });
const person = project.extend({ personId: z.coerce.number().int().min(1).max(4_294_967_295) });
const page = z.object({ cursor: z.string().max(600).optional(), limit: z.coerce.number().int().min(1).max(200).default(50) });

const externalId = z.object({ kind: z.string(), value: z.string() });

/** A row of the people list. Times are ms. */
export const personRowSchema = z.object({
  personId: z.number(),
  /** Name, email or external id: the first that is there. */
  label: z.string(),
  externalIds: z.array(externalId),
  traits: z.record(z.string(), z.unknown()),
  createdAt: z.number(),
  /** Last event that is not passive; absent when there is none. */
  lastSeenAt: z.number().optional(),
});
export type PersonRow = z.infer<typeof personRowSchema>;

export const listPeople = defineRoute({
  id: 'people.list',
  method: 'GET',
  path: '/api/projects/:projectId/people',
  summary: 'Lists people, the last seen first; with `search`, those with that external id or with that text in a trait.',
  access: 'people.read',
  params: project,
  query: page.extend({ search: z.string().trim().max(200).optional() }),
  reply: z.object({ items: z.array(personRowSchema), nextCursor: z.string().optional(), total: z.number().optional() }),
});

export const findPerson = defineRoute({
  id: 'people.find',
  method: 'GET',
  path: '/api/projects/:projectId/people/lookup',
  summary: 'Finds the person who has this external id: of the kind given, or as user id, anonymous id or any other kind.',
  access: 'people.read',
  params: project,
  query: z.object({ id: z.string().min(1).max(200), kind: z.string().max(64).optional() }),
  reply: z.object({ personId: z.number() }),
});

/** One person as their page shows them. */
export const personSchema = personRowSchema.extend({
  /** The number that was asked for, when it was merged into this person. */
  mergedFrom: z.number().optional(),
  firstSeenAt: z.number().optional(),
  eventCount: z.number(),
  /** Segments of which they are a member now. */
  segments: z.array(z.object({ segmentId: z.number(), name: z.string() })),
  /** What happened, the most frequent first; 200 at most. */
  events: z.array(z.object({ event: z.string(), count: z.number(), lastAt: z.number() })),
});
export type Person = z.infer<typeof personSchema>;

export const getPerson = defineRoute({
  id: 'people.get',
  method: 'GET',
  path: '/api/projects/:projectId/people/:personId',
  summary: 'Shows a person: external ids, traits, counts. For a person who was merged away: the winner, and `mergedFrom`.',
  access: 'people.read',
  params: person,
  reply: personSchema,
});

export const timelineEntrySchema = z.object({
  event: z.string(),
  time: z.number(),
  messageId: z.string(),
  source: z.string(),
  passive: z.boolean(),
  sessionId: z.string(),
  userId: z.string(),
  anonymousId: z.string(),
  properties: z.record(z.string(), z.unknown()),
});
export type TimelineEntry = z.infer<typeof timelineEntrySchema>;

export const listTimeline = defineRoute({
  id: 'people.list_timeline',
  method: 'GET',
  path: '/api/projects/:projectId/people/:personId/timeline',
  summary: 'Lists everything that happened to a person, newest first.',
  access: 'people.read',
  params: person,
  query: page.extend({
    /** Names of events, comma-separated; absent: all. */
    event: z.string().max(2000).optional(),
    /** Text in the event's name or properties, any case. */
    text: z.string().trim().max(200).optional(),
  }),
  reply: z.object({ items: z.array(timelineEntrySchema), nextCursor: z.string().optional() }),
});

const traits = z.record(z.string(), z.unknown());

/** What hangs on a person: ids, merges that can be undone, what happened to them, groups. Times are ms. */
export const personGraphSchema = z.object({
  ids: z.array(externalId.extend({ since: z.number(), isShared: z.boolean() })),
  merges: z.array(
    z.object({
      loser: z.number(),
      directWinner: z.number(),
      ids: z.array(externalId),
      at: z.number(),
      messageId: z.string().optional(),
      memberId: z.string().optional(),
    }),
  ),
  history: z.array(
    z.object({
      id: z.number(),
      personId: z.number(),
      otherId: z.number().optional(),
      action: z.string(),
      kind: z.string().optional(),
      value: z.string().optional(),
      at: z.number(),
      messageId: z.string().optional(),
      memberId: z.string().optional(),
      details: traits,
    }),
  ),
  groups: z.array(z.object({ type: z.string(), id: z.string(), name: z.string(), since: z.number() })),
});
export type PersonGraph = z.infer<typeof personGraphSchema>;

export const getPersonGraph = defineRoute({
  id: 'people.get_graph',
  method: 'GET',
  path: '/api/projects/:projectId/people/:personId/identity',
  summary: 'Shows how the ids of a person hang together: ids with their time, merges that can be undone, the last 100 changes, groups.',
  access: 'people.read',
  params: person,
  reply: personGraphSchema,
});

const parting = z.union([
  z.object({ merge: z.number().int().min(1).max(4_294_967_295) }).strict(),
  z
    .object({
      ids: z
        .array(z.object({ kind: z.string().min(1).max(64), value: z.string().min(1).max(255) }))
        .min(1)
        .max(200),
    })
    .strict(),
]);

/** What parting would do. */
export const partingEffectSchema = z.object({
  personId: z.number(),
  otherId: z.number().optional(),
  idsGoing: z.array(externalId),
  idsStaying: z.array(externalId),
  mergedWith: z.array(z.number()),
  traitsGoing: traits,
  traitsLost: z.array(z.string()),
  eventsGoing: z.number(),
  eventsStaying: z.number(),
});
export type PartingEffect = z.infer<typeof partingEffectSchema>;

export const previewParting = defineRoute({
  id: 'people.preview_parting',
  method: 'POST',
  path: '/api/projects/:projectId/people/:personId/identity/parting-preview',
  summary: 'Tells what undoing a merge (`merge`), or giving some ids a person of their own (`ids`), would do. Changes nothing.',
  access: 'people.read',
  params: person,
  body: parting,
  reply: partingEffectSchema,
});

export const partPeople = defineRoute({
  id: 'people.part',
  method: 'POST',
  path: '/api/projects/:projectId/people/:personId/identity/parting',
  summary: 'Undoes a merge, or gives some ids a person of their own; events that came under these ids go with them.',
  access: 'people.manage_identity',
  params: person,
  body: parting,
  reply: z.object({ otherId: z.number() }),
});

export const joinPeople = defineRoute({
  id: 'people.join',
  method: 'POST',
  path: '/api/projects/:projectId/people/:personId/identity/merges',
  summary: 'Merges another person (`loser`) into this one. It can be undone.',
  access: 'people.manage_identity',
  params: person,
  body: z.object({ loser: z.number().int().min(1).max(4_294_967_295) }).strict(),
  reply: z.object({ personId: z.number() }),
});

export const getTraitsAt = defineRoute({
  id: 'people.get_traits_at',
  method: 'GET',
  path: '/api/projects/:projectId/people/:personId/traits',
  summary: 'Shows the traits as they were at an instant (`at`, ms), and the values that they took, the newest first.',
  access: 'people.read',
  params: person,
  query: z.object({
    at: z.coerce.number().int().min(0).max(8_000_000_000_000).optional(),
    trait: z.string().min(1).max(200).optional(),
    limit: z.coerce.number().int().min(1).max(500).default(100),
  }),
  reply: z.object({ traits, history: z.array(z.object({ trait: z.string(), value: z.unknown().optional(), at: z.number() })) }),
});

/** Ids that two people claim, and changes of traits that did not fit. Times are ms. */
export const conflictsSchema = z.object({
  items: z.array(
    z.object({
      kind: z.string(),
      value: z.string(),
      heldBy: z.number(),
      wantedBy: z.number(),
      reason: z.string(),
      outcome: z.string(),
      times: z.number(),
      firstAt: z.number(),
      lastAt: z.number(),
    }),
  ),
  traits: z.array(
    z.object({
      trait: z.string(),
      operation: z.string(),
      had: z.string(),
      got: z.string(),
      isApplied: z.boolean(),
      times: z.number(),
      lastAt: z.number(),
      lastPerson: z.number(),
    }),
  ),
});
export type Conflicts = z.infer<typeof conflictsSchema>;

export const listConflicts = defineRoute({
  id: 'people.list_conflicts',
  method: 'GET',
  path: '/api/projects/:projectId/identity/conflicts',
  summary: 'Lists ids that two people claim and a rule kept apart, the latest first, and changes of traits that did not fit.',
  access: 'people.read',
  params: project,
  reply: conflictsSchema,
});

const ruleView = idRule.extend({ isDefault: z.boolean() });
export type IdRuleView = z.infer<typeof ruleView>;
const ruleParams = project.extend({ kind: idRule.shape.kind });

export const listIdRules = defineRoute({
  id: 'people.list_id_rules',
  method: 'GET',
  path: '/api/projects/:projectId/identity/rules',
  summary: 'Lists the rules about kinds of external ids, the highest rank first. Kinds without a rule of their own follow `other`.',
  access: 'people.read',
  params: project,
  reply: z.object({ items: z.array(ruleView) }),
});

export const saveIdRule = defineRoute({
  id: 'people.save_id_rule',
  method: 'PUT',
  path: '/api/projects/:projectId/identity/rules/:kind',
  summary: 'Decides about one kind of external id. Ids that are linked already stay as they are.',
  access: 'people.manage_identity',
  params: ruleParams,
  body: idRule.omit({ kind: true }).strict(),
  reply: z.object({ items: z.array(ruleView) }),
});

export const resetIdRule = defineRoute({
  id: 'people.reset_id_rule',
  method: 'DELETE',
  path: '/api/projects/:projectId/identity/rules/:kind',
  summary: 'Goes back to the default about one kind of external id.',
  access: 'people.manage_identity',
  params: ruleParams,
  reply: z.object({ items: z.array(ruleView) }),
});

/** A company, household or other group. Times are ms. */
export const groupSchema = z.object({
  type: z.string(),
  id: z.string(),
  traits,
  createdAt: z.number(),
  seenAt: z.number(),
  members: z.number(),
});
export type Group = z.infer<typeof groupSchema>;

export const listGroups = defineRoute({
  id: 'people.list_groups',
  method: 'GET',
  path: '/api/projects/:projectId/groups',
  summary: 'Lists groups, the last seen first; with `search`, those with that text in id or name.',
  access: 'people.read',
  params: project,
  query: page.extend({ search: z.string().trim().max(200).optional(), type: z.string().max(200).optional() }),
  reply: z.object({ items: z.array(groupSchema), nextCursor: z.string().optional() }),
});

/** A group with the values that its traits took and its latest members. */
export const groupViewSchema = groupSchema.extend({
  history: z.array(z.object({ trait: z.string(), value: z.unknown(), at: z.number() })),
  people: z.array(z.object({ personId: z.number(), label: z.string(), since: z.number() })),
});
export type GroupView = z.infer<typeof groupViewSchema>;

export const getGroup = defineRoute({
  id: 'people.get_group',
  method: 'GET',
  path: '/api/projects/:projectId/groups/:type/:groupId',
  summary: 'Shows a group: traits, what they were, and its latest 100 members.',
  access: 'people.read',
  params: project.extend({ type: z.string().min(1).max(200), groupId: z.string().min(1).max(255) }),
  reply: groupViewSchema,
});

/** Makes the refusals of this slice. */
export const refusePerson = defineErrors('people', {
  unknown_person: { status: 404, message: 'There is no such person in this project.' },
  bad_cursor: { status: 400, message: 'The cursor is not one that a list answered.' },
});
