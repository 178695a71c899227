import type { Generated } from 'kysely';
import type { Goal } from './contract.ts';

/** PostgreSQL tables of this slice. */
export interface OperationTables {
  operations: OperationRow;
  operation_facts: OperationFactsRow;
}

/** Whatever is done to people, with its goal and its control share. */
export interface OperationRow {
  project_id: number;
  operation: string;
  kind: 'journey';
  name: string;
  /** JSON text when written. */
  goal: Goal;
  control_percent: number;
  started_at: Date;
  ended_at: Date | null;
}

/** Facts written in the transactions that made them, on their way to the stream: one row holds the facts of one batch. */
export interface OperationFactsRow {
  id: Generated<number>;
  project_id: number;
  /** JSON text when written, a list of `Fact` when read. */
  facts: unknown;
}
