import { z } from 'zod';
import { defineErrors } from '../../kernel/errors/errors.ts';
import { defineRoute } from '../../kernel/http/contract.ts';

const project = z.object({ projectId: z.coerce.number().int().positive() });
const person = project.extend({ personId: z.coerce.number().int().min(1).max(4_294_967_295) });

/** Rules that a project may have. */
export const RULES_MAX = 200;
/** Longest time that a rule can name: some thirty years. */
const KEEP_DAYS_MAX = 11_000;
/** Every event without a rule of its own. */
export const EVERY_OTHER = '*';

/** For how many of the project's days events of a name are kept. */
export const retentionRule = z.object({
  /** `*`: every event without a rule of its own. */
  event: z.string().trim().min(1).max(200),
  /** Null: for ever. Today counts as the first day. */
  keepDays: z.number().int().min(1).max(KEEP_DAYS_MAX).nullable(),
});
export type RetentionRule = z.infer<typeof retentionRule>;

const rules = z
  .array(retentionRule)
  .max(RULES_MAX)
  .refine((list) => new Set(list.map((rule) => rule.event)).size === list.length, { message: 'retention:issues.event_twice' });

const rulesReply = z.object({
  items: z.array(retentionRule),
  nextRunAt: z.number(),
  /** The project's events, the most frequent first, to choose from. */
  events: z.array(z.object({ event: z.string(), count: z.number() })),
});
export type Rulebook = z.infer<typeof rulesReply>;

/** What rules would delete now. */
const expiredSchema = z.object({
  items: z.array(z.object({ event: z.string(), events: z.number(), firstDay: z.string(), lastDay: z.string() })),
  /** Events in all. */
  total: z.number(),
});
export type Expired = z.infer<typeof expiredSchema>;

export const readRules = defineRoute({
  id: 'retention.read_rules',
  method: 'GET',
  path: '/api/projects/:projectId/data-retention',
  summary: 'Shows for how long events are kept, and when rules are carried out next.',
  access: 'retention.read',
  params: project,
  reply: rulesReply,
});

export const saveRules = defineRoute({
  id: 'retention.save_rules',
  method: 'PUT',
  path: '/api/projects/:projectId/data-retention',
  summary: 'Replaces the rules of retention. Nothing is deleted before the next daily run.',
  access: 'retention.write',
  params: project,
  body: z.object({ items: rules }),
  reply: rulesReply,
});

export const previewRules = defineRoute({
  id: 'retention.preview_rules',
  method: 'POST',
  path: '/api/projects/:projectId/data-retention/preview',
  summary: 'Counts what rules would delete now, without saving or deleting anything.',
  access: 'retention.read',
  params: project,
  body: z.object({ items: rules }),
  reply: expiredSchema,
});

const runSchema = z.object({
  runId: z.number(),
  cause: z.enum(['daily', 'member']),
  state: z.enum(['running', 'done', 'failed']),
  startedAt: z.number(),
  finishedAt: z.number().optional(),
  deleted: z.array(z.object({ event: z.string(), events: z.number() })),
  total: z.number(),
  error: z.string().optional(),
});
export type RetentionRun = z.infer<typeof runSchema>;

export const listRuns = defineRoute({
  id: 'retention.list_runs',
  method: 'GET',
  path: '/api/projects/:projectId/data-retention/runs',
  summary: 'Lists the last 50 times that rules deleted events, newest first.',
  access: 'retention.read',
  params: project,
  reply: z.object({ items: z.array(runSchema) }),
});

export const startRun = defineRoute({
  id: 'retention.start_run',
  method: 'POST',
  path: '/api/projects/:projectId/data-retention/runs',
  summary: 'Carries the saved rules out now instead of at the next daily run. What it deletes cannot be brought back.',
  access: 'retention.write',
  params: project,
  body: z.object({}).strict(),
  status: 202,
  reply: z.object({}),
});

/** Rows about a person in one table. */
const heldSchema = z.object({ store: z.enum(['postgres', 'clickhouse']), table: z.string(), rows: z.number() });
export type Held = z.infer<typeof heldSchema>;

const proofSchema = z.object({
  /** Every number that stood for the person; nobody gets one of them again. */
  numbers: z.array(z.number()),
  /** HMAC-SHA-256 of each external id (`kind:value`) under this installation's secret: shows to whoever knows an id that it was erased. */
  subjects: z.array(z.string()),
  requestedAt: z.number(),
  finishedAt: z.number(),
  rows: z.array(z.object({ store: z.enum(['postgres', 'clickhouse']), table: z.string(), before: z.number(), after: z.number() })),
  /** Whole files that were not searched and are removed by themselves, each at most so many days after its last use. */
  files: z.array(z.object({ place: z.string(), days: z.number() })).optional(),
  /** How often everything was gone through until nothing was left. */
  passes: z.number(),
  /** Looked again later, for what was under way elsewhere at the time. */
  checkedAgainAt: z.number().optional(),
  /** HMAC-SHA-256, under this installation's secret, of the rest of this document as JSON without spaces and with the names of objects in order. */
  signature: z.string(),
});
export type ErasureProof = z.infer<typeof proofSchema>;

const erasureSchema = z.object({
  erasureId: z.string(),
  /** The person's number. */
  number: z.number(),
  state: z.enum(['waiting', 'erasing', 'done', 'failed']),
  requestedBy: z.string(),
  requestedAt: z.number(),
  finishedAt: z.number().optional(),
  /** What was deleted where, and what is left: nothing. */
  proof: proofSchema.optional(),
  error: z.string().optional(),
});
export type Erasure = z.infer<typeof erasureSchema>;

export const previewErasure = defineRoute({
  id: 'retention.preview_erasure',
  method: 'GET',
  path: '/api/projects/:projectId/people/:personId/erasure',
  summary: 'Counts what is held about a person, by table: what erasing them would delete.',
  access: 'retention.erase',
  params: person,
  reply: z.object({ numbers: z.array(z.number()), items: z.array(heldSchema) }),
});

export const erasePerson = defineRoute({
  id: 'retention.erase_person',
  method: 'POST',
  path: '/api/projects/:projectId/people/:personId/erasure',
  summary: 'Erases a person from both stores for ever. The same external id starts a new person afterwards.',
  access: 'retention.erase',
  params: person,
  body: z.object({}).strict(),
  status: 202,
  reply: erasureSchema,
});

export const listErasures = defineRoute({
  id: 'retention.list_erasures',
  method: 'GET',
  path: '/api/projects/:projectId/erasures',
  summary: 'Lists the last 200 erasures, newest first.',
  access: 'retention.read',
  params: project,
  reply: z.object({ items: z.array(erasureSchema) }),
});

export const getErasure = defineRoute({
  id: 'retention.get_erasure',
  method: 'GET',
  path: '/api/projects/:projectId/erasures/:erasureId',
  summary: 'Shows an erasure with its proof.',
  access: 'retention.read',
  params: project.extend({ erasureId: z.uuid() }),
  reply: erasureSchema,
});

/** Refusals of this slice. */
export const refuseRetention = defineErrors('retention', {
  person_unknown: { status: 404, message: 'No such person in this project' },
  erasure_unknown: { status: 404, message: 'No such erasure in this project' },
  nothing_to_do: { status: 409, message: 'The project has no rules of retention' },
  project_unknown: { status: 404, message: 'No such project' },
});
