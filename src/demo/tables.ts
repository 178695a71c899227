import type { ColumnType } from 'kysely';

export interface DemoProjectsTable {
  project_id: number;
  state: 'waiting' | 'importing' | 'ready' | 'failed';
  total: ColumnType<number, number | undefined>;
  done: ColumnType<number, number | undefined>;
  /** `YYYY-MM-DD` */
  ends_on: ColumnType<string, string, never>;
  is_live: ColumnType<boolean, boolean | undefined>;
  lease_until: ColumnType<Date | null, Date | null | undefined>;
}

export interface DemoTables {
  demo_projects: DemoProjectsTable;
}
