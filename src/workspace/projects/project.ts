import type { Kysely, Selectable, Transaction } from 'kysely';
import { type Project, refuse } from './contract.ts';
import type { ProjectRow, ProjectTables } from './tables.ts';

/** What a new project is made of. */
export interface NewProject {
  name: string;
  timeZone: string;
  /** ISO 4217; `CNY` unless given. */
  currency?: string;
  isDemo?: boolean;
}

/** Inserts the row. Throws `projects.unknown_time_zone`, `projects.unknown_currency`. */
export async function insertProject(tx: Transaction<ProjectTables>, now: number, input: NewProject): Promise<Project> {
  const row = await tx
    .insertInto('projects')
    .values({
      name: input.name,
      time_zone: knownTimeZone(input.timeZone),
      currency: knownCurrency(input.currency ?? 'CNY'),
      is_demo: input.isDemo ?? false,
      created_at: new Date(now),
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  return presentProject(row);
}

/** Sets what is given. Throws `projects.unknown_project` and the refusals of `insertProject`. */
export async function changeProject(
  tx: Transaction<ProjectTables>,
  projectId: number,
  changes: { name?: string | undefined; timeZone?: string | undefined; currency?: string | undefined },
): Promise<Project> {
  const row = await tx
    .updateTable('projects')
    .set({
      // Setting a column to itself keeps an update without changes valid.
      name: (is) => (changes.name === undefined ? is.ref('name') : is.val(changes.name)),
      ...(changes.timeZone !== undefined && { time_zone: knownTimeZone(changes.timeZone) }),
      ...(changes.currency !== undefined && { currency: knownCurrency(changes.currency) }),
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

const timeZones = new Set(Intl.supportedValuesOf('timeZone'));
const currencies = new Set(Intl.supportedValuesOf('currency'));
/** `Area/City`, `UTC`, `Etc/GMT+8`. Bare offsets such as `+08:00` are known to JavaScript but not to ClickHouse. */
const timeZoneForm = /^[A-Za-z][A-Za-z0-9_+-]*(\/[A-Za-z0-9_+-]+)*$/;

/** The zone in its usual spelling: ClickHouse minds upper and lower case. Throws `projects.unknown_time_zone`. */
export function knownTimeZone(name: string): string {
  if (timeZones.has(name)) return name;
  try {
    if (timeZoneForm.test(name)) return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone;
  } catch (error) {
    throw refuse('unknown_time_zone', { details: { timeZone: name }, cause: error });
  }
  throw refuse('unknown_time_zone', { details: { timeZone: name } });
}

function knownCurrency(code: string): string {
  if (!currencies.has(code)) throw refuse('unknown_currency', { details: { currency: code } });
  return code;
}
