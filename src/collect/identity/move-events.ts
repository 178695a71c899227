import { type QueryExecutorProvider, sql } from 'kysely';
import type { Parameter } from '../../kernel/clickhouse/clickhouse.ts';
import type { Kernel } from '../../kernel/slice.ts';
import { type ExternalId, refuseIdentity } from './contract.ts';

/** Events of some ids that stand under other people's numbers. */
interface Moved {
  projectId: number;
  ids: readonly ExternalId[];
  sources: readonly number[];
}

interface MoveRow {
  id: number;
  project_id: number;
  target: number;
  sources: number[];
  ids: ExternalId[];
  split_at: Date;
}

/** More than this is not a person who was taken for another. */
const EVENTS_MAX = 1_000_000;
/** A group of events that was under way at the split has ended for certain after this long. */
const SETTLED_AFTER_MS = 120_000;
const CELLS_PER_STATEMENT = 5_000;
const MOVE_SECONDS_MAX = 600;
/** A statement that changes rows answers when every row is changed. */
const settings = { mutations_sync: 1, lightweight_deletes_sync: 1 } as const;

/** Gives the events of ids to the person who has the ids now. */
export class EventMover {
  readonly #kernel: Pick<Kernel, 'postgres' | 'clickhouse' | 'clock' | 'bus' | 'log'>;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(kernel: Pick<Kernel, 'postgres' | 'clickhouse' | 'clock' | 'bus' | 'log'>) {
    this.#kernel = kernel;
  }

  /** How many events would go, those under the numbers that go included, and how many stay? */
  async count(moved: Moved, numbers: readonly number[]): Promise<{ eventsGoing: number; eventsStaying: number }> {
    const { where, parameters } = rowsOf(moved);
    const [row] = await this.#kernel.clickhouse.query<{ total: number; going: number }>(
      `SELECT count() AS total, countIf(person_id IN {numbers:Array(UInt32)} OR (${where})) AS going FROM events
      WHERE project_id = {projectId:UInt32} AND person_id IN {everybody:Array(UInt32)}`,
      { ...parameters, numbers, everybody: [...moved.sources, ...numbers] },
    );
    return { eventsGoing: row?.going ?? 0, eventsStaying: (row?.total ?? 0) - (row?.going ?? 0) };
  }

  /** Throws `identity.too_many_events`. */
  check(events: number): void {
    if (events > EVENTS_MAX) throw refuseIdentity('too_many_events', { details: { max: EVENTS_MAX, events } });
  }

  /** Writes down, in the transaction that parts people, which events have to go. */
  async plan(move: Moved & { target: number; at: number }, tx: QueryExecutorProvider): Promise<void> {
    if (move.ids.length === 0) return;
    await sql`
      INSERT INTO event_moves (project_id, target, sources, ids, split_at)
      VALUES (${move.projectId}, ${move.target}, ${move.sources}::bigint[], ${JSON.stringify(move.ids)}::jsonb, ${new Date(move.at).toISOString()}::timestamptz)
    `.execute(tx);
  }

  /** Moves what is planned, and once more what may have come in while it was planned. Gives how many moves are still open. */
  moveAll(): Promise<number> {
    const mine = this.#turn.then(
      () => this.#moveAll(),
      () => this.#moveAll(),
    );
    this.#turn = mine.catch(() => undefined);
    return mine;
  }

  async #moveAll(): Promise<number> {
    const { rows } = await sql<MoveRow>`
      SELECT id, project_id, target, sources, ids, split_at FROM event_moves WHERE done_at IS NULL ORDER BY id
    `.execute(this.#kernel.postgres.as());
    let open = 0;
    for (const move of rows) {
      const isSettled = this.#kernel.clock.now() - move.split_at.getTime() > SETTLED_AFTER_MS;
      await this.#move(move);
      const db = this.#kernel.postgres.as();
      // What is done is forgotten: it names ids.
      if (isSettled) await sql`DELETE FROM event_moves WHERE id = ${move.id}`.execute(db);
      else await sql`UPDATE event_moves SET moved_at = now() WHERE id = ${move.id}`.execute(db);
      if (!isSettled) open += 1;
    }
    return open;
  }

  /** Each step may be done again: what is there already is not inserted, what is gone is not deleted. */
  async #move({ project_id: projectId, target, sources, ids }: MoveRow): Promise<void> {
    const { clickhouse, bus } = this.#kernel;
    const { where, parameters } = rowsOf({ projectId, ids, sources });
    const options = { lane: 'write', maxSeconds: MOVE_SECONDS_MAX, settings } as const;
    const [found] = await clickhouse.query<{ rows: number }>(`SELECT count() AS rows FROM events WHERE ${where}`, parameters);
    if (found && found.rows > 0) {
      const missing = `message_id NOT IN (SELECT message_id FROM events WHERE project_id = {projectId:UInt32} AND person_id = {target:UInt32})`;
      await clickhouse.command(
        `INSERT INTO events SELECT * REPLACE (toUInt32({target:UInt32}) AS person_id) FROM (SELECT * FROM events WHERE ${where} AND ${missing})`,
        { ...parameters, target },
        options,
      );
      const [left] = await clickhouse.query<{ rows: number }>(`SELECT count() AS rows FROM events WHERE ${where} AND ${missing}`, {
        ...parameters,
        target,
      });
      if (left?.rows !== 0) throw new Error(`Events of a split did not arrive where they belong: ${left?.rows} of ${found.rows}`);
      await clickhouse.commandOnEachShard(`DELETE FROM ${clickhouse.localTable('events')} WHERE ${where}`, parameters, options);
    }
    await this.#clearDays({ projectId, ids, sources }, target);
    bus.publish('stream', { projectId });
  }

  /** Takes people out of the days on which nothing of theirs is left. */
  async #clearDays(moved: Moved, target: number): Promise<void> {
    const { clickhouse } = this.#kernel;
    const going = rowsOf({ ...moved, sources: [target] });
    const cells = `SELECT DISTINCT arrayJoin(if(passive = 1, [toString(event)], [toString(event), ''])) AS name, day FROM events`;
    for (const source of moved.sources) {
      const empty = await clickhouse.query<{ name: string; day: string }>(
        `SELECT name, toString(day) AS day FROM (${cells} WHERE ${going.where})
        WHERE (name, day) NOT IN (${cells} WHERE project_id = {projectId:UInt32} AND person_id = {source:UInt32})`,
        { ...going.parameters, source },
      );
      for (let from = 0; from < empty.length; from += CELLS_PER_STATEMENT) {
        const some = empty.slice(from, from + CELLS_PER_STATEMENT);
        await clickhouse.commandOnEachShard(
          `ALTER TABLE ${clickhouse.localTable('event_days')} UPDATE people = bitmapAndnot(people, bitmapBuild([toUInt32({source:UInt32})]))
          WHERE project_id = {projectId:UInt32} AND bitmapContains(people, toUInt32({source:UInt32}))
            AND (toString(event), toString(day)) IN (SELECT arrayJoin(arrayZip({names:Array(String)}, {days:Array(String)})))`,
          { projectId: moved.projectId, source, names: some.map((cell) => cell.name), days: some.map((cell) => cell.day) },
          { lane: 'write', maxSeconds: MOVE_SECONDS_MAX, settings },
        );
      }
    }
  }
}

/** The events of these ids under these numbers: by user id, by anonymous id without a foreign user id, or by further ids alone. */
function rowsOf({ projectId, ids, sources }: Moved): { where: string; parameters: Record<string, Parameter> } {
  const of = (kind: string): string[] => ids.filter((id) => id.kind === kind).map((id) => id.value);
  const further = ids.filter((id) => id.kind !== 'user' && id.kind !== 'anonymous').map((id) => `${id.kind}\n${id.value}`);
  const named = `arrayExists(id -> has({further:Array(String)}, concat(id.1, '\\n', id.2)), JSONExtract(context, 'externalIds', 'Array(Tuple(type String, id String))'))`;
  return {
    where: `project_id = {projectId:UInt32} AND person_id IN {sources:Array(UInt32)} AND (
      user_id IN {users:Array(String)} OR (user_id = '' AND anonymous_id IN {devices:Array(String)})
      OR (user_id = '' AND anonymous_id = '' AND ${named}))`,
    parameters: { projectId, sources, users: of('user'), devices: of('anonymous'), further },
  };
}
