import { type QueryExecutorProvider, sql } from 'kysely';
import type { Bus } from '../../kernel/bus/bus.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Postgres } from '../../kernel/postgres/postgres.ts';
import type { IdRule } from './contract.ts';

/** On servers the notice of a change may be lost: after this long the rules are looked at again. */
const AGE_MAX_MS = 1_000;

const own = { holders: 'one', perPersonMax: null, joins: true } as const;

/** What holds where a project decided nothing. */
const defaults: readonly IdRule[] = [
  { kind: 'user', ...own, rank: 100, joins: false, onConflict: 'keep' },
  { kind: 'unionid', ...own, rank: 90, onConflict: 'keep' },
  { kind: 'openid', ...own, rank: 80, onConflict: 'keep' },
  { kind: 'phone', ...own, rank: 70, onConflict: 'keep' },
  { kind: 'email', ...own, rank: 60, onConflict: 'keep' },
  { kind: 'anonymous', ...own, rank: 20, onConflict: 'move_on_identify' },
  { kind: 'cookie', ...own, rank: 15, onConflict: 'move_on_identify' },
  { kind: 'device', ...own, rank: 10, onConflict: 'move_on_identify' },
];
const OTHER_RANK = 40;
const defaultOf = new Map(defaults.map((rule) => [rule.kind, rule]));

/** The rules of one project. */
export interface ProjectRules {
  of(kind: string): IdRule;
  /** Whether `user` and `anonymous` follow the defaults, so that the short way through the plan is right. */
  isPlain: boolean;
  /** Kinds of which a person may have only so many. */
  limited: ReadonlyMap<string, number>;
  /** Whether the project decided about this kind. */
  isDecided(kind: string): boolean;
  all(): IdRule[];
}

function projectRules(rows: readonly IdRule[]): ProjectRules {
  const decided = new Map(rows.map((rule) => [rule.kind, rule]));
  const of = (kind: string): IdRule => decided.get(kind) ?? defaultOf.get(kind) ?? { kind, ...own, rank: OTHER_RANK, onConflict: 'keep' };
  return {
    of,
    isPlain: !decided.has('user') && !decided.has('anonymous'),
    limited: new Map(rows.filter((rule) => rule.perPersonMax !== null).map((rule) => [rule.kind, rule.perPersonMax ?? 0])),
    isDecided: (kind) => decided.has(kind),
    all: () => [...new Set([...defaultOf.keys(), ...decided.keys()])].map(of).sort((a, b) => b.rank - a.rank || a.kind.localeCompare(b.kind)),
  };
}

export const defaultRules = projectRules([]);

/** The rules of all projects that have any, in memory. */
export class IdRules {
  readonly #postgres: Postgres;
  readonly #bus: Bus;
  readonly #clock: Clock;
  #known: Map<number, ProjectRules> | undefined;
  /** Changes that were told, and those of them that are known. What was known before stays until the new is read: whoever decides meanwhile must not fall back to the default. */
  #told = 0;
  #taken = -1;
  #readAt = 0;

  constructor(parts: { postgres: Postgres; bus: Bus; clock: Clock }) {
    this.#postgres = parts.postgres;
    this.#bus = parts.bus;
    this.#clock = parts.clock;
    parts.bus.subscribe('identity_rules', () => {
      this.#told += 1;
    });
  }

  /** What was read last: for decisions that cannot wait. */
  of(projectId: number): ProjectRules {
    return this.#known?.get(projectId) ?? defaultRules;
  }

  /** Reads the rules when they may have changed. */
  async refresh(db: QueryExecutorProvider = this.#postgres.as()): Promise<void> {
    const now = this.#clock.now();
    const isFresh = this.#postgres.form === 'embedded' || Math.abs(now - this.#readAt) < AGE_MAX_MS;
    if (this.#known && this.#taken === this.#told && isFresh) return;
    const told = this.#told;
    const { rows } = await sql<{
      project_id: number;
      kind: string;
      holders: IdRule['holders'];
      per_person_max: number | null;
      rank: number;
      joins: boolean;
      on_conflict: IdRule['onConflict'];
    }>`SELECT project_id, kind, holders, per_person_max, rank, joins, on_conflict FROM identity_rules`.execute(db);
    // Somebody else read later and was quicker.
    if (told < this.#taken) return;
    const byProject = Map.groupBy(rows, (row) => row.project_id);
    this.#known = new Map(
      [...byProject].map(([projectId, of]) => [
        projectId,
        projectRules(
          of.map(({ kind, holders, per_person_max, rank, joins, on_conflict }) => ({
            kind,
            holders,
            perPersonMax: per_person_max,
            rank,
            joins,
            onConflict: on_conflict,
          })),
        ),
      ]),
    );
    this.#taken = told;
    this.#readAt = now;
  }

  async ofProject(projectId: number): Promise<ProjectRules> {
    await this.refresh();
    return this.of(projectId);
  }

  /** Replaces the project's decision about one kind. What is linked already stays as it is. */
  async decide(projectId: number, rule: IdRule, db: QueryExecutorProvider): Promise<void> {
    await sql`
      INSERT INTO identity_rules (project_id, kind, holders, per_person_max, rank, joins, on_conflict)
      VALUES (${projectId}, ${rule.kind}, ${rule.holders}, ${rule.perPersonMax}, ${rule.rank}, ${rule.joins}, ${rule.onConflict})
      ON CONFLICT (project_id, kind) DO UPDATE SET holders = excluded.holders, per_person_max = excluded.per_person_max, rank = excluded.rank,
        joins = excluded.joins, on_conflict = excluded.on_conflict
    `.execute(db);
  }

  /** Back to the default. */
  async forget(projectId: number, kind: string, db: QueryExecutorProvider): Promise<void> {
    await sql`DELETE FROM identity_rules WHERE project_id = ${projectId} AND kind = ${kind}`.execute(db);
  }

  /** After the commit of a decision: every process reads anew. */
  changed(projectId: number): void {
    this.#told += 1;
    this.#bus.publish('identity_rules', { projectId });
  }
}
