import type { StreamApi } from '../../collect/stream/index.ts';
import { handle } from '../../kernel/http/handle.ts';
import { defineSlice, type Kernel } from '../../kernel/slice.ts';
import type { OperationsApi } from './api.ts';
import { listOperations, refuse } from './contract.ts';
import { FactOutbox, keepFacts } from './fact-outbox.ts';
import { declareOperation, endOperation, operationsOf } from './operations.ts';
import type { OperationTables } from './tables.ts';

export type { OperationsApi } from './api.ts';
export { assignArm } from './assign-arm.ts';
export { armResult, checkSplit, compareRates } from './compare-rates.ts';

/** Whatever is done to people declares here its goal, its window and its control group. */
export const door = defineSlice({
  name: 'operations',
  folder: import.meta.dirname,
  uses: ['projects', 'stream', 'audiences'],
  permissions: { 'operations.read': ['owner', 'admin', 'analyst', 'operator', 'viewer'] },
  errors: [refuse],
  start({ kernel, uses }: { kernel: Kernel; config: unknown; uses: { projects: unknown; stream: StreamApi; audiences: unknown } }) {
    const db = kernel.postgres.as<OperationTables>();
    const outbox = new FactOutbox(kernel, uses.stream);
    const api: OperationsApi = {
      declare: (declaration, tx) => declareOperation(declaration, kernel.clock, tx),
      end: (projectId, operation, tx) => endOperation(projectId, operation, kernel.clock, tx),
      list: (projectId) => operationsOf(projectId, db),
      recordLater: keepFacts,
      flushSoon: () => outbox.notify(),
      flush: () => outbox.flush(),
    };
    return {
      api,
      services: [outbox],
      routes: [handle(listOperations, async ({ params }) => ({ items: await operationsOf(params.projectId, db) }))],
    };
  },
});
