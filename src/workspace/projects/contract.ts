import { z } from 'zod';
import { defineErrors } from '../../kernel/errors/errors.ts';
import { defineRoute } from '../../kernel/http/contract.ts';

/** Largest number that a PostgreSQL `int` holds. */
const projectIdMax = 2_147_483_647;

/** A project's number as it stands in paths. */
export const projectIdSchema = z.coerce.number().int().min(1).max(projectIdMax);

/** Parameters of every route that belongs to a project. */
export const projectParams = z.object({ projectId: projectIdSchema });

/** One line: PostgreSQL takes no NUL, and nobody wants the other control characters in a name. */
const nameSchema = z
  .string()
  .trim()
  .min(1)
  .max(80)
  .regex(/^\P{Cc}*$/u);
/** IANA name such as `Asia/Shanghai`; days of the project begin at its midnight. Unknown ones are refused with `projects.unknown_time_zone`. */
const timeZoneSchema = z.string().trim().min(1).max(64);
/** ISO 4217 code such as `CNY`. Unknown ones are refused with `projects.unknown_currency`. */
const currencySchema = z
  .string()
  .trim()
  .regex(/^[A-Z]{3}$/);

export const projectSchema = z.object({
  id: z.number().int(),
  name: z.string(),
  timeZone: z.string(),
  currency: z.string(),
  isDemo: z.boolean(),
  createdAt: z.iso.datetime(),
});
/** The tenant: everything belongs to one. */
export type Project = z.infer<typeof projectSchema>;

export const keyKinds = ['write', 'secret'] as const;
/** `write` keys are public and can only write events; `secret` keys call the API as an admin of the project. */
export type KeyKind = (typeof keyKinds)[number];

export const apiKeySchema = z.object({
  id: z.string(),
  kind: z.enum(keyKinds),
  name: z.string(),
  /** First characters, enough to tell keys apart. */
  prefix: z.string(),
  /** The whole key, for write keys only: they are public. `null` for secret keys. */
  token: z.string().nullable(),
  createdAt: z.iso.datetime(),
  /** To within a minute. */
  lastUsedAt: z.iso.datetime().nullable(),
  revokedAt: z.iso.datetime().nullable(),
});
export type ApiKey = z.infer<typeof apiKeySchema>;

export const listProjects = defineRoute({
  id: 'projects.list_projects',
  method: 'GET',
  path: '/api/projects',
  summary: 'Lists the projects that the member belongs to.',
  access: 'member',
  reply: z.object({ items: z.array(projectSchema) }),
});

export const createProject = defineRoute({
  id: 'projects.create_project',
  method: 'POST',
  path: '/api/projects',
  summary: 'Creates a project with one write key and one secret key; the member becomes its owner. The secret key is shown only here.',
  access: 'projects.create',
  body: z.object({ name: nameSchema, timeZone: timeZoneSchema, currency: currencySchema.default('CNY') }),
  reply: z.object({ project: projectSchema, writeKey: z.string(), secretKey: z.string() }),
  status: 201,
});

export const getProject = defineRoute({
  id: 'projects.get_project',
  method: 'GET',
  path: '/api/projects/:projectId',
  summary: 'Gives one project.',
  access: 'projects.read',
  params: projectParams,
  reply: projectSchema,
});

export const updateProject = defineRoute({
  id: 'projects.update_project',
  method: 'PATCH',
  path: '/api/projects/:projectId',
  summary: 'Changes name, time zone or currency. A new time zone counts for events from now on; days already written stay.',
  access: 'projects.write',
  params: projectParams,
  body: z.object({ name: nameSchema.optional(), timeZone: timeZoneSchema.optional(), currency: currencySchema.optional() }),
  reply: projectSchema,
});

export const listKeys = defineRoute({
  id: 'projects.list_keys',
  method: 'GET',
  path: '/api/projects/:projectId/keys',
  summary: 'Lists the API keys, newest first. Secret keys show only their first characters.',
  access: 'keys.read',
  params: projectParams,
  reply: z.object({ items: z.array(apiKeySchema) }),
});

export const createKey = defineRoute({
  id: 'projects.create_key',
  method: 'POST',
  path: '/api/projects/:projectId/keys',
  summary: 'Creates an API key. A secret key is shown only in this answer.',
  access: 'keys.write',
  params: projectParams,
  body: z.object({ kind: z.enum(keyKinds), name: nameSchema }),
  reply: z.object({ key: apiKeySchema, token: z.string() }),
  status: 201,
});

export const revokeKey = defineRoute({
  id: 'projects.revoke_key',
  method: 'DELETE',
  path: '/api/projects/:projectId/keys/:keyId',
  summary: 'Revokes an API key at once and for ever.',
  access: 'keys.write',
  params: projectParams.extend({ keyId: z.uuid() }),
  status: 204,
});

export const refuse = defineErrors('projects', {
  unknown_project: { status: 404, message: 'no such project, or the caller does not belong to it' },
  unknown_key: { status: 404, message: 'no such API key in this project' },
  key_already_revoked: { status: 409, message: 'the API key is already revoked' },
  too_many_keys: { status: 409, message: 'the project holds as many live API keys as it may' },
  unknown_time_zone: { status: 400, message: 'not an IANA time zone' },
  unknown_currency: { status: 400, message: 'not an ISO 4217 currency' },
});
