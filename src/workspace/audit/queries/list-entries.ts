// Which changes were made in a project, newest first?
import type { Kysely } from 'kysely';
import type { QueryOf } from '../../../kernel/http/contract.ts';
import type { AuditEntry, listEntries } from '../contract.ts';
import type { AuditEntryRow, AuditTables } from '../tables.ts';

/** One page of entries; `nextCursor` is absent on the last page. */
export async function entriesOfProject(
  db: Kysely<AuditTables>,
  projectId: number,
  filter: QueryOf<typeof listEntries>,
): Promise<{ items: AuditEntry[]; nextCursor?: string }> {
  let query = db.selectFrom('audit_entries').selectAll().where('project_id', '=', projectId);
  if (filter.action?.endsWith('.')) query = query.where((is) => is(is.fn<boolean>('starts_with', ['action', is.val(filter.action)]), '=', true));
  else if (filter.action) query = query.where('action', '=', filter.action);
  if (filter.subject) query = query.where('subject', '=', filter.subject);
  if (filter.principalId) query = query.where('principal_id', '=', filter.principalId);
  if (filter.from) query = query.where('at', '>=', instant(filter.from));
  if (filter.to) query = query.where('at', '<', instant(filter.to));
  if (filter.cursor) query = query.where('id', '<', Number(filter.cursor));
  // One row more than asked tells whether another page follows.
  const rows = await query
    .orderBy('id', 'desc')
    .limit(filter.limit + 1)
    .execute();
  const items = rows.slice(0, filter.limit).map(present);
  const last = items.at(-1);
  return rows.length > filter.limit && last ? { items, nextCursor: last.id } : { items };
}

/** ISO 8601 knows a year 0, PostgreSQL does not; nothing is older than 1970 here. */
function instant(text: string): Date {
  return new Date(Math.max(0, Date.parse(text)));
}

function present(row: Omit<AuditEntryRow, 'id'> & { id: number }): AuditEntry {
  return {
    id: String(row.id),
    at: row.at.toISOString(),
    principalKind: row.principal_kind,
    principalId: row.principal_id,
    email: row.email,
    action: row.action,
    subject: row.subject,
    details: row.details as Record<string, unknown>,
    ip: row.ip,
    requestId: row.request_id,
  };
}
