import { sql, type Transaction } from 'kysely';
import { jsonText } from '../../kernel/json-text.ts';
import type { IncomingEvent } from '../stream/contract.ts';
import { isNamedPersonal, looksPersonal } from './looks-personal.ts';
import type { PlanTables } from './tables.ts';
import type { Violation } from './verdict.ts';

/** Different violations that are told apart between two writings, and in a day. */
const KEYS_MAX = 2_000;
const KEYS_A_DAY_MAX = 5_000;
const NAME_LENGTH_MAX = 200;
const LIBRARY_LENGTH_MAX = 60;

interface Counted {
  event: string;
  kind: string;
  name: string;
  isTrait: boolean;
  library: string;
  count: number;
  firstAt: number;
  lastAt: number;
  sample: { messageId: string; expected?: string; found?: string };
}

/** Violations of one project since the last writing. */
export type CountedViolations = Map<string, Counted>;

/** The client that sent an event, as it names itself. */
export function libraryOf(event: IncomingEvent): string {
  const { library } = event.context;
  if (typeof library !== 'object' || library === null) return '';
  const { name } = library as { name?: unknown };
  return typeof name === 'string' ? name.slice(0, LIBRARY_LENGTH_MAX) : '';
}

/** Counts what was found in one event. Names beyond the bound are counted together under `*`. */
export function countViolations(counted: CountedViolations, event: IncomingEvent, found: readonly Violation[], now: number): void {
  const library = libraryOf(event);
  for (const violation of found) {
    let name = violation.name.slice(0, NAME_LENGTH_MAX);
    let eventName = event.event.slice(0, NAME_LENGTH_MAX);
    let key = keyOf(eventName, violation, name, library);
    if (counted.size >= KEYS_MAX && !counted.has(key)) {
      name = '';
      eventName = '*';
      key = keyOf(eventName, violation, name, library);
    }
    const known = counted.get(key);
    if (known) {
      known.count += 1;
      known.lastAt = now;
      continue;
    }
    const isTrait = violation.isTrait ?? false;
    counted.set(key, {
      event: eventName,
      kind: violation.kind,
      name,
      isTrait,
      library,
      count: 1,
      firstAt: now,
      lastAt: now,
      sample: sampleOf(event, violation),
    });
  }
}

function keyOf(event: string, violation: Violation, name: string, library: string): string {
  return `${event}\n${violation.kind}\n${violation.isTrait ? 1 : 0}${name}\n${library}`;
}

function sampleOf(event: IncomingEvent, { name, expected, found, isTrait }: Violation): Counted['sample'] {
  const isShown = found !== undefined && !isNamedPersonal(name, isTrait) && !looksPersonal(found);
  return { messageId: event.messageId.slice(0, 255), ...(expected !== undefined && { expected }), ...(isShown && { found }) };
}

/** Adds counts that could not be written to those of meanwhile. */
export function addViolations(into: CountedViolations, from: CountedViolations): void {
  for (const [key, one] of from) {
    const known = into.get(key);
    if (!known) into.set(key, one);
    else {
      known.count += one.count;
      known.firstAt = Math.min(known.firstAt, one.firstAt);
    }
  }
}

/** Adds counts to the table. The first sample of a day stays. */
export async function writeViolations(
  tx: Transaction<PlanTables>,
  counted: CountedViolations,
  place: { projectId: number; dayOf(time: number): string },
): Promise<void> {
  const { projectId, dayOf } = place;
  const rows = [...counted.values()].map((one) => ({
    ...one,
    day: dayOf(one.lastAt),
    first: new Date(one.firstAt).toISOString(),
    last: new Date(one.lastAt).toISOString(),
  }));
  await sql`
    INSERT INTO plan_violations AS known (project_id, day, event, kind, name, is_trait, library, count, first_at, last_at, sample)
    SELECT ${projectId}::int, fresh.day, fresh.event, fresh.kind, fresh.name, fresh."isTrait", fresh.library, fresh.count, fresh.first, fresh.last, fresh.sample
    FROM jsonb_to_recordset(${jsonText(rows)}::jsonb) AS fresh (day date, event text, kind text, name text, "isTrait" boolean, library text,
      count bigint, first timestamptz, last timestamptz, sample jsonb)
    WHERE (SELECT count(*) FROM plan_violations WHERE project_id = ${projectId}::int AND day = fresh.day) < ${KEYS_A_DAY_MAX}
      OR EXISTS (SELECT 1 FROM plan_violations old WHERE old.project_id = ${projectId}::int AND old.day = fresh.day AND old.event = fresh.event
        AND old.kind = fresh.kind AND old.name = fresh.name AND old.is_trait = fresh."isTrait" AND old.library = fresh.library)
    ORDER BY fresh.day, fresh.event, fresh.kind, fresh.name, fresh."isTrait", fresh.library
    ON CONFLICT (project_id, day, event, kind, name, is_trait, library) DO UPDATE SET
      count = known.count + excluded.count, first_at = least(known.first_at, excluded.first_at), last_at = greatest(known.last_at, excluded.last_at)`.execute(
    tx,
  );
}
