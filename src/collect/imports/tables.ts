import type { ColumnType } from 'kysely';
import type { Mapping } from './mapping/mapping.ts';
import type { FileShape } from './reading/shape.ts';

type Json<Value> = ColumnType<Value, string | undefined, string>;
type Defaulted<Value> = ColumnType<Value, Value | undefined, Value>;

/** Why something failed: the code of a refusal, or none for what was not expected. */
export interface Failure {
  code: string | null;
  details: Record<string, unknown>;
}

/** What an import of a file added, or a dry run found. */
export interface RunSummary {
  /** Events by name; at most 200 names. */
  events?: Record<string, number>;
  /** Earliest and latest time of the rows taken (ms). */
  from?: number;
  to?: number;
}

export interface ImportsTable {
  id: string;
  project_id: number;
  name: string;
  state: 'queued' | 'running' | 'paused' | 'done' | 'cancelled' | 'failed';
  total: number | null;
  accepted: Defaulted<number>;
  duplicates: Defaulted<number>;
  refused: Defaulted<number>;
  refusals: Json<{ line: number; code: string; message: string }[]>;
  created_at: Date;
  finished_at: Date | null;
  file_id: ColumnType<string | null, string | null | undefined, string | null>;
  mode: Defaulted<'take' | 'check'>;
  mapping: Json<Mapping | null>;
  locale: Defaulted<'en' | 'zh-CN'>;
  wish: Defaulted<'run' | 'pause' | 'cancel'>;
  position: Defaulted<number>;
  bytes_done: Defaulted<number>;
  bytes_total: ColumnType<number | null, number | null | undefined, number | null>;
  bad_bytes: Defaulted<number>;
  summary: Json<RunSummary>;
  failure: ColumnType<Failure | null, string | null | undefined, string | null>;
  worked_ms: Defaulted<number>;
  runner: ColumnType<string | null, string | null | undefined, string | null>;
  leased_until: ColumnType<Date | null, Date | null | undefined, Date | null>;
}

/** Where a linked file lies. */
export type FileLocation =
  | { kind: 'url'; url: string }
  | { kind: 's3'; endpoint: string | null; region: string; bucket: string; key: string; accessKeyId: string; sealedSecret: string };

export interface ImportFilesTable {
  id: string;
  project_id: number;
  name: string;
  origin: 'upload' | 'url' | 's3';
  location: ColumnType<FileLocation | null, string | null | undefined, string | null>;
  state: 'arriving' | 'ready' | 'failed' | 'removed';
  size_bytes: number | null;
  arrived_bytes: Defaulted<number>;
  hash: ColumnType<string | null, string | null | undefined, string | null>;
  shape: ColumnType<FileShape | null, string | null | undefined, string | null>;
  failure: ColumnType<Failure | null, string | null | undefined, string | null>;
  created_at: Date;
  used_at: Date;
}

export interface ImportMappingsTable {
  project_id: number;
  heading: string;
  mapping: ColumnType<Mapping, string, string>;
  used_at: Date;
}

export interface ImportTables {
  imports: ImportsTable;
  import_files: ImportFilesTable;
  import_mappings: ImportMappingsTable;
}
