/** What JSON can carry and the stores cannot: U+0000 and halves of surrogate pairs (PostgreSQL's jsonb), whole numbers beyond 64 bits (ClickHouse's JSON). */
const unkeepable = /\\u(?:0000|d[89a-f][0-9a-f]{2})|\d{19}/;
const WHOLE_MAX = 2 ** 63;

/** JSON text of an object or list that both stores can keep: troublesome letters are taken out, very large whole numbers are written with an exponent. */
export function jsonText(value: object): string {
  const text = JSON.stringify(value);
  return unkeepable.test(text) ? JSON.stringify(keepable(value)) : text;
}

function keepable(value: unknown): unknown {
  if (typeof value === 'string') return cleanText(value);
  if (typeof value === 'number') return Math.abs(value) >= WHOLE_MAX ? rawJson(value.toExponential()) : value;
  if (Array.isArray(value)) return value.map(keepable);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [cleanText(name), keepable(part)]));
}

/** The same for one text. */
export function cleanText(text: string): string {
  return text.replaceAll('\0', '').toWellFormed();
}

/** `JSON.rawJSON` (ECMAScript proposal "JSON.parse source text access", in V8 since 11.4), which TypeScript does not know yet. */
const { rawJSON: rawJson } = JSON as unknown as { rawJSON(text: string): unknown };
