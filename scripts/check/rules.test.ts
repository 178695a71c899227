import { expect, test } from 'vitest';
import { compareTexts, flatten } from './locales.ts';
import { faultsOf } from './names.ts';
import { compareSins } from './sizes.ts';

const texts = (value: Parameters<typeof flatten>[0]) => flatten(value);

test('texts that agree in keys and placeholders are content', () => {
  const english = texts({
    title: 'Segments',
    count_one: '{{count}} person',
    count_other: '{{count}} people',
    errors: { deep: 'At most {{max}} levels' },
  });
  const chinese = texts({ title: '分群', count_other: '{{count}} 人', errors: { deep: '最多 {{max}} 层' } });
  expect(compareTexts('x', english, chinese)).toEqual([]);
});

test('a missing key, an empty text and a lost placeholder are each found', () => {
  const english = texts({ a: 'one', b: 'two {{n}}', c: ' ' });
  const chinese = texts({ b: '二', c: '三', d: '四' });
  expect(compareTexts('x', english, chinese)).toEqual([
    'x/zh-CN.json: a is missing',
    'x: b has the placeholders n in English and none in Chinese',
    'x/en.json: c is empty',
    'x/en.json: d is missing',
  ]);
});

test.each([
  ['src/know/segments/count-people.ts', 0],
  ['src/know/segments/console/SegmentList.tsx', 0],
  ['src/know/segments/console/use-segments.ts', 0],
  ['src/kernel/http/server.browser.test.ts', 0],
  ['src/know/utils/x.ts', 1],
  ['src/know/segments/helpers.ts', 1],
  ['src/know/segments/countPeople.ts', 1],
  ['src/know/segments/Count.ts', 1],
])('%s has %i faults in its name', (file, faults) => {
  expect(faultsOf(file)).toHaveLength(faults);
});

test('sizes may not grow over the baseline, and the baseline may not stay above them', () => {
  const now = { counts: { 'a.ts max-lines': 1, 'b.ts max-params': 2 }, messages: {} };
  expect(compareSins(now, { 'a.ts max-lines': 1, 'b.ts max-params': 2 })).toEqual([]);
  expect(compareSins(now, { 'b.ts max-params': 2 })[0]).toContain('a.ts max-lines: 1');
  expect(compareSins(now, { 'a.ts max-lines': 1, 'b.ts max-params': 3 })[0]).toContain('baseline is too high for b.ts max-params');
});
