import { sql } from 'kysely';
import type { Postgres } from '../../../kernel/postgres/postgres.ts';

/** The end of the year 9999: what PostgreSQL reads in ISO form. */
const TIME_MAX_MS = 253_402_300_799_000;

/** Two people claim an id and a rule kept them apart. Times are ms. */
export interface IdConflict {
  kind: string;
  value: string;
  heldBy: number;
  wantedBy: number;
  reason: string;
  outcome: string;
  times: number;
  firstAt: number;
  lastAt: number;
}

/** Which ids do two people claim, the latest first? `before` (ms, exclusive) goes on behind the last one shown. */
export async function idConflicts(
  postgres: Postgres,
  asked: { projectId: number; before?: number | undefined; limit: number },
): Promise<IdConflict[]> {
  const before = new Date(Math.min(asked.before ?? TIME_MAX_MS, TIME_MAX_MS)).toISOString();
  const { rows } = await sql<{
    kind: string;
    value: string;
    held_by: number;
    wanted_by: number;
    reason: string;
    outcome: string;
    times: number;
    first_at: Date;
    last_at: Date;
  }>`
    SELECT kind, value, held_by, wanted_by, reason, outcome, times, first_at, last_at FROM identity_conflicts
    WHERE project_id = ${asked.projectId} AND last_at < ${before}::timestamptz ORDER BY last_at DESC, id DESC LIMIT ${asked.limit}
  `.execute(postgres.as());
  return rows.map((row) => ({
    kind: row.kind,
    value: row.value,
    heldBy: row.held_by,
    wantedBy: row.wanted_by,
    reason: row.reason,
    outcome: row.outcome,
    times: row.times,
    firstAt: row.first_at.getTime(),
    lastAt: row.last_at.getTime(),
  }));
}

/** Changes of traits that did not fit the value that stood there. Times are ms. */
export interface TraitConflict {
  trait: string;
  operation: string;
  had: string;
  got: string;
  /** True: the value was set all the same. False: it was kept out. */
  isApplied: boolean;
  times: number;
  lastAt: number;
  lastPerson: number;
}

/** Which changes of traits did not fit, the latest first? 500 at most. */
export async function traitConflicts(postgres: Postgres, projectId: number): Promise<TraitConflict[]> {
  const { rows } = await sql<{
    trait: string;
    operation: string;
    had: string;
    got: string;
    is_applied: boolean;
    times: number;
    last_at: Date;
    last_person: number;
  }>`SELECT trait, operation, had, got, is_applied, times, last_at, last_person FROM trait_conflicts WHERE project_id = ${projectId}
    ORDER BY last_at DESC, trait LIMIT 500`.execute(postgres.as());
  return rows.map(({ trait, operation, had, got, is_applied, times, last_at, last_person }) => ({
    trait,
    operation,
    had,
    got,
    isApplied: is_applied,
    times,
    lastAt: last_at.getTime(),
    lastPerson: last_person,
  }));
}
