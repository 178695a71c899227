import { sql } from 'kysely';
import type { Kernel } from '../kernel/slice.ts';
import type { DemoTables } from './tables.ts';

const LEASE_MS = 120_000;

export interface DemoProject {
  projectId: number;
  state: 'waiting' | 'importing' | 'ready' | 'failed';
  total: number;
  done: number;
  endsOn: string;
  isLive: boolean;
}

/** What is remembered about demo projects. */
export interface DemoStore {
  get(projectId: number): Promise<DemoProject | undefined>;
  /** Remembers a project to fill with data that ends on `endsOn` (`YYYY-MM-DD`). */
  plan(projectId: number, endsOn: string): Promise<void>;
  unfinished(): Promise<number[]>;
  live(): Promise<number[]>;
  /** Takes the work on a project for two minutes; false when another process holds it. */
  lease(projectId: number): Promise<boolean>;
  release(projectId: number): Promise<void>;
  /** Also renews the lease. */
  progress(projectId: number, step: Pick<DemoProject, 'state' | 'total' | 'done'>): Promise<void>;
  setState(projectId: number, state: DemoProject['state']): Promise<void>;
  setLive(projectId: number, isLive: boolean): Promise<void>;
}

export function createDemoStore(kernel: Kernel): DemoStore {
  const db = kernel.postgres.as<DemoTables>();
  const leaseEnd = (): Date => new Date(kernel.clock.now() + LEASE_MS);
  const set = (projectId: number, values: Record<string, unknown>): Promise<unknown> =>
    db.updateTable('demo_projects').set(values).where('project_id', '=', projectId).execute();
  return {
    async get(projectId) {
      const row = await db
        .selectFrom('demo_projects')
        .select(['project_id', 'state', 'total', 'done', 'is_live', sql<string>`to_char(ends_on, 'YYYY-MM-DD')`.as('ends_on')])
        .where('project_id', '=', projectId)
        .executeTakeFirst();
      return row && { projectId: row.project_id, state: row.state, total: row.total, done: row.done, endsOn: row.ends_on, isLive: row.is_live };
    },
    async plan(projectId, endsOn) {
      await db
        .insertInto('demo_projects')
        .values({ project_id: projectId, state: 'waiting', ends_on: endsOn })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    },
    async unfinished() {
      const rows = await db.selectFrom('demo_projects').select('project_id').where('state', 'in', ['waiting', 'importing']).execute();
      return rows.map((row) => row.project_id);
    },
    async live() {
      const rows = await db.selectFrom('demo_projects').select('project_id').where('is_live', '=', true).where('state', '=', 'ready').execute();
      return rows.map((row) => row.project_id);
    },
    async lease(projectId) {
      const now = new Date(kernel.clock.now());
      const taken = await db
        .updateTable('demo_projects')
        .set({ lease_until: leaseEnd() })
        .where('project_id', '=', projectId)
        .where((where) => where.or([where('lease_until', 'is', null), where('lease_until', '<', now)]))
        .executeTakeFirst();
      return taken.numUpdatedRows > 0n;
    },
    async release(projectId) {
      await set(projectId, { lease_until: null });
    },
    async progress(projectId, step) {
      await set(projectId, { ...step, lease_until: leaseEnd() });
    },
    async setState(projectId, state) {
      await set(projectId, { state, lease_until: null });
    },
    async setLive(projectId, isLive) {
      await set(projectId, { is_live: isLive });
    },
  };
}
