import { limits } from './limits.ts';

const escapes: Record<string, string> = { '"': '\\"', '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t', '\b': '\\b', '\f': '\\f' };
// With the flag `u` the range of surrogates meets only halves that stand alone; no store takes these.
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON has to escape them.
const special = /["\\\u0000-\u001f]|[\ud800-\udfff]/gu;

const escaped = (char: string): string =>
  escapes[char] ?? (char < ' ' ? `\\u00${char.charCodeAt(0) < 16 ? '0' : ''}${char.charCodeAt(0).toString(16)}` : '\ufffd');

/** A message is two levels around its properties. */
const depthMax = limits.depthMax + 1;

/**
 * JSON of a value, without the page's `JSON.stringify` (pages overwrite it) and `toJSON` of lists and of all objects (old libraries add it). Circles, parts of a document and what lies
 * too deep become null, dates ISO 8601, big integers numbers where they fit, half letters `\ufffd`. Undefined for what JSON cannot say. Throws a `RangeError` as soon as the text is longer
 * than a message may be: whoever hands over half a program must not wait for it.
 */
export function jsonText(value: unknown): string | undefined {
  return textOf(value, [], { left: limits.messageSizeMaxBytes });
}

/** Characters that may still come. */
interface Budget {
  left: number;
}

function textOf(value: unknown, parents: readonly unknown[], budget: Budget): string | undefined {
  budget.left -= typeof value === 'string' ? value.length + 2 : 1;
  if (budget.left < 0) throw new RangeError('longer than a message may be');
  switch (typeof value) {
    case 'string':
      return `"${value.replace(special, escaped)}"`;
    case 'number':
      return value - value === 0 ? String(value) : 'null';
    case 'boolean':
      return String(value);
    case 'bigint':
      return Number.isSafeInteger(Number(value)) ? String(value) : `"${value}"`;
    case 'object':
      return value === null || parents.length > depthMax || parents.indexOf(value) >= 0 || isOfDocument(value)
        ? 'null'
        : objectText(value, parents, budget);
    default:
      return undefined;
  }
}

/** Elements and windows lead to everything else on a page. */
function isOfDocument(value: object): boolean {
  const { nodeType, window } = value as { nodeType?: unknown; window?: unknown };
  return (typeof nodeType === 'number' && 'ownerDocument' in value) || window === value;
}

function objectText(value: object, parents: readonly unknown[], budget: Budget): string | undefined {
  const inside = [...parents, value];
  if (Array.isArray(value)) {
    const items: string[] = [];
    for (let at = 0; at < value.length; at += 1) items.push(textOf(value[at], inside, budget) ?? 'null');
    return `[${items.join(',')}]`;
  }
  const { toJSON } = value as { toJSON?: unknown };
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'null' : `"${value.toISOString()}"`;
  if (typeof toJSON === 'function' && toJSON !== (Object.prototype as { toJSON?: unknown }).toJSON) return textOf(toJSON.call(value), inside, budget);
  const fields: string[] = [];
  for (const name of Object.keys(value)) {
    const text = textOf((value as Record<string, unknown>)[name], inside, budget);
    if (text !== undefined) fields.push(`${textOf(name, [], budget)}:${text}`);
  }
  return `{${fields.join(',')}}`;
}
