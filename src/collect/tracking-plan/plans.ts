import { isDeepStrictEqual } from 'node:util';
import { type Kysely, sql, type Transaction } from 'kysely';
import type { AppError } from '../../kernel/errors/errors.ts';
import { jsonText } from '../../kernel/json-text.ts';
import { Remembered } from '../../kernel/remembered.ts';
import type { Kernel } from '../../kernel/slice.ts';
import { type CompiledPlan, compilePlan } from './compile-plan.ts';
import { refusePlan } from './contract.ts';
import { changesBetween, type PlanChange, sortedDocument, undoChanges } from './plan-changes.ts';
import type { PlanDocument, TrackingPlan } from './plan-document.ts';
import { EMPTY_DOCUMENT, planOfDocument } from './plan-of-document.ts';
import type { PlanTables } from './tables.ts';

/** A plan with all that is made of it. */
export interface CurrentPlan {
  document: PlanDocument;
  plan: TrackingPlan;
  compiled: CompiledPlan;
}

/** Who changes the plan, and why. */
export interface PlanAuthor {
  author: string | null;
  note: string;
  /** The version that the change was made upon; another one meanwhile is `tracking-plan.plan_changed`. */
  ifVersion?: number | undefined;
  /** Writes the change into the audit trail, in its transaction. */
  audit(tx: Transaction<PlanTables>, change: { version: number; changes: readonly PlanChange[] }): Promise<void>;
}

/** On servers a notice may be lost: after this long the plan is read again. */
const AGE_MAX_MS = 5_000;
const VERSIONS_LISTED = 100;
const COMPILED_MAX = 500;

/** Plans, their versions, and the compiled plan of each project in memory. */
export class Plans {
  readonly #kernel: Kernel;
  readonly #remembered: Remembered<number, CurrentPlan>;
  /** The last compiled plans: compiling a large one takes tens of milliseconds, reading its version none. */
  readonly #compiled = new Map<number, CurrentPlan>();

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
    this.#remembered = new Remembered((projectId) => this.#read(projectId), kernel.clock, {
      foundMax: 500,
      foundTtlMs: kernel.postgres.form === 'embedded' ? 600_000 : AGE_MAX_MS,
      absentMax: 1,
      absentTtlMs: 0,
    });
    kernel.bus.subscribe('tracking-plan', (notice) => this.#remembered.forget((key) => key === (notice as { projectId: number }).projectId));
  }

  get db(): Kysely<PlanTables> {
    return this.#kernel.postgres.as<PlanTables>();
  }

  async current(projectId: number): Promise<CurrentPlan> {
    return (await this.#remembered.get(projectId)) ?? this.#read(projectId);
  }

  /** Reads past memory: for those who have just written. */
  async fresh(projectId: number): Promise<CurrentPlan> {
    return this.#read(projectId);
  }

  /** Changes the plan in one transaction and keeps what it replaced. A change that changes nothing makes no version. */
  async change(
    projectId: number,
    by: PlanAuthor,
    edit: (document: PlanDocument) => PlanDocument,
  ): Promise<{ version: number; changes: PlanChange[] }> {
    const done = await this.#kernel.postgres.transaction<PlanTables, { version: number; changes: PlanChange[] }>(async (tx) => {
      // The row is made first, so that two first changes wait for each other.
      await sql`INSERT INTO tracking_plans (project_id, version, document, updated_at)
        VALUES (${projectId}, 0, ${jsonText(EMPTY_DOCUMENT)}::jsonb, ${this.#now()}) ON CONFLICT DO NOTHING`.execute(tx);
      const row = await tx.selectFrom('tracking_plans').selectAll().where('project_id', '=', projectId).forUpdate().executeTakeFirstOrThrow();
      if (by.ifVersion !== undefined && by.ifVersion !== row.version) throw planChanged(row.version);
      const document = sortedDocument(edit(row.document));
      const changes = changesBetween(row.document, document);
      if (changes.length === 0) return { version: row.version, changes };
      const version = row.version + 1;
      await tx
        .updateTable('tracking_plans')
        .set({ version, document: jsonText(document), updated_at: this.#now() })
        .where('project_id', '=', projectId)
        .execute();
      await tx
        .insertInto('tracking_plan_versions')
        .values({ project_id: projectId, version, changes: jsonText(changes), note: by.note, author: by.author, created_at: this.#now() })
        .execute();
      await forgetExamples(tx, projectId, changes);
      await by.audit(tx, { version, changes });
      return { version, changes };
    });
    this.#remembered.forget((key) => key === projectId);
    this.#kernel.bus.publish('tracking-plan', { projectId });
    return done;
  }

  /** Versions, newest first. */
  async versions(
    projectId: number,
    before: number | undefined,
  ): Promise<{ version: number; note: string; author: string | null; createdAt: Date; changes: PlanChange[] }[]> {
    const rows = await this.db
      .selectFrom('tracking_plan_versions')
      .selectAll()
      .where('project_id', '=', projectId)
      .$if(before !== undefined, (query) => query.where('version', '<', before ?? 0))
      .orderBy('version', 'desc')
      .limit(VERSIONS_LISTED)
      .execute();
    return rows.map((row) => ({ version: row.version, note: row.note, author: row.author, createdAt: row.created_at, changes: row.changes }));
  }

  /** The plan as it stood after a version; 0 is the plan that said nothing. */
  async documentAt(projectId: number, version: number): Promise<PlanDocument> {
    const { document, plan } = await this.#read(projectId);
    if (version < 0 || version > plan.version) throw refusePlan('unknown_version');
    const later = await this.db
      .selectFrom('tracking_plan_versions')
      .select(['version', 'changes'])
      .where('project_id', '=', projectId)
      .where('version', '>', version)
      .where('version', '<=', plan.version)
      .orderBy('version', 'desc')
      .execute();
    return later.reduce((after, { changes }) => undoChanges(after, changes), document);
  }

  #now(): Date {
    return new Date(this.#kernel.clock.now());
  }

  async #read(projectId: number): Promise<CurrentPlan> {
    const known = this.#compiled.get(projectId);
    if (known && (await this.#versionOf(projectId)) === known.plan.version) return known;
    const current = await this.#compile(projectId);
    if (this.#compiled.size >= COMPILED_MAX) this.#compiled.clear();
    this.#compiled.set(projectId, current);
    return current;
  }

  async #versionOf(projectId: number): Promise<number> {
    const row = await this.db.selectFrom('tracking_plans').select('version').where('project_id', '=', projectId).executeTakeFirst();
    return row?.version ?? 0;
  }

  async #compile(projectId: number): Promise<CurrentPlan> {
    const row = await this.db.selectFrom('tracking_plans').selectAll().where('project_id', '=', projectId).executeTakeFirst();
    const document = row?.document ?? EMPTY_DOCUMENT;
    const plan = planOfDocument(document, {
      version: row?.version ?? 0,
      updatedAt: row && row.version > 0 ? row.updated_at.toISOString() : null,
    });
    return { document, plan, compiled: compilePlan(plan) };
  }
}

function planChanged(version: number): AppError {
  return refusePlan('plan_changed', { details: { version } });
}

/** Examples of what is marked personal from now on are forgotten with the marking. */
async function forgetExamples(tx: Transaction<PlanTables>, projectId: number, changes: readonly PlanChange[]): Promise<void> {
  for (const change of changes) {
    if (change.of === 'rules' || change.after === null) continue;
    const fields = change.of === 'trait' ? { [change.name]: change.after } : (change.after.properties ?? {});
    const was = change.of === 'trait' ? { [change.name]: change.before ?? undefined } : (change.before?.properties ?? {});
    const hidden = Object.entries(fields)
      .filter(
        ([name, field]) =>
          (field.personal === 'personal' || field.personal === 'sensitive') && !isDeepStrictEqual(was[name]?.personal, field.personal),
      )
      .map(([name]) => name);
    if (hidden.length === 0) continue;
    const event = change.of === 'trait' ? '' : change.name;
    await sql`UPDATE seen_properties SET examples = '{}' WHERE project_id = ${projectId} AND event = ${event} AND property = ANY(${hidden}::text[])`.execute(
      tx,
    );
    await sql`UPDATE plan_violations SET sample = sample - 'found'
      WHERE project_id = ${projectId} AND (${change.of === 'trait'} OR event = ${event}) AND is_trait = ${change.of === 'trait'} AND name = ANY(${hidden}::text[])`.execute(
      tx,
    );
  }
}
