import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { builtInRates } from './built-in-rates.ts';
import { dayNumberOfText, type Rate, Rates } from './rates.ts';
import { readRatesCsv } from './rates-csv.ts';

const noBuiltIn = { ageMaxDays: 31, isBuiltInUsed: false };
const noon = (day: string): number => Date.parse(`${day}T12:00:00Z`);
const rate = (base: string, quote: string, day: string, value: number): Rate => ({ base, quote, day: dayNumberOfText(day), rate: value });

describe('the rate of a day', () => {
  const rates = new Rates(
    [rate('EUR', 'CNY', '2024-01-02', 7.8), rate('EUR', 'CNY', '2024-01-05', 7.9), rate('EUR', 'USD', '2024-01-02', 1.1)],
    noBuiltIn,
  );
  const convert = (amount: number, from: string, to: string, day: string) => rates.convert(amount, { from, to, timeMs: noon(day) })?.amount;

  test('holds from its day until the next one, and no longer than it may', () => {
    expect(convert(10, 'EUR', 'CNY', '2024-01-01')).toBeUndefined();
    expect(convert(10, 'EUR', 'CNY', '2024-01-02')).toBe(78);
    expect(convert(10, 'EUR', 'CNY', '2024-01-04')).toBe(78);
    expect(convert(10, 'EUR', 'CNY', '2024-01-05')).toBe(79);
    expect(convert(10, 'EUR', 'CNY', '2024-02-05')).toBe(79);
    expect(convert(10, 'EUR', 'CNY', '2024-02-06')).toBeUndefined();
  });

  test('is taken the other way round, and over the euro', () => {
    expect(convert(79, 'CNY', 'EUR', '2024-01-05')).toBe(10);
    expect(convert(1.1, 'USD', 'CNY', '2024-01-03')).toBe(7.8);
    expect(convert(5, 'CNY', 'CNY', '1990-01-01')).toBe(5);
    expect(convert(5, 'GBP', 'CNY', '2024-01-03')).toBeUndefined();
  });

  test('of a pair that somebody set wins over an older way round', () => {
    const own = new Rates(
      [rate('EUR', 'CNY', '2024-01-02', 7.8), rate('EUR', 'USD', '2024-01-02', 1.1), rate('USD', 'CNY', '2024-01-03', 7)],
      noBuiltIn,
    );
    expect(own.convert(1, { from: 'USD', to: 'CNY', timeMs: noon('2024-01-02') })?.amount).toBe(7.0909);
    expect(own.convert(1, { from: 'USD', to: 'CNY', timeMs: noon('2024-01-03') })?.amount).toBe(7);
  });

  test('is the shipped one where the project has none, and says so', () => {
    const shipped = new Rates([], { ageMaxDays: 31, isBuiltInUsed: true });
    const { USD, CNY } = builtInRates.rates;
    expect(shipped.convert(100, { from: 'USD', to: 'CNY', timeMs: noon('2026-01-01') })).toEqual({
      amount: Math.round((100 * CNY * 10_000) / USD) / 10_000,
      isBuiltIn: true,
    });
    expect(shipped.convert(100, { from: 'XXX', to: 'CNY', timeMs: noon('2026-01-01') })).toBeUndefined();
  });
});

test('finds the rate that a slow search finds', () => {
  const days = fc.uniqueArray(fc.integer({ min: 19_000, max: 19_100 }), { maxLength: 30 });
  fc.assert(
    fc.property(days, fc.integer({ min: 18_990, max: 19_150 }), fc.integer({ min: 1, max: 40 }), (known, day, ageMaxDays) => {
      const sorted = known.toSorted((left, right) => left - right);
      const rates = new Rates(
        sorted.map((each) => ({ base: 'USD', quote: 'CNY', day: each, rate: each })),
        { ageMaxDays, isBuiltInUsed: false },
      );
      const expected = sorted.filter((each) => each <= day && day - each <= ageMaxDays).at(-1);
      expect(rates.convert(1, { from: 'USD', to: 'CNY', timeMs: day * 86_400_000 + 5 })?.amount).toBe(expected);
    }),
  );
});

describe('a file of rates', () => {
  test('is read as the ECB publishes its history', () => {
    const { rates, faults } = readRatesCsv('Date,USD,JPY,CNY,\n2024-12-31,1.0389,163.06,7.5833,\n2024-12-30,1.0444,N/A,7.6234,\n');
    expect(faults).toEqual([]);
    expect(rates).toHaveLength(5);
    expect(rates[0]).toEqual({ base: 'EUR', quote: 'USD', day: '2024-12-31', rate: 1.0389 });
  });

  test('is read as the ECB publishes one day, with blanks', () => {
    expect(readRatesCsv('Date, USD, CNY, \n31 December 2024, 1.0389, 7.5833, \n').rates).toEqual([
      { base: 'EUR', quote: 'USD', day: '2024-12-31', rate: 1.0389 },
      { base: 'EUR', quote: 'CNY', day: '2024-12-31', rate: 7.5833 },
    ]);
  });

  test('is read line by line, with any order of columns', () => {
    expect(readRatesCsv('\uFEFFrate,date,quote,base\n7.1,2026-01-02,cny,usd\n').rates).toEqual([
      { base: 'USD', quote: 'CNY', day: '2026-01-02', rate: 7.1 },
    ]);
  });

  test('says what is wrong where', () => {
    const { rates, faults } = readRatesCsv(
      'date,base,quote,rate\n2026-02-30,USD,CNY,7\n2026-01-01,USD,USD,7\n2026-01-01,USD,CNY,-7\n2026-01-01,USD,CNY,abc\n2026-01-01,USD,CNY,7\n',
    );
    expect(rates).toHaveLength(1);
    expect(faults.map(({ line, reason }) => `${line} ${reason}`)).toEqual(['2 day', '3 currency', '4 rate', '5 rate']);
    expect(readRatesCsv('hello\nworld').faults).toMatchObject([{ reason: 'columns' }]);
    expect(readRatesCsv('').faults).toMatchObject([{ reason: 'columns' }]);
  });
});
