import { expect, test } from 'vitest';
import { compareWithFirst, twoSided, wilson } from './significance.ts';

test("Wilson's interval gives the published values", () => {
  // R. G. Newcombe, Statistics in Medicine 17 (1998), table I, method 3: score without continuity correction; then R's binom.wilson.
  const published: [successes: number, total: number, low: number, high: number][] = [
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
    [0, 10, 0, 0.2775],
    [1, 10, 0.0179, 0.4042],
    [10, 10, 0.7225, 1],
    [120, 1000, 0.1013, 0.1416],
  ];
  for (const [successes, total, low, high] of published) {
    const interval = wilson(successes, total);
    expect([interval?.low.toFixed(4), interval?.high.toFixed(4)]).toEqual([low.toFixed(4), high.toFixed(4)]);
  }
  expect(wilson(0, 0)).toBeUndefined();
  expect(wilson(20, 20)?.high).toBe(1);
});

test('the normal distribution has the tails of the tables', () => {
  const tails: [z: number, p: number][] = [
    [0, 1],
    [1, 0.31731050786291415],
    [1.959963984540054, 0.05],
    [2.8, 0.005110260660855],
    [2.9, 0.003731626599943],
    [6, 1.973175290075396e-9],
  ];
  for (const [z, p] of tails) expect(twoSided(z) / p).toBeCloseTo(1, 9);
});

test("groups are compared with the first by a pooled z test, corrected as Holm's method says, and not when a cell is small", () => {
  const said = compareWithFirst([
    { entered: 1_000, converted: 120 },
    { entered: 1_000, converted: 160 },
    { entered: 900, converted: 100 },
    { entered: 100, converted: 29 },
  ]);
  expect(said[0]).toBeUndefined();
  expect(said[3]).toBeUndefined();
  // z = 0.04 / sqrt(0.14 x 0.86 x 2 / 1000) = 2.5776; p = 0.0099484, times 2. The other: pooled 220/1900, z = -0.60462, p = 0.5454, times 1.
  expect(said[1]?.difference).toBeCloseTo(0.04, 12);
  expect(said[1]?.p).toBeCloseTo(2 * 0.009949, 4);
  expect(said[2]?.p).toBeCloseTo(0.5454, 4);
});
