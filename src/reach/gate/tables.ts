import type { Category, Channel, DeliveryReason, DeliveryState } from './contract.ts';

/** PostgreSQL tables of this slice. */
export interface GateTables {
  deliveries: DeliveryRow;
  delivery_settings: DeliverySettingsRow;
  opt_outs: OptOutRow;
  suppressions: SuppressionRow;
}

/** One decision of the gate and what became of it. */
export interface DeliveryRow {
  id: string;
  project_id: number;
  person_id: number;
  channel: Channel;
  operation: string;
  variant: string;
  node: string;
  idempotency_key: string;
  cancel_key: string;
  category: Category;
  arm: 'treatment' | 'control';
  state: DeliveryState;
  reason: DeliveryReason | null;
  address: string | null;
  subject: string | null;
  html: string | null;
  plain: string | null;
  send_at: Date | null;
  counts_at: Date | null;
  attempts: number;
  last_error: string | null;
  lease_owner: string | null;
  lease_until: Date | null;
  handing_at: Date | null;
  sent_at: Date | null;
  created_at: Date;
}

/** How a project sends; absent until first saved. */
export interface DeliverySettingsRow {
  project_id: number;
  quiet_from: string | null;
  quiet_to: string | null;
  cap_day: number | null;
  cap_week: number | null;
  from_name: string | null;
  from_address: string | null;
  reply_to: string | null;
}

/** A person who wants no marketing messages on a channel. */
export interface OptOutRow {
  project_id: number;
  channel: Channel;
  person_id: number;
  address: string | null;
  source: string;
  created_at: Date;
}

/** An address that gets nothing at all. */
export interface SuppressionRow {
  project_id: number;
  address: string;
  reason: 'bounced' | 'complained' | 'manual';
  detail: string | null;
  created_at: Date;
}
