import { handle } from '../../kernel/http/handle.ts';
import { defineSlice, type Kernel, type RunningSlice } from '../../kernel/slice.ts';
import { listItems, refuseItem } from './contract.ts';
import { createItems, type ItemsApi } from './items.ts';

export { checkItem, type ItemsApi } from './items.ts';

/** The door of the catalogue of items. */
export const door = defineSlice({
  name: 'items',
  folder: import.meta.dirname,
  uses: ['projects'],
  errors: [refuseItem],
  permissions: { 'items.read': ['owner', 'admin', 'analyst', 'operator', 'viewer'] },
  start({ kernel }: { kernel: Kernel; config: unknown; uses: { projects: unknown } }): RunningSlice<ItemsApi> {
    const api = createItems(kernel);
    return { api, routes: [handle(listItems, ({ params, query }) => api.list(params.projectId, query))] };
  },
});
