import type { Parameter } from '../../kernel/clickhouse/clickhouse.ts';
import type { SettledMerges } from './settled-merges.ts';

/**
 * How reads of the stream see through merges that are not rewritten into it. Bind `parameters` beside the query's own.
 * Without merges `person` and `bitmap` return their argument and `parameters` is empty.
 */
export interface Canonical {
  /** SQL: the number of the person whom `column` (UInt32) means today. */
  person(column: string): string;
  /** SQL: the bitmap `expression` (groupBitmap state of UInt32) with merged numbers replaced, one by one: slow. For whole daily sets take `days`. */
  bitmap(expression: string): string;
  /**
   * SQL: a query over the daily sets with merged numbers replaced, over those that `where` (over project_id, event, day) takes, by the expression `by` over them: rows (bucket, bitmap). Without
   * `by` one row (bitmap), also when there are no sets.
   */
  days(asked: { by?: string; where: string }): string;
  parameters: Record<string, Parameter>;
  /** These people and everybody who was merged into them: the numbers under which the stream holds what they did. */
  numbersOf(personIds: Iterable<number>): number[];
  /** Numbers merged away, and at the same place of `winners` the number that stands for each. Chains are flattened. Long: prefer `numbersOf`. */
  readonly losers: readonly number[];
  readonly winners: readonly number[];
}

/** Who stands for somebody now, where that is not what is settled; they themselves when a merge was undone. */
export type Pending = ReadonlyMap<number, number>;

/** No merges: everybody is who they are. */
const identity: Canonical = {
  person: (column) => column,
  bitmap: (expression) => expression,
  days: (asked) => daysQuery(asked, `event_days WHERE ${asked.where}`, (bitmap) => bitmap),
  parameters: {},
  numbersOf: (personIds) => [...new Set(personIds)],
  losers: [],
  winners: [],
};

/** What reads wrap around person numbers: first what changed lately, as a list in the statement, then what is settled, through the dictionary. */
export function canonicalOf(settled: SettledMerges | undefined, pending: Pending): Canonical {
  if (settled === undefined && pending.size === 0) return identity;
  const from = [...pending.keys()].sort((a, b) => a - b);
  const to = from.map((loser) => pending.get(loser) ?? loser);
  const listed = (column: string, otherwise: string): string =>
    from.length === 0 ? otherwise : `transform(${column}, {canonicalLosers:Array(UInt32)}, {canonicalWinners:Array(UInt32)}, ${otherwise})`;
  const person = (column: string): string => (settled ? listed(`toUInt32(${column})`, settled.lookUp(column)) : listed(column, column));
  const transform = (bitmap: string): string =>
    from.length === 0 ? bitmap : `bitmapTransform(${bitmap}, {canonicalLosers:Array(UInt32)}, {canonicalWinners:Array(UInt32)})`;
  const mapped = (bitmap: string): string =>
    settled ? `arrayReduce('groupBitmapState', arrayMap(number -> toUInt32(${person('number')}), bitmapToArray(${bitmap})))` : transform(bitmap);
  let pairs: { losers: readonly number[]; winners: readonly number[] } | undefined;
  const all = () => {
    pairs ??= pairsOf(settled, pending);
    return pairs;
  };
  return {
    person,
    bitmap: mapped,
    days: (asked) =>
      settled?.days
        ? daysQuery(asked, settledDays(asked, settled, settled.days), transform)
        : daysQuery(asked, `event_days WHERE ${asked.where}`, mapped),
    parameters: from.length === 0 ? {} : { canonicalLosers: from, canonicalWinners: to },
    numbersOf: (personIds) => numbersOf(new Set(personIds), settled, pending),
    get losers() {
      return all().losers;
    },
    get winners() {
      return all().winners;
    },
  };
}

function daysQuery({ by }: { by?: string }, source: string, map: (bitmap: string) => string): string {
  const bitmap = `${map('groupBitmapMergeState(people)')} AS bitmap`;
  return by === undefined ? `SELECT ${bitmap} FROM ${source}` : `SELECT ${by} AS bucket, ${bitmap} FROM ${source} GROUP BY bucket`;
}

/**
 * The settled sets, and those that grew since with their numbers looked up: their union is what the sets hold today. What changed since stands for
 * settled winners as for everybody else, so it is put in once, at the end.
 */
function settledDays({ where }: { where: string }, settled: SettledMerges, rows: { settled: string; since: string }): string {
  const people = `arrayReduce('groupBitmapState', arrayMap(number -> toUInt32(${settled.lookUp('number')}), bitmapToArray(people)))`;
  return `(SELECT event, day, people FROM event_days_settled WHERE ${rows.settled} AND ${where}
    UNION ALL SELECT event, day, ${people} AS people FROM event_days WHERE ${rows.since} AND ${where})`;
}

function numbersOf(wanted: ReadonlySet<number>, settled: SettledMerges | undefined, pending: Pending): number[] {
  const numbers = new Set(wanted);
  if (settled) for (const person of wanted) for (const loser of settled.mergedInto(person)) if (!pending.has(loser)) numbers.add(loser);
  for (const [loser, winner] of pending) if (wanted.has(winner)) numbers.add(loser);
  return [...numbers];
}

function pairsOf(settled: SettledMerges | undefined, pending: Pending): { losers: number[]; winners: number[] } {
  const pairs: [number, number][] = [];
  for (const loser of settled?.losers() ?? []) if (!pending.has(loser)) pairs.push([loser, settled?.winnerOf(loser) ?? loser]);
  for (const [loser, winner] of pending) if (winner !== loser) pairs.push([loser, winner]);
  pairs.sort((a, b) => a[0] - b[0]);
  return { losers: pairs.map(([loser]) => loser), winners: pairs.map(([, winner]) => winner) };
}
