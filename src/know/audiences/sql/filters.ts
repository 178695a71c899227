import type { CompiledAudience } from '../api.ts';
import type { Filter } from '../condition.ts';
import { dayOfInstant } from '../days.ts';
import { Bindings, jsonPath } from './bindings.ts';
import { testSql } from './test-sql.ts';

/**
 * SQL of the condition that a row of `events` passes all the filters, with the meaning that they have inside an event condition.
 * Reads the column `properties`; parameters begin with `prefix`. `now` (ms) is for the tests on dates.
 */
export function filtersSql(filters: readonly Filter[], context: { prefix: string; now: number; timeZone: string }): CompiledAudience {
  const bindings = new Bindings(context.prefix);
  const instant = { now: context.now, timeZone: context.timeZone, today: dayOfInstant(context.now, context.timeZone) };
  const tests = filters.map((filter) => testSql(filter.test, jsonPath('properties', filter.property), bindings, instant));
  return { sql: tests.length === 0 ? '1' : tests.join(' AND '), parameters: bindings.parameters };
}
