import type { ColumnType } from 'kysely';
import type { Mapping } from '../imports/contract.ts';
import type { Connection, CursorRule, Question, Schedule } from './contract.ts';

type Json<Value> = ColumnType<Value, string, string>;
type Defaulted<Value> = ColumnType<Value, Value | undefined, Value>;
type Nullable<Value> = ColumnType<Value | null, Value | null | undefined, Value | null>;

export interface PullsTable {
  id: string;
  project_id: number;
  name: string;
  connection: Json<Connection>;
  sealed_password: string;
  question: Json<Question>;
  mapping: Json<Mapping>;
  cursor: ColumnType<CursorRule | null, string | null, string | null>;
  cursor_value: Nullable<string>;
  schedule: Json<Schedule>;
  state: 'running' | 'paused';
  attempts: Defaulted<number>;
  next_at: Date;
  runner: Nullable<string>;
  leased_until: Nullable<Date>;
  created_at: Date;
}

export interface PullRefusal {
  line: number;
  code: string;
  details: Record<string, unknown>;
}

export interface PullRunsTable {
  id: string;
  pull_id: string;
  project_id: number;
  state: 'running' | 'done' | 'failed';
  rows: Defaulted<number>;
  accepted: Defaulted<number>;
  unchanged: Defaulted<number>;
  refused: Defaulted<number>;
  refusals: ColumnType<PullRefusal[], string | undefined, string>;
  failure: ColumnType<{ code: string; details: Record<string, unknown> } | null, string | null | undefined, string | null>;
  started_at: Date;
  finished_at: Nullable<Date>;
}

export interface PullPeopleTable {
  pull_id: string;
  person: string;
  said: string;
}

export interface PullTables {
  pulls: PullsTable;
  pull_runs: PullRunsTable;
  pull_people: PullPeopleTable;
}
