import type { Transaction } from 'kysely';
import type { Principal } from '../../kernel/http/handle.ts';
import { insertAccount, renewUntoldPassword, setOneTimePassword } from './account.ts';
import { addMember, changeRole, type Member, type MemberRole, removeMember, resetPassword } from './contract.ts';
import { admitPasswordReset, changeRoleTo, joinProject, leaveProject, type MembershipChange } from './membership.ts';
import { makePassword } from './one-time-password.ts';
import { memberOfProject, membersOfProject } from './queries/members-of-project.ts';
import type { AccessParts } from './sessions.ts';
import type { AccessTables } from './tables.ts';

const ownerEmail = 'owner@perennial.local';

/** Who asks, for the rules and for the audit trail. */
export interface Actor {
  principal: Principal;
  ip: string;
  requestId: string;
}

/** The members of a project: who joins, with which role, and who leaves. Every verb stands in the audit trail in its own transaction. */
export class Team {
  readonly #parts: AccessParts;

  constructor(parts: AccessParts) {
    this.#parts = parts;
  }

  membersOf(projectId: number): Promise<Member[]> {
    return membersOfProject(this.#db(), projectId);
  }

  /** Throws `access.already_member`, `access.owners_only`. */
  async add(
    input: { projectId: number; email: string; name?: string | undefined; role: MemberRole },
    actor: Actor,
  ): Promise<{ member: Member; oneTimePassword: string | null }> {
    const { ids, clock } = this.#parts.kernel;
    const { projectId, email, role } = input;
    const password = makePassword();
    const passwordHash = await (await this.#parts.auth()).hashPassword(password);
    const account = { email, name: input.name ?? (email.split('@')[0] || email), passwordHash, isOneTime: true, isInstallationOwner: false };
    const added = await this.#transaction(async (tx) => {
      const by = { ids, now: clock.now() };
      const created = await insertAccount(tx, by, account);
      const memberId = created ?? (await tx.selectFrom('members').select('id').where('email', '=', email).executeTakeFirstOrThrow()).id;
      await joinProject(tx, by.now, { projectId, memberId, role, actorRole: roleOf(actor) });
      await this.#note(tx, actor, { projectId, memberId, action: addMember.id, details: { email, role, isNew: created !== undefined } });
      return { member: await memberOfProject(tx, projectId, memberId), oneTimePassword: created === undefined ? null : password };
    });
    this.#parts.standings.changed(added.member.id);
    return added;
  }

  /** Throws `access.unknown_member`, `access.owners_only`, `access.last_owner`. */
  async changeRole(input: { projectId: number; memberId: string; role: MemberRole }, actor: Actor): Promise<Member> {
    const member = await this.#transaction(async (tx) => {
      const { from } = await changeRoleTo(tx, { ...input, actorRole: roleOf(actor) });
      const changed = await memberOfProject(tx, input.projectId, input.memberId);
      await this.#note(tx, actor, { ...input, action: changeRole.id, details: { email: changed.email, from, to: input.role } });
      return changed;
    });
    this.#parts.standings.changed(input.memberId);
    return member;
  }

  /** Throws `access.unknown_member`, `access.owners_only`, `access.last_owner`. */
  async remove(input: { projectId: number; memberId: string }, actor: Actor): Promise<void> {
    await this.#transaction(async (tx) => {
      const { email } = await memberOfProject(tx, input.projectId, input.memberId);
      const { from } = await leaveProject(tx, { ...input, actorRole: roleOf(actor) });
      await this.#note(tx, actor, { ...input, action: removeMember.id, details: { email, from } });
    });
    this.#parts.standings.changed(input.memberId);
  }

  /** Throws `access.unknown_member`, `access.own_password`, `access.owners_only`, `access.member_of_other_projects`. */
  async resetPassword(input: { projectId: number; memberId: string }, actor: Actor): Promise<{ oneTimePassword: string }> {
    const oneTimePassword = makePassword();
    const passwordHash = await (await this.#parts.auth()).hashPassword(oneTimePassword);
    await this.#transaction(async (tx) => {
      const actorId = actor.principal.kind === 'member' ? actor.principal.memberId : undefined;
      await admitPasswordReset(tx, { ...input, actorRole: roleOf(actor), actorId });
      await setOneTimePassword(tx, this.#parts.kernel.clock.now(), input.memberId, passwordHash);
      await this.#note(tx, actor, { ...input, action: resetPassword.id });
    });
    this.#parts.standings.changed(input.memberId);
    return { oneTimePassword };
  }

  /** The member whom the first start creates; with the password, the first time only (again when that start broke off before it told it). */
  async ensureOwner(): Promise<{ memberId: string; email: string; password?: string }> {
    const found = await this.#owner();
    if (found && !found.mayBeUntold) return { memberId: found.memberId, email: found.email };
    const password = makePassword();
    const passwordHash = await (await this.#parts.auth()).hashPassword(password);
    const { clock } = this.#parts.kernel;
    const isNew = await this.#transaction((tx) =>
      found ? renewUntoldPassword(tx, clock.now(), found.memberId, passwordHash) : this.#createOwner(tx, passwordHash),
    );
    const owner = await this.#owner();
    if (!owner) throw new Error(`A member with the email ${ownerEmail} exists, but no owner of the installation`);
    return { memberId: owner.memberId, email: owner.email, ...(isNew && { password }) };
  }

  /** False when another process was first. */
  async #createOwner(tx: Transaction<AccessTables>, passwordHash: string): Promise<boolean> {
    const { kernel, audit } = this.#parts;
    const account = { email: ownerEmail, name: 'Owner', passwordHash, isOneTime: false, isInstallationOwner: true };
    const created = await insertAccount(tx, { ids: kernel.ids, now: kernel.clock.now() }, account);
    if (created === undefined) return false;
    const entry = { principal: { kind: 'system' }, action: 'access.create_owner', subject: `member:${created}` } as const;
    await audit.write({ ...entry, details: { email: ownerEmail } }, tx);
    return true;
  }

  async #owner(): Promise<{ memberId: string; email: string; mayBeUntold: boolean } | undefined> {
    const row = await this.#db()
      .selectFrom('members as m')
      .leftJoin('memberships as s', 's.member_id', 'm.id')
      .select(['m.id', 'm.email', 'm.last_signed_in_at', 's.role'])
      .where('m.is_installation_owner', '=', true)
      .orderBy('m.created_at')
      .executeTakeFirst();
    return row && { memberId: row.id, email: row.email, mayBeUntold: row.last_signed_in_at === null && row.role === null };
  }

  #db() {
    return this.#parts.kernel.postgres.as<AccessTables>();
  }

  #transaction<Result>(work: (tx: Transaction<AccessTables>) => Promise<Result>): Promise<Result> {
    return this.#parts.kernel.postgres.transaction<AccessTables, Result>(work);
  }

  async #note(
    tx: Transaction<AccessTables>,
    actor: Actor,
    change: Pick<MembershipChange, 'projectId' | 'memberId'> & { action: string; details?: object },
  ): Promise<void> {
    const { projectId, memberId, action, details } = change;
    await this.#parts.audit.write({ ...actor, projectId, action, subject: `member:${memberId}`, ...(details && { details }) }, tx);
  }
}

function roleOf(actor: Actor): string | undefined {
  return actor.principal.kind === 'member' ? actor.principal.role : undefined;
}
