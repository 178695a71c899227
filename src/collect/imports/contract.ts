import { z } from 'zod';
import { defineErrors } from '../../kernel/errors/errors.ts';
import { defineRoute } from '../../kernel/http/contract.ts';
import { projectParams } from '../../workspace/projects/contract.ts';
import { eventKind } from '../stream/contract.ts';

/** Events of one request. */
export const CHUNK_MAX = 2_000;
/** Refused rows that an import remembers. */
export const REFUSALS_KEPT = 100;

export const importSchema = z.object({
  id: z.string(),
  name: z.string(),
  state: z.enum(['running', 'done', 'cancelled']),
  /** How many events the file holds, when the sender said so. */
  total: z.number().int().nullable(),
  /** Rows seen: accepted + duplicates + refused. */
  done: z.number().int(),
  accepted: z.number().int(),
  duplicates: z.number().int(),
  refused: z.number().int(),
  createdAt: z.iso.datetime(),
  finishedAt: z.iso.datetime().nullable(),
});
export type Import = z.infer<typeof importSchema>;

export const refusalSchema = z.object({
  /** Line of the file, the first is 1. */
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

export const refuseImport = defineErrors('imports', {
  unknown_import: { status: 404, message: 'no such import in this project' },
  import_closed: { status: 409, message: 'the import is finished and takes no more lines' },
  line_invalid: { status: 400, message: 'the line is not a call of the protocol' },
});
