/** SQL of event properties. Names stand in the text as quoted JSON paths: a path cannot be bound. */

/** The property as a quoted path of the JSON column. */
export function propertyPath(name: string): string {
  return `properties.\`${name.replaceAll('\\', '\\\\').replaceAll('`', '\\`')}\``;
}

/** The value as text; null when the event has none. */
export function propertyText(name: string): string {
  return `CAST(${propertyPath(name)}, 'Nullable(String)')`;
}

/** The value in millionths, when it is a number (within +-1e12); null otherwise. Whole numbers add up exactly. */
export function propertyMillionths(name: string): string {
  const path = propertyPath(name);
  const number = `coalesce(toFloat64(${path}.:Int64), ${path}.:Float64, toFloat64(${path}.:UInt64))`;
  return `toInt128(round(greatest(least(${number}, 1e12), -1e12) * 1e6))`;
}
