import { sql } from 'kysely';
import type { Postgres } from '../../kernel/postgres/postgres.ts';
import type { GroupClaim } from './contract.ts';
import { LOCK_CLASS } from './resolver.ts';
import { NOBODY, writeGroups } from './write-groups.ts';

/** Writes what is said of groups by nobody who belongs to them: their traits with history. Durable when it resolves. */
export async function describeGroups(postgres: Postgres, projectId: number, said: readonly { group: GroupClaim; at: number }[]): Promise<void> {
  if (said.length === 0) return;
  await postgres.transaction(async (tx) => {
    if (postgres.form === 'server') await sql`SELECT pg_advisory_xact_lock(${LOCK_CLASS}::int, ${projectId}::int)`.execute(tx);
    await writeGroups(
      said.map(({ group, at }) => ({ projectId, personId: NOBODY, group, at })),
      tx,
    );
  });
}
