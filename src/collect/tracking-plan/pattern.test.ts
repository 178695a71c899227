import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compilePattern } from './pattern.ts';
import { PatternFault } from './pattern-syntax.ts';

const atom = fc.constantFrom('a', 'b', '.', '[ab]', '[^a]', '\\d', '\\w', '\\.', '中', '\\p{L}', '^', '$');
const sign = fc.constantFrom('', '', '', '*', '+', '?', '{2}', '{1,3}', '{0,}', '*?');
const pattern = fc.letrec<{ tree: string }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4 },
    fc.tuple(atom, sign).map(([one, how]) => (one === '^' || one === '$' ? one : one + how)),
    fc.tuple(tie('tree'), tie('tree')).map(([a, b]) => a + b),
    fc.tuple(tie('tree'), tie('tree')).map(([a, b]) => `${a}|${b}`),
    fc.tuple(fc.constantFrom('(', '(?:', '(?<n>'), tie('tree'), sign).map(([open, inside, how]) => `${open}${inside})${how}`),
  ),
})).tree;
const text = fc.string({ unit: fc.constantFrom('a', 'b', '1', '.', '中', '\n', '😀'), maxLength: 8 });

test('agrees with the engine about every pattern that it takes', () => {
  let compared = 0;
  fc.assert(
    fc.property(pattern, fc.array(text, { minLength: 1, maxLength: 6 }), (source, texts) => {
      let oracle: RegExp;
      try {
        oracle = new RegExp(source, 'u');
      } catch {
        return;
      }
      const mine = compilePattern(source);
      for (const one of texts) {
        compared += 1;
        expect([source, one, mine.test(one)]).toEqual([source, one, oracle.test(one)]);
      }
    }),
    { numRuns: 1_500 },
  );
  expect(compared).toBeGreaterThan(2_000);
});

test.each(['^1[3-9]\\d{9}$', '^[\\w.+-]+@[\\w-]+(\\.[\\w-]+)+$', '^SKU-(\\d{2}-)*[A-Z]{1,4}$', '^\\p{Script=Han}{2,8}$', ''])(
  '%s reads as the engine reads it',
  (source) => {
    const texts = ['13812345678', 'li@example.com', 'SKU-12-34-AB', '常青树', '', '😀'];
    for (const one of texts) expect([one, compilePattern(source).test(one)]).toEqual([one, new RegExp(source, 'u').test(one)]);
  },
);

test('stays linear where backtracking would take years', () => {
  const hostile = compilePattern('^(a+)+(a|a)*$');
  const startedAt = performance.now();
  expect(hostile.test(`${'a'.repeat(30_000)}!`)).toBe(false);
  expect(performance.now() - startedAt).toBeLessThan(10_000);
});

test.each([
  ['(', 'invalid'],
  ['a{2,1}', 'invalid'],
  ['(?=a)b', 'unsupported'],
  ['(a)\\1', 'unsupported'],
  ['\\bword\\b', 'unsupported'],
  ['(a{100}){100}', 'too_large'],
])('says why %s cannot be used', (source, reason) => {
  const fault = (() => {
    try {
      compilePattern(source);
      return undefined;
    } catch (error) {
      return error;
    }
  })();
  expect(fault).toBeInstanceOf(PatternFault);
  expect((fault as PatternFault).reason).toBe(reason);
});
