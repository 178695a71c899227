import type { Generated } from 'kysely';
import type { KeyKind } from './contract.ts';

/** PostgreSQL tables of this slice. */
export interface ProjectTables {
  projects: ProjectRow;
  api_keys: ApiKeyRow;
}

export interface ProjectRow {
  id: Generated<number>;
  name: string;
  /** IANA name in its usual spelling. */
  time_zone: string;
  /** ISO 4217. */
  currency: string;
  is_demo: boolean;
  created_at: Date;
}

export interface ApiKeyRow {
  id: string;
  project_id: number;
  kind: KeyKind;
  name: string;
  /** SHA-256 of the token, hexadecimal. A token has 128 random bits, so no slow hash is needed. */
  token_hash: string;
  token_prefix: string;
  /** Write keys only: they are public. */
  token_plain: string | null;
  created_at: Date;
  last_used_at: Date | null;
  revoked_at: Date | null;
}
