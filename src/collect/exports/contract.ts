import { z } from 'zod';
import { defineErrors } from '../../kernel/errors/errors.ts';
import { defineRoute } from '../../kernel/http/contract.ts';
import { projectParams } from '../../workspace/projects/contract.ts';

export const exportContents = ['events', 'people'] as const;
export const downloadFormats = ['csv', 'jsonl', 'parquet'] as const;

const name = z
  .string()
  .trim()
  .min(1)
  .max(80)
  .regex(/^\P{Cc}*$/u);
const text = z.string().trim().min(1).max(255);
const address = z.url({ protocol: /^https?$/ }).max(2_000);
const headerName = z.string().regex(/^[A-Za-z0-9-]{1,60}$/);
const headerValue = z
  .string()
  .max(1_000)
  .regex(/^[\x20-\x7e]*$/);

const webhookFields = { url: address, headers: z.record(headerName, headerValue).default({}) };
const storeFields = {
  /** Null: Amazon's own. */
  endpoint: address.nullable().default(null),
  region: text.default('us-east-1'),
  bucket: text,
  /** Folder in the bucket. */
  prefix: z
    .string()
    .max(255)
    .regex(/^[\w!.*'()/-]*$/)
    .default('perennial'),
  accessKeyId: text,
  /** Length of the stretches of time that become files. */
  everyMinutes: z.union([z.literal(5), z.literal(15), z.literal(60), z.literal(1_440)]).default(60),
};

const whole = {
  name,
  content: z.array(z.enum(exportContents)).min(1).max(2),
  /** Events that go there; none: all. */
  events: z.array(z.string().min(1).max(200)).max(200).default([]),
};

export const newDestinationSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('webhook'),
    ...whole,
    ...webhookFields,
    /** Sends what arrived since this instant; from now on when absent. */ since: z.iso.datetime({ offset: true }).optional(),
  }),
  z.object({
    kind: z.literal('s3'),
    ...whole,
    ...storeFields,
    secretAccessKey: z.string().min(1).max(1_024),
    since: z.iso.datetime({ offset: true }).optional(),
  }),
]);
export type NewDestination = z.infer<typeof newDestinationSchema>;

export const destinationSchema = z.object({
  id: z.string(),
  name: z.string(),
  kind: z.enum(['webhook', 's3']),
  content: z.array(z.enum(exportContents)),
  events: z.array(z.string()),
  webhook: z.object({ url: z.string(), headers: z.record(z.string(), z.string()) }).nullable(),
  store: z
    .object({
      endpoint: z.string().nullable(),
      region: z.string(),
      bucket: z.string(),
      prefix: z.string(),
      accessKeyId: z.string(),
      everyMinutes: z.number(),
    })
    .nullable(),
  /** `failing`: it is tried again by itself. */
  state: z.enum(['running', 'paused', 'failing']),
  failure: z.object({ code: z.string(), details: z.record(z.string(), z.unknown()), at: z.string() }).nullable(),
  attempts: z.number().int(),
  nextAt: z.iso.datetime().nullable(),
  /** Everything that arrived before is delivered. */
  deliveredUntil: z.iso.datetime(),
  deliveredAt: z.iso.datetime().nullable(),
  deliveredEvents: z.number().int(),
  deliveredPeople: z.number().int(),
  createdAt: z.iso.datetime(),
});
/** A place that events and people go to, again and again. */
export type Destination = z.infer<typeof destinationSchema>;

const destinationParams = projectParams.extend({ destinationId: z.uuid() });

export const listDestinations = defineRoute({
  id: 'exports.list_destinations',
  method: 'GET',
  path: '/api/projects/:projectId/export-destinations',
  summary: 'Lists the destinations of the project, oldest first.',
  access: 'exports.read',
  params: projectParams,
  reply: z.object({ items: z.array(destinationSchema) }),
});

export const createDestination = defineRoute({
  id: 'exports.create_destination',
  method: 'POST',
  path: '/api/projects/:projectId/export-destinations',
  summary:
    'Adds a destination. Webhooks get batches of at most 500 signed after the Standard Webhooks specification; the key of the signatures is shown once. Stores get Parquet files, one set for each stretch of time.',
  access: 'exports.write',
  params: projectParams,
  body: newDestinationSchema,
  reply: z.object({ destination: destinationSchema, signingSecret: z.string().nullable() }),
  status: 201,
});

export const getDestination = defineRoute({
  id: 'exports.get_destination',
  method: 'GET',
  path: '/api/projects/:projectId/export-destinations/:destinationId',
  summary: 'Gives a destination, how much waits, and what was delivered last.',
  access: 'exports.read',
  params: destinationParams,
  reply: z.object({
    destination: destinationSchema,
    backlog: z.number().int(),
    windows: z.array(
      z.object({
        from: z.iso.datetime(),
        until: z.iso.datetime(),
        rows: z.number().int(),
        files: z.array(z.object({ key: z.string(), rows: z.number().int(), bytes: z.number().int() })),
        deliveredAt: z.iso.datetime(),
        isVerified: z.boolean(),
      }),
    ),
  }),
});

export const changeDestination = defineRoute({
  id: 'exports.change_destination',
  method: 'PATCH',
  path: '/api/projects/:projectId/export-destinations/:destinationId',
  summary: 'Renames a destination, pauses it or lets it go on. Going on also tries at once what failed.',
  access: 'exports.write',
  params: destinationParams,
  body: z.object({ name: name.optional(), state: z.enum(['running', 'paused']).optional() }),
  reply: destinationSchema,
});

export const removeDestination = defineRoute({
  id: 'exports.remove_destination',
  method: 'DELETE',
  path: '/api/projects/:projectId/export-destinations/:destinationId',
  summary: 'Removes a destination. What was delivered stays where it is.',
  access: 'exports.write',
  params: destinationParams,
});

export const testDestination = defineRoute({
  id: 'exports.test_destination',
  method: 'POST',
  path: '/api/projects/:projectId/export-destinations/:destinationId/test',
  summary: 'Sends one example: a signed batch with `test: true`, or a small file that is removed again.',
  access: 'exports.write',
  params: destinationParams,
  reply: z.object({ ok: z.boolean(), code: z.string().nullable(), details: z.record(z.string(), z.unknown()), tookMs: z.number().int() }),
});

export const downloadSchema = z.object({
  id: z.string(),
  content: z.enum(exportContents),
  format: z.enum(downloadFormats),
  events: z.array(z.string()),
  from: z.string().nullable(),
  until: z.string().nullable(),
  state: z.enum(['queued', 'running', 'done', 'failed', 'cancelled', 'removed']),
  total: z.number().int().nullable(),
  rows: z.number().int(),
  sizeBytes: z.number().int().nullable(),
  failure: z.object({ code: z.string(), details: z.record(z.string(), z.unknown()) }).nullable(),
  createdAt: z.iso.datetime(),
  startedAt: z.iso.datetime().nullable(),
  finishedAt: z.iso.datetime().nullable(),
});
/** A file of the project's events or people that was made once, to be downloaded. */
export type Download = z.infer<typeof downloadSchema>;

const downloadParams = projectParams.extend({ downloadId: z.uuid() });

export const listDownloads = defineRoute({
  id: 'exports.list_downloads',
  method: 'GET',
  path: '/api/projects/:projectId/export-downloads',
  summary: 'Lists files that were made for download, newest first (100 at most). They stay for three days.',
  access: 'exports.write',
  params: projectParams,
  reply: z.object({ items: z.array(downloadSchema) }),
});

export const createDownload = defineRoute({
  id: 'exports.create_download',
  method: 'POST',
  path: '/api/projects/:projectId/export-downloads',
  summary: 'Makes a file of events or people. When it is done: GET `/api/projects/{projectId}/export-downloads/{downloadId}/content`.',
  access: 'exports.write',
  params: projectParams,
  body: z.object({
    content: z.enum(exportContents),
    format: z.enum(downloadFormats),
    /** Of events; none: all. */
    events: z.array(z.string().min(1).max(200)).max(200).default([]),
    /** Time of the events, half-open. */
    from: z.iso.datetime({ offset: true }).nullable().default(null),
    until: z.iso.datetime({ offset: true }).nullable().default(null),
  }),
  reply: downloadSchema,
  status: 201,
});

export const cancelDownload = defineRoute({
  id: 'exports.cancel_download',
  method: 'POST',
  path: '/api/projects/:projectId/export-downloads/:downloadId/cancellation',
  summary: 'Ends the making of a file.',
  access: 'exports.write',
  params: downloadParams,
  reply: downloadSchema,
});

export const refuseExport = defineErrors('exports', {
  unknown_destination: { status: 404, message: 'no such destination in this project' },
  unknown_download: { status: 404, message: 'no such download in this project' },
  download_not_ready: { status: 409, message: 'the file is not made yet' },
  download_gone: { status: 410, message: 'the file is no longer there' },
  too_many_destinations: { status: 409, message: 'the project has too many destinations' },
  answered: { status: 422, message: 'the other side did not take it' },
  unreachable: { status: 422, message: 'the other side could not be reached' },
  private_address: { status: 422, message: 'the address is not of the public internet' },
  store_refused: { status: 422, message: 'the store refused' },
  secret_lost: { status: 409, message: 'the secret was sealed by another installation' },
  failed: { status: 503, message: 'the export failed' },
});
