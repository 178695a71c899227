import type { Kysely, Transaction } from 'kysely';
import type { Clock } from '../../kernel/clock.ts';
import type { Principal } from '../../kernel/http/handle.ts';
import type { AuditTables } from './tables.ts';

/** One change, as the slice that made it tells it. */
export interface NewAuditEntry {
  /** Absent: a change of the installation or of a member's own account. */
  projectId?: number;
  /** `system`: the product itself. */
  principal: Principal | { kind: 'system' };
  /** `slice.verb_noun`, e.g. `segments.save_segment`. */
  action: string;
  /** What was changed, e.g. `segment:12`. */
  subject: string;
  /** What a reader needs to understand the change; never a secret. */
  details?: object;
  ip?: string;
  requestId?: string;
}

/** Appends one entry. */
export async function writeEntry(on: Kysely<AuditTables>, clock: Clock, entry: NewAuditEntry): Promise<void> {
  const { principal } = entry;
  await on
    .insertInto('audit_entries')
    .values({
      project_id: entry.projectId ?? null,
      at: new Date(clock.now()),
      principal_kind: principal.kind,
      principal_id: principal.kind === 'member' ? principal.memberId : principal.kind === 'key' ? principal.keyId : null,
      email: principal.kind === 'member' ? principal.email : null,
      action: entry.action,
      subject: entry.subject,
      details: jsonText(entry.details ?? {}),
      ip: entry.ip ?? null,
      request_id: entry.requestId ?? null,
    })
    .execute();
}

/** JSON without what PostgreSQL refuses in `jsonb` (NUL, half surrogate pairs): no input of a caller may make the trail fail. */
function jsonText(details: object): string {
  return JSON.stringify(details, (_key, value: unknown) => {
    if (typeof value === 'string') return storable(value);
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [storable(name), inner]));
  });
}

function storable(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\uFFFD');
}

/** Forgets which tables a caller's transaction was typed with. */
export function asAuditTransaction<Tables>(tx: Transaction<Tables>): Transaction<AuditTables> {
  return tx as unknown as Transaction<AuditTables>;
}
