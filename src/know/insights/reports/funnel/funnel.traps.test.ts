import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PastEvent } from '../../agreement.arbitraries.ts';
import { openWorlds, type Worlds } from '../../testing/open-worlds.ts';
import { type FunnelQuestion, funnelSchema } from './question.ts';

/** Histories on which other products say something else, or said it once. */

const DAY = 86_400_000;
const HOUR = 3_600_000;
const FROM = Date.UTC(2026, 4, 1);
const NOW = Date.UTC(2026, 5, 30);
const names = { A: 'view', B: 'buy', C: 'mail' } as const;

let worlds: Worlds;
beforeAll(async () => {
  worlds = await openWorlds();
});
afterAll(() => worlds.close());

/** `A0 B5 A5` is one person's history: events with the hours at which they happened; a value stands behind a colon. */
function history(texts: readonly string[]): PastEvent[] {
  return texts.flatMap((text, person) =>
    text.split(' ').map((word, sequence) => {
      const [, letter = 'A', hours = '0', kind] = /^([ABC])([\d.]+)(?::(\w+))?$/.exec(word) ?? [];
      const event = names[letter as 'A'];
      return { person: person + 1, event, time: FROM + Number(hours) * HOUR, sequence, passive: letter === 'C', properties: kind ? { kind } : {} };
    }),
  );
}

async function reached(texts: readonly string[], steps: string, asked: Partial<FunnelQuestion> = {}): Promise<number[]> {
  const world = await worlds.lay({ timeZone: 'UTC', now: NOW, events: history(texts), merges: [] });
  const question = funnelSchema.parse({
    kind: 'funnel',
    steps: [...steps].map((letter) => ({ event: names[letter as 'A'] })),
    window: { count: 7, unit: 'day' },
    range: { kind: 'between', from: '2026-05-01', to: '2026-05-31' },
    ...asked,
  });
  return (await world.ask(question)).groups[0]?.steps.map((step) => step.people) ?? [];
}

test('the window is from the first step to the last, not between neighbours', async () => {
  const slow = ['A0 B144 C288', 'A0 B24 C168', 'A0 B24 C168.001'];
  expect(await reached(slow, 'ABC')).toEqual([3, 3, 1]);
  expect(await reached(slow, 'ABC', { times: true })).toEqual([3, 3, 1]);
});

test('one event is one step: A, A, B needs two A', async () => {
  expect(await reached(['A0 B1', 'A0 A0.5 B1', 'A0 A0 B1'], 'AAB')).toEqual([3, 2, 2]);
});

test('events of the same instant count in the order of the steps, whatever came first', async () => {
  expect(await reached(['B1 A1', 'B1 A1.0005'], 'AB')).toEqual([2, 1]);
  expect(await reached(['B1 A1', 'B1 A1.0005', 'B1 A1.001'], 'AB', { reorderToleranceMs: 2_000 })).toEqual([3, 2]);
});

test('any occurrence may begin the attempt that counts, unless the first one was asked for', async () => {
  const twice = ['A0 A150 B200', 'A0 B100 A150', 'A0 A200'];
  expect(await reached(twice, 'AB')).toEqual([3, 2]);
  expect(await reached(twice, 'AB', { entry: 'first' })).toEqual([3, 1]);
});

test('the period holds for the first step only, unless all steps are to lie in it', async () => {
  const late = ['A719 B721', 'A721 B722'];
  expect(await reached(late, 'AB')).toEqual([1, 1]);
  expect(await reached(late, 'AB', { limitStepsToRange: true })).toEqual([1, 0]);
});

test('A, A, A, B without A between A and B: two entries and one conversion of attempts; the last A converts of people', async () => {
  const exclusions = [{ event: 'view', filters: [], from: 1, to: 2 }];
  expect(await reached(['A0 A1 A2 B3'], 'AB', { exclusions, count: 'totals' })).toEqual([2, 1]);
  expect(await reached(['A0 A1 A2 B3'], 'AB', { exclusions })).toEqual([1, 1]);
});

test('an excluded event ends the attempt; or removes the person, unless a later attempt came as far without it', async () => {
  const exclusions = [{ event: 'mail', filters: [], from: 1, to: 2 }];
  const people = ['A0 C1 B2', 'A0 C1 B2 A3 B4', 'A0 B1 C2', 'A0 C200'];
  expect(await reached(people, 'AB', { exclusions })).toEqual([4, 2]);
  expect(await reached(people, 'AB', { exclusions, exclusionEffect: 'remove' })).toEqual([3, 2]);
});

test('an optional step is passed through or skipped', async () => {
  const world = await worlds.lay({ timeZone: 'UTC', now: NOW, events: history(['A0 B1 C2', 'A0 C2', 'A0 B1', 'A0']), merges: [] });
  const steps = [{ event: 'view' }, { event: 'buy', optional: true }, { event: 'mail' }];
  const range = { kind: 'between', from: '2026-05-01', to: '2026-05-31' };
  const said = await world.ask(funnelSchema.parse({ kind: 'funnel', steps, window: { count: 1, unit: 'day' }, range }));
  expect(said.groups[0]?.steps.map((step) => [step.people, step.skipped, step.droppedOff])).toEqual([
    [4, undefined, 0],
    [2, 1, 0],
    [2, undefined, 2],
  ]);
});

test('strict order knows what may not lie between', async () => {
  const people = ['A0 C1 B2', 'A0 B2', 'A0 A1 B2'];
  expect(await reached(people, 'AB', { order: 'strict' })).toEqual([3, 3]);
  expect(await reached(people, 'AB', { order: 'strict', universe: { of: 'events', events: ['mail'] } })).toEqual([3, 2]);
});

test('in any order all steps lie in the window from the earliest; an anchored one keeps its place', async () => {
  const people = ['C0 B1 A2', 'A0 B1 C2', 'A0 B1 C169'];
  expect(await reached(people, 'ABC', { order: 'unordered' })).toEqual([3, 3, 2]);
  const steps = [
    { event: 'view', filters: [], anchored: true },
    { event: 'buy', filters: [] },
    { event: 'mail', filters: [] },
  ];
  expect(await reached(people, 'ABC', { order: 'unordered', steps })).toEqual([3, 2, 1]);
});

test('what is held constant cannot be put together from several values', async () => {
  const people = ['A0:x B1:y', 'A0:x A1:y B2:x', 'A0 B1'];
  expect(await reached(people, 'AB')).toEqual([3, 3]);
  expect(await reached(people, 'AB', { hold: ['kind'] })).toEqual([2, 1]);
  expect(await reached(people, 'AB', { hold: ['kind'], count: 'totals' })).toEqual([3, 1]);
});

test('a longest gap may be met by a later event of the step before', async () => {
  const steps = [
    { event: 'view', filters: [] },
    { event: 'buy', filters: [] },
    { event: 'mail', filters: [], maxGap: { count: 1, unit: 'hour' as const } },
  ];
  expect(await reached(['A0 B1 B10 C10.5', 'A0 B1 C10.5'], 'ABC', { steps })).toEqual([2, 2, 1]);
});

test('who still has time left is not mature', async () => {
  const start = Math.round((NOW - 3 * DAY - FROM) / HOUR);
  const world = await worlds.lay({ timeZone: 'UTC', now: NOW, events: history(['A0 B1', `A${start}`]), merges: [] });
  const range = { kind: 'between', from: '2026-05-01', to: '2026-06-30' };
  for (const times of [false, true]) {
    const said = await world.ask(
      funnelSchema.parse({ kind: 'funnel', steps: [{ event: 'view' }, { event: 'buy' }], window: { count: 7, unit: 'day' }, range, times }),
    );
    expect(said.groups[0]?.steps.map(({ people, peopleMature, mature }) => [people, peopleMature, mature])).toEqual([
      [2, 1, false],
      [1, 1, true],
    ]);
  }
});

test('a funnel of 32 steps is answered, and a long one with every rule', { timeout: 120_000 }, async () => {
  const letters = Array.from({ length: 32 }, (_, index) => (index % 2 === 0 ? 'A' : 'B'));
  const path = letters.map((letter, index) => `${letter}${index}`).join(' ');
  const half = letters
    .slice(0, 16)
    .map((letter, index) => `${letter}${index}`)
    .join(' ');
  const steps = letters.join('');
  const expected = letters.map((_, index) => (index < 16 ? 2 : 1));
  expect(await reached([path, half], steps, { times: true })).toEqual(expected);
  const maxGap = { count: 2, unit: 'hour' as const };
  const gapped = letters.slice(0, 12).map((letter, index) => ({ event: names[letter as 'A'], filters: [], ...(index > 0 && { maxGap }) }));
  const exclusions = [{ event: 'mail', filters: [], from: 1, to: 12 }];
  expect(await reached([path, half], steps.slice(0, 12), { steps: gapped, exclusions, count: 'totals' })).toEqual([
    5, 5, 5, 5, 4, 4, 4, 4, 3, 3, 3, 3,
  ]);
});
