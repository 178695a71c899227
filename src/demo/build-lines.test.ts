import { beforeAll, expect, test } from 'vitest';
import type { ImportLine } from '../collect/imports/contract.ts';
import { importLineSchema } from '../collect/imports/contract.ts';
import { buildLines } from './build-lines.ts';
import { type Journey, readJourney } from './read-journey.ts';
import { createTimeShift } from './shift-time.ts';

const NOW = Date.parse('2026-11-22T16:00:00Z');
let journey: Journey;
let lines: ImportLine[];
beforeAll(async () => {
  journey = await readJourney();
  lines = buildLines(journey, createTimeShift('2026-11-22', 'Asia/Shanghai'), NOW);
});

const named = (event: string): ImportLine[] => lines.filter((line) => line.event === event);

test('the real data is whole: lines, households, campaigns, redemptions, money', () => {
  expect(named('Product Purchased')).toHaveLength(75_000);
  expect(named('Order Completed')).toHaveLength(47_243);
  expect(named('Coupon Redeemed')).toHaveLength(2_102);
  expect(new Set(named('Product Purchased').map((line) => line.userId)).size).toBe(2_377);
  expect(journey.received).toHaveLength(6_589);
  expect(journey.campaigns.size).toBe(27);
  const cents = (event: string, property: string) =>
    named(event).reduce((sum, line) => sum + Math.round(Number(line.properties?.[property]) * 100), 0);
  expect(cents('Order Completed', 'revenue')).toBe(cents('Product Purchased', 'amount'));
  expect(cents('Product Purchased', 'amount')).toBe(journey.lines.reduce((sum, line) => sum + line.salesCents, 0));
});

test('time ends today in the zone of the project, keeps the time of day, and holds nothing of the future', () => {
  const times = lines.map((line) => Number(line.timestamp));
  const last = times.reduce((a, b) => Math.max(a, b));
  expect(last).toBeLessThanOrEqual(NOW);
  expect(NOW - last).toBeLessThan(6 * 3_600_000);
  const shift = createTimeShift('2026-11-22', 'America/New_York');
  expect(new Date(shift.instant('2017-12-31 22:47:38')).toISOString()).toBe('2026-11-23T03:47:38.000Z');
  const early = buildLines(journey, createTimeShift('2026-11-22', 'Asia/Shanghai'), Date.parse('2026-11-22T02:00:00Z'));
  expect(early.length).toBeLessThan(lines.length);
});

test('every line is a call of the import, ids are unique, and what is simulated says so', () => {
  for (const line of lines.slice(0, 5_000)) importLineSchema.parse(line);
  expect(new Set(lines.map((line) => line.messageId)).size).toBe(lines.length);
  const visits = lines.filter((line) => line.type === 'page' || ['Product Viewed', 'Product Added', 'Checkout Started'].includes(line.event ?? ''));
  expect(visits.length).toBeGreaterThan(50_000);
  expect(visits.every((line) => line.properties?.simulated === true)).toBe(true);
  expect(named('Order Completed').some((line) => line.properties?.simulated === true)).toBe(false);
});

test('the same day makes the same lines', () => {
  const again = buildLines(journey, createTimeShift('2026-11-22', 'Asia/Shanghai'), NOW);
  expect(again[1_000]).toEqual(lines[1_000]);
  expect(again.at(-1)).toEqual(lines.at(-1));
  expect(again).toHaveLength(lines.length);
});
