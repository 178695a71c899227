import type { Generated } from 'kysely';

/** PostgreSQL tables of this slice. */
export interface AuditTables {
  audit_entries: AuditEntryRow;
}

/** Append-only; nothing updates or deletes a row. */
export interface AuditEntryRow {
  id: Generated<number>;
  /** `null`: a change of the installation or of a member's own account. */
  project_id: number | null;
  at: Date;
  principal_kind: 'member' | 'key' | 'anonymous' | 'system';
  principal_id: string | null;
  email: string | null;
  action: string;
  subject: string;
  /** JSON text when written, an object when read. */
  details: unknown;
  ip: string | null;
  request_id: string | null;
}
