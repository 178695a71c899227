import { afterAll, beforeAll, expect, test } from 'vitest';
import { columnsOf } from '../../kernel/testing/columns-of.ts';
import type { PlanTables } from './tables.ts';
import { openTrackingPlan, type TestPlan } from './testing/open-tracking-plan.ts';

let on: TestPlan;
beforeAll(async () => {
  on = await openTrackingPlan();
});
afterAll(() => on.close());

const tables = {
  tracking_plans: { project_id: true, version: true, document: true, updated_at: true },
  tracking_plan_versions: { project_id: true, version: true, changes: true, note: true, author: true, created_at: true },
  seen_events: { project_id: true, event: true, first_seen: true, last_seen: true, sampled: true, surveyed_at: true },
  seen_event_days: { project_id: true, event: true, day: true, count: true },
  seen_properties: {
    project_id: true,
    event: true,
    property: true,
    first_seen: true,
    last_seen: true,
    strings: true,
    datetimes: true,
    numbers: true,
    integers: true,
    booleans: true,
    lists: true,
    objects: true,
    examples: true,
  },
  plan_surveys: { project_id: true, surveyed_at: true },
  plan_violations: {
    project_id: true,
    day: true,
    event: true,
    kind: true,
    name: true,
    is_trait: true,
    library: true,
    count: true,
    first_at: true,
    last_at: true,
    sample: true,
  },
  quarantined_events: {
    id: true,
    project_id: true,
    message_id: true,
    event: true,
    state: true,
    was_refused: true,
    kinds: true,
    violations: true,
    library: true,
    source: true,
    received_at: true,
    sent_at: true,
    body: true,
    person_ids: true,
    outcome: true,
    settled_at: true,
  },
  quarantine_replays: {
    id: true,
    project_id: true,
    filter: true,
    state: true,
    position: true,
    last_id: true,
    total: true,
    replayed: true,
    duplicates: true,
    waiting: true,
    failure: true,
    created_at: true,
    finished_at: true,
  },
} satisfies { [Table in keyof PlanTables]: Record<keyof PlanTables[Table], true> };

test('the row types are the tables as the migrations leave them', async () => {
  for (const [table, columns] of Object.entries(tables)) expect(await columnsOf(on.kernel.postgres, table)).toEqual(Object.keys(columns).sort());
});
