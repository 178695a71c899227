/** SQL of event properties. Names stand in the text as quoted JSON paths: a path cannot be bound. */

/** The property as a quoted path of the JSON column. */
export function propertyPath(name: string): string {
  return `properties.\`${name.replaceAll('\\', '\\\\').replaceAll('`', '\\`')}\``;
}

/** The value as text; null when the event has none. */
export function propertyText(name: string): string {
  return `CAST(${propertyPath(name)}, 'Nullable(String)')`;
}

/** The value as a number; null when it is none. */
export function propertyNumber(name: string): string {
  const path = propertyPath(name);
  return `coalesce(${path}.:Float64, toFloat64(${path}.:Int64), toFloat64(${path}.:UInt64))`;
}

/** The value in millionths, of rows where it is a number; within +-1e12, as in the audience language. Whole numbers add up exactly. */
export function propertyMillionths(name: string): string {
  return `toInt128(toInt64(floor(least(greatest(assumeNotNull(${propertyNumber(name)}), -1e12), 1e12) * 1e6 + 0.5)))`;
}
