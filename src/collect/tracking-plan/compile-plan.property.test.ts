import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { IncomingEvent } from '../stream/contract.ts';
import { compilePlan } from './compile-plan.ts';
import {
  type Consequence,
  consequences,
  defaultRules,
  eventStatuses,
  markings,
  type PlannedEvent,
  type PlannedProperty,
  type RuleKind,
  ruleKinds,
  type TrackingPlan,
  valueTypes,
} from './plan-document.ts';

const names = ['a', 'b', 'c.d', 'c', '$x', 'constructor'];
const eventNames = ['Order', 'View', '$page', 'toString'];
const value: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom('', 'x', 'red', '12', '2026-05-01', '2026-02-30', '2026-05-01T10:00:00Z', 'AB'),
  fc.constantFrom(0, 1, -3, 2.5, 100),
  fc.boolean(),
  fc.constant(null),
  fc.array(fc.constantFrom('red', 'x', 1, 7, true, null), { maxLength: 3 }),
  fc.record({ d: fc.constantFrom<unknown>('x', 1, null, 'red') }),
);
const property: fc.Arbitrary<PlannedProperty> = fc.record(
  {
    type: fc.constantFrom(...valueTypes),
    required: fc.boolean(),
    enum: fc.uniqueArray(fc.constantFrom('red', 'x', 1, true), { minLength: 1, maxLength: 3 }),
    min: fc.constantFrom(-1, 0, 1),
    max: fc.constantFrom(1, 2, 50),
    pattern: fc.constantFrom('^[A-Z]{2}$', 'r', '^$'),
    personal: fc.constantFrom(...markings),
  },
  { requiredKeys: [] },
);
const rules = fc.dictionary(fc.constantFrom(...ruleKinds), fc.constantFrom(...consequences)) as fc.Arbitrary<Partial<Record<RuleKind, Consequence>>>;
const planned: fc.Arbitrary<PlannedEvent> = fc.record(
  { status: fc.constantFrom(...eventStatuses), rules, properties: fc.dictionary(fc.constantFrom(...names), property) },
  { requiredKeys: [] },
);
const plan: fc.Arbitrary<TrackingPlan> = fc
  .record({ own: rules, events: fc.dictionary(fc.constantFrom(...eventNames), planned), traits: fc.dictionary(fc.constantFrom(...names), property) })
  .map(({ own, events, traits }) => ({ version: 1, updatedAt: null, rules: { ...defaultRules, ...own }, events, traits }));
const values = fc.dictionary(fc.constantFrom(...names, 'other'), value);
const event: fc.Arbitrary<IncomingEvent> = fc
  .record({ name: fc.constantFrom(...eventNames, 'Unknown'), properties: values, traits: fc.option(values, { nil: undefined }) })
  .map(({ name, properties, traits }) => ({
    messageId: 'm',
    kind: 'track',
    event: name,
    time: 0,
    sequence: 0,
    properties,
    context: {},
    ...(traits && { traits }),
  }));

/** The plan read as its words say, one rule after the other, without any preparation. */
function interpret(plan: TrackingPlan, event: IncomingEvent): { action: string; found: string[] } {
  const planned = Object.hasOwn(plan.events, event.event) ? plan.events[event.event] : undefined;
  const status = planned?.status ?? (planned ? 'expected' : 'unplanned');
  if (status === 'blocked') return { action: 'drop', found: ['blocked_event '] };
  const found: { kind: string; name: string; severity: number }[] = [];
  const severityOf = (kind: RuleKind) => ['ignore', 'warn', 'quarantine', 'refuse'].indexOf(planned?.rules?.[kind] ?? plan.rules[kind]);
  const tell = (kind: RuleKind, name: string) => found.push({ kind, name, severity: severityOf(kind) });
  const isSystem = event.event.startsWith('$');
  if (status === 'unplanned' && !isSystem) tell('unplanned_event', '');
  if (status === 'deprecated') found.push({ kind: 'deprecated_event', name: '', severity: 1 });
  for (const [name, field] of Object.entries(planned?.properties ?? {})) {
    const is = lookUp(event.properties, name);
    if (is === undefined || is === null) {
      if (field.required) tell('missing_required', name);
    } else for (const kind of faultsOf(field, is)) tell(kind, name);
  }
  if (status !== 'unplanned' && !isSystem)
    for (const name of Object.keys(event.properties))
      if (!name.startsWith('$') && !isNamed(Object.keys(planned?.properties ?? {}), name)) tell('unplanned_property', name);
  for (const [name, field] of Object.entries(plan.traits)) {
    const is = lookUp(event.traits ?? {}, name);
    if (is !== undefined && is !== null) for (const kind of faultsOf(field, is)) tell(kind, name);
  }
  for (const name of Object.keys(event.traits ?? {}))
    if (!name.startsWith('$') && !isNamed(Object.keys(plan.traits), name)) tell('unplanned_trait', name);
  const told = found.filter((one) => one.severity > 0);
  const worst = Math.max(0, ...told.map((one) => one.severity));
  return { action: ['pass', 'warn', 'quarantine', 'refuse'][worst] ?? '', found: told.map((one) => `${one.kind} ${one.name}`).sort() };
}

function lookUp(values: Record<string, unknown>, name: string): unknown {
  if (Object.keys(values).includes(name)) return values[name];
  const [first, second] = name.split('.');
  const outer = Object.keys(values).includes(first ?? '') ? values[first ?? ''] : undefined;
  if (second === undefined || typeof outer !== 'object' || outer === null || Array.isArray(outer)) return undefined;
  return Object.keys(outer).includes(second) ? (outer as Record<string, unknown>)[second] : undefined;
}

function isNamed(planned: readonly string[], name: string): boolean {
  return planned.some((one) => one === name || one.startsWith(`${name}.`));
}

function faultsOf(field: PlannedProperty, value: unknown): RuleKind[] {
  if (field.personal === 'sensitive') return [];
  if (field.type && !isOfType(value, field.type)) return ['wrong_type'];
  const faults = new Set<RuleKind>();
  for (const item of Array.isArray(value) ? value : [value]) {
    if (field.enum && !field.enum.some((one) => one === item)) faults.add('not_in_enum');
    if (typeof item === 'number' && ((field.min !== undefined && item < field.min) || (field.max !== undefined && item > field.max)))
      faults.add('out_of_range');
    if (field.pattern && typeof item === 'string' && !new RegExp(field.pattern, 'u').test(item)) faults.add('pattern_mismatch');
  }
  return [...faults];
}

function isOfType(value: unknown, type: string): boolean {
  const kind = Array.isArray(value) ? 'list' : typeof value;
  if (type === 'integer') return kind === 'number' && Number(value) % 1 === 0;
  if (type === 'datetime') return value === '2026-05-01' || value === '2026-05-01T10:00:00Z';
  return kind === type;
}

test('the compiled plan says what a plain reading of the plan says', () => {
  let faulty = 0;
  fc.assert(
    fc.property(plan, fc.array(event, { minLength: 1, maxLength: 4 }), (one, events) => {
      const compiled = compilePlan(one);
      for (const sent of events) {
        const verdict = compiled.judge(sent);
        const wanted = interpret(one, sent);
        if (wanted.found.length > 0) faulty += 1;
        expect({ action: verdict.action, found: verdict.violations.map(({ kind, name }) => `${kind} ${name}`).sort() }).toEqual(wanted);
      }
    }),
    { numRuns: 1_500 },
  );
  expect(faulty).toBeGreaterThan(500);
});
