import type { ColumnType } from 'kysely';

export interface ImportsTable {
  id: string;
  project_id: number;
  name: string;
  state: 'running' | 'done' | 'cancelled';
  total: number | null;
  accepted: ColumnType<number, number | undefined>;
  duplicates: ColumnType<number, number | undefined>;
  refused: ColumnType<number, number | undefined>;
  refusals: ColumnType<{ line: number; code: string; message: string }[], string | undefined, string>;
  created_at: Date;
  finished_at: Date | null;
}

export interface ImportTables {
  imports: ImportsTable;
}
