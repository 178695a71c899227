import { expect, test } from 'vitest';
import { createFormat } from './use-format.ts';

const zh = createFormat('zh-CN');
const en = createFormat('en');

test('large numbers are short in the way of each language', () => {
  expect(zh.compact(123_456)).toBe('12.3万');
  expect(zh.compact(230_000_000)).toBe('2.3亿');
  expect(en.compact(123_456)).toBe('123.5K');
  expect(en.number(1_234_567.891)).toBe('1,234,567.89');
});

test('money is written from the smallest unit, with as many digits as the currency has', () => {
  expect(zh.money(123_456, 'CNY')).toBe('¥1,234.56');
  expect(en.money(500, 'JPY')).toBe('¥500');
});

test('a time is absolute in its zone, a day does not move with the zone', () => {
  expect(zh.time('2026-11-22T16:30:05Z', 'Asia/Shanghai', true)).toBe('2026-11-23 00:30:05');
  expect(zh.time('2026-11-22T16:30:05Z', 'UTC')).toBe('2026-11-22 16:30');
  expect(zh.day('2026-11-22')).toBe('11月22日');
  expect(en.day('2026-11-22')).toBe('Nov 22');
});

test('relative times take the largest unit that fits, in the past and the future', () => {
  const now = Date.UTC(2026, 10, 22, 12);
  expect(zh.relative(now - 3 * 60_000, now)).toBe('3分钟前');
  expect(en.relative(now - 26 * 3_600_000, now)).toBe('yesterday');
  expect(en.relative(now + 2 * 3_600_000, now)).toBe('in 2 hr.');
  expect(zh.relative(now - 5_000, now)).toBe('现在');
});

test('durations have at most two units', () => {
  expect(en.duration(250)).toBe('250 ms');
  expect(en.duration(90_061_000)).toBe('1 day 1 hr');
  expect(en.duration(61_000)).toBe('1 min 1 sec');
});
