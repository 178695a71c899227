import { z } from 'zod';
import { defineErrors } from '../../kernel/errors/errors.ts';
import { defineRoute } from '../../kernel/http/contract.ts';
import { conditionSchema, fieldName } from './condition.ts';

export * from './condition.ts';
export { leavesOf, segmentIdsOf } from './leaves.ts';
export { type AudienceNames, eventLabel, type SentenceLocale, sentence, sentenceOfTest } from './sentence.ts';

const project = z.object({ projectId: z.coerce.number().int().positive() });

/** One person as lists and samples show them. */
export const personBriefSchema = z.object({
  personId: z.number(),
  /** Name, email or external id: the first that is there. */
  label: z.string(),
  /** A second line, e.g. the email under a name; empty when there is none. */
  note: z.string(),
});
export type PersonBrief = z.infer<typeof personBriefSchema>;

/** Counts the people of a condition now, without storing anything. */
export const previewAudience = defineRoute({
  id: 'audiences.preview',
  method: 'POST',
  path: '/api/projects/:projectId/audiences/preview',
  summary: 'Counts the people whom a condition matches now and shows a sample of them.',
  access: 'audiences.read',
  params: project,
  body: z.object({ condition: conditionSchema, sampleSize: z.number().int().min(0).max(50).default(8) }),
  reply: z.object({
    size: z.number(),
    /** People of the project. */
    total: z.number(),
    /** size / total in units of 1/10,000; 0 when there are no people. */
    shareBasisPoints: z.number(),
    sentence: z.string(),
    sample: z.array(personBriefSchema),
    /** The instant for which it was computed, ms. */
    at: z.number(),
    tookMs: z.number(),
  }),
});

const suggestion = z.object({ name: z.string(), count: z.number().optional(), types: z.array(z.string()).optional() });
export type Suggestion = z.infer<typeof suggestion>;

/** What the builder offers to choose from. */
export const listAudienceFields = defineRoute({
  id: 'audiences.list_fields',
  method: 'GET',
  path: '/api/projects/:projectId/audiences/fields',
  summary: 'Lists the events, traits and segments that conditions of this project can name.',
  access: 'audiences.read',
  params: project,
  reply: z.object({
    events: z.array(suggestion),
    traits: z.array(suggestion),
    segments: z.array(z.object({ segmentId: z.number(), name: z.string() })),
  }),
});

export const listAudienceProperties = defineRoute({
  id: 'audiences.list_properties',
  method: 'GET',
  path: '/api/projects/:projectId/audiences/properties',
  summary: 'Lists the properties seen on an event.',
  access: 'audiences.read',
  params: project,
  query: z.object({ event: z.string().min(1).max(200) }),
  reply: z.object({ items: z.array(suggestion) }),
});

export const listAudienceValues = defineRoute({
  id: 'audiences.list_values',
  method: 'GET',
  path: '/api/projects/:projectId/audiences/values',
  summary: 'Lists frequent values of a trait, or of a property of an event.',
  access: 'audiences.read',
  params: project,
  query: z.object({ event: z.string().max(200).optional(), name: fieldName, search: z.string().max(200).optional() }),
  reply: z.object({ items: z.array(z.object({ value: z.union([z.string(), z.number(), z.boolean()]), count: z.number() })) }),
});

/** Makes the refusals of this slice. */
export const refuseAudience = defineErrors('audiences', {
  condition_invalid: { status: 400, message: 'The condition names things that do not exist or is too large.' },
});
