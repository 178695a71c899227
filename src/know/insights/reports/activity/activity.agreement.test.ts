import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Past, ranges } from '../../agreement.arbitraries.ts';
import { openWorlds, sorted, type World, type Worlds } from '../../testing/open-worlds.ts';
import { activity } from './activity.oracle.ts';
import type { ActivityQuestion } from './question.ts';

let worlds: Worlds;
beforeAll(async () => {
  worlds = await openWorlds();
}, 60_000);
afterAll(() => worlds.close());

const questions = (past: Past): fc.Arbitrary<ActivityQuestion> =>
  fc.record({
    kind: fc.constant('activity' as const),
    event: fc.constantFrom('', '', 'view', 'buy', 'mail'),
    clock: fc.constantFrom('calendar' as const, 'trailing' as const),
    interval: fc.constantFrom('day' as const, 'week' as const, 'month' as const, 'quarter' as const),
    range: ranges(past, ['day', 'week']),
  });

const figures = ['active', 'new', 'week', 'month'] as const;

async function agree({ past, ask, peopleBehind }: World, question: ActivityQuestion, pick: number): Promise<void> {
  const said = await ask(question);
  const plain = activity(past, question);
  const isTrailing = question.clock === 'trailing';
  const expected = plain.rows.map((row) => ({
    label: row.label,
    active: row.active.length,
    week: isTrailing ? row.week.length : null,
    month: isTrailing ? row.month.length : null,
    perWeek: isTrailing && row.week.length > 0 ? row.active.length / row.week.length : null,
    perMonth: isTrailing && row.month.length > 0 ? row.active.length / row.month.length : null,
    new: row.new.length,
    newUnmerged: row.newUnmerged,
  }));
  expect({ question, buckets: said.buckets }).toMatchObject({ question, buckets: expected });
  expect({ question, people: said.people, fresh: said.newPeople }).toEqual({ question, people: plain.total.length, fresh: plain.fresh.length });
  const ratios = expected.filter((row, index) => said.buckets[index]?.complete && row.perMonth !== null).map((row) => row.perMonth ?? 0);
  if (said.dauPerMau === null) expect(ratios).toEqual([]);
  else expect(said.dauPerMau).toBeCloseTo(ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length, 10);
  const figure = figures[pick % (isTrailing ? 4 : 2)] ?? 'active';
  const place = pick % said.buckets.length;
  const [bucket, row] = [said.buckets[place], plain.rows[place]];
  if (!bucket || !row) return;
  const behind = await peopleBehind(question, { kind: 'activity', bucket: bucket.start, figure });
  expect({ question, figure, people: behind.people }).toEqual({ question, figure, people: sorted(row[figure]) });
  expect(behind.total).toBe(bucket[figure]);
  const whole = await peopleBehind(question, { kind: 'activity', figure: pick % 2 === 0 ? 'active' : 'new' });
  expect(whole.people).toEqual(sorted(pick % 2 === 0 ? plain.total : plain.fresh));
}

test('active and new people are what a plain count says, and the people behind each number are as many', { timeout: 120_000 }, async () => {
  await worlds.each({ worlds: 6, questions: 6 }, questions, agree);
});
