import { sql, type Transaction } from 'kysely';
import { jsonText } from '../../kernel/json-text.ts';
import type { CompiledPlan } from './compile-plan.ts';
import { isNamedPersonal, looksPersonal } from './looks-personal.ts';
import { QUARTER_MS, type SeenEvents, type SeenProperty } from './seen.ts';
import type { PlanTables } from './tables.ts';

/** Events of a project, and properties of an event, that are kept; beyond it new names are not learned. */
const EVENTS_KEPT_MAX = 5_000;
const PROPERTIES_KEPT_MAX = 600;
const EXAMPLES_KEPT = 5;

/** What decides where and how the seen is written. */
export interface SeenPlace {
  projectId: number;
  compiled: CompiledPlan;
  /** The project's calendar day of an instant. */
  dayOf(time: number): string;
}

/** Adds what was seen to the tables: increments, so that any number of processes may write. Rows are in order, so that they never wait in a circle. */
export async function writeSeen(tx: Transaction<PlanTables>, seen: SeenEvents, place: SeenPlace): Promise<void> {
  const names = [...seen.keys()].sort();
  await writeEvents(tx, seen, names, place.projectId);
  await writeDays(tx, seen, names, place);
  await writeProperties(tx, seen, names, place);
}

async function writeEvents(tx: Transaction<PlanTables>, seen: SeenEvents, names: readonly string[], projectId: number): Promise<void> {
  const rows = names.map((event) => {
    const one = seen.get(event);
    return { event, first: iso(one?.firstSeen), last: iso(one?.lastSeen), sampled: one?.sampled ?? 0 };
  });
  await sql`
    INSERT INTO seen_events AS known (project_id, event, first_seen, last_seen, sampled)
    SELECT ${projectId}::int, fresh.event, fresh.first, fresh.last, fresh.sampled
    FROM jsonb_to_recordset(${jsonText(rows)}::jsonb) AS fresh (event text, first timestamptz, last timestamptz, sampled bigint)
    WHERE (SELECT count(*) FROM seen_events WHERE project_id = ${projectId}::int) < ${EVENTS_KEPT_MAX}
      OR EXISTS (SELECT 1 FROM seen_events old WHERE old.project_id = ${projectId}::int AND old.event = fresh.event)
    ORDER BY fresh.event
    ON CONFLICT (project_id, event) DO UPDATE SET
      first_seen = least(known.first_seen, excluded.first_seen), last_seen = greatest(known.last_seen, excluded.last_seen),
      sampled = known.sampled + excluded.sampled`.execute(tx);
}

async function writeDays(tx: Transaction<PlanTables>, seen: SeenEvents, names: readonly string[], { projectId, dayOf }: SeenPlace): Promise<void> {
  const rows = names.flatMap((event) => {
    const days = new Map<string, number>();
    for (const [quarter, count] of seen.get(event)?.quarters ?? []) {
      const day = dayOf(quarter * QUARTER_MS);
      days.set(day, (days.get(day) ?? 0) + count);
    }
    return [...days].map(([day, count]) => ({ event, day, count }));
  });
  await sql`
    INSERT INTO seen_event_days AS known (project_id, event, day, count)
    SELECT ${projectId}::int, fresh.event, fresh.day, fresh.count
    FROM jsonb_to_recordset(${jsonText(rows)}::jsonb) AS fresh (event text, day date, count bigint)
    JOIN seen_events ON seen_events.project_id = ${projectId}::int AND seen_events.event = fresh.event
    ORDER BY fresh.event, fresh.day
    ON CONFLICT (project_id, event, day) DO UPDATE SET count = known.count + excluded.count`.execute(tx);
}

async function writeProperties(tx: Transaction<PlanTables>, seen: SeenEvents, names: readonly string[], place: SeenPlace): Promise<void> {
  const rows = names.flatMap((event) =>
    [...(seen.get(event)?.properties ?? [])].map(([property, one]) => ({
      event,
      property,
      first: iso(one.firstSeen),
      last: iso(one.lastSeen),
      ...countsOf(one),
      examples: examplesOf(place.compiled, event, property, one),
    })),
  );
  if (rows.length === 0) return;
  await sql`
    INSERT INTO seen_properties AS known
      (project_id, event, property, first_seen, last_seen, strings, datetimes, numbers, integers, booleans, lists, objects, examples)
    SELECT ${place.projectId}::int, fresh.event, fresh.property, fresh.first, fresh.last,
      fresh.strings, fresh.datetimes, fresh.numbers, fresh.integers, fresh.booleans, fresh.lists, fresh.objects, fresh.examples
    FROM jsonb_to_recordset(${jsonText(rows)}::jsonb) AS fresh (event text, property text, first timestamptz, last timestamptz, strings bigint,
      datetimes bigint, numbers bigint, integers bigint, booleans bigint, lists bigint, objects bigint, examples text[])
    JOIN seen_events ON seen_events.project_id = ${place.projectId}::int AND seen_events.event = fresh.event
    LEFT JOIN (SELECT event, count(*) AS count FROM seen_properties
      WHERE project_id = ${place.projectId}::int AND event = ANY(${names}::text[]) GROUP BY event) AS kept ON kept.event = fresh.event
    WHERE coalesce(kept.count, 0) < ${PROPERTIES_KEPT_MAX} OR EXISTS (SELECT 1 FROM seen_properties old
      WHERE old.project_id = ${place.projectId}::int AND old.event = fresh.event AND old.property = fresh.property)
    ORDER BY fresh.event, fresh.property
    ON CONFLICT (project_id, event, property) DO UPDATE SET
      first_seen = least(known.first_seen, excluded.first_seen), last_seen = greatest(known.last_seen, excluded.last_seen),
      strings = known.strings + excluded.strings, datetimes = known.datetimes + excluded.datetimes, numbers = known.numbers + excluded.numbers,
      integers = known.integers + excluded.integers, booleans = known.booleans + excluded.booleans, lists = known.lists + excluded.lists,
      objects = known.objects + excluded.objects,
      examples = CASE WHEN cardinality(known.examples) >= ${EXAMPLES_KEPT} THEN known.examples ELSE ARRAY(
        SELECT example FROM unnest(known.examples || excluded.examples) WITH ORDINALITY AS one (example, place)
        GROUP BY example ORDER BY min(place) LIMIT ${EXAMPLES_KEPT}) END`.execute(tx);
}

function countsOf({ types }: SeenProperty) {
  return {
    strings: types.string ?? 0,
    datetimes: types.datetime ?? 0,
    numbers: types.number ?? 0,
    integers: types.integer ?? 0,
    booleans: types.boolean ?? 0,
    lists: types.list ?? 0,
    objects: types.object ?? 0,
  };
}

/** Values that nobody minds to see: not those of properties that are marked, that are named after somebody, or that look like somebody's. */
function examplesOf(compiled: CompiledPlan, event: string, property: string, one: SeenProperty): string[] {
  const exposure = compiled.exposure(event === '' ? undefined : event, property);
  if (exposure === 'hidden') return [];
  if (exposure === 'public') return [...one.examples];
  return isNamedPersonal(property, event === '') ? [] : [...one.examples].filter((example) => !looksPersonal(example));
}

function iso(time: number | undefined): string {
  return new Date(Number.isFinite(time) ? (time as number) : 0).toISOString();
}
