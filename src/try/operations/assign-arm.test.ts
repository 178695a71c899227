import { expect, test } from 'vitest';
import { assignArm, positionOf } from './assign-arm.ts';

test('positions never change: golden values', () => {
  expect([
    positionOf(1, 'journey:1', 1),
    positionOf(1, 'journey:1', 2),
    positionOf(1, 'journey:2', 1),
    positionOf(2, 'journey:1', 1),
    positionOf(1, 'journey:1', 4_294_967_295),
  ]).toMatchInlineSnapshot(`
    [
      0.9639348458533519,
      0.18880515053469793,
      0.5132907621486211,
      0.6826446722623523,
      0.2405683823519027,
    ]
  `);
});

test('positions are uniform and independent between operations', () => {
  const bins = Array.from({ length: 20 }, () => 0);
  let both = 0;
  const people = 100_000;
  for (let person = 1; person <= people; person += 1) {
    const first = positionOf(7, 'journey:1', person);
    const bin = Math.floor(first * 20);
    bins[bin] = (bins[bin] ?? 0) + 1;
    if (first < 0.1 && positionOf(7, 'journey:2', person) < 0.1) both += 1;
  }
  const expected = people / bins.length;
  const chiSquared = bins.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
  expect(chiSquared).toBeLessThan(43.82); // 19 degrees of freedom, p = 0.001
  expect(both).toBeGreaterThan(900);
  expect(both).toBeLessThan(1_100);
});

test('a larger control group keeps everybody who was in it', () => {
  for (let personId = 1; personId < 2_000; personId += 1) {
    const who = { projectId: 3, operation: 'journey:9', personId };
    if (assignArm({ ...who, controlPercent: 10 }) === 'control') expect(assignArm({ ...who, controlPercent: 25 })).toBe('control');
    expect(assignArm({ ...who, controlPercent: 0 })).toBe('treatment');
  }
});
