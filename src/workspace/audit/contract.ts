import { z } from 'zod';
import { defineRoute } from '../../kernel/http/contract.ts';

/** Largest number that a PostgreSQL `int` holds. */
const projectIdMax = 2_147_483_647;

export const auditEntrySchema = z.object({
  id: z.string(),
  at: z.iso.datetime(),
  /** `system`: the product itself, as on the first start. */
  principalKind: z.enum(['member', 'key', 'anonymous', 'system']),
  /** Member id or key id. */
  principalId: z.string().nullable(),
  /** Email of the member at that time. */
  email: z.string().nullable(),
  /** `slice.verb_noun`, e.g. `segments.save_segment`. */
  action: z.string(),
  /** What was changed, e.g. `segment:12`. */
  subject: z.string(),
  details: z.record(z.string(), z.unknown()),
  ip: z.string().nullable(),
  requestId: z.string().nullable(),
});
/** One change by one caller. */
export type AuditEntry = z.infer<typeof auditEntrySchema>;

export const listEntries = defineRoute({
  id: 'audit.list_entries',
  method: 'GET',
  path: '/api/projects/:projectId/audit',
  summary: 'Lists what was changed in the project, newest first.',
  access: 'audit.read',
  params: z.object({ projectId: z.coerce.number().int().min(1).max(projectIdMax) }),
  query: z.object({
    /** Exact action, or the slice with a dot (`segments.`) for all of its actions. */
    action: z
      .string()
      .max(100)
      .regex(/^[a-z_.-]+$/)
      .optional(),
    /** Exact subject, e.g. `segment:12`. */
    subject: z
      .string()
      .max(200)
      .regex(/^\P{Cc}+$/u)
      .optional(),
    /** Member id or key id. */
    principalId: z
      .string()
      .max(100)
      .regex(/^[\w-]+$/)
      .optional(),
    /** Entries of `[from, to)`, ISO instants. */
    from: z.iso.datetime({ offset: true }).optional(),
    to: z.iso.datetime({ offset: true }).optional(),
    limit: z.coerce.number().int().min(1).max(200).default(50),
    cursor: z
      .string()
      .regex(/^\d{1,15}$/)
      .optional(),
  }),
  reply: z.object({ items: z.array(auditEntrySchema), nextCursor: z.string().optional() }),
});
