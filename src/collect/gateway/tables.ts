/** PostgreSQL tables of this slice. */
export interface GatewayTables {
  gateway_key_limits: KeyLimitsRow;
  gateway_key_usage: KeyUsageRow;
  gateway_key_processes: { key_id: string; process_id: string; seen_at: Date };
}

export interface KeyLimitsRow {
  project_id: number;
  key_id: string;
  events_per_second: number | null;
  burst: number | null;
  events_per_day: number | null;
  changed_at: Date;
}

export interface KeyUsageRow {
  project_id: number;
  key_id: string;
  /** UTC, `2026-11-22`. */
  day: string;
  events: number;
}
