import type { ColumnType } from 'kysely';
import type { Question, QuestionKind } from './questions.ts';

/** PostgreSQL tables of this slice. */
export interface InsightTables {
  insights: InsightRow;
}

export interface InsightRow {
  id: string;
  project_id: number;
  name: string;
  kind: QuestionKind;
  /** As it was saved; read it through `questionSchema`, which fills in what was added since. */
  question: ColumnType<Question, string, string>;
  created_at: Date;
  updated_at: Date;
}
