import { createHmac } from 'node:crypto';
import type { Selectable } from 'kysely';
import type { Kernel } from '../../kernel/slice.ts';
import type { IdentityApi } from '../identity/index.ts';
import type { ErasureScope } from './api.ts';
import { type Erasure, type ErasureProof, type Held, refuseRetention } from './contract.ts';
import { countHeld, type EraseParts, eraseEverywhere } from './erase-person.ts';
import type { RetentionTables } from './tables.ts';
import { textsOf } from './writings.ts';

type Row = Selectable<RetentionTables['erasures']>;

const LISTED_MAX = 200;

/** Requests to erase people, and what became of them. */
export class Erasures {
  readonly #kernel: Kernel;
  readonly #identity: Pick<IdentityApi, 'person' | 'numbersOf'>;
  readonly #parts: EraseParts;

  constructor(kernel: Kernel, uses: { identity: Pick<IdentityApi, 'person' | 'numbersOf'> }, parts: EraseParts) {
    this.#kernel = kernel;
    this.#identity = uses.identity;
    this.#parts = parts;
  }

  /** What is held about a person. Throws `retention.person_unknown`. */
  async preview(projectId: number, personId: number): Promise<{ numbers: number[]; items: Held[] }> {
    const scope = await this.#scope(projectId, personId);
    const held = await countHeld(scope, this.#parts);
    return { numbers: [...scope.numbers], items: held.filter(({ rows }) => rows > 0) };
  }

  /** Writes the request down; the work is a job's. Asked twice while it is under way gives the same erasure. Throws `retention.person_unknown`. */
  async request(projectId: number, personId: number, requestedBy: string): Promise<{ erasure: Erasure; isNew: boolean }> {
    const open = await this.#db()
      .selectFrom('erasures')
      .selectAll()
      .where('project_id', '=', projectId)
      .where('state', 'in', ['waiting', 'erasing'])
      .where('number', '=', personId)
      .executeTakeFirst();
    if (open) return { erasure: shown(open), isNew: false };
    const scope = await this.#scope(projectId, personId);
    const row = await this.#db()
      .insertInto('erasures')
      .values({
        id: this.#kernel.ids.uuid(),
        project_id: projectId,
        number: scope.numbers[0] ?? personId,
        numbers: [...scope.numbers],
        external_ids: JSON.stringify(scope.externalIds),
        texts: JSON.stringify(scope.texts),
        state: 'waiting',
        requested_by: requestedBy,
        requested_at: new Date(this.#kernel.clock.now()),
      })
      .onConflict((conflict) => conflict.columns(['project_id', 'number']).where('state', 'in', ['waiting', 'erasing']).doNothing())
      .returningAll()
      .executeTakeFirst();
    return row ? { erasure: shown(row), isNew: true } : this.request(projectId, scope.numbers[0] ?? personId, requestedBy);
  }

  async list(projectId: number): Promise<Erasure[]> {
    const rows = await this.#db()
      .selectFrom('erasures')
      .selectAll()
      .where('project_id', '=', projectId)
      .orderBy('requested_at', 'desc')
      .orderBy('id', 'desc')
      .limit(LISTED_MAX)
      .execute();
    return rows.map(shown);
  }

  /** Throws `retention.erasure_unknown`. */
  async get(projectId: number, erasureId: string): Promise<Erasure> {
    const row = await this.#db()
      .selectFrom('erasures')
      .selectAll()
      .where('project_id', '=', projectId)
      .where('id', '=', erasureId)
      .executeTakeFirst();
    if (!row) throw refuseRetention('erasure_unknown');
    return shown(row);
  }

  /** Does the work of a request and writes its proof. Safe to do again. Throws what the stores throw; the request then says so. */
  async carryOut(erasureId: string, signal: AbortSignal): Promise<void> {
    const row = await this.#db().selectFrom('erasures').selectAll().where('id', '=', erasureId).executeTakeFirst();
    if (!row || row.state === 'done') return;
    const scope: ErasureScope = { projectId: row.project_id, numbers: row.numbers, externalIds: row.external_ids ?? [], texts: row.texts ?? [] };
    await this.#set(erasureId, { state: 'erasing', error: null });
    try {
      const before = row.proof?.rows.map(({ store, table, before: rows }) => ({ store, table, rows })) ?? (await countHeld(scope, this.#parts));
      // What was there before the first row went must survive a break.
      await this.#set(erasureId, { proof: JSON.stringify(this.#proof(row, { scope, before, after: before, passes: 0 })) });
      const passes = await eraseEverywhere(scope, this.#parts, signal);
      const after = await countHeld(scope, this.#parts);
      const proof = this.#proof(row, { scope, before, after, passes });
      await this.#set(erasureId, { state: 'done', proof: JSON.stringify(proof), external_ids: null, finished_at: new Date(proof.finishedAt) });
    } catch (error) {
      await this.#set(erasureId, { state: 'failed', error: String(error).slice(0, 1_000) });
      throw error;
    }
  }

  /** Looks again for what was under way elsewhere when the person was erased, and takes it away. */
  async checkAgain(erasureId: string, signal: AbortSignal): Promise<void> {
    const row = await this.#db().selectFrom('erasures').selectAll().where('id', '=', erasureId).executeTakeFirst();
    if (!row?.proof || row.state !== 'done') return;
    const scope: ErasureScope = { projectId: row.project_id, numbers: row.numbers, externalIds: [], texts: row.texts ?? [] };
    const isClean = (await countHeld(scope, this.#parts)).every(({ rows }) => rows === 0);
    const passes = isClean ? 0 : await eraseEverywhere(scope, this.#parts, signal);
    const { signature: _, ...proof } = row.proof;
    const again = { ...proof, passes: proof.passes + passes, checkedAgainAt: this.#kernel.clock.now() };
    await this.#set(erasureId, { proof: JSON.stringify({ ...again, signature: this.#sign(sortedJson(again)) }), texts: null });
  }

  async #scope(projectId: number, personId: number): Promise<ErasureScope> {
    const record = await this.#identity.person(projectId, personId);
    if (!record) throw refuseRetention('person_unknown');
    const numbers = await this.#identity.numbersOf(projectId, record.personId);
    const others = numbers.filter((number) => number !== record.personId);
    return { projectId, numbers: [record.personId, ...others], externalIds: record.externalIds, texts: textsOf(record) };
  }

  #proof(row: Row, work: { scope: ErasureScope; before: readonly Held[]; after: readonly Held[]; passes: number }): ErasureProof {
    const left = new Map(work.after.map(({ store, table, rows }) => [`${store}.${table}`, rows]));
    const proof = {
      numbers: [...row.numbers],
      subjects: row.proof?.subjects ?? work.scope.externalIds.map(({ kind, value }) => this.#sign(`${kind}:${value}`)),
      requestedAt: row.requested_at.getTime(),
      finishedAt: this.#kernel.clock.now(),
      rows: work.before.map(({ store, table, rows }) => ({ store, table, before: rows, after: left.get(`${store}.${table}`) ?? 0 })),
      files: this.#parts.erasers.flatMap(({ files }) => (files ? [files] : [])),
      passes: work.passes,
    };
    return { ...proof, signature: this.#sign(sortedJson(proof)) };
  }

  #sign(text: string): string {
    return createHmac('sha256', this.#kernel.secret).update(text).digest('hex');
  }

  #db() {
    return this.#kernel.postgres.as<RetentionTables>();
  }

  async #set(
    id: string,
    values: Partial<{ state: Row['state']; proof: string; external_ids: null; texts: null; finished_at: Date; error: string | null }>,
  ): Promise<void> {
    await this.#db().updateTable('erasures').set(values).where('id', '=', id).execute();
  }
}

/** JSON with the names of objects in order, so that a document that was kept as jsonb or edited by a reader signs the same. */
function sortedJson(value: unknown): string {
  return JSON.stringify(value, (_name, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

function shown(row: Row): Erasure {
  return {
    erasureId: row.id,
    number: row.number,
    state: row.state,
    requestedBy: row.requested_by,
    requestedAt: row.requested_at.getTime(),
    ...(row.finished_at && { finishedAt: row.finished_at.getTime() }),
    ...(row.proof && row.state === 'done' && { proof: row.proof }),
    ...(row.error && { error: row.error }),
  };
}
