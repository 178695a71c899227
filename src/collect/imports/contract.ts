import { z } from 'zod';
import { defineErrors } from '../../kernel/errors/errors.ts';
import { defineRoute } from '../../kernel/http/contract.ts';
import { projectParams } from '../../workspace/projects/contract.ts';
import { eventKind } from '../stream/contract.ts';
import { mappingSchema } from './mapping/mapping.ts';
import { delimiters, encodings, fileShapeSchema } from './reading/shape.ts';

export {
  type CellType,
  type ColumnMapping,
  type ColumnRole,
  cellTypes,
  columnRoles,
  type Mapping,
  mappingSchema,
  type PresetName,
  presetNames,
  type TimeFormat,
  timeFormats,
} from './mapping/mapping.ts';
export { delimiters, encodings, type FileShape } from './reading/shape.ts';

/** Events of one request. */
export const CHUNK_MAX = 2_000;
/** Refused rows that an import remembers. */
export const REFUSALS_KEPT = 100;

export const importSchema = z.object({
  id: z.string(),
  name: z.string(),
  state: z.enum(['queued', 'running', 'paused', 'done', 'cancelled', 'failed']),
  /** `lines`: sent piece by piece by a program; the others come from a file. */
  kind: z.enum(['lines', 'events', 'people']),
  /** `check`: a dry run, which takes nothing. */
  mode: z.enum(['take', 'check']),
  fileId: z.string().nullable(),
  /** How many rows the file holds; known at its end, or when the sender said so. */
  total: z.number().int().nullable(),
  /** Rows seen: accepted + duplicates + refused. */
  done: z.number().int(),
  accepted: z.number().int(),
  duplicates: z.number().int(),
  refused: z.number().int(),
  bytesDone: z.number().int(),
  bytesTotal: z.number().int().nullable(),
  /** Time that was worked on it (ms). */
  workedMs: z.number().int(),
  /** Rows that were not refused by event, most first; at most 200 names. */
  events: z.array(z.object({ event: z.string(), count: z.number().int() })),
  earliest: z.iso.datetime().nullable(),
  latest: z.iso.datetime().nullable(),
  /** Why it failed: a code of this slice with its details, or no code. */
  failure: z.object({ code: z.string().nullable(), details: z.record(z.string(), z.unknown()) }).nullable(),
  createdAt: z.iso.datetime(),
  finishedAt: z.iso.datetime().nullable(),
});
export type Import = z.infer<typeof importSchema>;

export const refusalSchema = z.object({
  /** Line of the file, the first is 1; in a table the first row below the heading. */
  line: z.number().int(),
  code: z.string(),
  message: z.string(),
});
export type Refusal = z.infer<typeof refusalSchema>;

const text = z.string().min(1).max(255);

/** One line of a file: a call of Segment's protocol with its own time. */
export const importLineSchema = z.object({
  type: eventKind,
  event: z.string().max(1_000).optional(),
  name: z.string().max(1_000).optional(),
  userId: text.optional(),
  anonymousId: text.optional(),
  previousId: text.optional(),
  messageId: text.optional(),
  /** ISO 8601 instant with zone, or milliseconds since 1970 UTC. */
  timestamp: z.union([z.iso.datetime({ offset: true }), z.number().int()]),
  properties: z.record(z.string(), z.unknown()).optional(),
  traits: z.record(z.string(), z.unknown()).optional(),
  context: z.record(z.string(), z.unknown()).optional(),
});
export type ImportLine = z.infer<typeof importLineSchema>;

const importParams = projectParams.extend({ importId: z.uuid() });

export const listImports = defineRoute({
  id: 'imports.list_imports',
  method: 'GET',
  path: '/api/projects/:projectId/imports',
  summary: 'Lists imports, newest first (200 at most).',
  access: 'imports.read',
  params: projectParams,
  reply: z.object({ items: z.array(importSchema) }),
});

export const startImport = defineRoute({
  id: 'imports.start_import',
  method: 'POST',
  path: '/api/projects/:projectId/imports',
  summary: 'Starts an import. Starting one of the same name that still runs continues it.',
  access: 'imports.write',
  params: projectParams,
  body: z.object({ name: z.string().trim().min(1).max(200), total: z.number().int().min(0).optional() }),
  reply: importSchema,
  status: 201,
});

export const addLines = defineRoute({
  id: 'imports.add_lines',
  method: 'POST',
  path: '/api/projects/:projectId/imports/:importId/lines',
  summary:
    'Adds up to 2,000 lines; durable when answered. Lines without messageId get one from the import and their line number, so sending a chunk again changes nothing.',
  access: 'imports.write',
  params: importParams,
  body: z.object({
    /** Number of the first line in the file, counted from 1. */
    firstLine: z.number().int().min(1),
    lines: z.array(z.unknown()).min(1).max(CHUNK_MAX),
  }),
  reply: z.object({ import: importSchema, refusals: z.array(refusalSchema) }),
  bodySizeMax: 16 * 1024 * 1024,
});

export const finishImport = defineRoute({
  id: 'imports.finish_import',
  method: 'POST',
  path: '/api/projects/:projectId/imports/:importId/completion',
  summary: 'Says that all lines were sent, or with `cancelled` that the rest will not come. What was taken stays.',
  access: 'imports.write',
  params: importParams,
  body: z.object({ cancelled: z.boolean().default(false) }),
  reply: importSchema,
});

export const getImport = defineRoute({
  id: 'imports.get_import',
  method: 'GET',
  path: '/api/projects/:projectId/imports/:importId',
  summary: 'Gives one import with the first 100 refused lines.',
  access: 'imports.read',
  params: importParams,
  reply: z.object({ import: importSchema, refusals: z.array(refusalSchema) }),
});

const fileParams = projectParams.extend({ fileId: z.uuid() });

export const importFileSchema = z.object({
  id: z.string(),
  name: z.string(),
  origin: z.enum(['upload', 'url', 's3']),
  state: z.enum(['arriving', 'ready', 'failed', 'removed']),
  sizeBytes: z.number().int().nullable(),
  arrivedBytes: z.number().int(),
  shape: fileShapeSchema.nullable(),
  failure: z.object({ code: z.string().nullable(), details: z.record(z.string(), z.unknown()) }).nullable(),
  createdAt: z.iso.datetime(),
});
/** A file on its way into an import. */
export type ImportFile = z.infer<typeof importFileSchema>;

const fileName = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .regex(/^\P{Cc}*$/u);

export const createFile = defineRoute({
  id: 'imports.create_file',
  method: 'POST',
  path: '/api/projects/:projectId/import-files',
  summary:
    'Announces an upload. Its bytes are then sent with PUT to `/api/projects/{projectId}/import-files/{fileId}/content?offset=0`, in one piece or in several; a broken upload goes on from `arrivedBytes`.',
  access: 'imports.write',
  params: projectParams,
  body: z.object({ name: fileName, sizeBytes: z.number().int().min(0) }),
  reply: importFileSchema,
  status: 201,
});

const text255 = z.string().trim().min(1).max(255);

export const linkFile = defineRoute({
  id: 'imports.link_file',
  method: 'POST',
  path: '/api/projects/:projectId/import-links',
  summary: 'Fetches a file from an address (http, https) or from S3-compatible storage. Ask for the file until its state is `ready` or `failed`.',
  access: 'imports.write',
  params: projectParams,
  body: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('url'), url: z.url({ protocol: /^https?$/ }).max(2_000) }),
    z.object({
      kind: z.literal('s3'),
      /** Absent: Amazon's own. */
      endpoint: z
        .url({ protocol: /^https?$/ })
        .max(2_000)
        .optional(),
      region: text255.default('us-east-1'),
      bucket: text255,
      key: z.string().min(1).max(1_024),
      accessKeyId: text255,
      secretAccessKey: z.string().min(1).max(1_024),
    }),
  ]),
  reply: importFileSchema,
  status: 201,
});

export const getFile = defineRoute({
  id: 'imports.get_file',
  method: 'GET',
  path: '/api/projects/:projectId/import-files/:fileId',
  summary: 'Says how much of a file has arrived and what it is.',
  access: 'imports.read',
  params: fileParams,
  reply: importFileSchema,
});

export const lookAtFile = defineRoute({
  id: 'imports.look_at_file',
  method: 'GET',
  path: '/api/projects/:projectId/import-files/:fileId/columns',
  summary: 'Gives the columns of a file that is ready, their first values, what we take them for and what was chosen for the same columns before.',
  access: 'imports.write',
  params: fileParams,
  reply: z.object({
    file: importFileSchema,
    columns: z.array(z.object({ column: z.string(), samples: z.array(z.string()), /** How sure the guess is, 0 to 1. */ confidence: z.number() })),
    guess: mappingSchema,
    saved: mappingSchema.nullable(),
  }),
});

export const reshapeFile = defineRoute({
  id: 'imports.reshape_file',
  method: 'PATCH',
  path: '/api/projects/:projectId/import-files/:fileId',
  summary: 'Reads a table in another encoding or with another delimiter than was found.',
  access: 'imports.write',
  params: fileParams,
  body: z.object({ encoding: z.enum(encodings).optional(), delimiter: z.enum(delimiters).optional() }),
  reply: importFileSchema,
});

export const previewRowSchema = z.object({
  row: z.number().int(),
  event: z
    .object({
      event: z.string(),
      time: z.iso.datetime(),
      userId: z.string().nullable(),
      anonymousId: z.string().nullable(),
      ids: z.array(z.object({ kind: z.string(), value: z.string() })),
      messageId: z.string(),
      properties: z.record(z.string(), z.unknown()),
      traits: z.record(z.string(), z.unknown()),
    })
    .nullable(),
  /** Why it becomes nothing, in the reader's language. */
  reason: z.string().nullable(),
});
export type PreviewRow = z.infer<typeof previewRowSchema>;

export const previewFile = defineRoute({
  id: 'imports.preview_file',
  method: 'POST',
  path: '/api/projects/:projectId/import-files/:fileId/preview',
  summary: 'Shows what the first rows become under a mapping, and what the mapping lacks.',
  access: 'imports.write',
  params: fileParams,
  body: z.object({ mapping: mappingSchema }),
  reply: z.object({ gaps: z.array(z.enum(['person', 'time', 'event', 'columns'])), rows: z.array(previewRowSchema) }),
});

export const startRun = defineRoute({
  id: 'imports.start_run',
  method: 'POST',
  path: '/api/projects/:projectId/import-files/:fileId/runs',
  summary: 'Starts the import of a file, or with `check` a dry run over all its rows. While one runs, asking again gives that one.',
  access: 'imports.write',
  params: fileParams,
  body: z.object({ mapping: mappingSchema, mode: z.enum(['take', 'check']) }),
  reply: importSchema,
  status: 201,
});

export const wishRun = defineRoute({
  id: 'imports.wish_run',
  method: 'POST',
  path: '/api/projects/:projectId/imports/:importId/wish',
  summary: 'Pauses the import of a file, goes on with it, or ends it. What was taken stays.',
  access: 'imports.write',
  params: importParams,
  body: z.object({ wish: z.enum(['run', 'pause', 'cancel']) }),
  reply: importSchema,
});

export const refuseImport = defineErrors('imports', {
  unknown_import: { status: 404, message: 'no such import in this project' },
  import_closed: { status: 409, message: 'the import is finished and takes no more lines' },
  line_invalid: { status: 400, message: 'the line is not a call of the protocol' },
});
