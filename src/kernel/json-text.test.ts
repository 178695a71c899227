import { expect, test } from 'vitest';
import { jsonText } from './json-text.ts';

test('ordinary objects are written as they are', () => {
  const value = { price: 9.5, count: 3, name: '柚子 😀', list: [1, null, true], when: '2026-01-01', slash: '\\u0000', __proto: { a: 1 } };
  expect(jsonText(value)).toBe(JSON.stringify(value));
});

test('letters that no store keeps are taken out, of names too; what only looks like them stays', () => {
  expect(JSON.parse(jsonText({ 'a\0b': 'x\0y', half: 'z\ud800', fine: '😀', slash: '\\u0000' }))).toEqual({
    ab: 'xy',
    half: 'z\ufffd',
    fine: '😀',
    slash: '\\u0000',
  });
});

test('whole numbers beyond 64 bits keep their value and get an exponent', () => {
  const value = { big: 2 ** 64, negative: -(2 ** 63), list: [1e20, 5], digits: '12345678901234567890', safe: Number.MAX_SAFE_INTEGER };
  expect(jsonText(value)).toBe(
    '{"big":1.8446744073709552e+19,"negative":-9.223372036854776e+18,"list":[1e+20,5],"digits":"12345678901234567890","safe":9007199254740991}',
  );
  expect(JSON.parse(jsonText(value))).toEqual(value);
});
