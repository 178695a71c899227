// Who is this member, and which role do they have in which project?
import type { Kysely } from 'kysely';
import type { Account, MemberRole } from '../contract.ts';
import type { AccessTables } from '../tables.ts';

/** What every decision about a member needs. */
export interface Standing {
  account: Account;
  isInstallationOwner: boolean;
  oneTimePasswordExpiresAt: Date | undefined;
  /** By project. */
  roles: ReadonlyMap<number, MemberRole>;
}

export async function standingOfMember(db: Kysely<AccessTables>, memberId: string): Promise<Standing | undefined> {
  const rows = await db
    .selectFrom('members as m')
    .leftJoin('memberships as s', 's.member_id', 'm.id')
    .select([
      'm.id',
      'm.email',
      'm.name',
      'm.locale',
      'm.must_change_password',
      'm.is_installation_owner',
      'm.one_time_password_expires_at',
      's.project_id',
      's.role',
    ])
    .where('m.id', '=', memberId)
    .execute();
  const [row] = rows;
  if (!row) return undefined;
  const roles = new Map<number, MemberRole>();
  for (const { project_id, role } of rows) if (project_id !== null && role !== null) roles.set(project_id, role);
  return {
    account: { id: row.id, email: row.email, name: row.name, locale: row.locale, mustChangePassword: row.must_change_password },
    isInstallationOwner: row.is_installation_owner,
    oneTimePasswordExpiresAt: row.one_time_password_expires_at ?? undefined,
    roles,
  };
}
