import type { IncomingEvent } from '../stream/contract.ts';
import { type CompiledField, compileField, type Findings, fieldValue, find, judgeValue, type Severities } from './compile-fields.ts';
import { consequences, type PlannedEvent, type RuleKind, ruleKinds, type TrackingPlan } from './plan-document.ts';
import { shownValue } from './value-types.ts';
import { PASSED, type PlanVerdict } from './verdict.ts';

interface CompiledEvent {
  isPlanned: boolean;
  isBlocked: boolean;
  isDeprecated: boolean;
  severities: Severities;
  fields: readonly CompiledField[];
  /** Names that may stand at the top of `properties`. */
  known: ReadonlySet<string>;
}

const actions = ['pass', 'warn', 'quarantine', 'refuse'] as const;
const DOLLAR = 36;
const NOBODY: CompiledEvent = { isPlanned: false, isBlocked: false, isDeprecated: false, severities: {} as Severities, fields: [], known: new Set() };

/** A plan that answers at once. */
export interface CompiledPlan {
  /** Pure: the same event always gets the same verdict. */
  judge(event: IncomingEvent): PlanVerdict;
  /** What the plan says about showing values of a property, or of a trait (no event): hidden, public, or nothing. */
  exposure(event: string | undefined, name: string): 'hidden' | 'public' | undefined;
}

/** Compiles a plan. Names that begin with `$` belong to clients and the system: they are held against what the plan says of them, but are never unplanned. */
export function compilePlan(plan: TrackingPlan): CompiledPlan {
  const inherited = severitiesOf(plan.rules, {});
  const unplanned: CompiledEvent = { ...NOBODY, severities: inherited };
  const events = new Map(Object.entries(plan.events).map(([name, planned]) => [name, compileEvent(planned, plan)]));
  const traits = new Map(Object.entries(plan.traits).map(([name, planned]) => [name, compileField(name, planned, true)]));
  const knownTraits = new Set([...traits.keys()].map((name) => name.split('.', 1)[0] as string).concat([...traits.keys()]));
  return {
    judge(event) {
      const planned = events.get(event.event) ?? unplanned;
      if (planned.isBlocked) return { action: 'drop', violations: [{ kind: 'blocked_event', name: '' }] };
      let findings = judgeEvent(event, planned);
      if (event.traits || event.traitChanges) findings = judgeTraits(event, { traits, known: knownTraits, severities: planned.severities }, findings);
      return findings ? { action: actions[findings.severity] ?? 'warn', violations: findings.violations } : PASSED;
    },
    exposure(event, name) {
      const field = event === undefined ? traits.get(name) : events.get(event)?.fields.find((one) => one.name === name);
      return field?.isHidden ? 'hidden' : field?.isPublic ? 'public' : undefined;
    },
  };
}

function compileEvent(planned: PlannedEvent, plan: TrackingPlan): CompiledEvent {
  const status = planned.status ?? 'expected';
  const fields = Object.entries(planned.properties ?? {}).map(([name, property]) => compileField(name, property, false));
  return {
    isPlanned: status !== 'unplanned',
    isBlocked: status === 'blocked',
    isDeprecated: status === 'deprecated',
    severities: severitiesOf(plan.rules, planned.rules ?? {}),
    fields,
    known: new Set(fields.flatMap((field) => (field.path ? [field.name, field.path[0] as string] : [field.name]))),
  };
}

function severitiesOf(rules: TrackingPlan['rules'], own: NonNullable<PlannedEvent['rules']>): Severities {
  return Object.fromEntries(ruleKinds.map((kind) => [kind, consequences.indexOf(own[kind] ?? rules[kind])])) as Record<RuleKind, number>;
}

function judgeEvent(event: IncomingEvent, planned: CompiledEvent): Findings | undefined {
  const { severities } = planned;
  let findings: Findings | undefined;
  const isPreset = event.event.charCodeAt(0) === DOLLAR;
  if (!planned.isPlanned && !isPreset) findings = find(findings, severities.unplanned_event, { kind: 'unplanned_event', name: '' });
  if (planned.isDeprecated) findings = find(findings, 1, { kind: 'deprecated_event', name: '' });
  for (const field of planned.fields) {
    const value = fieldValue(field, event.properties);
    if (value !== undefined && value !== null) findings = judgeValue(field, value, severities, findings);
    else if (field.isRequired)
      findings = find(findings, severities.missing_required, {
        kind: 'missing_required',
        name: field.name,
        ...(field.type && { expected: field.type }),
      });
  }
  if (severities.unplanned_property === 0 || !planned.isPlanned || isPreset) return findings;
  for (const name in event.properties) {
    if (name.charCodeAt(0) === DOLLAR || planned.known.has(name)) continue;
    findings = find(findings, severities.unplanned_property, { kind: 'unplanned_property', name });
  }
  return findings;
}

interface PlannedTraits {
  traits: ReadonlyMap<string, CompiledField>;
  known: ReadonlySet<string>;
  severities: Severities;
}

function judgeTraits(event: IncomingEvent, planned: PlannedTraits, before: Findings | undefined): Findings | undefined {
  let findings = before;
  const { traits, known, severities } = planned;
  for (const field of traits.values()) {
    const value = event.traits && fieldValue(field, event.traits);
    if (value !== undefined && value !== null) findings = judgeValue(field, value, severities, findings);
  }
  for (const name in event.traits) findings = judgeTraitName(name, known, severities, findings);
  for (const change of event.traitChanges ?? []) {
    if (change.operation === 'unset' || change.operation === 'unset_all' || change.operation === 'remove') continue;
    findings = judgeTraitName(change.name, known, severities, findings);
    const field = traits.get(change.name);
    if (!field || change.value === undefined || change.value === null) continue;
    if (change.operation === 'set' || change.operation === 'set_once') findings = judgeValue(field, change.value, severities, findings);
    else if (!fitsOperation(change.operation, field))
      findings = find(findings, severities.wrong_type, {
        kind: 'wrong_type',
        name: change.name,
        isTrait: true,
        expected: field.type as string,
        ...(!field.isHidden && { found: `${change.operation} ${shownValue(change.value)}` }),
      });
  }
  return findings;
}

function judgeTraitName(name: string, known: ReadonlySet<string>, severities: Severities, findings: Findings | undefined): Findings | undefined {
  if (severities.unplanned_trait === 0 || name.charCodeAt(0) === DOLLAR || known.has(name)) return findings;
  return find(findings, severities.unplanned_trait, { kind: 'unplanned_trait', name, isTrait: true });
}

/** Adding needs a number, lists grow: what an operation makes of a trait has a type of its own. */
function fitsOperation(operation: string, { type }: CompiledField): boolean {
  if (type === undefined) return true;
  return operation === 'increment' ? type === 'number' || type === 'integer' : type === 'list';
}
