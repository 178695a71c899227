import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { answer } from '../know/insights/answer.ts';
import type { Sources } from '../know/insights/frame.ts';
import { type QuestionInput, questionSchema } from '../know/insights/questions.ts';
import { openTestSegments, type TestSegments } from '../know/segments/testing/open-segments.ts';
import { door as projectsDoor } from '../workspace/projects/index.ts';

let on: TestSegments;
let sources: Sources;
beforeAll(async () => {
  on = await openTestSegments();
  const { api: projects } = await projectsDoor.start({ kernel: on.kernel, config: undefined, uses: {} as never });
  sources = { clickhouse: on.kernel.clickhouse, clock: on.clock, projects, identity: on.identity, audiences: on.audiences };
});
afterAll(() => on.close());

const DAY_MS = 86_400_000;
const names = ['Seen', 'Added', 'Bought'] as const;

/** What happened, in any order: events of users or devices, and sign-ins that bring them together. */
const happening = fc.record({
  user: fc.integer({ min: 0, max: 7 }),
  device: fc.integer({ min: 0, max: 7 }),
  kind: fc.constantFrom('user', 'device', 'device', 'sign-in'),
  event: fc.constantFrom(...names),
  day: fc.integer({ min: 1, max: 20 }),
});

function questions(now: number): QuestionInput[] {
  const dayOf = (ago: number): string => new Date(now - ago * DAY_MS).toISOString().slice(0, 10);
  const range = { kind: 'between', from: dayOf(22), to: dayOf(0) } as const;
  const bought = {
    kind: 'event',
    event: 'Bought',
    where: [],
    measure: { of: 'count', op: 'greater_or_equal', value: 2 },
    window: { kind: 'ever' },
  } as const;
  return [
    { kind: 'trend', event: 'Seen', measure: { kind: 'people' }, interval: 'day', range, total: true },
    { kind: 'trend', event: 'Bought', measure: { kind: 'events' }, interval: 'day', range },
    { kind: 'trend', event: 'Seen', measure: { kind: 'people' }, interval: 'week', range, audience: bought as never },
    { kind: 'funnel', steps: names.map((event) => ({ event })), window: { count: 7, unit: 'day' }, range },
    { kind: 'retention', start: 'Seen', return: 'Bought', type: 'recurring', interval: 'day', offsets: 7, range },
  ];
}

/** Everything that is asked about people, as one value. */
async function everything(projectId: number): Promise<unknown> {
  const answers: unknown[] = [];
  for (const question of questions(on.clock.now())) {
    const said = await answer(sources, { projectId }, questionSchema.parse(question));
    answers.push(JSON.parse(JSON.stringify(said, (key, value: unknown) => (key === 'identityWatermark' ? undefined : value))));
  }
  const conditions = [
    { kind: 'event', event: 'Seen', where: [], measure: { of: 'did' }, window: { kind: 'ever' } },
    { kind: 'event', event: 'Bought', where: [], measure: { of: 'did_not' }, window: { kind: 'ever' } },
    { kind: 'event', event: '*', where: [], measure: { of: 'count', op: 'greater_or_equal', value: 3 }, window: { kind: 'ever' } },
  ];
  for (const condition of conditions) answers.push((await on.audiences.peopleOf(projectId, condition as never)).sort((a, b) => a - b));
  return answers;
}

test('reports, audiences and people are the same before merges are settled, while they are, and after; as they are when nobody settles', async () => {
  let settled = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(happening, { minLength: 40, maxLength: 60 }),
      fc.array(happening, { minLength: 10, maxLength: 20 }),
      async (first, second) => {
        const projectId = await on.newProject('UTC');
        const send = (list: typeof first) =>
          on.stream.accept(
            projectId,
            list.map((each, index) => ({
              messageId: on.kernel.ids.uuid(),
              kind: each.kind === 'sign-in' ? 'identify' : 'track',
              event: each.kind === 'sign-in' ? '$identify' : each.event,
              ...(each.kind !== 'device' && { userId: `u${each.user}` }),
              ...(each.kind !== 'user' && { anonymousId: `d${each.device}` }),
              time: on.clock.now() - each.day * DAY_MS + index,
              sequence: index,
              properties: {},
              context: {},
            })),
            { receivedAt: on.clock.now(), source: 'test' },
          );
        // In several requests: whoever comes into being in one and is joined in it was never written.
        for (let from = 0; from < first.length; from += 8) await send(first.slice(from, from + 8));
        const before = await everything(projectId);
        const settling = on.identity.settle(projectId);
        const during = await everything(projectId);
        if (await settling) settled += 1;
        expect(during).toEqual(before);
        expect(await everything(projectId)).toEqual(before);
        // More merges, some of people whose merges are settled: listed on top of them, and then settled too.
        for (let from = 0; from < second.length; from += 4) await send(second.slice(from, from + 4));
        const later = await everything(projectId);
        await on.identity.settle(projectId);
        expect(await everything(projectId)).toEqual(later);
        expect(await everything(projectId)).toEqual(later);
        const fresh = (await on.another()).identity;
        expect(await fresh.canonical(projectId).then((canonical) => canonical.losers)).toEqual((await on.identity.canonical(projectId)).losers);
      },
    ),
    { numRuns: on.form === 'server' ? 2 : 4 },
  );
  expect(settled).toBeGreaterThan(0);
}, 240_000);
