import { type Kysely, type Selectable, sql, type Transaction } from 'kysely';
import type { IdentityApi } from '../../collect/identity/index.ts';
import type { Kernel } from '../../kernel/slice.ts';
import { segmentIdsOf } from '../audiences/contract.ts';
import type { AudiencesApi, CompiledAudience, Condition, SegmentSource } from '../audiences/index.ts';
import type { Segment, SegmentsApi, SegmentUser } from './api.ts';
import { refuseSegment } from './contract.ts';
import { membersAsWritten, membersNow } from './queries/members.ts';
import { segmentsOfPerson } from './queries/segments-of-person.ts';
import { makesCircle } from './segment-graph.ts';
import type { SegmentTables } from './tables.ts';

export type SegmentRow = Selectable<SegmentTables['segments']>;

/** Does more inside the transaction of a change: the audit entry. */
type Also = (tx: Transaction<SegmentTables>, row: SegmentRow) => Promise<void>;

export interface SegmentParts {
  kernel: Kernel;
  audiences: AudiencesApi;
  identity: IdentityApi;
}

export interface SegmentChange {
  name?: string | undefined;
  description?: string | undefined;
  condition?: Condition | undefined;
  /** Refused when another version is stored. */
  version?: number | undefined;
}

/** Where something uses a segment. */
export interface SegmentUse {
  kind: string;
  id: string;
  name: string;
}

/** Saved audiences: the verbs. Membership follows in the background (`membership/`). */
export class Segments implements SegmentsApi {
  readonly #parts: SegmentParts;
  readonly #users: SegmentUser[] = [];

  constructor(parts: SegmentParts) {
    this.#parts = parts;
    parts.audiences.provideSegments(this.source);
  }

  /** What the audience language asks of segments. */
  readonly source: SegmentSource = {
    membersSql: (projectId, segmentId, prefix) => membersAsWritten(projectId, segmentId, prefix),
    segmentsOf: async (projectId, personId, segmentIds) => {
      const canonical = await this.#parts.identity.canonical(projectId);
      return segmentsOfPerson(this.#parts.kernel.clickhouse, canonical, { projectId, personId, segmentIds });
    },
    names: async (projectId, segmentIds) => {
      const rows = await this.#db()
        .selectFrom('segments')
        .select(['id', 'name'])
        .where('project_id', '=', projectId)
        .where('state', '=', 'live')
        .$if(segmentIds !== undefined, (query) => query.where('id', 'in', segmentIds?.length ? [...segmentIds] : [0]))
        .orderBy('name')
        .execute();
      return new Map(rows.map((row) => [row.id, row.name]));
    },
  };

  registerUser(user: SegmentUser): void {
    this.#users.push(user);
  }

  async segment(projectId: number, id: number): Promise<Segment | undefined> {
    const row = await this.#find(this.#db(), projectId, id);
    return row && asSegment(row);
  }

  async segmentsOf(projectId: number, personId: number): Promise<{ id: number; name: string }[]> {
    const names = await this.source.names(projectId);
    if (names.size === 0) return [];
    const ids = await this.source.segmentsOf(projectId, personId, [...names.keys()]);
    return [...names].filter(([id]) => ids.has(id)).map(([id, name]) => ({ id, name }));
  }

  async membersSql(projectId: number, id: number, prefix = 'segment'): Promise<CompiledAudience> {
    return membersNow(projectId, id, await this.#parts.identity.canonical(projectId), prefix);
  }

  /** Throws `segments.unknown_segment`. */
  async row(projectId: number, id: number): Promise<SegmentRow> {
    const row = await this.#find(this.#db(), projectId, id);
    if (!row) throw refuseSegment('unknown_segment');
    return row;
  }

  async list(projectId: number, filter: { state: 'live' | 'archived' | 'all'; search?: string | undefined }): Promise<SegmentRow[]> {
    const { state, search } = filter;
    let query = this.#db().selectFrom('segments').selectAll().where('project_id', '=', projectId);
    if (state !== 'all') query = query.where('state', '=', state);
    if (search) query = query.where(sql<boolean>`strpos(lower(name || ' ' || description), lower(${search})) > 0`);
    return query.orderBy('updated_at', 'desc').orderBy('id', 'desc').execute();
  }

  async create(input: { projectId: number; name: string; description?: string; condition: Condition }, also?: Also): Promise<Segment> {
    const { projectId, condition } = input;
    await this.#parts.audiences.check(projectId, condition);
    const now = new Date(this.#parts.kernel.clock.now());
    const row = await this.#inTransaction(async (tx) => {
      const made = await tx
        .insertInto('segments')
        .values({
          project_id: projectId,
          name: input.name,
          description: input.description ?? '',
          condition: JSON.stringify(condition),
          rebuilt_at: null,
          fault: null,
          created_at: now,
          updated_at: now,
        })
        .returningAll()
        .executeTakeFirstOrThrow();
      await keepVersion(tx, made, now);
      await also?.(tx, made);
      return made;
    });
    this.#announce(projectId);
    return asSegment(row);
  }

  async update(projectId: number, id: number, change: SegmentChange, also?: Also): Promise<SegmentRow> {
    const { condition, version } = change;
    if (condition) await this.#parts.audiences.check(projectId, condition);
    const now = new Date(this.#parts.kernel.clock.now());
    const row = await this.#inTransaction(async (tx) => {
      const standing = await this.#find(tx, projectId, id, true);
      if (!standing) throw refuseSegment('unknown_segment');
      if (version !== undefined && version !== standing.version) throw refuseSegment('version_conflict', { details: { version: standing.version } });
      const isNew = condition !== undefined && JSON.stringify(condition) !== JSON.stringify(standing.condition);
      if (isNew) await this.#refuseCircle(tx, standing, condition);
      const changed = await tx
        .updateTable('segments')
        .set({
          updated_at: now,
          ...(change.name !== undefined && { name: change.name }),
          ...(change.description !== undefined && { description: change.description }),
          ...(isNew && { condition: JSON.stringify(condition), version: standing.version + 1, wish: standing.wish + 1 }),
        })
        .where('id', '=', id)
        .returningAll()
        .executeTakeFirstOrThrow();
      if (isNew) await keepVersion(tx, changed, now);
      await also?.(tx, changed);
      return changed;
    });
    this.#announce(projectId);
    return row;
  }

  /** Archives or restores. Archiving is refused while something uses the segment. */
  async setState(projectId: number, id: number, state: 'live' | 'archived', also?: Also): Promise<SegmentRow> {
    if (state === 'archived') await this.#refuseUsed(projectId, await this.row(projectId, id));
    const row = await this.#inTransaction(async (tx) => {
      const standing = await this.#find(tx, projectId, id, true);
      if (!standing) throw refuseSegment('unknown_segment');
      if (standing.state === state) return standing;
      const now = new Date(this.#parts.kernel.clock.now());
      const changed = await tx
        .updateTable('segments')
        .set({ state, wish: standing.wish + 1, built_version: 0, updated_at: now })
        .where('id', '=', id)
        .returningAll()
        .executeTakeFirstOrThrow();
      await also?.(tx, changed);
      return changed;
    });
    this.#announce(projectId);
    return row;
  }

  /** Deletes the segment and the history of its membership. Refused while something uses it. */
  async delete(projectId: number, id: number, also?: Also): Promise<void> {
    const row = await this.row(projectId, id);
    await this.#refuseUsed(projectId, row);
    await this.#inTransaction(async (tx) => {
      await tx.deleteFrom('segments').where('project_id', '=', projectId).where('id', '=', id).execute();
      await also?.(tx, row);
    });
    const { clickhouse } = this.#parts.kernel;
    await clickhouse.commandOnEachShard(
      `DELETE FROM ${clickhouse.localTable('segment_changes')} WHERE project_id = {projectId:UInt32} AND segment_id = {segmentId:UInt32}`,
      { projectId, segmentId: id },
    );
  }

  /** Everything that uses a segment: other segments, and whoever registered. */
  async usesOf(projectId: number, id: number): Promise<SegmentUse[]> {
    const others = await this.list(projectId, { state: 'live' });
    const segments = others.filter((other) => other.id !== id && segmentIdsOf(other.condition).includes(id));
    const registered = await Promise.all(
      this.#users.map(async (user) => (await user.usesOf(projectId, id)).map((use) => ({ kind: user.kind, id: use.id, name: use.name }))),
    );
    return [...segments.map((other) => ({ kind: 'segment', id: String(other.id), name: other.name })), ...registered.flat()];
  }

  /** Asks for a computation over everybody. */
  async rebuild(projectId: number, id: number): Promise<void> {
    await this.row(projectId, id);
    await this.#db().updateTable('segments').set({ wish: sql<number>`wish + 1` }).where('id', '=', id).execute();
    this.#announce(projectId);
  }

  async #refuseUsed(projectId: number, row: SegmentRow): Promise<void> {
    const uses = await this.usesOf(projectId, row.id);
    if (uses.length === 0) return;
    throw refuseSegment('in_use', { details: { name: row.name, uses, users: uses.map((use) => `“${use.name}”`).join(', ') } });
  }

  async #refuseCircle(tx: Transaction<SegmentTables>, standing: SegmentRow, condition: Condition): Promise<void> {
    const others = await tx.selectFrom('segments').select(['id', 'condition']).where('project_id', '=', standing.project_id).forUpdate().execute();
    if (!makesCircle(standing.id, condition, others)) return;
    throw refuseSegment('circle', { details: { name: standing.name }, issues: [{ path: 'body.condition', message: 'segments:issues.circle' }] });
  }

  async #inTransaction<T>(work: (tx: Transaction<SegmentTables>) => Promise<T>): Promise<T> {
    try {
      return await this.#parts.kernel.postgres.transaction<SegmentTables, T>(work);
    } catch (error) {
      const { code, constraint } = error as { code?: string; constraint?: string };
      if (code === '23505' && constraint === 'segments_by_name') throw refuseSegment('name_taken', { cause: error });
      throw error;
    }
  }

  async #find(db: Kysely<SegmentTables>, projectId: number, id: number, isLocked = false): Promise<SegmentRow | undefined> {
    return db
      .selectFrom('segments')
      .selectAll()
      .where('project_id', '=', projectId)
      .where('id', '=', id)
      .$if(isLocked, (query) => query.forUpdate())
      .executeTakeFirst();
  }

  #announce(projectId: number): void {
    this.#parts.kernel.bus.publish('segments.wished', { projectId });
  }

  #db(): Kysely<SegmentTables> {
    return this.#parts.kernel.postgres.as<SegmentTables>();
  }
}

async function keepVersion(tx: Transaction<SegmentTables>, row: SegmentRow, now: Date): Promise<void> {
  await tx
    .insertInto('segment_versions')
    .values({ segment_id: row.id, version: row.version, condition: JSON.stringify(row.condition), created_at: now })
    .execute();
}

function asSegment(row: SegmentRow): Segment {
  return { id: row.id, projectId: row.project_id, name: row.name, condition: row.condition, version: row.version, state: row.state };
}
