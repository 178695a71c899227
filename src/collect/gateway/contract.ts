import { z } from 'zod';
import { defineErrors } from '../../kernel/errors/errors.ts';
import { defineRoute } from '../../kernel/http/contract.ts';
import { keyKinds, projectParams } from '../../workspace/projects/contract.ts';

/** A departure from the tracking plan, as that slice tells it. */
const violationSchema = z.object({
  kind: z.string(),
  name: z.string(),
  isTrait: z.boolean().optional(),
  expected: z.string().optional(),
  found: z.string().optional(),
});

/** What may become of a message. */
export const arrivalStatuses = ['accepted', 'duplicate', 'refused', 'quarantined', 'dropped'] as const;

/** What arrived at the door lately, for the live debugger. */
export const arrivalSchema = z.object({
  id: z.string(),
  /** Milliseconds since 1970 UTC, our clock. */
  at: z.number().int(),
  /** The call: `track`, `identify`... or what was sent instead. */
  kind: z.string(),
  /** The event's name as it is stored. */
  event: z.string(),
  userId: z.string().nullable(),
  anonymousId: z.string().nullable(),
  messageId: z.string(),
  /** First characters of the key that it came with. */
  key: z.string(),
  keyKind: z.enum(['write', 'secret']),
  /** The protocol that it came by (`segment`, `posthog`...), or the slice that sent it. */
  dialect: z.string(),
  /** Name of the client library, when it says so. */
  library: z.string().nullable(),
  /** `quarantined`: kept apart by the tracking plan; `dropped`: not wanted by the project's own rules (bots, blocked events). */
  status: z.enum(arrivalStatuses),
  /** Whose timeline it is on, when accepted. */
  personId: z.number().int().nullable(),
  /** Why it was refused: a code such as `stream.too_deep`, and what fills its text. */
  code: z.string().nullable(),
  details: z.record(z.string(), z.unknown()),
  /** In what it departs from the tracking plan. */
  violations: z.array(violationSchema),
  /** The message as it was sent (JSON), but for values that the project's settings for personal data do not keep. */
  raw: z.string(),
  /** Where such values stood, the first of them: hashed, dropped or shortened at the door. */
  masked: z.array(z.object({ path: z.string(), action: z.enum(['hash', 'drop', 'truncate']) })),
  /** What it became: the event as it was given to the stream (JSON); null when it could not be read. */
  became: z.string().nullable(),
  /** True when `raw` or `became` is cut, because it came from another process. */
  isCut: z.boolean(),
});
export type Arrival = z.infer<typeof arrivalSchema>;

/** Which arrivals somebody looks for. */
const arrivalFilterSchema = z.object({
  status: z.enum(arrivalStatuses).optional(),
  /** A protocol, or the slice that sent it. */
  dialect: z.string().max(64).optional(),
  /** First characters of the key, as arrivals show them. */
  key: z.string().max(64).optional(),
  /** Words in the event's name, its ids, the person's number or ids, the library, or the reason. */
  search: z.string().trim().min(1).max(200).optional(),
});
export type ArrivalFilter = z.infer<typeof arrivalFilterSchema>;

/** How many arrivals of a project each process remembers. */
export const ARRIVALS_KEPT = 300;
/** Longest wait of one question for news. */
export const WATCH_WAIT_MAX_MS = 20_000;

export const watchArrivals = defineRoute({
  id: 'gateway.watch_arrivals',
  method: 'GET',
  path: '/api/projects/:projectId/arrivals',
  summary: 'Gives what arrived after a cursor, newest first; with `waitMs` it waits that long for the first arrival.',
  access: 'gateway.read',
  params: projectParams,
  query: arrivalFilterSchema.extend({
    after: z.string().max(80).optional(),
    waitMs: z.coerce.number().int().min(0).max(WATCH_WAIT_MAX_MS).default(0),
  }),
  reply: z.object({ items: z.array(arrivalSchema), cursor: z.string() }),
});

const limitSchema = z.number().int().min(1).max(1_000_000_000).nullable();

/** What a key may send; null: as much as it likes. */
export const keyLimitsSchema = z.object({
  /** On the average. */
  eventsPerSecond: limitSchema,
  /** At once, when it was quiet before; twice `eventsPerSecond` unless given. */
  burst: limitSchema,
  /** From midnight to midnight UTC. */
  eventsPerDay: limitSchema,
});
export type KeyLimits = z.infer<typeof keyLimitsSchema>;

export const listKeyLimits = defineRoute({
  id: 'gateway.list_key_limits',
  method: 'GET',
  path: '/api/projects/:projectId/key-limits',
  summary: 'Gives the live keys with what each may send and what it sent today (UTC).',
  access: 'gateway.read',
  params: projectParams,
  reply: z.object({
    items: z.array(
      z.object({
        keyId: z.string(),
        name: z.string(),
        kind: z.enum(keyKinds),
        /** First characters of the key. */
        prefix: z.string(),
        limits: keyLimitsSchema,
        eventsToday: z.number().int(),
      }),
    ),
  }),
});

export const setKeyLimits = defineRoute({
  id: 'gateway.set_key_limits',
  method: 'PUT',
  path: '/api/projects/:projectId/key-limits/:keyId',
  summary: 'Sets what a key may send. Beyond it requests are answered with 429 and Retry-After.',
  access: 'gateway.write',
  params: projectParams.extend({ keyId: z.uuid() }),
  body: keyLimitsSchema,
  status: 204,
});

/** Why a message that was taken is not in the stream: keys of the texts below `errors`, beside the refusals. */
export const asideReasons = ['gateway.dropped_bot', 'gateway.dropped_blocked', 'gateway.quarantined'] as const;

/** Refusals of whole requests. What is wrong with single events is in the stream's catalogue. */
export const refuseGateway = defineErrors('gateway', {
  key_missing: { status: 401, message: 'The request names no key' },
  key_unknown: { status: 401, message: 'The key is unknown or revoked' },
  body_unreadable: { status: 400, message: 'The body is not a JSON object' },
  body_too_large: { status: 413, message: 'The body is too large' },
  gzip_broken: { status: 400, message: 'The body begins like gzip but cannot be unpacked' },
  batch_missing: { status: 400, message: 'batch must be a list of messages' },
  rate_limited: { status: 429, message: 'The key sends faster than it may' },
  quota_spent: { status: 429, message: 'The key has sent what it may send today' },
  key_not_found: { status: 404, message: 'No such live key in this project' },
  too_many_messages: { status: 400, message: 'The request holds more messages than this protocol allows' },
  nothing_usable: { status: 400, message: 'No message of the batch can be taken' },
  message_not_object: { status: 400, message: 'A message must be a JSON object' },
  type_unknown: { status: 400, message: 'The type of the message is none of the protocol' },
  client_unknown: { status: 404, message: 'No client of that name is known, or it has no such path' },
  field_invalid: { status: 400, message: 'A field of the message has the wrong type' },
});
export type GatewayRefusal = `gateway.${keyof typeof refuseGateway.catalogue}`;
