import type { Kysely, Selectable, Transaction } from 'kysely';
import type { ClickHouse } from '../../kernel/clickhouse/clickhouse.ts';
import { type Project, refuse } from './contract.ts';
import { timeZoneSpelling } from './queries/time-zone-spelling.ts';
import type { ProjectRow, ProjectTables } from './tables.ts';

/** What a new project is made of. */
export interface NewProject {
  name: string;
  timeZone: string;
  /** ISO 4217; `CNY` unless given. */
  currency?: string;
  isDemo?: boolean;
}

/** A missing key keeps. */
export interface ProjectChanges {
  name?: string | undefined;
  timeZone?: string | undefined;
  currency?: string | undefined;
}

/** Inserts the row; zone and currency are known ones. */
export async function insertProject(tx: Transaction<ProjectTables>, now: number, input: NewProject): Promise<Project> {
  const row = await tx
    .insertInto('projects')
    .values({
      name: input.name,
      time_zone: input.timeZone,
      currency: input.currency ?? 'CNY',
      is_demo: input.isDemo ?? false,
      created_at: new Date(now),
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  return presentProject(row);
}

/** Sets what is given; zone and currency are known ones. Throws `projects.unknown_project`. */
export async function changeProject(tx: Transaction<ProjectTables>, projectId: number, changes: ProjectChanges): Promise<Project> {
  const row = await tx
    .updateTable('projects')
    .set({
      // Setting a column to itself keeps an update without changes valid.
      name: (is) => (changes.name === undefined ? is.ref('name') : is.val(changes.name)),
      ...(changes.timeZone !== undefined && { time_zone: changes.timeZone }),
      ...(changes.currency !== undefined && { currency: changes.currency }),
    })
    .where('id', '=', projectId)
    .returningAll()
    .executeTakeFirst();
  if (!row) throw refuse('unknown_project');
  return presentProject(row);
}

export async function findProject(db: Kysely<ProjectTables>, projectId: number): Promise<Project | undefined> {
  const row = await db.selectFrom('projects').selectAll().where('id', '=', projectId).executeTakeFirst();
  return row && presentProject(row);
}

/** By name. `ids` narrows the answer to these projects. */
export async function findProjects(db: Kysely<ProjectTables>, ids?: readonly number[]): Promise<Project[]> {
  if (ids?.length === 0) return [];
  let query = db.selectFrom('projects').selectAll();
  if (ids) query = query.where('id', 'in', ids);
  return (await query.orderBy('name').orderBy('id').execute()).map(presentProject);
}

function presentProject(row: Selectable<ProjectRow>): Project {
  return {
    id: row.id,
    name: row.name,
    timeZone: row.time_zone,
    currency: row.currency,
    isDemo: row.is_demo,
    createdAt: row.created_at.toISOString(),
  };
}

/** `Area/City`, `UTC`, `Etc/GMT+8`. */
const timeZoneForm = /^[A-Za-z][A-Za-z0-9_+-]*(\/[A-Za-z0-9_+-]+)*$/;
const currencies = new Set(Intl.supportedValuesOf('currency'));

/** The zone in its usual spelling; both JavaScript and ClickHouse must know it. Throws `projects.unknown_time_zone`. */
export async function knownTimeZone(clickhouse: ClickHouse, name: string): Promise<string> {
  const spelling = timeZoneForm.test(name) && isKnownHere(name) ? await timeZoneSpelling(clickhouse, name) : undefined;
  if (spelling === undefined) throw refuse('unknown_time_zone', { details: { timeZone: name } });
  return spelling;
}

function isKnownHere(timeZone: string): boolean {
  try {
    Intl.DateTimeFormat('en', { timeZone });
    return true;
  } catch {
    return false;
  }
}

/** Throws `projects.unknown_currency`. */
export function knownCurrency(code: string): string {
  if (!currencies.has(code)) throw refuse('unknown_currency', { details: { currency: code } });
  return code;
}
