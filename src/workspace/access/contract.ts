import { z } from 'zod';
import { defineErrors } from '../../kernel/errors/errors.ts';
import { defineRoute } from '../../kernel/http/contract.ts';
import { projectParams, projectSchema } from '../projects/contract.ts';

/** From the most to the least mighty. */
export const roles = ['owner', 'admin', 'analyst', 'operator', 'viewer'] as const;
export type MemberRole = (typeof roles)[number];
export const roleSchema = z.enum(roles);

/** Long enough for a sentence, short enough that hashing stays cheap. */
export const passwordLengthMin = 10;
export const passwordLengthMax = 128;

const emailSchema = z.string().trim().toLowerCase().max(254).pipe(z.email());
const newPasswordSchema = z.string().min(passwordLengthMin).max(passwordLengthMax);
const localeSchema = z.enum(['zh-CN', 'en']);
/** One line: PostgreSQL takes no NUL, and nobody wants the other control characters in a name. */
const nameSchema = z
  .string()
  .trim()
  .min(1)
  .max(80)
  .regex(/^\P{Cc}*$/u);
const memberParams = projectParams.extend({ memberId: z.uuid() });

export const accountSchema = z.object({
  id: z.string(),
  email: z.string(),
  name: z.string(),
  /** `null`: the browser's language. */
  locale: localeSchema.nullable(),
  /** True after a one-time password: everything but the account's own routes answers `access.password_change_needed`. */
  mustChangePassword: z.boolean(),
});
/** The signed-in member's own account. */
export type Account = z.infer<typeof accountSchema>;

export const sessionSchema = z.object({
  member: accountSchema,
  /** Projects of the member with the role and what it permits, in order of their names. */
  projects: z.array(projectSchema.extend({ role: roleSchema, permissions: z.array(z.string()) })),
  canCreateProjects: z.boolean(),
});
/** Who is signed in, and what they may do where. */
export type Session = z.infer<typeof sessionSchema>;

export const memberSchema = z.object({
  id: z.string(),
  email: z.string(),
  name: z.string(),
  role: roleSchema,
  joinedAt: z.iso.datetime(),
  lastSignedInAt: z.iso.datetime().nullable(),
  /** True until a one-time password has been replaced. */
  mustChangePassword: z.boolean(),
});
/** A colleague in one project. */
export type Member = z.infer<typeof memberSchema>;

export const signIn = defineRoute({
  id: 'access.sign_in',
  method: 'POST',
  path: '/api/session',
  summary: 'Signs a member in: sets an http-only session cookie. After 5 failures answers 429 with Retry-After.',
  access: 'public',
  body: z.object({ email: emailSchema, password: z.string().min(1).max(passwordLengthMax) }),
  reply: sessionSchema,
});

export const signOut = defineRoute({
  id: 'access.sign_out',
  method: 'DELETE',
  path: '/api/session',
  summary: 'Ends the session. Ending no session is fine.',
  access: 'public',
  status: 204,
});

export const getSession = defineRoute({
  id: 'access.get_session',
  method: 'GET',
  path: '/api/session',
  summary: 'Tells who is signed in, their projects, roles and permissions. 401 when nobody is.',
  access: 'member',
  reply: sessionSchema,
});

export const updateAccount = defineRoute({
  id: 'access.update_account',
  method: 'PATCH',
  path: '/api/account',
  summary: "Changes the member's own name or language (null: the browser's).",
  access: 'member',
  body: z.object({ name: nameSchema.optional(), locale: localeSchema.nullable().optional() }),
  reply: accountSchema,
});

export const changePassword = defineRoute({
  id: 'access.change_password',
  method: 'PUT',
  path: '/api/account/password',
  summary: 'Changes the password, ends all other sessions and renews this one.',
  access: 'member',
  body: z.object({ currentPassword: z.string().min(1).max(passwordLengthMax), newPassword: newPasswordSchema }),
  status: 204,
});

export const listMembers = defineRoute({
  id: 'access.list_members',
  method: 'GET',
  path: '/api/projects/:projectId/members',
  summary: 'Lists the members of the project, by email.',
  access: 'members.read',
  params: projectParams,
  reply: z.object({ items: z.array(memberSchema) }),
});

export const addMember = defineRoute({
  id: 'access.add_member',
  method: 'POST',
  path: '/api/projects/:projectId/members',
  summary: 'Adds a colleague. Somebody new gets a one-time password, shown only in this answer; somebody with an account keeps theirs (null).',
  access: 'members.write',
  params: projectParams,
  body: z.object({ email: emailSchema, name: nameSchema.optional(), role: roleSchema }),
  reply: z.object({ member: memberSchema, oneTimePassword: z.string().nullable() }),
  status: 201,
});

export const changeRole = defineRoute({
  id: 'access.change_role',
  method: 'PATCH',
  path: '/api/projects/:projectId/members/:memberId',
  summary: "Changes a member's role. Only an owner makes or unmakes owners; the last owner stays.",
  access: 'members.write',
  params: memberParams,
  body: z.object({ role: roleSchema }),
  reply: memberSchema,
});

export const removeMember = defineRoute({
  id: 'access.remove_member',
  method: 'DELETE',
  path: '/api/projects/:projectId/members/:memberId',
  summary: 'Removes a member from the project, effective at once.',
  access: 'members.write',
  params: memberParams,
  status: 204,
});

export const resetPassword = defineRoute({
  id: 'access.reset_password',
  method: 'POST',
  path: '/api/projects/:projectId/members/:memberId/one-time-password',
  summary: 'Gives a member who forgot the password a one-time password and ends their sessions. Only for members of no other project.',
  access: 'members.write',
  params: memberParams,
  reply: z.object({ oneTimePassword: z.string() }),
  status: 201,
});

export const refuse = defineErrors('access', {
  not_signed_in: { status: 401, message: 'no valid session or API key' },
  bad_key: { status: 401, message: 'the API key is unknown or revoked' },
  wrong_credentials: { status: 401, message: 'email or password is wrong' },
  one_time_password_expired: { status: 401, message: 'the one-time password has expired' },
  too_many_failures: { status: 429, message: 'too many failed sign-ins' },
  forbidden: { status: 403, message: 'the role lacks the permission' },
  cross_origin: { status: 403, message: 'a state-changing request with a cookie came from another origin' },
  password_change_needed: { status: 403, message: 'the one-time password must be replaced first' },
  wrong_current_password: { status: 422, message: 'the current password is wrong' },
  same_password: { status: 422, message: 'the new password equals the current one' },
  unknown_member: { status: 404, message: 'no such member in this project' },
  already_member: { status: 409, message: 'already a member of this project' },
  last_owner: { status: 409, message: 'the project would have no owner' },
  owners_only: { status: 403, message: 'only an owner may make, unmake or remove owners' },
  member_of_other_projects: { status: 409, message: 'the member belongs to other projects too' },
  own_password: { status: 409, message: 'the own password is changed with the current one' },
});
