import type { Parameter } from './clickhouse.ts';

const INLINE_LENGTH_MIN = 8_000;

/**
 * Checks that every `{name:Type}` of a statement has its value, before the engine sees it.
 * A session keeps parameters of earlier statements: without this check a forgotten `projectId` would silently be another caller's.
 */
export function checkParameters(sql: string, parameters: Readonly<Record<string, Parameter>>): void {
  for (const [, name = ''] of withoutLiterals(sql).matchAll(/\{\s*([A-Za-z_]\w*)\s*:/g)) {
    if (parameters[name] === undefined) throw new Error(`The query binds {${name}:…} and no value was given for it`);
  }
}

const LITERAL = /'(?:[^'\\]|\\.|'')*'|`[^`]*`|"(?:[^"\\]|\\.)*"|--[^\n]*|\/\*[\s\S]*?\*\//;
const LITERALS = new RegExp(LITERAL, 'g');
const LITERALS_AND_PLACES = new RegExp(`${LITERAL.source}|\\{\\s*([A-Za-z_]\\w*)\\s*:\\s*([^{}]+?)\\s*\\}`, 'g');

/** The statement without quoted texts and comments. */
export function withoutLiterals(sql: string): string {
  return sql.replace(LITERALS, (part) => (part.startsWith('-') || part.startsWith('/') ? ' ' : "''"));
}

/**
 * Writes parameters of more than 8,000 characters into the statement, as what a bound one becomes anyway (a cast of its text): ClickHouse takes no longer
 * fields beside a statement (`http_max_field_value_size`), and addresses are shorter still.
 */
export function inlineLarge(sql: string, parameters: Readonly<Record<string, Parameter>>): { sql: string; parameters: Record<string, Parameter> } {
  const large = new Map<string, string>();
  const small: Record<string, Parameter> = {};
  for (const [name, value] of Object.entries(parameters)) {
    const text = typeof value === 'string' ? value : parameterText(value);
    if (text.length > INLINE_LENGTH_MIN) large.set(name, literal(text));
    else small[name] = value;
  }
  if (large.size === 0) return { sql, parameters: small };
  const inlined = sql.replace(LITERALS_AND_PLACES, (whole: string, name: string | undefined, type: string | undefined) => {
    const text = name === undefined ? undefined : large.get(name);
    return text === undefined ? whole : `CAST(${text} AS ${type})`;
  });
  return { sql: inlined, parameters: small };
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
