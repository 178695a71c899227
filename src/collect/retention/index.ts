import { defineSlice, type Kernel, type RunningSlice } from '../../kernel/slice.ts';
import type { AuditApi } from '../../workspace/audit/index.ts';
import type { ProjectsApi } from '../../workspace/projects/index.ts';
import type { IdentityApi } from '../identity/index.ts';
import type { StreamApi } from '../stream/index.ts';
import type { Eraser, RetentionApi } from './api.ts';
import { refuseRetention } from './contract.ts';
import { Erasures } from './erasures.ts';
import { CHECK_AFTER_MS, checkErasure, eraseRequested, expireDaily, expireNow } from './jobs.ts';
import { PersonTables } from './person-tables.ts';
import { erasureRoutes, ruleRoutes } from './routes.ts';
import { Rules } from './rules.ts';

export type { Eraser, ErasureScope, RetentionApi } from './api.ts';
export { refusalsOf } from './refusals.ts';
export { patternOf } from './writings.ts';

interface Uses {
  audit: AuditApi;
  projects: ProjectsApi;
  identity: IdentityApi;
  stream: StreamApi;
}

/** Ids that another process remembers are forgotten within a second. */
const CACHE_AGE_MS = 1_500;
/** Identity and this slice see to these by themselves. */
const OWN_TABLES = ['people', 'identities', 'shared_ids', 'identity_history', 'identity_changes', 'group_members', 'erasures'];

/** The door of retention: how long events are kept, and the erasing of people. */
export const door = defineSlice({
  name: 'retention',
  folder: import.meta.dirname,
  uses: ['audit', 'projects', 'identity', 'stream'],
  permissions: {
    'retention.read': ['owner', 'admin', 'analyst'],
    'retention.write': ['owner', 'admin'],
    'retention.erase': ['owner', 'admin'],
  },
  errors: [refuseRetention],
  jobs: [expireDaily, expireNow, eraseRequested, checkErasure],
  start({ kernel, uses }: { kernel: Kernel; config: unknown; uses: Uses }): RunningSlice<RetentionApi> {
    const erasers: Eraser[] = [];
    const isLeftOut = (table: string): boolean => OWN_TABLES.includes(table) || erasers.some((eraser) => eraser.tables?.includes(table));
    const tables = new PersonTables({ ...kernel, isLeftOut });
    const cacheAgeMs = kernel.postgres.form === 'server' ? CACHE_AGE_MS : 0;
    const erasures = new Erasures(kernel, uses, { ...uses, tables, erasers, clock: kernel.clock, cacheAgeMs });
    const rules = new Rules({ kernel, projects: uses.projects, stream: uses.stream });
    kernel.jobs.handle(expireDaily, async () => {
      for (const projectId of await rules.projects()) await rules.carryOut(projectId, 'daily');
    });
    kernel.jobs.handle(expireNow, ({ projectId }) => rules.carryOut(projectId, 'member'));
    kernel.jobs.handle(eraseRequested, async ({ erasureId }, signal) => {
      await erasures.carryOut(erasureId, signal);
      await kernel.jobs.send(checkErasure, { erasureId }, { startAfterMs: CHECK_AFTER_MS });
    });
    kernel.jobs.handle(checkErasure, ({ erasureId }, signal) => erasures.checkAgain(erasureId, signal));
    const routes = [...ruleRoutes(rules, { kernel, audit: uses.audit }), ...erasureRoutes(erasures, { kernel, audit: uses.audit })];
    return { api: { registerEraser: (eraser) => void erasers.push(eraser) }, routes };
  },
});
