import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { filters, type Past, ranges } from '../../agreement.arbitraries.ts';
import { openWorlds, sorted, type World, type Worlds } from '../../testing/open-worlds.ts';
import type { StickinessQuestion } from './question.ts';
import { stickiness } from './stickiness.oracle.ts';

let worlds: Worlds;
beforeAll(async () => {
  worlds = await openWorlds();
}, 60_000);
afterAll(() => worlds.close());

const questions = (past: Past): fc.Arbitrary<StickinessQuestion> =>
  fc
    .record({
      kind: fc.constant('stickiness' as const),
      event: fc.constantFrom('', 'view', 'buy', 'mail', 'never'),
      filters,
      interval: fc.constantFrom('hour' as const, 'day' as const, 'day' as const, 'week' as const, 'month' as const),
      range: ranges(past, ['hour', 'day', 'week']),
      times: fc.record({
        op: fc.constantFrom('atLeast' as const, 'atLeast' as const, 'atMost' as const, 'exactly' as const),
        value: fc.constantFrom(1, 1, 2),
      }),
      view: fc.constant('exactly' as const),
    })
    .filter(({ interval, range }) => interval !== 'hour' || (range.kind === 'last' && range.unit === 'hour'));

async function agree({ past, ask, peopleBehind }: World, question: StickinessQuestion, pick: number): Promise<void> {
  const said = await ask(question);
  const plain = stickiness(past, question);
  const of = (test: (count: number) => boolean) => sorted([...plain.counts].filter(([, count]) => test(count)).map(([person]) => person));
  expect(said.bins).toHaveLength(plain.intervals);
  expect({ question, people: said.people, mature: said.mature }).toEqual({ question, people: plain.counts.size, mature: plain.mature });
  for (const bin of said.bins) {
    const [exactly, atLeast] = [of((count) => count === bin.count), of((count) => count >= bin.count)];
    expect({ question, count: bin.count, people: bin.people, atLeast: bin.atLeast }).toEqual({
      question,
      count: bin.count,
      people: exactly.length,
      atLeast: atLeast.length,
    });
  }
  const total = [...plain.counts.values()].reduce((sum, count) => sum + count, 0);
  if (said.mean === null) expect(plain.counts.size).toBe(0);
  else expect(said.mean).toBeCloseTo(total / plain.counts.size, 10);
  const bin = said.bins[pick % said.bins.length];
  const reach = pick % 2 === 0 ? 'exactly' : 'atLeast';
  if (!bin) return;
  const behind = await peopleBehind(question, { kind: 'stickiness', count: bin.count, reach });
  expect(behind.people).toEqual(of((count) => (reach === 'exactly' ? count === bin.count : count >= bin.count)));
  expect(behind.total).toBe(reach === 'exactly' ? bin.people : bin.atLeast);
}

test('each person stands in the bin of the intervals that they filled', { timeout: 120_000 }, async () => {
  await worlds.each({ worlds: 6, questions: 6 }, questions, agree);
});
