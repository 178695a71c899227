import fc from 'fast-check';
import { expect, test } from 'vitest';
import { changesBetween, sortedDocument, undoChanges } from './plan-changes.ts';
import { consequences, PLAN_FORMAT, type PlanDocument, ruleKinds } from './plan-document.ts';

const field = fc.record({ type: fc.constantFrom('string', 'number'), description: fc.constantFrom('x', 'y') }, { requiredKeys: [] });
const names = fc.constantFrom('a', 'b', '下单', '__proto__', 'constructor');
const document = fc.record(
  {
    format: fc.constant(PLAN_FORMAT),
    rules: fc.dictionary(fc.constantFrom(...ruleKinds), fc.constantFrom(...consequences)),
    events: fc.dictionary(names, fc.record({ owner: fc.constantFrom('li', 'wang'), properties: fc.dictionary(names, field) }, { requiredKeys: [] })),
    traits: fc.dictionary(names, field),
  },
  { requiredKeys: ['format'] },
) as fc.Arbitrary<PlanDocument>;

test('taking changes back gives the document that was there before', () => {
  fc.assert(
    fc.property(document, document, (before, after) => {
      const changes = changesBetween(sortedDocument(before), sortedDocument(after));
      expect(JSON.stringify(undoChanges(sortedDocument(after), changes))).toBe(JSON.stringify(sortedDocument(before)));
      if (JSON.stringify(sortedDocument(before)) === JSON.stringify(sortedDocument(after))) expect(changes).toEqual([]);
    }),
  );
});

test('the same plan is the same file, whatever the order in which it was written', () => {
  const one = sortedDocument({ format: PLAN_FORMAT, events: { b: { owner: 'li', tags: ['z', 'a'] }, a: {} }, traits: {} });
  const other = sortedDocument({ events: { a: {}, b: { tags: ['z', 'a'], owner: 'li' } }, format: PLAN_FORMAT, rules: {} });
  expect(JSON.stringify(one)).toBe(JSON.stringify(other));
  expect(JSON.stringify(one)).toBe(`{"format":"${PLAN_FORMAT}","events":{"a":{},"b":{"owner":"li","tags":["z","a"]}}}`);
});
