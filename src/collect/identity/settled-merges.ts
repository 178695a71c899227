import type { ClickHouse } from '../../kernel/clickhouse/clickhouse.ts';

/** Which settled merges of a project count. */
export interface SettledPlace {
  projectId: number;
  version: number;
  form: 'dictionary' | 'join';
  /** Up to when the daily sets of this version hold what came in: seconds since 1970; null: they are not to be read. */
  daysUntil: number | null;
}

/** Merges in one statement while they are written. */
const PAIRS_PER_INSERT = 100_000;
/** Beyond this many numbers a place for each would cost more memory than a hash of those that are merged. */
const FLAT_NUMBERS_MAX = 200_000_000;

/** Name of the table of one version; the dictionary is called the same with `_map` behind it. Versions are the instants (ms) at which they were begun. */
export function settledTable({ projectId, version }: Pick<SettledPlace, 'projectId' | 'version'>): string {
  return `identity_settled_${projectId}_${version}`;
}

/** Merges that ClickHouse knows by a dictionary, held in three arrays: 12 bytes a merge. */
export class SettledMerges {
  readonly #place: SettledPlace;
  readonly #database: string;
  readonly #losers: Uint32Array;
  readonly #winners: Uint32Array;
  /** Places of `#losers`, ordered by winner. */
  readonly #byWinner: Uint32Array;

  private constructor(place: SettledPlace, database: string, pairs: { losers: Uint32Array; winners: Uint32Array; byWinner?: Uint32Array }) {
    this.#place = place;
    this.#database = database;
    this.#losers = pairs.losers;
    this.#winners = pairs.winners;
    this.#byWinner = pairs.byWinner ?? Uint32Array.from(pairs.losers.keys()).sort((a, b) => (pairs.winners[a] ?? 0) - (pairs.winners[b] ?? 0));
  }

  /** Reads one version; costs about 0.3 s for a million. */
  static async read(clickhouse: ClickHouse, place: SettledPlace): Promise<SettledMerges> {
    const [row] = await clickhouse.query<{ database: string; losers: number[]; winners: number[] }>(
      `SELECT currentDatabase() AS database, groupArray(loser) AS losers, groupArray(winner) AS winners FROM (SELECT loser, winner FROM ${settledTable(place)} ORDER BY loser)`,
    );
    return new SettledMerges(place, row?.database ?? 'default', {
      losers: Uint32Array.from(row?.losers ?? []),
      winners: Uint32Array.from(row?.winners ?? []),
    });
  }

  /** The same merges when only their daily sets went on. */
  at(place: SettledPlace): SettledMerges {
    return new SettledMerges(place, this.#database, { losers: this.#losers, winners: this.#winners, byWinner: this.#byWinner });
  }

  get version(): number {
    return this.#place.version;
  }

  /** SQL conditions of the rows of `event_days_settled` to read, and of those of `event_days` that came since; undefined: only `event_days` may be read. */
  get days(): { settled: string; since: string } | undefined {
    const { version, daysUntil } = this.#place;
    return daysUntil === null ? undefined : { settled: `version = ${version}`, since: `changed_at >= toDateTime(${daysUntil})` };
  }

  get size(): number {
    return this.#losers.length;
  }

  losers(): Iterable<number> {
    return this.#losers;
  }

  winnerOf(loser: number): number | undefined {
    const place = lowerBound(this.#losers.length, (index) => (this.#losers[index] ?? 0) < loser);
    return this.#losers[place] === loser ? this.#winners[place] : undefined;
  }

  /** Everybody who was merged into this person. */
  mergedInto(winner: number): number[] {
    const numbers: number[] = [];
    const winnerAt = (index: number): number => this.#winners[this.#byWinner[index] ?? 0] ?? 0;
    for (let index = lowerBound(this.#byWinner.length, (each) => winnerAt(each) < winner); index < this.#byWinner.length; index += 1) {
      if (winnerAt(index) !== winner) break;
      numbers.push(this.#losers[this.#byWinner[index] ?? 0] ?? 0);
    }
    return numbers;
  }

  /** SQL: the settled winner of `column`, or the column itself. */
  lookUp(column: string): string {
    return lookUpSettled(this.#place, this.#database, column);
  }
}

/** SQL: the winner of `column` in this version, or the column itself. */
export function lookUpSettled(place: Omit<SettledPlace, 'daysUntil'>, database: string, column: string): string {
  const name = `'${database}.${settledTable(place)}_map'`;
  return place.form === 'dictionary'
    ? `dictGetOrDefault(${name}, 'winner', toUInt64(${column}), toUInt32(${column}))`
    : `ifNull(joinGetOrNull(${name}, 'winner', toUInt32(${column})), toUInt32(${column}))`;
}

function lowerBound(length: number, isBefore: (index: number) => boolean): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isBefore(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Writes one version on every shard, ready to be asked; gives how it is asked. */
export async function writeSettled(
  clickhouse: ClickHouse,
  place: Pick<SettledPlace, 'projectId' | 'version'>,
  winners: ReadonlyMap<number, number>,
): Promise<SettledPlace['form']> {
  const table = settledTable(place);
  // What a process left behind that died at this very version.
  await clickhouse.commandOnEachShard(`DROP DICTIONARY IF EXISTS ${table}_map`);
  await clickhouse.commandOnEachShard(`DROP TABLE IF EXISTS ${table}`);
  await clickhouse.commandOnEachShard(`CREATE TABLE IF NOT EXISTS ${table} (loser UInt32, winner UInt32) ENGINE = MergeTree ORDER BY loser`);
  const losers = [...winners.keys()].sort((a, b) => a - b);
  for (let from = 0; from < losers.length; from += PAIRS_PER_INSERT) {
    const some = losers.slice(from, from + PAIRS_PER_INSERT);
    await clickhouse.commandOnEachShard(
      `INSERT INTO ${table} SELECT pair.1, pair.2 FROM (SELECT arrayJoin(arrayZip({losers:Array(UInt32)}, {winners:Array(UInt32)})) AS pair)`,
      { losers: some, winners: some.map((loser) => winners.get(loser) ?? loser) },
    );
  }
  const numberMax = losers.at(-1) ?? 0;
  try {
    const layout =
      numberMax < FLAT_NUMBERS_MAX ? `FLAT(INITIAL_ARRAY_SIZE ${numberMax + 1} MAX_ARRAY_SIZE ${FLAT_NUMBERS_MAX + 1})` : 'HASHED_ARRAY()';
    await clickhouse.commandOnEachShard(
      `CREATE DICTIONARY IF NOT EXISTS ${table}_map (loser UInt64, winner UInt32) PRIMARY KEY loser SOURCE(CLICKHOUSE(TABLE '${table}')) LAYOUT(${layout}) LIFETIME(0)`,
    );
    await clickhouse.commandOnEachShard(`SYSTEM RELOAD DICTIONARY ${table}_map`);
    return 'dictionary';
  } catch {
    // A server whose default user has a password does not let its own dictionaries read its tables: the slower way needs no user.
    await clickhouse.commandOnEachShard(`DROP DICTIONARY IF EXISTS ${table}_map`);
    await clickhouse.commandOnEachShard(`CREATE TABLE IF NOT EXISTS ${table}_map (loser UInt32, winner UInt32) ENGINE = Join(ANY, LEFT, loser)`);
    await clickhouse.commandOnEachShard(`INSERT INTO ${table}_map SELECT loser, winner FROM ${table}`);
    return 'join';
  }
}

/** Drops versions that no query can ask any more. */
export async function dropSettled(clickhouse: ClickHouse, projectId: number, olderThan: number): Promise<void> {
  const rows = await clickhouse.query<{ name: string; engine: string }>(
    `SELECT DISTINCT name, engine FROM system.tables WHERE database = currentDatabase() AND startsWith(name, {prefix:String}) ORDER BY name DESC`,
    { prefix: `identity_settled_${projectId}_` },
  );
  for (const { name, engine } of rows) {
    const version = Number(/_(\d+)(?:_map)?$/.exec(name)?.[1] ?? Number.NaN);
    if (!(version < olderThan)) continue;
    await clickhouse.commandOnEachShard(`DROP ${engine === 'Dictionary' ? 'DICTIONARY' : 'TABLE'} IF EXISTS ${name}`);
  }
}
