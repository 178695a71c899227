import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Past, ranges } from '../../agreement.arbitraries.ts';
import { localDay } from '../../agreement.oracle.ts';
import { openWorlds, sorted, type World, type Worlds } from '../../testing/open-worlds.ts';
import { floorOf, labelsOf } from '../../testing/plain-intervals.ts';
import { lifecycleStates } from './answer.ts';
import { lifecycle } from './lifecycle.oracle.ts';
import type { LifecycleQuestion } from './question.ts';

let worlds: Worlds;
beforeAll(async () => {
  worlds = await openWorlds();
}, 60_000);
afterAll(() => worlds.close());

const questions = (past: Past): fc.Arbitrary<LifecycleQuestion> =>
  fc.record(
    {
      kind: fc.constant('lifecycle' as const),
      event: fc.constantFrom('', 'view', 'buy', 'mail', 'never'),
      interval: fc.constantFrom('day' as const, 'day' as const, 'week' as const, 'month' as const, 'quarter' as const),
      range: ranges(past, ['day', 'week']),
      wakeLatency: fc.constantFrom(1, 1, 2, 3),
      lostAfter: fc.constantFrom(4, 7),
      newBy: fc.constantFrom('firstEvent' as const, 'firstEvent' as const, 'personCreated' as const),
    },
    { requiredKeys: ['kind', 'event', 'interval', 'range', 'wakeLatency', 'newBy'] },
  );

/** When people were first known: some before their events, some long after. */
const created = (past: Past): Map<number, number> =>
  new Map(Array.from({ length: 6 }, (_, index) => [index + 1, past.now + (index - 4) * 3 * 86_400_000]));

async function agree({ past, ask, peopleBehind }: World, question: LifecycleQuestion, pick: number): Promise<void> {
  const said = await ask(question);
  const days = new Map([...created(past)].map(([person, time]) => [person, floorOf(localDay(time, past.timeZone), question.interval)]));
  const plain = lifecycle(past, question, labelsOf(past, question), days);
  expect(said.buckets.map((bucket) => bucket.label)).toEqual(labelsOf(past, question));
  for (const [index, bucket] of said.buckets.entries()) {
    const states = Object.entries(plain[index] ?? {}).map(([state, people]) => [
      state,
      state === 'lost' && !question.lostAfter ? null : people.length,
    ]);
    expect({ question, ...bucket }).toMatchObject({ question, ...Object.fromEntries(states) });
  }
  const place = pick % said.buckets.length;
  const state = lifecycleStates[pick % (question.lostAfter ? 5 : 4)] ?? 'new';
  const bucket = said.buckets[place];
  if (!bucket) return;
  const behind = await peopleBehind(question, { kind: 'lifecycle', bucket: bucket.start, state });
  expect({ question, state, people: behind.people }).toEqual({ question, state, people: sorted(plain[place]?.[state] ?? []) });
  expect(behind.total).toBe(bucket[state]);
}

test('states are what following each person says, and the people behind each number are as many', { timeout: 120_000 }, async () => {
  await worlds.each({ worlds: 6, questions: 6, created }, questions, agree);
});

test('nobody is lost or counted twice between two intervals', { timeout: 120_000 }, async () => {
  await worlds.each({ worlds: 4, questions: 4, created }, questions, async ({ ask }, question) => {
    const { buckets } = await ask(question);
    for (const [index, now] of buckets.entries()) {
      expect(now.new + now.returning + now.resurrecting).toBe(now.active);
      expect(now.awakeBefore + now.new + now.resurrecting - now.dormant).toBe(now.awake);
      if (question.wakeLatency > 1) continue;
      const before = buckets[index - 1];
      expect([now.awake, now.awakeBefore]).toEqual([now.active, now.returning + now.dormant]);
      if (before) expect(now.returning + now.dormant).toBe(before.active);
    }
  });
});
