import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { expect, test } from 'vitest';
import { guessTimeFormat } from './guess-time.ts';
import { LocalTime } from './local-time.ts';
import { createTimeParser, instantOfNumber } from './parse-time.ts';
import { guessCellType, numberOf, readCell } from './read-cell.ts';

const zones = ['UTC', 'Asia/Shanghai', 'America/New_York', 'Europe/Berlin', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'America/St_Johns'];

test('wall clocks become the instants that Temporal gives, around changes of the clock too', () => {
  const locals = new Map(zones.map((zone) => [zone, new LocalTime(zone)]));
  const wall = fc.oneof(
    fc.integer({ min: Date.UTC(1990, 0, 1), max: Date.UTC(2035, 0, 1) }),
    // Nights on which clocks are changed somewhere.
    fc
      .tuple(
        fc.constantFrom('2026-03-08', '2026-11-01', '2026-03-29', '2026-10-25', '2026-04-05', '2026-10-04'),
        fc.integer({ min: -3_600_000, max: 5 * 3_600_000 }),
      )
      .map(([day, ms]) => Date.parse(`${day}T00:00:00Z`) + ms),
  );
  fc.assert(
    fc.property(wall, fc.constantFrom(...zones), (ms, zone) => {
      const expected = Temporal.PlainDateTime.from(new Date(ms).toISOString().replace('Z', '')).toZonedDateTime(zone, {
        disambiguation: 'compatible',
      }).epochMilliseconds;
      expect(locals.get(zone)?.instantOf(ms)).toBe(expected);
    }),
    { numRuns: 3_000 },
  );
});

test('times in every way that people write them', () => {
  const shanghai = createTimeParser('text', 'Asia/Shanghai');
  const at = (iso: string): number => Date.parse(iso);
  for (const [text, iso] of [
    ['2026-05-01 10:00:00', '2026-05-01T02:00:00Z'],
    ['2026/5/1 8:05', '2026-05-01T00:05:00Z'],
    ['2026年5月1日', '2026-04-30T16:00:00Z'],
    ['2026年5月1日 8时05分', '2026-05-01T00:05:00Z'],
    ['20260501', '2026-04-30T16:00:00Z'],
    ['20260501100000', '2026-05-01T02:00:00Z'],
    ['2026-05-01T10:00:00.123456Z', '2026-05-01T10:00:00.123Z'],
    ['2026-05-01T10:00:00+02:00', '2026-05-01T08:00:00Z'],
    ['2026-05-01 10:00:00.5+0530', '2026-05-01T04:30:00.500Z'],
    ['2026-05-01 10:00:00+00', '2026-05-01T10:00:00Z'],
    ['2026-05-01 10:00:00 UTC', '2026-05-01T10:00:00Z'],
    ['2026-05-01 12:30 am', '2026-04-30T16:30:00Z'],
  ] as const)
    expect([text, shanghai(text)]).toEqual([text, at(iso)]);
  for (const nonsense of ['', '昨天', '2026-02-30', '2026-13-01', '10:00', '2026-05-01 25:00', '1e5', '2026-05-01 10:00 13pm'])
    expect([nonsense, shanghai(nonsense)]).toEqual([nonsense, undefined]);
  expect(createTimeParser('text_day_first', 'UTC')('31/12/2026 23:59')).toBe(at('2026-12-31T23:59:00Z'));
  expect(createTimeParser('text_month_first', 'UTC')('12/31/2026 11:59 PM')).toBe(at('2026-12-31T23:59:00Z'));
  expect(createTimeParser('text_day_first', 'UTC')('12/31/2026')).toBeUndefined();
  // Microsoft's own example: 39448 is 1 January 2008; a half is noon.
  expect(createTimeParser('excel', 'UTC')('39448.5')).toBe(at('2008-01-01T12:00:00Z'));
  expect(createTimeParser('seconds', 'UTC')('1777600800.25')).toBe(1_777_600_800_250);
  expect([1_777_600_800, 1_777_600_800_000, 1_777_600_800_000_000, 1_777_600_800_000_000_000].map(instantOfNumber)).toEqual(
    Array(4).fill(1_777_600_800_000),
  );
});

test('the format of a column is told by its cells', () => {
  const now = Date.UTC(2026, 10, 22);
  const format = (...cells: unknown[]) => guessTimeFormat(cells, now)?.format;
  expect(format('2026-05-01', '2026-05-02 10:00')).toBe('text');
  expect(format('13/05/2026', '01/02/2026')).toBe('text_day_first');
  expect(format('05/13/2026', '01/02/2026')).toBe('text_month_first');
  expect(format('1777600800', '1777600801')).toBe('seconds');
  expect(format(1_777_600_800_000)).toBe('milliseconds');
  expect(format('46143.5', '46144')).toBe('excel');
  expect(format('12', '13', 'abc')).toBeUndefined();
});

test('cells become values of their column, or are told', () => {
  const time = createTimeParser('text', 'UTC');
  expect(['1,299.50', '¥88', '-3', '1e3', ' 7 '].map(numberOf)).toEqual([1299.5, 88, -3, 1000, 7]);
  expect(['12,34', '七', '1.2.3', ''].map(numberOf)).toEqual([undefined, undefined, undefined, undefined]);
  expect(['', 'NULL', '\\N', 'N/A', null].map((cell) => readCell(cell, 'number', time))).toEqual(Array(5).fill('nothing'));
  expect(readCell('七块', 'number', time)).toBe('unreadable');
  expect([readCell('是', 'boolean', time), readCell('FALSE', 'boolean', time)]).toEqual([{ value: true }, { value: false }]);
  expect(readCell('{"a":[1]}', 'json', time)).toEqual({ value: { a: [1] } });
  expect(guessCellType(['1', '2.5', ''])).toBe('number');
  expect(guessCellType(['013800000001', '013800000002'])).toBe('text');
  expect(guessCellType(['6222020200112233445'])).toBe('text');
  expect(guessCellType([1, 'x'])).toBe('auto');
});
