import type { ColumnType, Generated } from 'kysely';
import type { ErasureProof } from './contract.ts';

type Json<T> = ColumnType<T, string, string>;

/** Rows of this slice's PostgreSQL tables. */
export interface RetentionTables {
  retention_rules: { project_id: number; event: string; keep_days: number | null; changed_at: Date };
  retention_runs: {
    id: Generated<number>;
    project_id: number;
    cause: 'daily' | 'member';
    state: 'running' | 'done' | 'failed';
    cuts: Json<{ event: string; keepFrom: string | null }[]>;
    days: Json<string[]>;
    deleted: Json<{ event: string; events: number }[]>;
    started_at: Date;
    finished_at: Date | null;
    error: string | null;
  };
  erasures: {
    id: string;
    project_id: number;
    number: number;
    numbers: number[];
    external_ids: Json<{ kind: string; value: string }[]> | null;
    texts: ColumnType<string[] | null, string, string | null>;
    state: 'waiting' | 'erasing' | 'done' | 'failed';
    requested_by: string;
    requested_at: Date;
    finished_at: Date | null;
    proof: ColumnType<ErasureProof | null, string | null, string | null>;
    error: string | null;
  };
}
