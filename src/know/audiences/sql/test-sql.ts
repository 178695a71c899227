import type { Comparison, Scalar, Test } from '../condition.ts';
import { DATE_PATTERN, OFFSET_HOURS_MAX } from '../days.ts';
import { type DateTest, daysOfTest, type Instant } from '../values.ts';
import type { Bindings } from './bindings.ts';

/** SQL: the value at a JSON path as a double, NULL when it is no number. */
export function numberSql(path: string): string {
  return `coalesce(${path}.:Float64, toFloat64(${path}.:Int64), toFloat64(${path}.:UInt64))`;
}

export const COMPARISON_SQL: Record<Comparison, string> = {
  greater: '>',
  greater_or_equal: '>=',
  less: '<',
  less_or_equal: '<=',
  equals: '=',
  not_equals: '!=',
};

/** SQL: 1 when the value at a JSON path passes the test, else 0; never NULL. */
export function testSql(test: Test, path: string, bindings: Bindings, instant: Instant): string {
  switch (test.op) {
    case 'is_set':
      return `isNotNull(${path})`;
    case 'is_not_set':
      return `isNull(${path})`;
    case 'equals':
      return oneOf([test.value], path, bindings);
    case 'not_equals':
      return `NOT ${oneOf([test.value], path, bindings)}`;
    case 'in':
      return oneOf(test.values, path, bindings);
    case 'not_in':
      return `NOT ${oneOf(test.values, path, bindings)}`;
    case 'contains':
      return containsSql(test.value, path, bindings);
    case 'not_contains':
      return `NOT ${containsSql(test.value, path, bindings)}`;
    case 'between':
      return `ifNull(${numberSql(path)} >= ${bindings.add('Float64', test.from)} AND ${numberSql(path)} < ${bindings.add('Float64', test.to)}, 0)`;
    case 'greater':
    case 'greater_or_equal':
    case 'less':
    case 'less_or_equal':
      return `ifNull(${numberSql(path)} ${COMPARISON_SQL[test.op]} ${bindings.add('Float64', test.value)}, 0)`;
    default:
      return dateSql(test, `${path}.:String`, bindings, instant);
  }
}

function oneOf(values: readonly Scalar[], path: string, bindings: Bindings): string {
  const strings = values.filter((value) => typeof value === 'string');
  const numbers = values.filter((value) => typeof value === 'number');
  const parts: string[] = [];
  if (strings.length > 0) parts.push(`ifNull(has(${bindings.add('Array(String)', strings)}, ${path}.:String), 0)`);
  if (numbers.length > 0) parts.push(`ifNull(has(${bindings.add('Array(Float64)', numbers)}, ${numberSql(path)}), 0)`);
  for (const value of [true, false]) {
    if (values.includes(value)) parts.push(`ifNull(${path}.:Bool = ${value}, 0)`);
  }
  return `(${parts.join(' OR ')})`;
}

function containsSql(part: string, path: string, bindings: Bindings): string {
  const wanted = bindings.add('String', part);
  // A list of texts becomes a mixed list when it is the first such list in its block and a mixed one stands before it.
  const mixed = `${path}.:\`Array(Dynamic)\``;
  const isTexts = `arrayAll(item -> dynamicType(item) IN ('String', 'None'), ${mixed})`;
  const inMixed = `(${isTexts} AND arrayExists(item -> ifNull(dynamicElement(item, 'String') = ${wanted}, 0), ${mixed}))`;
  return `(ifNull(position(${path}.:String, ${wanted}) > 0, 0) OR has(${path}.:\`Array(Nullable(String))\`, ${wanted}) OR ${inMixed})`;
}

/** The same reading of dates as `dayOfDateText`, step by step. */
function dateSql(test: DateTest, text: string, bindings: Bindings, instant: Instant): string {
  const { from, until } = daysOfTest(test, instant.today);
  const date = `toDate32OrNull(substring(${text}, 1, 10))`;
  const part = (at: number) => `toInt64OrZero(substring(${text}, ${at}, 2))`;
  const zone = `extract(ifNull(${text}, ''), '(Z|[+-][0-9]{2}:?[0-9]{2})$')`;
  const seconds = `if(substring(${text}, 17, 1) = ':', ${part(18)}, 0)`;
  const offsetHours = `toInt64OrZero(substring(${zone}, 2, 2))`;
  const offsetMinutes = `toInt64OrZero(substring(${zone}, greatest(length(${zone}) - 1, 1), 2))`;
  const offset = `if(startsWith(${zone}, '-'), -1, 1) * (${offsetHours} * 3600 + ${offsetMinutes} * 60)`;
  const instantSql = `toInt64(toInt32(${date})) * 86400 + ${part(12)} * 3600 + ${part(15)} * 60 + ${seconds} - ${offset}`;
  const zoned = `toInt32(toDate32(toDateTime64(${instantSql}, 0, ${bindings.add('String', instant.timeZone)})))`;
  const day = `if(length(${text}) = 10 OR ${zone} = '', toInt32(${date}), ${zoned})`;
  const isDate = [
    `match(${text}, '${DATE_PATTERN}')`,
    `toString(${date}) = substring(${text}, 1, 10)`,
    `(length(${text}) = 10 OR (${part(12)} <= 23 AND ${part(15)} <= 59 AND ${seconds} <= 59 AND ${offsetHours} <= ${OFFSET_HOURS_MAX} AND ${offsetMinutes} <= 59))`,
  ];
  if (from !== undefined) isDate.push(`${day} >= ${bindings.add('Int32', from)}`);
  if (until !== undefined) isDate.push(`${day} < ${bindings.add('Int32', until)}`);
  return `ifNull(${isDate.join(' AND ')}, 0)`;
}
