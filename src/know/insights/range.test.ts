import { expect, test } from 'vitest';
import { onlyBucket, previousRange, resolveBuckets } from './range.ts';

const hours = (ms: number) => ms / 3_600_000;

test('a day on which the clocks change has its own length and as many hours', () => {
  const spring = { kind: 'between', from: '2026-03-08', to: '2026-03-09' } as const;
  const autumn = { kind: 'between', from: '2026-11-01', to: '2026-11-02' } as const;
  const zone = 'America/New_York';
  const now = Date.UTC(2026, 11, 1);
  expect([spring, autumn].map((range) => resolveBuckets(range, 'hour', zone, now).buckets.length)).toEqual([23, 25]);
  expect([spring, autumn].map((range) => resolveBuckets(range, 'day', zone, now)).map(({ from, to }) => hours(to - from))).toEqual([23, 25]);
  const labels = resolveBuckets(autumn, 'hour', zone, now).buckets.map((bucket) => bucket.label.slice(11));
  expect(labels.slice(0, 4)).toEqual(['00:00', '01:00', '01:00', '02:00']);
});

test('a midnight that the clocks skip begins the day an hour later', () => {
  const { buckets } = resolveBuckets({ kind: 'between', from: '2026-09-06', to: '2026-09-07' }, 'day', 'America/Santiago', 0);
  expect(buckets).toEqual([{ start: Date.UTC(2026, 8, 6, 4), label: '2026-09-06', complete: false }]);
});

test('weeks begin on Monday, months on the first, and ranges grow to whole ones', () => {
  const asOf = Date.parse('2026-05-13T20:00:00Z');
  const weeks = resolveBuckets({ kind: 'last', count: 10, unit: 'day' }, 'week', 'Asia/Shanghai', asOf);
  expect(weeks.buckets.map((bucket) => [bucket.label, bucket.complete])).toEqual([
    ['2026-05-04', true],
    ['2026-05-11', false],
  ]);
  const months = resolveBuckets({ kind: 'last', count: 2, unit: 'month' }, 'month', 'Asia/Shanghai', asOf);
  expect([months.fromDay, months.toDay]).toEqual(['2026-04-01', '2026-06-01']);
  expect(previousRange(months, 'Asia/Shanghai', asOf).buckets.map((bucket) => bucket.label)).toEqual(['2026-02-01', '2026-03-01']);
  expect(onlyBucket(months, months.buckets[1]?.start ?? 0, 'Asia/Shanghai')).toMatchObject({ fromDay: '2026-05-01', toDay: '2026-06-01' });
  expect(onlyBucket(months, 5, 'Asia/Shanghai')).toBeUndefined();
});
