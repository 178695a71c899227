import type { ColumnType, Generated } from 'kysely';
import type { PlanChange } from './plan-changes.ts';
import type { PlanDocument } from './plan-document.ts';
import type { QuarantineFilter, QuarantineState } from './quarantine-states.ts';
import type { Violation } from './verdict.ts';

type Json<T> = ColumnType<T, string, string>;

export interface PlanTables {
  tracking_plans: { project_id: number; version: number; document: Json<PlanDocument>; updated_at: Date };
  tracking_plan_versions: {
    project_id: number;
    version: number;
    changes: Json<PlanChange[]>;
    note: string;
    author: string | null;
    created_at: Date;
  };
  seen_events: { project_id: number; event: string; first_seen: Date; last_seen: Date; sampled: number; surveyed_at: Date | null };
  seen_event_days: { project_id: number; event: string; day: string; count: number };
  seen_properties: SeenPropertiesTable;
  plan_surveys: { project_id: number; surveyed_at: Date };
  plan_violations: PlanViolationsTable;
  quarantined_events: QuarantinedEventsTable;
  quarantine_replays: QuarantineReplaysTable;
}

interface SeenPropertiesTable {
  project_id: number;
  event: string;
  property: string;
  first_seen: Date;
  last_seen: Date;
  strings: number;
  datetimes: number;
  numbers: number;
  integers: number;
  booleans: number;
  lists: number;
  objects: number;
  examples: string[];
}

interface PlanViolationsTable {
  project_id: number;
  day: string;
  event: string;
  kind: string;
  name: string;
  is_trait: boolean;
  library: string;
  count: number;
  first_at: Date;
  last_at: Date;
  sample: Json<{ messageId: string; expected?: string; found?: string }>;
}

export interface QuarantineReplaysTable {
  id: string;
  project_id: number;
  filter: Json<QuarantineFilter>;
  state: 'running' | 'done' | 'stopped';
  position: number;
  last_id: number;
  total: number;
  replayed: number;
  duplicates: number;
  waiting: number;
  failure: string | null;
  created_at: Date;
  finished_at: Date | null;
}

export interface QuarantinedEventsTable {
  id: Generated<number>;
  project_id: number;
  message_id: string;
  event: string;
  state: QuarantineState;
  was_refused: boolean;
  kinds: string[];
  violations: Json<Violation[]>;
  library: string;
  source: string;
  received_at: Date;
  sent_at: Date | null;
  body: string;
  person_ids: Generated<string[]>;
  outcome: string | null;
  settled_at: Date | null;
}
