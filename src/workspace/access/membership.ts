import type { Kysely, Transaction } from 'kysely';
import { type MemberRole, refuse } from './contract.ts';
import type { AccessTables } from './tables.ts';

/** Who changes whose place in which project. */
export interface MembershipChange {
  projectId: number;
  memberId: string;
  /** Role of the member who asks. */
  actorRole: string | undefined;
}

/** Adds a member to a project. Throws `access.owners_only`, `access.already_member`. */
export async function joinProject(tx: Transaction<AccessTables>, now: number, change: MembershipChange & { role: MemberRole }): Promise<void> {
  if (change.role === 'owner' && change.actorRole !== 'owner') throw refuse('owners_only');
  const joined = await tx
    .insertInto('memberships')
    .values({ project_id: change.projectId, member_id: change.memberId, role: change.role, joined_at: new Date(now) })
    .onConflict((conflict) => conflict.doNothing())
    .returning('member_id')
    .executeTakeFirst();
  if (!joined) throw refuse('already_member');
}

/** Gives another role; tells the former one. Throws `access.unknown_member`, `access.owners_only`, `access.last_owner`. */
export async function changeRoleTo(tx: Transaction<AccessTables>, change: MembershipChange & { role: MemberRole }): Promise<{ from: MemberRole }> {
  const from = await admitChange(tx, change, change.role);
  await tx
    .updateTable('memberships')
    .set({ role: change.role })
    .where('project_id', '=', change.projectId)
    .where('member_id', '=', change.memberId)
    .execute();
  return { from };
}

/** Takes a member out of the project; tells the former role. Throws `access.unknown_member`, `access.owners_only`, `access.last_owner`. */
export async function leaveProject(tx: Transaction<AccessTables>, change: MembershipChange): Promise<{ from: MemberRole }> {
  const from = await admitChange(tx, change, undefined);
  await tx.deleteFrom('memberships').where('project_id', '=', change.projectId).where('member_id', '=', change.memberId).execute();
  return { from };
}

/** Throws unless the member who asks may reset this one's password: see the refusals. */
export async function admitPasswordReset(tx: Transaction<AccessTables>, change: MembershipChange & { actorId: string | undefined }): Promise<void> {
  if (change.actorId === change.memberId) throw refuse('own_password');
  const places = await tx.selectFrom('memberships').select(['project_id', 'role']).where('member_id', '=', change.memberId).execute();
  const here = places.find((place) => place.project_id === change.projectId);
  if (!here) throw refuse('unknown_member');
  if (here.role === 'owner' && change.actorRole !== 'owner') throw refuse('owners_only');
  // Whoever resets a password can sign in with it: it must not open projects that they do not belong to.
  if (places.length > 1) throw refuse('member_of_other_projects');
}

export async function projectIdsOfMember(db: Kysely<AccessTables>, memberId: string): Promise<number[]> {
  const rows = await db.selectFrom('memberships').select('project_id').where('member_id', '=', memberId).execute();
  return rows.map((row) => row.project_id);
}

async function admitChange(tx: Transaction<AccessTables>, change: MembershipChange, to: MemberRole | undefined): Promise<MemberRole> {
  // The lock on all rows of the project keeps two owners from unmaking each other at once.
  const places = await tx
    .selectFrom('memberships')
    .select(['member_id', 'role'])
    .where('project_id', '=', change.projectId)
    .orderBy('member_id')
    .forUpdate()
    .execute();
  const from = places.find((place) => place.member_id === change.memberId)?.role;
  if (!from) throw refuse('unknown_member');
  if ((from === 'owner' || to === 'owner') && change.actorRole !== 'owner') throw refuse('owners_only');
  const owners = places.filter((place) => place.role === 'owner').length;
  if (from === 'owner' && to !== 'owner' && owners === 1) throw refuse('last_owner');
  return from;
}
