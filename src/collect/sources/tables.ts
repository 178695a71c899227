import type { ColumnType } from 'kysely';
import type { DeliveryState, Mapping, Problem } from './contract.ts';

/** A signature rule as it is kept; its secret is sealed. */
export interface KeptSignature {
  header: string;
  algorithm: 'sha1' | 'sha256' | 'sha512';
  encoding: 'hex' | 'base64';
  form: 'plain' | 'timestamped';
  secretSealed: string;
}

export interface SourceRow {
  id: string;
  project_id: number;
  name: string;
  /** SHA-256 of the secret part of the address, hexadecimal. */
  token_hash: string;
  token_sealed: string;
  mapping: ColumnType<Mapping | null, string | null, string | null>;
  signature: ColumnType<KeptSignature | null, string | null, string | null>;
  rate_per_second: ColumnType<number | null, number | null | undefined, number | null>;
  accepted: ColumnType<number, number | undefined, number>;
  refused: ColumnType<number, number | undefined, number>;
  last_at: Date | null;
  created_at: Date;
}

export interface DeliveryRow {
  id: string;
  project_id: number;
  source_id: string;
  at: Date;
  state: DeliveryState;
  accepted: number;
  duplicates: number;
  refused: number;
  problems: ColumnType<Problem[], string, string>;
  headers: ColumnType<Record<string, string>, string, string>;
  body: string;
  is_cut: boolean;
}

/** PostgreSQL tables of this slice. */
export interface SourceTables {
  sources: SourceRow;
  source_deliveries: DeliveryRow;
}
