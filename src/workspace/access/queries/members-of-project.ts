// Who belongs to a project, by email?
import type { Kysely } from 'kysely';
import { type Member, refuse } from '../contract.ts';
import type { AccessTables } from '../tables.ts';

function members(db: Kysely<AccessTables>, projectId: number) {
  return db
    .selectFrom('memberships as s')
    .innerJoin('members as m', 'm.id', 's.member_id')
    .select(['m.id', 'm.email', 'm.name', 's.role', 's.joined_at', 'm.last_signed_in_at', 'm.must_change_password'])
    .where('s.project_id', '=', projectId);
}

type Row = Awaited<ReturnType<ReturnType<typeof members>['execute']>>[number];

function present(row: Row): Member {
  return {
    id: row.id,
    email: row.email,
    name: row.name,
    role: row.role,
    joinedAt: row.joined_at.toISOString(),
    lastSignedInAt: row.last_signed_in_at?.toISOString() ?? null,
    mustChangePassword: row.must_change_password,
  };
}

export async function membersOfProject(db: Kysely<AccessTables>, projectId: number): Promise<Member[]> {
  return (await members(db, projectId).orderBy('m.email').execute()).map(present);
}

/** Throws `access.unknown_member`. */
export async function memberOfProject(db: Kysely<AccessTables>, projectId: number, memberId: string): Promise<Member> {
  const row = await members(db, projectId).where('m.id', '=', memberId).executeTakeFirst();
  if (!row) throw refuse('unknown_member');
  return present(row);
}
