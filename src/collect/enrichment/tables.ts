import type { ColumnType } from 'kysely';
import type { ChannelRule } from './channels/channel-rules.ts';
import type { PersonalRule } from './contract.ts';

/** JSON goes in as text. */
type Json<Value> = ColumnType<Value, string, string>;

export interface CollectionSettingsRow {
  project_id: number;
  settings: Json<unknown>;
  hash_key: Buffer;
  updated_at: Date;
}

export interface ChannelRulesRow {
  project_id: number;
  rules: Json<ChannelRule[]>;
  updated_at: Date;
}

export interface CurrencyRateRow {
  project_id: number;
  base: string;
  quote: string;
  day: ColumnType<string, string, never>;
  rate: number;
  source: 'import' | 'hand';
}

export interface PersonalRuleRow extends PersonalRule {
  project_id: number;
  updated_at: Date;
}

export interface PersonalFindingRow {
  project_id: number;
  place: 'property' | 'trait';
  name: string;
  kind: string;
  seen: number;
  first_seen_at: Date;
  last_seen_at: Date;
}

export interface QualityCountRow {
  project_id: number;
  hour: Date;
  client: string;
  measure: string;
  reason: string;
  count: number;
}
