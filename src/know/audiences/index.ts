export type * from './api.ts';
export type { Condition } from './condition.ts';
export { filtersSql } from './sql/filters.ts';
