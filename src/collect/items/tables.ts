import type { ColumnType } from 'kysely';

export interface ItemRow {
  project_id: number;
  type: string;
  id: string;
  properties: ColumnType<Record<string, unknown>, string, string>;
  created_at: Date;
  updated_at: Date;
}

/** PostgreSQL tables of this slice. */
export interface ItemTables {
  items: ItemRow;
}
