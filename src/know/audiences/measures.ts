import type { Measure } from './condition.ts';
import { compare, valueAt } from './values.ts';

/** Amounts are added as whole millionths, so that the order of adding changes nothing. */
export const AMOUNT_SCALE = 1_000_000;
/** Amounts beyond it are taken as it. */
export const AMOUNT_MAX = 1e12;

/** An amount in millionths. The SQL evaluator does the same arithmetic on doubles. */
export function scaledAmount(value: number): bigint {
  return BigInt(Math.floor(Math.min(Math.max(value, -AMOUNT_MAX), AMOUNT_MAX) * AMOUNT_SCALE + 0.5));
}

/** Whether somebody without any event that counts passes the measure. */
export function passesOnNothing(measure: Measure): boolean {
  switch (measure.of) {
    case 'did':
      return false;
    case 'did_not':
      return true;
    case 'count':
    case 'distinct':
      return compare(0, measure.op, measure.value);
    case 'sum':
      return compare(0n, measure.op, scaledAmount(measure.value));
    default:
      return false;
  }
}

/** Decides a measure over the properties of the events that count. */
export function passesMeasure(measure: Measure, events: readonly { properties: Record<string, unknown> }[]): boolean {
  switch (measure.of) {
    case 'did':
      return events.length > 0;
    case 'did_not':
      return events.length === 0;
    case 'count':
      return compare(events.length, measure.op, measure.value);
    case 'distinct':
      return compare(distinctOf(events, measure.property), measure.op, measure.value);
    default:
      return passesAmount(measure, events);
  }
}

/** Sums, averages and extremes: numbers only. */
function passesAmount(
  measure: Extract<Measure, { of: 'sum' | 'avg' | 'min' | 'max' }>,
  events: readonly { properties: Record<string, unknown> }[],
): boolean {
  const numbers = events.map((event) => valueAt(event.properties, measure.property)).filter((value) => typeof value === 'number');
  if (measure.of === 'sum') return compare(sumOf(numbers), measure.op, scaledAmount(measure.value));
  if (numbers.length === 0) return false;
  if (measure.of === 'avg') return compare(sumOf(numbers), measure.op, scaledAmount(measure.value) * BigInt(numbers.length));
  const extreme = numbers.reduce((left, right) => (measure.of === 'min' ? Math.min(left, right) : Math.max(left, right)));
  return compare(extreme, measure.op, measure.value);
}

function sumOf(numbers: readonly number[]): bigint {
  return numbers.reduce((sum, value) => sum + scaledAmount(value), 0n);
}

function distinctOf(events: readonly { properties: Record<string, unknown> }[], property: string): number {
  const values = events.map((event) => valueAt(event.properties, property));
  return new Set(values.filter((value) => typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')).size;
}
