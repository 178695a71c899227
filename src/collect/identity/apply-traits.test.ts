import fc from 'fast-check';
import { expect, test } from 'vitest';
import { applyTraits } from './apply-traits.ts';
import type { TraitChange } from './contract.ts';

const scalar = fc.oneof(fc.integer({ min: -50, max: 50 }), fc.constantFrom('a', 'b', '2026-05-01'), fc.boolean());
const present: fc.Arbitrary<unknown> = fc.oneof(scalar, fc.array(scalar, { maxLength: 3 }), fc.constant({ inner: 1 }));
const value = fc.oneof(present, fc.constant(null));
const change: fc.Arbitrary<TraitChange> = fc.record({
  operation: fc.constantFrom('set', 'set_once', 'increment', 'append', 'prepend', 'union', 'remove', 'unset', 'unset_all'),
  name: fc.constantFrom('x', 'y', '__proto__'),
  value,
});

/** The operations once more, as Mixpanel's and PostHog's documents say them, over a map and without shortcuts. */
function plainly(before: Record<string, unknown>, changes: readonly TraitChange[]): { traits: Map<string, unknown>; keptOut: number } {
  const traits = new Map(Object.entries(before));
  let keptOut = 0;
  const text = JSON.stringify;
  for (const { operation, name, value: given } of changes) {
    const had = traits.get(name);
    const items = Array.isArray(given) ? given : [given];
    const isNothing = given === null || given === undefined;
    if (operation === 'unset_all') traits.clear();
    else if (operation === 'unset' || (operation === 'set' && isNothing)) traits.delete(name);
    else if (operation === 'set') traits.set(name, given);
    else if (operation === 'set_once') {
      if (!traits.has(name) && !isNothing) traits.set(name, given);
    } else if (operation === 'increment') {
      if (typeof given !== 'number' || !(had === undefined || typeof had === 'number')) keptOut += 1;
      else traits.set(name, ((had as number) ?? 0) + given);
    } else if (isNothing || (operation === 'remove' && had === undefined)) continue;
    else if (had !== undefined && !Array.isArray(had)) keptOut += 1;
    else if (operation === 'append') traits.set(name, [...((had as unknown[]) ?? []), ...items]);
    else if (operation === 'prepend') traits.set(name, [...items, ...((had as unknown[]) ?? [])]);
    else if (operation === 'remove')
      traits.set(
        name,
        (had as unknown[]).filter((item) => !items.map((each) => text(each)).includes(text(item))),
      );
    else {
      const all = [...((had as unknown[]) ?? [])];
      for (const item of items) if (!all.map((each) => text(each)).includes(text(item))) all.push(item);
      traits.set(name, all);
    }
  }
  return { traits, keptOut };
}

test('changes in any order give what the plain rules give, and their history leads from before to after', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom('x', 'y'), present), fc.array(change, { maxLength: 12 }), (before, changes) => {
      const expected = plainly(before, changes);
      const { traits, changed, faults } = applyTraits(before, undefined, changes);
      expect(new Map(Object.entries(traits))).toEqual(expected.traits);
      expect(faults.filter((fault) => !fault.isApplied)).toHaveLength(expected.keptOut);
      const replayed = new Map(Object.entries(before));
      for (const step of changed) {
        if ('value' in step) replayed.set(step.trait, step.value);
        else replayed.delete(step.trait);
      }
      expect(replayed).toEqual(expected.traits);
      if (changed.length === 0) expect(traits).toBe(before);
    }),
    { numRuns: 500 },
  );
});

test('what does not fit is told and never turned into something else', () => {
  const { traits, faults } = applyTraits({ visits: 'seven', age: 30, tags: 'vip' }, { age: '31' }, [
    { operation: 'increment', name: 'visits', value: 1 },
    { operation: 'increment', name: 'age', value: 1 },
    { operation: 'append', name: 'tags', value: 'new' },
    { operation: 'increment', name: 'sum', value: 0.1 },
    { operation: 'increment', name: 'sum', value: 0.2 },
    { operation: 'increment', name: 'sum', value: Number.POSITIVE_INFINITY },
  ]);
  expect(traits).toEqual({ visits: 'seven', age: '31', tags: 'vip', sum: 0.3 });
  expect(faults).toEqual([
    { trait: 'age', operation: 'set', had: 'number', got: 'text', isApplied: true },
    { trait: 'visits', operation: 'increment', had: 'text', got: 'number', isApplied: false },
    { trait: 'age', operation: 'increment', had: 'text', got: 'number', isApplied: false },
    { trait: 'tags', operation: 'append', had: 'text', got: 'text', isApplied: false },
    { trait: 'sum', operation: 'increment', had: 'number', got: 'number', isApplied: false },
  ]);
});
