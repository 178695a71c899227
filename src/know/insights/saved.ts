import type { Clock } from '../../kernel/clock.ts';
import type { Ids } from '../../kernel/ids.ts';
import type { Postgres } from '../../kernel/postgres/postgres.ts';
import { refuse, type SavedInsight } from './contract.ts';
import { type Question, type QuestionKind, questionSchema } from './questions.ts';
import type { InsightRow, InsightTables } from './tables.ts';

/** Questions that members keep. */
export class SavedInsights {
  readonly #postgres: Postgres;
  readonly #clock: Clock;
  readonly #ids: Ids;

  constructor(parts: { postgres: Postgres; clock: Clock; ids: Ids }) {
    this.#postgres = parts.postgres;
    this.#clock = parts.clock;
    this.#ids = parts.ids;
  }

  async list(
    projectId: number,
    wanted: { search?: string; kind?: QuestionKind; limit: number; cursor?: string },
  ): Promise<{ items: SavedInsight[]; nextCursor?: string }> {
    let query = this.#rows().selectAll().where('project_id', '=', projectId);
    if (wanted.kind) query = query.where('kind', '=', wanted.kind);
    if (wanted.search) query = query.where('name', 'ilike', `%${wanted.search.replace(/[\\%_]/g, '\\$&')}%`);
    if (wanted.cursor !== undefined) {
      const after = readCursor(wanted.cursor);
      query = query.where((is) => is.or([is('updated_at', '<', after.at), is.and([is('updated_at', '=', after.at), is('id', '<', after.id)])]));
    }
    const rows = await query
      .orderBy('updated_at', 'desc')
      .orderBy('id', 'desc')
      .limit(wanted.limit + 1)
      .execute();
    const last = rows[wanted.limit - 1];
    return {
      items: rows.slice(0, wanted.limit).map(present),
      ...(rows.length > wanted.limit && last && { nextCursor: `${last.updated_at.getTime()}.${last.id}` }),
    };
  }

  /** Throws `insights.unknown_insight`. */
  async read(projectId: number, id: string): Promise<SavedInsight> {
    const row = await this.#rows().selectAll().where('project_id', '=', projectId).where('id', '=', id).executeTakeFirst();
    if (!row) throw refuse('unknown_insight');
    return present(row);
  }

  async save(projectId: number, input: { name: string; question: Question }): Promise<SavedInsight> {
    const now = new Date(this.#clock.now());
    const { name, question } = input;
    const row = { id: this.#ids.uuid(), project_id: projectId, name, kind: question.kind, created_at: now, updated_at: now };
    await this.#postgres
      .as<InsightTables>()
      .insertInto('insights')
      .values({ ...row, question: JSON.stringify(question) })
      .execute();
    return present({ ...row, question });
  }

  /** Throws `insights.unknown_insight`. */
  async change(projectId: number, id: string, change: { name?: string; question?: Question }): Promise<SavedInsight> {
    const row = await this.#postgres
      .as<InsightTables>()
      .updateTable('insights')
      .set({
        updated_at: new Date(this.#clock.now()),
        ...(change.name !== undefined && { name: change.name }),
        ...(change.question && { kind: change.question.kind, question: JSON.stringify(change.question) }),
      })
      .where('project_id', '=', projectId)
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirst();
    if (!row) throw refuse('unknown_insight');
    return present(row);
  }

  /** Throws `insights.unknown_insight`. */
  async remove(projectId: number, id: string): Promise<void> {
    const { numDeletedRows } = await this.#postgres
      .as<InsightTables>()
      .deleteFrom('insights')
      .where('project_id', '=', projectId)
      .where('id', '=', id)
      .executeTakeFirst();
    if (numDeletedRows === 0n) throw refuse('unknown_insight');
  }

  #rows() {
    return this.#postgres.as<InsightTables>().selectFrom('insights');
  }
}

function readCursor(cursor: string): { at: Date; id: string } {
  const [, at, id] = /^(\d{1,15})\.([0-9a-f-]{36})$/.exec(cursor) ?? [];
  if (at === undefined || id === undefined) throw refuse('bad_cursor');
  return { at: new Date(Number(at)), id };
}

function present(row: Pick<InsightRow, 'id' | 'name' | 'kind' | 'created_at' | 'updated_at'> & { question: Question }): SavedInsight {
  return {
    insightId: row.id,
    name: row.name,
    kind: row.kind,
    question: questionSchema.parse(row.question),
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}
