import type { PlannedField } from './plan.ts';

const typeNames: Record<string, string> = {
  string: 'string',
  number: 'number',
  integer: 'number',
  boolean: 'boolean',
  datetime: 'string | Date',
  list: 'readonly unknown[]',
  object: 'Record<string, unknown>',
};

/** Fields that a dotted name leads into (`address.city`), and the one that stands at its end. */
interface Branch {
  field?: PlannedField;
  inner: Map<string, Branch>;
}

/** Members of an interface: one line a field with its words above it. `isOptional`: none is required. */
export function membersOf(
  fields: Readonly<Record<string, PlannedField>>,
  { isOptional, isNullable = false }: { isOptional: boolean; isNullable?: boolean },
): string {
  const top: Branch = { inner: new Map() };
  for (const [name, field] of Object.entries(fields).toSorted(byName)) {
    let at = top;
    for (const part of name.split('.')) {
      const next = at.inner.get(part) ?? { inner: new Map() };
      at.inner.set(part, next);
      at = next;
    }
    at.field = field;
  }
  return lines(top, { isOptional, isNullable, indent: '  ' });
}

interface Form {
  isOptional: boolean;
  isNullable: boolean;
  indent: string;
}

function lines(branch: Branch, form: Form): string {
  return [...branch.inner]
    .map(([name, inner]) => {
      const isRequired = !form.isOptional && isNeeded(inner);
      const type = form.isNullable ? `${typeOf(inner, form)} | null` : typeOf(inner, form);
      return `${docOf(inner.field, form.indent)}${form.indent}${propertyName(name)}${isRequired ? '' : '?'}: ${type};\n`;
    })
    .join('');
}

/** An object is needed when something in it is. */
function isNeeded({ field, inner }: Branch): boolean {
  return field?.required === true || [...inner.values()].some(isNeeded);
}

function typeOf({ field, inner }: Branch, form: Form): string {
  if (inner.size > 0) return `{\n${lines({ inner }, { ...form, indent: `${form.indent}  ` })}${form.indent}}`;
  const values = field?.enum?.map((value) => literal(value)).join(' | ');
  if (field?.type === 'list') return values ? `readonly (${values})[]` : 'readonly unknown[]';
  return values ?? typeNames[field?.type ?? ''] ?? 'unknown';
}

/** Words of the plan as a docstring; nothing when it has none. */
export function docOf(told: { displayName?: Record<string, string>; description?: string; status?: string } | undefined, indent = ''): string {
  const words = [
    ...new Set(Object.values(told?.displayName ?? {})),
    told?.description,
    told?.status === 'deprecated' ? '@deprecated Planned to go.' : undefined,
  ]
    .filter((text): text is string => typeof text === 'string' && text !== '')
    .map((text) => text.replaceAll('*/', '* /').replace(/\s*\n\s*/g, ' '));
  if (words.length === 0) return '';
  if (words.length === 1) return `${indent}/** ${words[0]} */\n`;
  return `${indent}/**\n${words.map((line) => `${indent} * ${line}\n`).join('')}${indent} */\n`;
}

/** A text or another value as TypeScript says it. */
export const literal = (value: unknown): string =>
  typeof value === 'string' ? `'${JSON.stringify(value).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'` : String(value);

const propertyName = (name: string): string => (/^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(name) ? name : literal(name));

/** Sorted by name whatever order a file has, so that what is made changes only when the plan does. */
export const byName = ([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number => (one < other ? -1 : one > other ? 1 : 0);
