import { type QueryExecutorProvider, sql } from 'kysely';
import type { ClickHouse } from '../../kernel/clickhouse/clickhouse.ts';
import type { Postgres } from '../../kernel/postgres/postgres.ts';

/** A person as PostgreSQL holds it, on its way into ClickHouse. */
export interface PersonRow {
  project_id: number;
  person_id: number;
  traits: Record<string, unknown>;
  created_at: Date;
  version: number;
  gone: 0 | 1;
}

const COPY_BATCH = 2_000;
/** Paths that clash (`a.b` beside `a: {b}`) keep the first instead of failing the insert. */
export const jsonSettings = { type_json_skip_duplicated_paths: 1 } as const;

/** Copies people into ClickHouse and remembers which versions PostgreSQL may call copied. */
export class PeopleCopier {
  readonly #postgres: Postgres;
  readonly #clickhouse: ClickHouse;
  #copied: PersonRow[] = [];

  constructor(stores: { postgres: Postgres; clickhouse: ClickHouse }) {
    this.#postgres = stores.postgres;
    this.#clickhouse = stores.clickhouse;
  }

  /** Durable in ClickHouse when it resolves; PostgreSQL learns of it with the next `confirm`. Doing it twice changes nothing. */
  async copy(rows: readonly PersonRow[]): Promise<void> {
    if (rows.length === 0) return;
    const text = rows.map((row) => JSON.stringify({ ...row, created_at: clickHouseTime(row.created_at) })).join('\n');
    await this.#clickhouse.insert('people', text, { settings: jsonSettings });
    this.#copied.push(...rows);
  }

  /** Writes down in PostgreSQL what has been copied. */
  async confirm(db: QueryExecutorProvider = this.#postgres.as()): Promise<void> {
    const copied = this.#copied;
    if (copied.length === 0) return;
    this.#copied = [];
    try {
      await sql`
        UPDATE people SET stream_version = copied.version
        FROM unnest(${copied.map((row) => row.project_id)}::int[], ${copied.map((row) => row.person_id)}::bigint[], ${copied.map((row) => row.version)}::bigint[])
          AS copied (project_id, person_id, version)
        WHERE people.project_id = copied.project_id AND people.person_id = copied.person_id AND people.stream_version < copied.version
      `.execute(db);
    } catch (error) {
      this.#copied = [...copied, ...this.#copied];
      throw error;
    }
  }

  /** Copies what a crash left uncopied; gives how many people that were. */
  async copyRest(): Promise<number> {
    await this.confirm();
    let count = 0;
    for (let after = 0; ; ) {
      const { rows } = await sql<PersonRow>`
        SELECT project_id, person_id, traits, created_at, version, CASE WHEN merged_into IS NULL THEN 0 ELSE 1 END AS gone
        FROM people WHERE stream_version < version AND person_id > ${after} ORDER BY person_id LIMIT ${COPY_BATCH}
      `.execute(this.#postgres.as());
      const last = rows.at(-1);
      if (!last) return count;
      await this.copy(rows);
      await this.confirm();
      count += rows.length;
      after = last.person_id;
    }
  }
}

/** `2026-01-31 08:00:00.000`, as ClickHouse reads a DateTime64 in UTC. */
export function clickHouseTime(time: Date | number): string {
  return new Date(time).toISOString().replace('T', ' ').slice(0, 23);
}
