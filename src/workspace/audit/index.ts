import type { Transaction } from 'kysely';
import { handle } from '../../kernel/http/handle.ts';
import { defineSlice, type Kernel } from '../../kernel/slice.ts';
import { asAuditTransaction, type NewAuditEntry, writeEntry } from './audit.ts';
import { listEntries } from './contract.ts';
import { entriesOfProject } from './queries/list-entries.ts';
import type { AuditTables } from './tables.ts';

export type { NewAuditEntry } from './audit.ts';

/** What other slices may ask of the audit trail. */
export interface AuditApi {
  /**
   * Writes down one change: one insert. With `tx` the entry stands or falls with the change itself; on the embedded store a write inside a
   * transaction must be given it.
   */
  write<Tables>(entry: NewAuditEntry, tx?: Transaction<Tables>): Promise<void>;
}

/** What members and keys changed. */
export const door = defineSlice({
  name: 'audit',
  folder: import.meta.dirname,
  uses: [],
  permissions: { 'audit.read': ['owner', 'admin'] },
  start({ kernel }: { kernel: Kernel; config: unknown; uses: unknown }) {
    const db = kernel.postgres.as<AuditTables>();
    const api: AuditApi = {
      write: (entry, tx) => writeEntry(tx ? asAuditTransaction(tx) : db, kernel.clock, entry),
    };
    return { api, routes: [handle(listEntries, ({ params, query }) => entriesOfProject(db, params.projectId, query))] };
  },
});
