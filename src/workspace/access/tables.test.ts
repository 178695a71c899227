import { expect, test } from 'vitest';
import { columnsOf } from '../../kernel/testing/columns-of.ts';
import type {
  AccessTables,
  MemberAccountRow,
  MemberRow,
  MemberSessionRow,
  MembershipRow,
  MemberVerificationRow,
  SignInFailuresRow,
} from './tables.ts';
import { openWorkspaceStores } from './testing/open-workspace.ts';

const member = {
  id: true,
  name: true,
  email: true,
  email_verified: true,
  image: true,
  locale: true,
  is_installation_owner: true,
  must_change_password: true,
  one_time_password_expires_at: true,
  last_signed_in_at: true,
  created_at: true,
  updated_at: true,
} satisfies Record<keyof MemberRow, true>;
const account = {
  id: true,
  account_id: true,
  provider_id: true,
  member_id: true,
  access_token: true,
  refresh_token: true,
  id_token: true,
  access_token_expires_at: true,
  refresh_token_expires_at: true,
  scope: true,
  password: true,
  created_at: true,
  updated_at: true,
} satisfies Record<keyof MemberAccountRow, true>;
const session = {
  id: true,
  token: true,
  member_id: true,
  expires_at: true,
  ip_address: true,
  user_agent: true,
  created_at: true,
  updated_at: true,
} satisfies Record<keyof MemberSessionRow, true>;
const verification = {
  id: true,
  identifier: true,
  value: true,
  expires_at: true,
  created_at: true,
  updated_at: true,
} satisfies Record<keyof MemberVerificationRow, true>;
const membership = { project_id: true, member_id: true, role: true, joined_at: true } satisfies Record<keyof MembershipRow, true>;
const failures = { subject: true, failures: true, last_failed_at: true, blocked_until: true } satisfies Record<keyof SignInFailuresRow, true>;
const tables = {
  members: member,
  member_accounts: account,
  member_sessions: session,
  member_verifications: verification,
  memberships: membership,
  sign_in_failures: failures,
} satisfies Record<keyof AccessTables, object>;

test('the row types are the tables as the migrations leave them', async () => {
  const { kernel, close } = await openWorkspaceStores();
  for (const [table, columns] of Object.entries(tables)) expect(await columnsOf(kernel.postgres, table)).toEqual(Object.keys(columns).sort());
  await close();
});
