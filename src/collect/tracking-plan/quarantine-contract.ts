import { z } from 'zod';
import { defineRoute } from '../../kernel/http/contract.ts';
import { projectParams } from '../../workspace/projects/contract.ts';
import { quarantineStates } from './quarantine-states.ts';

export { type QuarantineState, quarantineStates } from './quarantine-states.ts';

const path = '/api/projects/:projectId/tracking-plan/quarantine';
/** Entries that one call names, and that one call discards. */
export const CHOSEN_MAX = 1_000;

/** Counts up in the order of arrival. */
const entryId = z.coerce.number().int().positive().max(Number.MAX_SAFE_INTEGER);

const violationSchema = z.object({
  kind: z.string(),
  name: z.string(),
  isTrait: z.boolean().optional(),
  expected: z.string().optional(),
  found: z.string().optional(),
});

export const quarantinedEventSchema = z.object({
  id: z.number(),
  messageId: z.string(),
  event: z.string(),
  state: z.enum(quarantineStates),
  /** True: the sender was told that it was refused. */
  wasRefused: z.boolean(),
  violations: z.array(violationSchema),
  library: z.string(),
  userId: z.string().nullable(),
  anonymousId: z.string().nullable(),
  /** The client's time of the event. */
  time: z.iso.datetime().nullable(),
  receivedAt: z.iso.datetime(),
  /** `accepted` or `duplicate` after a replay. */
  outcome: z.string().nullable(),
  settledAt: z.iso.datetime().nullable(),
});
export type QuarantinedEvent = z.infer<typeof quarantinedEventSchema>;

const text = z
  .string()
  .max(255)
  .regex(/^[^\0]*$/);
const filterShape = {
  event: text.optional(),
  kind: text.optional(),
  library: text.optional(),
  /** Part of the event's name, or a whole message id, user id or anonymous id. */
  search: text.optional(),
};

export const listQuarantine = defineRoute({
  id: 'tracking-plan.list_quarantine',
  method: 'GET',
  path,
  summary: 'Lists events that were kept apart or refused, newest first.',
  access: 'tracking-plan.read',
  params: projectParams,
  query: z.object({
    ...filterShape,
    state: z.enum(quarantineStates).optional(),
    limit: z.coerce.number().int().min(1).max(200).default(50),
    cursor: entryId.optional(),
  }),
  reply: z.object({
    items: z.array(quarantinedEventSchema),
    /** How many match the other filters, by state. */
    counts: z.partialRecord(z.enum(quarantineStates), z.number()),
    nextCursor: z.string().optional(),
  }),
});

export const getQuarantined = defineRoute({
  id: 'tracking-plan.get_quarantined',
  method: 'GET',
  path: `${path}/:entryId`,
  summary: 'Gives one kept event whole.',
  access: 'tracking-plan.read',
  params: projectParams.extend({ entryId }),
  reply: z.object({
    entry: quarantinedEventSchema,
    body: z.record(z.string(), z.unknown()),
    /** What the plan says of it now: empty when it fits. */
    now: z.array(violationSchema),
  }),
});

/** Chosen entries, or all waiting ones that a filter matches. */
const wanted = z.union([
  z.object({ ids: z.array(z.number().int().positive().max(Number.MAX_SAFE_INTEGER)).min(1).max(CHOSEN_MAX) }),
  z.object({ filter: z.object({ ...filterShape, state: z.enum(['quarantined', 'refused']).optional() }), cursor: entryId.optional() }),
]);

export const replayQuarantined = defineRoute({
  id: 'tracking-plan.replay_quarantined',
  method: 'POST',
  path: `${path}/replays`,
  summary:
    'Sends waiting events that fit the plan now through the stream, each once, with their own times. At most 1,000 a call: go on with nextCursor.',
  access: 'tracking-plan.write',
  params: projectParams,
  body: wanted,
  reply: z.object({
    replayed: z.number(),
    /** Were in the stream already. */
    duplicates: z.number(),
    /** Still do not fit, or were refused by the stream. */
    waiting: z.number(),
    nextCursor: z.number().optional(),
  }),
});

const replaySchema = z.object({
  id: z.string(),
  state: z.enum(['running', 'done', 'stopped']),
  /** Entries that it means, and what became of those that were tried. */
  total: z.number(),
  replayed: z.number(),
  duplicates: z.number(),
  waiting: z.number(),
  /** Why it stands still; it is tried again by itself. */
  failure: z.string().nullable(),
  createdAt: z.iso.datetime(),
  finishedAt: z.iso.datetime().nullable(),
});
/** A replay of everything that a filter matches. */
export type Replay = z.infer<typeof replaySchema>;

export const beginReplay = defineRoute({
  id: 'tracking-plan.begin_replay',
  method: 'POST',
  path: `${path}/background-replays`,
  summary: 'Replays every waiting event that the filter matches, in the background. One under way is gone on with and answered instead.',
  access: 'tracking-plan.write',
  params: projectParams,
  body: z.object({ filter: z.object({ ...filterShape, state: z.enum(['quarantined', 'refused']).optional() }) }),
  reply: replaySchema,
  status: 202,
});

export const listReplays = defineRoute({
  id: 'tracking-plan.list_replays',
  method: 'GET',
  path: `${path}/background-replays`,
  summary: 'Lists the last 10 replays in the background, newest first.',
  access: 'tracking-plan.read',
  params: projectParams,
  reply: z.object({ items: z.array(replaySchema) }),
});

export const stopReplay = defineRoute({
  id: 'tracking-plan.stop_replay',
  method: 'POST',
  path: `${path}/background-replays/:replayId/stops`,
  summary: 'Stops a replay after the part that is being written. What was replayed stays.',
  access: 'tracking-plan.write',
  params: projectParams.extend({ replayId: z.uuid() }),
  reply: replaySchema,
});

export const discardQuarantined = defineRoute({
  id: 'tracking-plan.discard_quarantined',
  method: 'POST',
  path: `${path}/discards`,
  summary: 'Discards waiting events, 1,000 at most a call; for 7 days it can be taken back.',
  access: 'tracking-plan.write',
  params: projectParams,
  body: wanted,
  reply: z.object({ discarded: z.array(z.number()) }),
});

export const restoreQuarantined = defineRoute({
  id: 'tracking-plan.restore_quarantined',
  method: 'POST',
  path: `${path}/restorations`,
  summary: 'Takes discarding back.',
  access: 'tracking-plan.write',
  params: projectParams,
  body: z.object({ ids: z.array(z.number().int().positive().max(Number.MAX_SAFE_INTEGER)).min(1).max(CHOSEN_MAX) }),
  reply: z.object({ restored: z.number() }),
});
