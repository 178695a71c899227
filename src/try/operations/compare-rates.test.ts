import { expect, test } from 'vitest';
import { checkSplit, compareRates, proportion, type Sample, splitP, welch } from './compare-rates.ts';

/** Mean and sample variance (n - 1) from a sum and a sum of squares. */
function fromSums(n: number, sum: number, squares: number): Sample {
  const mean = sum / n;
  return { n, mean, variance: (squares - sum ** 2 / n) / (n - 1) };
}

const control = fromSums(3407, 1396.87, 52377.9767);
const treatment = fromSums(3461, 2422.7, 134698.29);

// Published vectors of the GrowthBook statistics engine.
test('Welch on means agrees with the published vectors, absolute and relative', () => {
  const relative = welch(control, treatment, 'relative');
  expect(relative.value).toBeCloseTo(0.7073170732, 9);
  expect(relative.standardError).toBeCloseTo(0.3787943617, 9);
  expect(relative.p).toBeCloseTo(0.0619118275, 9);
  expect(relative.low).toBeCloseTo(-0.0352600891, 9);
  expect(relative.high).toBeCloseTo(1.4498942354, 9);
  const absolute = welch(control, treatment, 'absolute');
  expect(absolute.value).toBeCloseTo(0.29, 9);
  expect(absolute.standardError).toBeCloseTo(0.1247836316, 9);
  expect(absolute.p).toBeCloseTo(0.0201584026, 9);
  expect(absolute.low).toBeCloseTo(0.0453778926, 9);
  expect(absolute.high).toBeCloseTo(0.5346221074, 9);
});

test('rates agree with the published vector 14/28 against 16/30', () => {
  const { value, standardError, p, low, high } = welch(proportion({ n: 28, successes: 14 }), proportion({ n: 30, successes: 16 }), 'relative');
  expect(value).toBeCloseTo(0.0666666667, 9);
  expect(standardError).toBeCloseTo(0.2716985569, 9);
  expect(p).toBeCloseTo(0.8070716832, 9);
  expect(low).toBeCloseTo(-0.4776740283, 9);
  expect(high).toBeCloseTo(0.6110073616, 9);
  const compared = compareRates({ n: 30, successes: 16 }, { n: 28, successes: 14 });
  expect(compared.result?.relative?.p).toBeCloseTo(0.8070716832, 9);
  expect(compared.result?.isSignificant).toBe(false);
});

test.each([
  ['no control group', { n: 10, successes: 3 }, { n: 0, successes: 0 }, 'no_control'],
  ['one person in control', { n: 10, successes: 3 }, { n: 1, successes: 1 }, 'too_few_people'],
  ['one treated person', { n: 1, successes: 0 }, { n: 10, successes: 1 }, 'too_few_people'],
  ['nobody in control succeeded', { n: 10, successes: 3 }, { n: 10, successes: 0 }, 'no_variation'],
  ['everybody treated succeeded', { n: 10, successes: 10 }, { n: 10, successes: 1 }, 'no_variation'],
] as const)('%s gives a reason and never an effect', (_, treated, held, reason) => {
  const compared = compareRates(treated, held);
  expect(compared.result).toBeNull();
  expect(compared.reason).toBe(reason);
});

test('an arm without people has no rate', () => {
  expect(compareRates({ n: 0, successes: 0 }, { n: 0, successes: 0 }).treatment.rate).toBeNull();
});

test.each([
  [[1000, 1200], [0.5, 0.5], 2.007865612426e-5],
  [[135, 115], [0.5, 0.5], 0.205903210732],
  [[310, 98], [0.75, 0.25], 0.647434185702],
  [[1000, 1200, 900], [0.5, 0.5, 0], 2.007865612426e-5],
  [[1000], [0.5, 0.5], 1],
  [[1000, 900, 800], [1, 0, 0], 1],
  [[9463, 7681], [0.5, 0.5], 3.502192273e-42],
  [[21307, 21306, 21387], [1, 1, 1], 0.90369295756],
])('the split %j of weights %j has p %f', (observed, weights, p) => {
  expect(splitP(observed, weights) / p).toBeCloseTo(1, 8);
});

test('a broken split raises the alarm, a small one does not', () => {
  expect(checkSplit({ treatment: 800, control: 200 }, 10).isBroken).toBe(true);
  expect(checkSplit({ treatment: 905, control: 95 }, 10).isBroken).toBe(false);
  expect(checkSplit({ treatment: 20, control: 60 }, 10)).toEqual({ p: null, isBroken: false });
});
