import type { Transaction } from 'kysely';
import type { Ids } from '../../kernel/ids.ts';
import { oneTimePasswordTtlMs } from './one-time-password.ts';
import type { AccessTables } from './tables.ts';

/** A new member with a password that is already hashed: hashing takes too long for a transaction. */
export interface NewAccount {
  email: string;
  name: string;
  passwordHash: string;
  isOneTime: boolean;
  isInstallationOwner: boolean;
}

/** Creates member and password account. Undefined, and nothing changed, when the email is taken. */
export async function insertAccount(tx: Transaction<AccessTables>, by: { ids: Ids; now: number }, account: NewAccount): Promise<string | undefined> {
  const at = new Date(by.now);
  const member = await tx
    .insertInto('members')
    .values({
      id: by.ids.uuid(),
      name: account.name,
      email: account.email,
      email_verified: false,
      image: null,
      locale: null,
      is_installation_owner: account.isInstallationOwner,
      must_change_password: account.isOneTime,
      one_time_password_expires_at: account.isOneTime ? new Date(by.now + oneTimePasswordTtlMs) : null,
      last_signed_in_at: null,
      created_at: at,
      updated_at: at,
    })
    .onConflict((conflict) => conflict.column('email').doNothing())
    .returning('id')
    .executeTakeFirst();
  if (!member) return undefined;
  await tx
    .insertInto('member_accounts')
    .values({
      id: by.ids.uuid(),
      account_id: member.id,
      provider_id: 'credential',
      member_id: member.id,
      access_token: null,
      refresh_token: null,
      id_token: null,
      access_token_expires_at: null,
      refresh_token_expires_at: null,
      scope: null,
      password: account.passwordHash,
      created_at: at,
      updated_at: at,
    })
    .execute();
  return member.id;
}

/** A first start that takes longer than this has broken off. */
const firstStartMaxMs = 60_000;

/**
 * Gives the installation's owner another first password when the first start broke off before it was told: the owner has never signed in and owns
 * no project yet. False, and nothing changed, otherwise. Of several processes at once one gets true.
 */
export async function renewUntoldPassword(tx: Transaction<AccessTables>, now: number, memberId: string, passwordHash: string): Promise<boolean> {
  const claimed = await tx
    .updateTable('members')
    .set({ updated_at: new Date(now) })
    .where('id', '=', memberId)
    .where('last_signed_in_at', 'is', null)
    .where('updated_at', '<=', new Date(now - firstStartMaxMs))
    .where((is) => is.not(is.exists(is.selectFrom('memberships').select('role').where('member_id', '=', memberId))))
    .returning('id')
    .executeTakeFirst();
  if (claimed) await setPassword(tx, now, memberId, passwordHash);
  return claimed !== undefined;
}

async function setPassword(tx: Transaction<AccessTables>, now: number, memberId: string, passwordHash: string): Promise<void> {
  await tx
    .updateTable('member_accounts')
    .set({ password: passwordHash, updated_at: new Date(now) })
    .where('member_id', '=', memberId)
    .where('provider_id', '=', 'credential')
    .execute();
}

/** Replaces the password by a one-time one and ends the member's sessions. */
export async function setOneTimePassword(tx: Transaction<AccessTables>, now: number, memberId: string, passwordHash: string): Promise<void> {
  await setPassword(tx, now, memberId, passwordHash);
  await tx
    .updateTable('members')
    .set({ must_change_password: true, one_time_password_expires_at: new Date(now + oneTimePasswordTtlMs), updated_at: new Date(now) })
    .where('id', '=', memberId)
    .execute();
  await tx.deleteFrom('member_sessions').where('member_id', '=', memberId).execute();
}
