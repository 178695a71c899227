import type { Parameter } from './clickhouse.ts';

/**
 * Checks that every `{name:Type}` of a statement has its value, before the engine sees it.
 * A session keeps parameters of earlier statements: without this check a forgotten `projectId` would silently be another caller's.
 */
export function checkParameters(sql: string, parameters: Readonly<Record<string, Parameter>>): void {
  for (const [, name = ''] of withoutLiterals(sql).matchAll(/\{\s*([A-Za-z_]\w*)\s*:/g)) {
    if (parameters[name] === undefined) throw new Error(`The query binds {${name}:…} and no value was given for it`);
  }
}

/** The statement without quoted texts and comments. */
export function withoutLiterals(sql: string): string {
  return sql.replace(/'(?:[^'\\]|\\.|'')*'|`[^`]*`|"(?:[^"\\]|\\.)*"|--[^\n]*|\/\*[\s\S]*?\*\//g, (part) =>
    part.startsWith('-') || part.startsWith('/') ? ' ' : "''",
  );
}

/** A parameter in the escaped text form that ClickHouse parses by the declared type. */
export function parameterText(value: Parameter): string {
  if (value === null) return '\\N';
  if (typeof value === 'string') return escaped(value);
  if (typeof value === 'object') return arrayText(value);
  return scalarText(value);
}

/** A text as a quoted literal of ClickHouse SQL. */
export function literal(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

/** A name of a table, column, setting or database; throws when it could be anything else. */
export function identifier(name: string): string {
  if (!/^[A-Za-z_]\w*(\.[A-Za-z_]\w*)?$/.test(name)) throw new Error(`Not a name: ${JSON.stringify(name)}`);
  return name;
}

function arrayText(items: readonly Parameter[]): string {
  const texts = items.map((item) => {
    if (item === null) return 'NULL';
    if (typeof item === 'string') return `'${escaped(item).replaceAll("'", "\\'")}'`;
    return typeof item === 'object' ? arrayText(item) : scalarText(item);
  });
  return `[${texts.join(',')}]`;
}

function scalarText(value: number | boolean | bigint): string {
  if (typeof value === 'boolean') return value ? '1' : '0';
  if (value === Number.POSITIVE_INFINITY) return '+inf';
  if (value === Number.NEGATIVE_INFINITY) return '-inf';
  return Number.isNaN(value) ? 'nan' : String(value);
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\t', '\\t').replaceAll('\n', '\\n').replaceAll('\r', '\\r').replaceAll('\0', '\\0');
}
