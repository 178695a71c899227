import type { Arm } from '../../try/operations/contract.ts';
import type { JourneyDefinition, JourneyState, RunOutcome, StepOutcome } from './contract.ts';

/** PostgreSQL tables of this slice. */
export interface JourneyTables {
  journeys: JourneyRow;
  journey_versions: JourneyVersionRow;
  journey_runs: RunRow;
  journey_steps: StepRow;
  journey_heard: HeardRow;
  journey_refusals: RefusalRow;
}

export interface JourneyRow {
  id: number;
  project_id: number;
  name: string;
  state: JourneyState;
  draft: JourneyDefinition;
  version: number | null;
  created_at: Date;
  updated_at: Date;
  published_at: Date | null;
  archived_at: Date | null;
}

export interface JourneyVersionRow {
  journey_id: number;
  version: number;
  project_id: number;
  definition: JourneyDefinition;
  published_at: Date;
}

/** One person's walk through one version. */
export interface RunRow {
  id: number;
  project_id: number;
  journey_id: number;
  version: number;
  person_id: number;
  arm: Arm;
  state: 'active' | 'ended';
  outcome: RunOutcome;
  node: string | null;
  visit: number;
  is_waiting: boolean;
  resolution: 'met' | null;
  arrived_at: Date;
  due_at: Date;
  wake_at: Date;
  lease_owner: string | null;
  trigger_message_id: string;
  trigger_properties: Record<string, unknown>;
  entered_at: Date;
  goal_until: Date;
  goal_at: Date | null;
  ended_at: Date | null;
}

/** What one step did, once for ever. */
export interface StepRow {
  run_id: number;
  node: string;
  visit: number;
  project_id: number;
  journey_id: number;
  version: number;
  person_id: number;
  outcome: StepOutcome;
  at: Date;
}

export interface HeardRow {
  project_id: number;
  person_id: number;
  event: string;
  time: Date;
  message_id: string;
  properties: Record<string, unknown>;
}

export type RefusalReason = 'once' | 'still_inside' | 'too_soon';

export interface RefusalRow {
  journey_id: number;
  person_id: number;
  reason: RefusalReason;
  project_id: number;
  at: Date;
  times: number;
}
