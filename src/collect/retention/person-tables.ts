import { sql } from 'kysely';
import type { ClickHouse } from '../../kernel/clickhouse/clickhouse.ts';
import type { Postgres } from '../../kernel/postgres/postgres.ts';
import type { ErasureScope } from './api.ts';
import type { Held } from './contract.ts';

/** Waits until the rows are gone from the disk, and not only marked. */
const mutation = { settings: { mutations_sync: 1 }, maxSeconds: 590, lane: 'write' } as const;

/** Every table that names people by project and number, in both stores: what nobody can forget to erase. */
export class PersonTables {
  readonly #postgres: Postgres;
  readonly #clickhouse: ClickHouse;
  /** Tables of slices that see to them by themselves. */
  readonly #isLeftOut: (table: string) => boolean;

  constructor(parts: { postgres: Postgres; clickhouse: ClickHouse; isLeftOut(table: string): boolean }) {
    this.#postgres = parts.postgres;
    this.#clickhouse = parts.clickhouse;
    this.#isLeftOut = parts.isLeftOut;
  }

  async count(scope: ErasureScope): Promise<Held[]> {
    const held: Held[] = [];
    for (const table of await this.#stateTables()) held.push({ store: 'postgres', table, rows: await this.#countState(table, scope) });
    for (const table of await this.#streamTables()) held.push({ store: 'clickhouse', table, rows: await this.#countStream(table, scope) });
    return held;
  }

  async eraseState({ projectId, numbers }: ErasureScope): Promise<void> {
    for (const table of await this.#stateTables())
      await sql`DELETE FROM ${sql.table(table)} WHERE project_id = ${projectId} AND person_id = ANY(${numbers}::bigint[])`.execute(
        this.#postgres.as(),
      );
  }

  async eraseStream(scope: ErasureScope): Promise<void> {
    for (const table of await this.#streamTables()) {
      if ((await this.#countStream(table, scope)) === 0) continue;
      await this.#clickhouse.commandOnEachShard(
        `ALTER TABLE ${this.#clickhouse.localTable(table)} DELETE WHERE project_id = {projectId:UInt32} AND person_id IN (${numbersOf(scope)})`,
        { projectId: scope.projectId },
        mutation,
      );
    }
  }

  async #countState(table: string, { projectId, numbers }: ErasureScope): Promise<number> {
    const { rows } = await sql<{ count: number }>`
      SELECT count(*)::int AS count FROM ${sql.table(table)} WHERE project_id = ${projectId} AND person_id = ANY(${numbers}::bigint[])
    `.execute(this.#postgres.as());
    return rows[0]?.count ?? 0;
  }

  async #countStream(table: string, scope: ErasureScope): Promise<number> {
    const rows = await this.#clickhouse.query<{ count: number }>(
      `SELECT count() AS count FROM ${table} WHERE project_id = {projectId:UInt32} AND person_id IN (${numbersOf(scope)})`,
      { projectId: scope.projectId },
    );
    return rows[0]?.count ?? 0;
  }

  async #stateTables(): Promise<string[]> {
    const { rows } = await sql<{ name: string }>`
      SELECT columns.table_name AS name
      FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
      WHERE table_schema = current_schema() AND table_type = 'BASE TABLE' AND column_name IN ('project_id', 'person_id')
      GROUP BY columns.table_name HAVING count(*) = 2 ORDER BY 1
    `.execute(this.#postgres.as());
    return rows.map((row) => row.name).filter((table) => !this.#isLeftOut(table));
  }

  async #streamTables(): Promise<string[]> {
    const rows = await this.#clickhouse.query<{ found: string }>(
      `SELECT table AS found FROM system.columns
      WHERE database = currentDatabase() AND name IN ('project_id', 'person_id')
        AND table IN (SELECT name FROM system.tables WHERE database = currentDatabase() AND engine LIKE '%MergeTree')
      GROUP BY table HAVING count() = 2 ORDER BY table`,
    );
    const isSharded = this.#clickhouse.cluster !== undefined;
    return rows.map(({ found }) => (isSharded ? found.replace(/_local$/, '') : found));
  }
}

function numbersOf({ numbers }: ErasureScope): string {
  if (numbers.length === 0 || !numbers.every((id) => Number.isInteger(id) && id > 0)) throw new TypeError('Numbers of people are whole and positive');
  return numbers.join(',');
}
