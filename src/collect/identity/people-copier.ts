import { type QueryExecutorProvider, sql } from 'kysely';
import type { ClickHouse } from '../../kernel/clickhouse/clickhouse.ts';
import { insertRows } from '../../kernel/clickhouse/insert-rows.ts';
import type { Clock } from '../../kernel/clock.ts';
import { jsonText } from '../../kernel/json-text.ts';
import type { Log } from '../../kernel/log.ts';
import type { Postgres } from '../../kernel/postgres/postgres.ts';
import type { ChangedPeople, TraitChangeRow } from './people-rows.ts';
import { loadPeople } from './queries/load-people.ts';

const COPY_BATCH = 50;
/** Younger changes are still being copied by whoever made them. */
const COPY_AGE_MIN_MS = 120_000;
/** Paths that clash (`a.b` beside `a: {b}`) keep the first; texts that look like dates stay texts. */
const settings = { type_json_skip_duplicated_paths: 1, input_format_try_infer_dates: 0, input_format_try_infer_datetimes: 0 } as const;

/** Copies people into ClickHouse and takes their receipts back. */
export class PeopleCopier {
  readonly #postgres: Postgres;
  readonly #clickhouse: ClickHouse;
  readonly #clock: Clock;
  readonly #log: Log;
  #copied: number[] = [];

  constructor(parts: { postgres: Postgres; clickhouse: ClickHouse; clock: Clock; log: Log }) {
    this.#postgres = parts.postgres;
    this.#clickhouse = parts.clickhouse;
    this.#clock = parts.clock;
    this.#log = parts.log;
  }

  /** Durable in ClickHouse when it resolves; the receipt goes with the next `confirm`. Doing it twice changes nothing. */
  async copy({ rows, history, receipt }: ChangedPeople): Promise<void> {
    const lines = rows.map(
      (row) =>
        `{"project_id":${row.project_id},"person_id":${row.person_id},"traits":${jsonText(row.traits)},"created_at":${row.created_at},"version":${row.version},"gone":${row.gone}}`,
    );
    const [bad] = await Promise.all([
      insertRows(this.#clickhouse, 'people', lines, settings),
      history.length === 0 ? undefined : this.#clickhouse.insert('trait_changes', history.map((row) => jsonText(row)).join('\n')),
    ]);
    // One person who cannot be copied must not keep the others out.
    for (const place of bad) this.#log.error({ personId: rows[place]?.person_id }, 'the traits of a person cannot be copied to the stream store');
    if (receipt !== undefined) this.#copied.push(receipt);
  }

  /** Takes back the receipts of what has been copied. A receipt that stays only makes the copy happen again. */
  async confirm(db: QueryExecutorProvider = this.#postgres.as()): Promise<void> {
    const copied = this.#copied.splice(0);
    if (copied.length > 0) await sql`DELETE FROM people_to_copy WHERE id = ANY(${copied}::bigint[])`.execute(db);
  }

  /** Copies what a crash left uncopied; gives how many people that were. `minAgeMs` 0 takes all, for the start. */
  async copyRest(minAgeMs: number = COPY_AGE_MIN_MS): Promise<number> {
    await this.confirm();
    const until = new Date(this.#clock.now() - minAgeMs).toISOString();
    let count = 0;
    for (;;) {
      const { rows: receipts } = await sql<{ id: number; people: number[]; history: TraitChangeRow[] | null }>`
        SELECT id, people, history FROM people_to_copy WHERE changed_at <= ${until}::timestamptz ORDER BY id LIMIT ${COPY_BATCH}
      `.execute(this.#postgres.as());
      if (receipts.length === 0) return count;
      const rows = await loadPeople(
        receipts.flatMap((receipt) => receipt.people),
        this.#postgres.as(),
      );
      await this.copy({ rows, history: receipts.flatMap((receipt) => receipt.history ?? []), receipt: undefined });
      this.#copied.push(...receipts.map((receipt) => receipt.id));
      await this.confirm();
      count += rows.length;
    }
  }
}
