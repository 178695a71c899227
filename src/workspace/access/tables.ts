import type { Locale } from '../../kernel/http/handle.ts';
import type { MemberRole } from './contract.ts';

/** PostgreSQL tables of this slice. `members`, `member_accounts`, `member_sessions` and `member_verifications` are better-auth's user, account, session and verification. */
export interface AccessTables {
  members: MemberRow;
  member_accounts: MemberAccountRow;
  member_sessions: MemberSessionRow;
  member_verifications: MemberVerificationRow;
  memberships: MembershipRow;
  sign_in_failures: SignInFailuresRow;
}

export interface MemberRow {
  id: string;
  name: string;
  /** Lower case. */
  email: string;
  email_verified: boolean;
  image: string | null;
  locale: Locale | null;
  /** The member whom the first start created; may create projects also while belonging to none. */
  is_installation_owner: boolean;
  must_change_password: boolean;
  one_time_password_expires_at: Date | null;
  last_signed_in_at: Date | null;
  created_at: Date;
  updated_at: Date;
}

export interface MemberAccountRow {
  id: string;
  /** The member's own id for `provider_id = 'credential'`. */
  account_id: string;
  provider_id: string;
  member_id: string;
  access_token: string | null;
  refresh_token: string | null;
  id_token: string | null;
  access_token_expires_at: Date | null;
  refresh_token_expires_at: Date | null;
  scope: string | null;
  /** scrypt: `salt:key`, hexadecimal. */
  password: string | null;
  created_at: Date;
  updated_at: Date;
}

/** A row alone opens nothing: the cookie carries the token with an HMAC of the installation's secret, which is not in the database. */
export interface MemberSessionRow {
  id: string;
  token: string;
  member_id: string;
  expires_at: Date;
  ip_address: string | null;
  user_agent: string | null;
  created_at: Date;
  updated_at: Date;
}

/** Unused so far: better-auth asks for it. */
export interface MemberVerificationRow {
  id: string;
  identifier: string;
  value: string;
  expires_at: Date;
  created_at: Date;
  updated_at: Date;
}

export interface MembershipRow {
  project_id: number;
  member_id: string;
  role: MemberRole;
  joined_at: Date;
}

export interface SignInFailuresRow {
  /** SHA-256 of what is limited: an email from one address, an email, an address. */
  subject: string;
  failures: number;
  last_failed_at: Date;
  blocked_until: Date | null;
}
