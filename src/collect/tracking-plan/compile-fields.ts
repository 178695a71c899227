import { compilePattern, type Pattern } from './pattern.ts';
import type { PlannedProperty, RuleKind, ValueType } from './plan-document.ts';
import { fitsType, shownValue } from './value-types.ts';
import type { Violation } from './verdict.ts';

/** Severity of each kind of violation: 0 ignore, 1 warn, 2 quarantine, 3 refuse. */
export type Severities = Readonly<Record<RuleKind, number>>;

/** Gathers what is wrong with one event; made only when something is. */
export interface Findings {
  severity: number;
  violations: Violation[];
}

/** A property or trait of the plan, ready to be asked. */
export interface CompiledField {
  name: string;
  /** The parts of a dotted name. */
  path: readonly string[] | undefined;
  type: ValueType | undefined;
  isRequired: boolean;
  isTrait: boolean;
  isHidden: boolean;
  /** True: marked as sensitive. Its values are hashed before the plan is asked, so that only their presence can be checked. */
  isSensitive: boolean;
  /** True: marked as public, so that its values may be shown even if they look like somebody's. */
  isPublic: boolean;
  values: ReadonlySet<unknown> | undefined;
  min: number;
  max: number;
  hasRange: boolean;
  pattern: Pattern | undefined;
  /** What is wanted, in words, for those who look at a violation. */
  wanted: { values: string; range: string; pattern: string };
  hasItemRules: boolean;
}

const VALUES_SHOWN_MAX = 8;
const VIOLATIONS_MAX = 20;

/** Compiles one field. Patterns were checked when the plan was saved. */
export function compileField(name: string, planned: PlannedProperty, isTrait: boolean): CompiledField {
  const hasRange = planned.min !== undefined || planned.max !== undefined;
  const shown = planned.enum?.slice(0, VALUES_SHOWN_MAX).map((value) => JSON.stringify(value));
  const range = [planned.min === undefined ? '' : `>= ${planned.min}`, planned.max === undefined ? '' : `<= ${planned.max}`];
  return {
    name,
    path: name.includes('.') ? name.split('.') : undefined,
    type: planned.type,
    isRequired: planned.required === true,
    isTrait,
    isHidden: planned.personal === 'personal' || planned.personal === 'sensitive',
    isSensitive: planned.personal === 'sensitive',
    isPublic: planned.personal === 'public',
    values: planned.enum && new Set<unknown>(planned.enum),
    min: planned.min ?? -Infinity,
    max: planned.max ?? Infinity,
    hasRange,
    pattern: planned.pattern === undefined ? undefined : compilePattern(planned.pattern),
    wanted: {
      values: `${shown?.join(', ') ?? ''}${(planned.enum?.length ?? 0) > VALUES_SHOWN_MAX ? ', …' : ''}`,
      range: range.filter(Boolean).join(', '),
      pattern: planned.pattern ?? '',
    },
    hasItemRules: planned.enum !== undefined || hasRange || planned.pattern !== undefined,
  };
}

/** The value of a field: under its whole name, or inside objects along its dots. */
export function fieldValue(field: CompiledField, values: Record<string, unknown>): unknown {
  if (Object.hasOwn(values, field.name)) return values[field.name];
  if (!field.path) return undefined;
  let inside: unknown = values;
  for (const part of field.path) {
    if (typeof inside !== 'object' || inside === null || Array.isArray(inside) || !Object.hasOwn(inside, part)) return undefined;
    inside = (inside as Record<string, unknown>)[part];
  }
  return inside;
}

/** Holds a value that is there against its field. */
export function judgeValue(field: CompiledField, value: unknown, severities: Severities, findings: Findings | undefined): Findings | undefined {
  if (field.isSensitive) return findings;
  if (field.type !== undefined && !fitsType(value, field.type))
    return find(findings, severities.wrong_type, violationOf('wrong_type', field, field.type, value));
  if (!field.hasItemRules) return findings;
  let found = findings;
  if (!Array.isArray(value)) {
    if (!isAmong(field, value)) found = find(found, severities.not_in_enum, violationOf('not_in_enum', field, field.wanted.values, value));
    if (!isInRange(field, value)) found = find(found, severities.out_of_range, violationOf('out_of_range', field, field.wanted.range, value));
    if (!isMatching(field, value))
      found = find(found, severities.pattern_mismatch, violationOf('pattern_mismatch', field, field.wanted.pattern, value));
    return found;
  }
  // Of a list each kind of fault is told once, by the first item that has it.
  const strange = value.findIndex((item) => !isAmong(field, item));
  if (strange >= 0) found = find(found, severities.not_in_enum, violationOf('not_in_enum', field, field.wanted.values, value[strange]));
  const far = value.findIndex((item) => !isInRange(field, item));
  if (far >= 0) found = find(found, severities.out_of_range, violationOf('out_of_range', field, field.wanted.range, value[far]));
  const misshapen = value.findIndex((item) => !isMatching(field, item));
  if (misshapen >= 0)
    found = find(found, severities.pattern_mismatch, violationOf('pattern_mismatch', field, field.wanted.pattern, value[misshapen]));
  return found;
}

function isAmong(field: CompiledField, value: unknown): boolean {
  return !field.values || field.values.has(value);
}

function isInRange(field: CompiledField, value: unknown): boolean {
  return !field.hasRange || typeof value !== 'number' || (value >= field.min && value <= field.max);
}

function isMatching(field: CompiledField, value: unknown): boolean {
  return !field.pattern || typeof value !== 'string' || field.pattern.test(value);
}

/** A violation with what was found, unless the value is nobody's business. */
export function violationOf(kind: RuleKind, field: CompiledField, expected: string, value: unknown): Violation {
  const violation: Violation = { kind, name: field.name, expected };
  if (field.isTrait) violation.isTrait = true;
  if (!field.isHidden && value !== undefined) violation.found = shownValue(value);
  return violation;
}

/** Adds a violation, unless its consequence is to be ignored. */
export function find(findings: Findings | undefined, severity: number, violation: Violation): Findings | undefined {
  if (severity === 0) return findings;
  if (!findings) return { severity, violations: [violation] };
  if (severity > findings.severity) findings.severity = severity;
  if (findings.violations.length < VIOLATIONS_MAX) findings.violations.push(violation);
  return findings;
}
