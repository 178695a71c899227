import { z } from 'zod';
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

/** Makes the refusals of this slice. */
export const refusePerson = defineErrors('people', {
  unknown_person: { status: 404, message: 'There is no such person in this project.' },
  bad_cursor: { status: 400, message: 'The cursor is not one that a list answered.' },
});
