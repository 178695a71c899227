import { z } from 'zod';
import { defineErrors } from '../../kernel/errors/errors.ts';
import { defineRoute } from '../../kernel/http/contract.ts';
import { projectParams } from '../../workspace/projects/contract.ts';
import { mappingSchema } from '../imports/contract.ts';

const line = z
  .string()
  .trim()
  .min(1)
  .max(255)
  .regex(/^\P{Cc}*$/u);

export const connectionSchema = z.object({
  engine: z.enum(['postgres', 'mysql']),
  host: line,
  port: z.number().int().min(1).max(65_535),
  database: line,
  user: line,
  /** `require` encrypts without asking who the server is; `verify` asks the certificate. */
  tls: z.enum(['off', 'require', 'verify']).default('off'),
});
export type Connection = z.infer<typeof connectionSchema>;

export const questionSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('table'), schema: line.nullable().default(null), table: line }),
  /** One SELECT. It runs inside a transaction that can only read. */
  z.object({ kind: z.literal('query'), sql: z.string().trim().min(1).max(20_000) }),
]);
export type Question = z.infer<typeof questionSchema>;

export const cursorSchema = z.object({
  /** Grows when a row is new or changed: an update time, or a number that counts up. */
  column: z.string().min(1).max(300),
  /** Looks again this far behind the last value: seconds for times, numbers for numbers. */
  overlap: z.number().int().min(0).max(31_536_000).default(600),
});
export type CursorRule = z.infer<typeof cursorSchema>;

const clockTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/);
export const scheduleSchema = z.discriminatedUnion('every', [
  z.object({ every: z.literal('minutes'), minutes: z.number().int().min(1).max(10_080) }),
  z.object({ every: z.literal('day'), at: clockTime }),
  /** 1 = Monday. */
  z.object({ every: z.literal('week'), weekday: z.number().int().min(1).max(7), at: clockTime }),
]);
export type Schedule = z.infer<typeof scheduleSchema>;

const secret = z.string().max(1_024);
const settings = {
  name: line.max(80),
  question: questionSchema,
  mapping: mappingSchema,
  cursor: cursorSchema.nullable().default(null),
  schedule: scheduleSchema,
};

export const runSchema = z.object({
  id: z.string(),
  state: z.enum(['running', 'done', 'failed']),
  rows: z.number().int(),
  accepted: z.number().int(),
  unchanged: z.number().int(),
  refused: z.number().int(),
  refusals: z.array(z.object({ line: z.number().int(), code: z.string(), details: z.record(z.string(), z.unknown()) })),
  failure: z.object({ code: z.string(), details: z.record(z.string(), z.unknown()) }).nullable(),
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime().nullable(),
});
export type PullRun = z.infer<typeof runSchema>;

export const pullSchema = z.object({
  id: z.string(),
  name: z.string(),
  connection: connectionSchema,
  question: questionSchema,
  mapping: mappingSchema,
  cursor: cursorSchema.nullable(),
  cursorValue: z.string().nullable(),
  schedule: scheduleSchema,
  state: z.enum(['running', 'paused']),
  nextAt: z.iso.datetime(),
  isWorking: z.boolean(),
  lastRun: runSchema.nullable(),
  createdAt: z.iso.datetime(),
});
/** A question to a database, asked again and again; its rows become events or traits. */
export type Pull = z.infer<typeof pullSchema>;

const pullParams = projectParams.extend({ pullId: z.uuid() });
/** The password, or the pull whose kept one is used. */
const reach = { connection: connectionSchema, password: secret.optional(), pullId: z.uuid().optional() };

export const listPulls = defineRoute({
  id: 'pulls.list_pulls',
  method: 'GET',
  path: '/api/projects/:projectId/pulls',
  summary: 'Lists the pulls of the project with their last runs.',
  access: 'pulls.read',
  params: projectParams,
  reply: z.object({ items: z.array(pullSchema) }),
});

export const testConnection = defineRoute({
  id: 'pulls.test_connection',
  method: 'POST',
  path: '/api/projects/:projectId/pull-tests',
  summary: 'Tries a connection and lists its tables.',
  access: 'pulls.write',
  params: projectParams,
  body: z.object(reach),
  reply: z.object({ version: z.string(), tables: z.array(z.object({ schema: z.string(), table: z.string() })) }),
});

export const sampleQuestion = defineRoute({
  id: 'pulls.sample_question',
  method: 'POST',
  path: '/api/projects/:projectId/pull-samples',
  summary: 'Reads the first rows of a table or query and guesses what its columns mean.',
  access: 'pulls.write',
  params: projectParams,
  body: z.object({ ...reach, question: questionSchema }),
  reply: z.object({
    columns: z.array(z.object({ column: z.string(), samples: z.array(z.string()), confidence: z.number() })),
    guess: mappingSchema,
    cursor: z.string().nullable(),
  }),
});

export const createPull = defineRoute({
  id: 'pulls.create_pull',
  method: 'POST',
  path: '/api/projects/:projectId/pulls',
  summary: 'Adds a pull; it runs at once and then on its schedule.',
  access: 'pulls.write',
  params: projectParams,
  body: z.object({ ...settings, connection: connectionSchema, password: secret }),
  reply: pullSchema,
  status: 201,
});

export const changePull = defineRoute({
  id: 'pulls.change_pull',
  method: 'PATCH',
  path: '/api/projects/:projectId/pulls/:pullId',
  summary: 'Changes a pull. Another question or another cursor column begins from the start; what is known is not taken twice.',
  access: 'pulls.write',
  params: pullParams,
  body: z.object({
    name: settings.name.optional(),
    connection: connectionSchema.optional(),
    password: secret.optional(),
    question: questionSchema.optional(),
    mapping: mappingSchema.optional(),
    cursor: cursorSchema.nullable().optional(),
    schedule: scheduleSchema.optional(),
    state: z.enum(['running', 'paused']).optional(),
  }),
  reply: pullSchema,
});

export const runPull = defineRoute({
  id: 'pulls.run_pull',
  method: 'POST',
  path: '/api/projects/:projectId/pulls/:pullId/runs',
  summary: 'Runs a pull now.',
  access: 'pulls.write',
  params: pullParams,
  reply: pullSchema,
  status: 202,
});

export const listRuns = defineRoute({
  id: 'pulls.list_runs',
  method: 'GET',
  path: '/api/projects/:projectId/pulls/:pullId/runs',
  summary: 'Lists the last 100 runs of a pull, newest first.',
  access: 'pulls.read',
  params: pullParams,
  reply: z.object({ items: z.array(runSchema) }),
});

export const removePull = defineRoute({
  id: 'pulls.remove_pull',
  method: 'DELETE',
  path: '/api/projects/:projectId/pulls/:pullId',
  summary: 'Removes a pull and its history. What it brought stays.',
  access: 'pulls.write',
  params: pullParams,
});

export const refusePull = defineErrors('pulls', {
  unknown_pull: { status: 404, message: 'no such pull in this project' },
  password_missing: { status: 400, message: 'a password is needed' },
  unreachable: { status: 422, message: 'the database cannot be reached' },
  denied: { status: 422, message: 'the database does not let this user in' },
  no_database: { status: 422, message: 'the server has no such database' },
  tls: { status: 422, message: 'the encrypted connection failed' },
  private_address: { status: 422, message: 'the address may not be used' },
  query_failed: { status: 422, message: 'the database did not answer the question' },
  nothing_read: { status: 422, message: 'the question gives no rows' },
  cursor_unknown: { status: 400, message: 'the cursor column is not among the columns' },
  mapping_incomplete: { status: 400, message: 'the mapping lacks what rows need' },
  zone_unknown: { status: 400, message: 'no such time zone' },
  secret_lost: { status: 409, message: 'the password was sealed by another installation' },
  failed: { status: 503, message: 'the pull failed' },
});
