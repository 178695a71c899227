import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PastEvent } from './agreement.arbitraries.ts';
import { type QuestionInput, questionSchema } from './questions.ts';
import { openWorlds, type World, type Worlds } from './testing/open-worlds.ts';

/** Figures of a published data set, counted by hand: 2,357 customers who bought first in January, February or March 1997, and what they bought until June 1998. */
const lines = readFileSync(join(import.meta.dirname, 'testing', 'cdnow.txt'), 'utf8').split('\n');
const purchases = lines
  .filter((line) => /^\d/.test(line))
  .flatMap((line) => {
    const [customer = '', ...bought] = line.split(' ');
    return bought.map((text): PastEvent => {
      const [day = '', dollars = ''] = text.split(':');
      const time = Date.UTC(1900 + Number(day.slice(0, 2)), Number(day.slice(2, 4)) - 1, Number(day.slice(4, 6)), 12);
      return { person: Number(customer), event: 'buy', time, sequence: 0, passive: false, properties: { price: Number(dollars) } };
    });
  });
const quarterYear = { kind: 'between', from: '1997-01-01', to: '1997-04-01' } as const;
const table = { kind: 'retention', start: 'buy', return: 'buy', type: 'firstTime', interval: 'month', offsets: 17, range: quarterYear } as const;

/** Of each cohort, who bought again in months 0, 1, 2 ... after the first purchase. */
const returned = [
  [781, 124, 95, 70, 65, 77, 65, 53, 52, 45, 62, 59, 45, 47, 63, 37, 37, 33],
  [857, 134, 110, 75, 77, 75, 61, 61, 74, 70, 59, 57, 59, 70, 56, 59, 60, null],
  [719, 87, 84, 78, 63, 64, 55, 57, 73, 65, 47, 51, 78, 32, 38, 45, null, null],
];
/** What they spent there. */
const spent = [
  [28592.7, 7003.73, 4241.64, 3755.36, 3833.25, 3547.5, 3172.31],
  [33430.08, 6418.37, 4983.66, 3590.41, 3196.16, 4595.6, 3534.36],
  [32812.09, 4103.03, 3456.67, 3163.59, 3098.32, 2914.92, 2102.44],
];

let worlds: Worlds;
let world: World;
beforeAll(async () => {
  worlds = await openWorlds();
  world = await worlds.lay({ timeZone: 'UTC', now: Date.UTC(1998, 6, 1) - 1, events: purchases, merges: [] });
}, 60_000);
afterAll(() => worlds.close());

const ask = (question: QuestionInput) => world.ask(questionSchema.parse(question));

test('the file holds the data set', () => {
  expect(purchases).toHaveLength(6_919);
  expect(new Set(purchases.map(({ person }) => person)).size).toBe(2_357);
  expect(new Set(purchases.map(({ person, time }) => `${person} ${time}`)).size).toBe(6_696);
});

test('months after the first purchase, from daily sets and from events', async () => {
  const fromDays = await ask(table);
  const fromEvents = await ask({ ...table, third: { event: 'buy', measure: { kind: 'sum', property: 'price' } } });
  for (const said of [fromDays, fromEvents]) {
    if (said.kind !== 'retention') throw new Error('another answer');
    expect(said.cohorts.map((cohort) => cohort.cells.map((cell) => cell?.people ?? null))).toEqual(returned);
    expect(said.cohorts.map((cohort) => cohort.cells.filter((cell) => cell?.mature).length)).toEqual([17, 16, 15]);
    expect(said.mean[1]).toBeCloseTo((124 + 134 + 87) / 2_357, 12);
    expect(said.simpleMean[1]).toBeCloseTo((124 / 781 + 134 / 857 + 87 / 719) / 3, 12);
  }
  if (fromEvents.kind !== 'retention') return;
  for (const [place, cohort] of fromEvents.cohorts.entries())
    for (const [column, dollars] of (spent[place] ?? []).entries()) expect(cohort.cells[column]?.third?.value).toBeCloseTo(dollars, 6);
});

test('later months, and months in a row', async () => {
  const rowsOf = async (mode: 'onOrAfter' | 'consecutive') => {
    const said = await ask({ ...table, mode, offsets: 6 });
    return said.kind === 'retention' ? said.cohorts.map((cohort) => cohort.cells.map((cell) => cell?.people)) : [];
  };
  expect(await rowsOf('onOrAfter')).toEqual([
    [781, 355, 323, 300, 284, 273, 251],
    [857, 378, 343, 318, 300, 284, 260],
    [719, 333, 316, 297, 277, 264, 251],
  ]);
  expect(await rowsOf('consecutive')).toEqual([
    [781, 124, 34, 16, 13, 7, 4],
    [857, 134, 51, 18, 9, 6, 1],
    [719, 87, 34, 18, 8, 6, 2],
  ]);
});

test('days with a purchase in the first nine months', async () => {
  const said = await ask({ kind: 'stickiness', event: 'buy', range: { kind: 'between', from: '1997-01-01', to: '1997-10-01' } });
  if (said.kind !== 'stickiness') throw new Error('another answer');
  expect(said.bins.slice(0, 8).map((bin) => bin.people)).toEqual([1411, 439, 214, 100, 62, 38, 29, 23]);
  expect([said.people, said.bins[1]?.atLeast, said.bins[7]?.atLeast]).toEqual([2_357, 946, 64]);
});

test('every customer is new once', async () => {
  const said = await ask({
    kind: 'activity',
    event: 'buy',
    clock: 'calendar',
    interval: 'month',
    range: { kind: 'between', from: '1996-12-01', to: '1997-05-01' },
  });
  if (said.kind !== 'activity') throw new Error('another answer');
  expect(said.buckets.map((bucket) => bucket.new)).toEqual([0, 781, 857, 719, 0]);
  const grown = await ask({ kind: 'lifecycle', event: 'buy', interval: 'month', range: { kind: 'between', from: '1997-01-01', to: '1997-04-01' } });
  if (grown.kind !== 'lifecycle') throw new Error('another answer');
  expect(grown.buckets.map((bucket) => [bucket.new, bucket.returning, bucket.dormant])).toEqual([
    [781, 0, 0],
    [857, 124, 657],
    [719, 168, 813],
  ]);
});
