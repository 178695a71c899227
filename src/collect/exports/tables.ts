import type { ColumnType } from 'kysely';

type Defaulted<Value> = ColumnType<Value, Value | undefined, Value>;

export interface WebhookSettings {
  url: string;
  headers: Record<string, string>;
}

export interface StoreSettings {
  endpoint: string | null;
  region: string;
  bucket: string;
  prefix: string;
  accessKeyId: string;
  everyMinutes: number;
}

/** Why it does not go on: a code of this slice with details. */
export interface DeliveryFailure {
  code: string;
  details: Record<string, unknown>;
  at: string;
}

/** A file that a window became. */
export interface StoredFile {
  key: string;
  rows: number;
  bytes: number;
}

export interface DestinationsTable {
  id: string;
  project_id: number;
  name: string;
  kind: 'webhook' | 's3';
  content: ('events' | 'people')[];
  event_names: string[];
  settings: ColumnType<WebhookSettings | StoreSettings, string, string>;
  sealed_secret: string;
  state: 'running' | 'paused';
  cursor_at: Date;
  cursor_id: Defaulted<string>;
  window_from: Date;
  window_rows: Defaulted<number>;
  people_day: ColumnType<string | null, string | null | undefined, string | null>;
  attempts: Defaulted<number>;
  failure: ColumnType<DeliveryFailure | null, string | null | undefined, string | null>;
  next_at: Date;
  delivered_events: Defaulted<number>;
  delivered_people: Defaulted<number>;
  delivered_at: ColumnType<Date | null, Date | null | undefined, Date | null>;
  runner: ColumnType<string | null, string | null | undefined, string | null>;
  leased_until: ColumnType<Date | null, Date | null | undefined, Date | null>;
  created_at: Date;
}

export interface WindowsTable {
  destination_id: string;
  window_from: Date;
  window_until: Date;
  rows: number;
  files: ColumnType<StoredFile[], string | undefined, string>;
  delivered_at: Date;
  verified_at: ColumnType<Date | null, Date | null | undefined, Date | null>;
}

export interface DownloadFilter {
  events: string[];
  from: string | null;
  until: string | null;
}

export interface DownloadsTable {
  id: string;
  project_id: number;
  content: 'events' | 'people';
  format: 'csv' | 'jsonl' | 'parquet';
  filter: ColumnType<DownloadFilter, string, string>;
  state: 'queued' | 'running' | 'done' | 'failed' | 'cancelled' | 'removed';
  total: ColumnType<number | null, number | null | undefined, number | null>;
  rows: Defaulted<number>;
  size_bytes: ColumnType<number | null, number | null | undefined, number | null>;
  failure: ColumnType<Omit<DeliveryFailure, 'at'> | null, string | null | undefined, string | null>;
  created_by: string;
  created_at: Date;
  started_at: ColumnType<Date | null, Date | null | undefined, Date | null>;
  finished_at: ColumnType<Date | null, Date | null | undefined, Date | null>;
}

export interface ExportTables {
  export_destinations: DestinationsTable;
  export_windows: WindowsTable;
  export_downloads: DownloadsTable;
}
