import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isDateText } from './value-types.ts';

test('a day is a date when the calendar has it', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1_000, max: 9_999 }), fc.integer({ min: 0, max: 13 }), fc.integer({ min: 0, max: 32 }), (year, month, day) => {
      const text = `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
      const date = new Date(Date.UTC(year, month - 1, day));
      const exists = month >= 1 && month <= 12 && day >= 1 && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
      expect([text, isDateText(text)]).toEqual([text, exists]);
    }),
    { numRuns: 2_000 },
  );
});

test.each([
  ['2026-05-01T10:00:00Z', true],
  ['2026-05-01 10:00', true],
  ['2026-05-01T10:00:00.123+08:00', true],
  ['2026-05-01T24:00:00Z', false],
  ['2026-05-01T10', false],
  ['20260501', false],
  ['12345678', false],
  ['2026-05-01Z', false],
])('%s: %s', (text, is) => {
  expect(isDateText(text)).toBe(is);
});
