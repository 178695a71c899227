import { z } from 'zod';
import { defineErrors } from '../../kernel/errors/errors.ts';
import { defineRoute } from '../../kernel/http/contract.ts';
import { projectParams } from '../../workspace/projects/contract.ts';

/** Bodies that each source keeps. */
export const DELIVERIES_KEPT = 50;
/** Bytes of one body. */
export const BODY_SIZE_MAX_BYTES = 1024 * 1024;
/** Characters of a kept body; a longer one is cut and cannot be taken again. */
export const BODY_KEPT_MAX = 64 * 1024;
/** Events that one body may become. */
export const EVENTS_MAX = 1_000;
/** Bodies a second that a source may be held to. */
export const RATE_MAX = 10_000;
/** Sources of one project. */
export const SOURCES_MAX = 100;

/** `order.customer.id`, `lines[].sku` (all of them), `lines[0].sku`, `$.id` (of the whole body, when one item is read), `@x-shopify-topic` (a header). */
export const pathSchema = z
  .string()
  .trim()
  .min(1)
  .max(300)
  .regex(/^(@[\w-]+|(\$\.?)?[^@[\]\s][^[\]]*(\[\d*\][^[\]]*)*|\$)$/u, 'sources:issues.path');

const oneLine = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .refine((text) => !/\p{Cc}/u.test(text) && text.isWellFormed(), 'sources:issues.name');

/** How a value is read: `cents` divides by a hundred. */
export const valueKinds = ['auto', 'text', 'number', 'cents', 'time'] as const;

const fieldSchema = z.object({ name: oneLine, path: pathSchema, as: z.enum(valueKinds).default('auto') });
export type MappedField = z.infer<typeof fieldSchema>;

/** How the words of another system become events. */
export const mappingSchema = z.object({
  /** Where the list of items stands when one body tells several things; empty: the body is one. */
  items: z.union([z.literal(''), pathSchema]).default(''),
  /** Takes only what has one of these values there. */
  only: z
    .object({ path: pathSchema, values: z.array(z.string().max(200)).min(1).max(50) })
    .nullable()
    .default(null),
  /** `identify` tells only about the person and needs no event. */
  kind: z.enum(['track', 'identify']).default('track'),
  /** A fixed name, or where the name stands, and what it is called here. */
  event: z
    .object({
      name: z.string().trim().max(200).default(''),
      path: z.union([z.literal(''), pathSchema]).default(''),
      names: z.record(z.string().max(200), oneLine).default({}),
    })
    .default({ name: '', path: '', names: {} }),
  userId: z.union([z.literal(''), pathSchema]).default(''),
  anonymousId: z.union([z.literal(''), pathSchema]).default(''),
  ids: z
    .array(z.object({ kind: oneLine, path: pathSchema }))
    .max(10)
    .default([]),
  time: z.union([z.literal(''), pathSchema]).default(''),
  /** What is the same when the same thing is told again. */
  messageId: z.union([z.literal(''), pathSchema]).default(''),
  properties: z.array(fieldSchema).max(100).default([]),
  traits: z.array(fieldSchema).max(50).default([]),
});
export type Mapping = z.infer<typeof mappingSchema>;

const signatureBase = {
  header: z
    .string()
    .trim()
    .toLowerCase()
    .regex(/^[\w-]{1,80}$/),
  algorithm: z.enum(['sha1', 'sha256', 'sha512']).default('sha256'),
  encoding: z.enum(['hex', 'base64']).default('hex'),
  /** `plain`: the signature of the body. `timestamped`: `t=<seconds>,v1=<signature of "seconds.body">`, at most five minutes old. */
  form: z.enum(['plain', 'timestamped']).default('plain'),
};

export const sourceSchema = z.object({
  id: z.string(),
  name: z.string(),
  /** Where the other system sends to; whoever knows it may send. */
  url: z.string(),
  mapping: mappingSchema.nullable(),
  signature: z.object(signatureBase).nullable(),
  /** Bodies a second; twice as many at once. Null: as many as come. */
  ratePerSecond: z.number().int().nullable(),
  accepted: z.number().int(),
  refused: z.number().int(),
  lastAt: z.iso.datetime().nullable(),
  createdAt: z.iso.datetime(),
});
export type Source = z.infer<typeof sourceSchema>;

export const deliveryStates = ['taken', 'partly', 'refused', 'skipped', 'unmapped', 'unreadable', 'unsigned'] as const;
export type DeliveryState = (typeof deliveryStates)[number];

const problemSchema = z.object({ code: z.string(), message: z.string(), details: z.record(z.string(), z.unknown()) });
export type Problem = z.infer<typeof problemSchema>;

export const deliverySchema = z.object({
  id: z.string(),
  at: z.iso.datetime(),
  state: z.enum(deliveryStates),
  accepted: z.number().int(),
  duplicates: z.number().int(),
  refused: z.number().int(),
  problems: z.array(problemSchema),
  headers: z.record(z.string(), z.string()),
  body: z.string(),
  isCut: z.boolean(),
});
export type Delivery = z.infer<typeof deliverySchema>;

/** An event as it would be stored. */
const becomesSchema = z.object({
  kind: z.string(),
  event: z.string(),
  messageId: z.string(),
  /** Milliseconds since 1970 UTC. */
  time: z.number(),
  userId: z.string().nullable(),
  anonymousId: z.string().nullable(),
  ids: z.array(z.object({ kind: z.string(), value: z.string() })),
  properties: z.record(z.string(), z.unknown()),
  traits: z.record(z.string(), z.unknown()),
});
export type Becomes = z.infer<typeof becomesSchema>;

const sourceParams = projectParams.extend({ sourceId: z.uuid() });
const READ = 'sources.read';
const WRITE = 'sources.write';

export const listSources = defineRoute({
  id: 'sources.list_sources',
  method: 'GET',
  path: '/api/projects/:projectId/sources',
  summary: 'Lists the addresses at which other systems tell what happened.',
  access: READ,
  params: projectParams,
  reply: z.object({ items: z.array(sourceSchema) }),
});

export const getSource = defineRoute({
  id: 'sources.get_source',
  method: 'GET',
  path: '/api/projects/:projectId/sources/:sourceId',
  summary: 'Gives one source.',
  access: READ,
  params: sourceParams,
  reply: sourceSchema,
});

export const createSource = defineRoute({
  id: 'sources.create_source',
  method: 'POST',
  path: '/api/projects/:projectId/sources',
  summary: 'Creates a source with its address. Until it has a mapping it only keeps what comes.',
  access: WRITE,
  params: projectParams,
  body: z.object({ name: oneLine }),
  reply: sourceSchema,
  status: 201,
});

export const updateSource = defineRoute({
  id: 'sources.update_source',
  method: 'PATCH',
  path: '/api/projects/:projectId/sources/:sourceId',
  summary: 'Changes name, mapping, signature or rate. A signature without `secret` keeps the one it has; null takes the check away.',
  access: WRITE,
  params: sourceParams,
  body: z.object({
    name: oneLine.optional(),
    mapping: mappingSchema.optional(),
    signature: z
      .object({ ...signatureBase, secret: z.string().min(1).max(500).optional() })
      .nullable()
      .optional(),
    ratePerSecond: z.number().int().min(1).max(RATE_MAX).nullable().optional(),
  }),
  reply: sourceSchema,
});

export const deleteSource = defineRoute({
  id: 'sources.delete_source',
  method: 'DELETE',
  path: '/api/projects/:projectId/sources/:sourceId',
  summary: 'Deletes a source with the bodies it kept. Events that came by it stay.',
  access: WRITE,
  params: sourceParams,
});

export const listDeliveries = defineRoute({
  id: 'sources.list_deliveries',
  method: 'GET',
  path: '/api/projects/:projectId/sources/:sourceId/deliveries',
  summary: 'Lists the last 50 bodies of a source and what became of each, newest first.',
  access: READ,
  params: sourceParams,
  reply: z.object({ items: z.array(deliverySchema) }),
});

export const takeAgain = defineRoute({
  id: 'sources.take_again',
  method: 'POST',
  path: '/api/projects/:projectId/sources/:sourceId/deliveries/:deliveryId/taking',
  summary: 'Takes a kept body once more, by the mapping of now. What was taken before stays as it is.',
  access: WRITE,
  params: sourceParams.extend({ deliveryId: z.uuid() }),
  reply: deliverySchema,
});

export const previewMapping = defineRoute({
  id: 'sources.preview_mapping',
  method: 'POST',
  path: '/api/projects/:projectId/sources/:sourceId/preview',
  summary: 'Shows what a body would become and stores nothing. Without a mapping it proposes one.',
  access: READ,
  params: sourceParams,
  body: z.object({
    mapping: mappingSchema.nullable(),
    body: z.string().max(BODY_SIZE_MAX_BYTES),
    headers: z.record(z.string(), z.string()).default({}),
  }),
  reply: z.object({
    mapping: mappingSchema,
    results: z.array(z.union([z.object({ becomes: becomesSchema }), z.object({ problem: problemSchema })])),
    /** How many parts of the body `only` leaves out. */
    skipped: z.number().int(),
    /** Places in the body with the first value found there. */
    paths: z.array(z.object({ path: z.string(), sample: z.string() })),
  }),
  bodySizeMax: 2 * BODY_SIZE_MAX_BYTES + 65_536,
});

export const refuseSource = defineErrors('sources', {
  unknown_source: { status: 404, message: 'There is no such source' },
  unknown_delivery: { status: 404, message: 'This body is not kept any more' },
  too_many_sources: { status: 409, message: 'The project has too many sources' },
  signature_secret_missing: { status: 400, message: 'A signature needs its secret' },
  rate_limited: { status: 429, message: 'More comes than the source may send' },
  signature_wrong: { status: 401, message: 'The signature is missing or wrong' },
  body_unreadable: { status: 400, message: 'The body is neither JSON nor a form' },
  body_too_large: { status: 413, message: 'The body is too large' },
  body_cut: { status: 409, message: 'Only the beginning of this body was kept' },
  not_mapped: { status: 409, message: 'The source has no mapping yet' },
  items_not_list: { status: 400, message: 'There is no list where the items should stand' },
  too_many_events: { status: 400, message: 'One body tells too many events' },
  event_missing: { status: 400, message: 'There is no event name where it should stand' },
  person_missing: { status: 400, message: 'The body names nobody where the mapping looks' },
  id_invalid: { status: 400, message: 'An id is not a text or a number' },
  time_invalid: { status: 400, message: 'There is no readable time where it should stand' },
});
