import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { keyOf, SessionBook, type SessionRule, type Visit } from './session-book.ts';

const MINUTE = 60_000;
const rule: SessionRule = { idleMs: 30 * MINUTE, lengthMaxMs: 24 * 60 * MINUTE, isCutAtMidnight: false, isCutOnCampaign: false };

function dayOf(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(0, 10);
}

function visit(key: string, timeMs: number, campaign = ''): Visit {
  return { key, timeMs, day: dayOf(timeMs), campaign };
}

/** The definition, read slowly: sorts everything and cuts where a rule says so. Gives the number of each event's session, in the order given. */
function cutByDefinition(visits: readonly Visit[], by: SessionRule): number[] {
  const order = visits.map((_, index) => index).sort((left, right) => (visits[left]?.timeMs ?? 0) - (visits[right]?.timeMs ?? 0) || left - right);
  const sessions: number[] = [];
  let number = -1;
  let first = 0;
  let last = Number.NEGATIVE_INFINITY;
  let day = '';
  let campaign = '';
  for (const index of order) {
    const one = visits[index];
    if (!one) continue;
    const isCut =
      one.timeMs - last > by.idleMs ||
      one.timeMs - first >= by.lengthMaxMs ||
      (by.isCutAtMidnight && one.day !== day) ||
      (by.isCutOnCampaign && one.campaign !== '' && campaign !== '' && one.campaign !== campaign);
    if (isCut) {
      number += 1;
      first = one.timeMs;
      day = one.day;
      campaign = '';
    }
    last = one.timeMs;
    if (campaign === '') campaign = one.campaign;
    sessions[index] = number;
  }
  return sessions;
}

/** Whether two ways of naming divide the events alike. */
function isSameDivision(left: readonly (string | number)[], right: readonly (string | number)[]): boolean {
  const pairs = new Set(left.map((name, index) => `${name}|${right[index]}`));
  return pairs.size === new Set(left).size && pairs.size === new Set(right).size;
}

const minutes = fc.integer({ min: 0, max: 60 * 60 });
const rules: fc.Arbitrary<SessionRule> = fc.record({
  idleMs: fc.constantFrom(1, 5, 30, 120).map((each) => each * MINUTE),
  lengthMaxMs: fc.constantFrom(1, 2, 24).map((each) => each * 60 * MINUTE),
  isCutAtMidnight: fc.boolean(),
  isCutOnCampaign: fc.boolean(),
});
const histories = fc.array(fc.record({ at: minutes, campaign: fc.constantFrom('', '', '', 'autumn', 'winter') }), { minLength: 1, maxLength: 60 });
const start = Date.parse('2026-11-01T10:00:00Z');

describe('sessions', () => {
  test('are those of the definition when events come in their order', () => {
    fc.assert(
      fc.property(histories, rules, (history, by) => {
        const visits = history.toSorted((left, right) => left.at - right.at).map(({ at, campaign }) => visit('1a', start + at * MINUTE, campaign));
        const book = new SessionBook(100);
        const assigned = visits.map((each) => book.assign(each, by));
        expect(isSameDivision(assigned, cutByDefinition(visits, by))).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  test('never join what the pause divides, in whatever order events come, and the same event again gets the same session', () => {
    fc.assert(
      fc.property(histories, rules, (history, by) => {
        const plain = { ...by, isCutAtMidnight: false, isCutOnCampaign: false, lengthMaxMs: 1_000 * 60 * MINUTE };
        const visits = history.map(({ at }) => visit('1a', start + at * MINUTE));
        const book = new SessionBook(100);
        const assigned = visits.map((each) => book.assign(each, plain));
        const defined = cutByDefinition(visits, plain);
        const owner = new Map<string, number>();
        assigned.forEach((id, index) => {
          expect(owner.get(id) ?? defined[index]).toBe(defined[index]);
          owner.set(id, defined[index] ?? -1);
        });
        const last = visits.at(-1);
        if (last) expect(book.assign(last, plain)).toBe(assigned.at(-1));
      }),
      { numRuns: 1_000 },
    );
  });

  test('are those of the definition when no event comes later than the pause allows', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 600 }), { minLength: 2, maxLength: 60 }),
        fc.infiniteStream(fc.integer({ min: 0, max: 9 })),
        (times, lateness) => {
          // Pauses are 30 or more than 60 minutes: events that are a few minutes late never stand between two sessions.
          let clock = 0;
          const at = times.map((step) => {
            clock += step % 7 === 0 ? 61 + (step % 50) : step % 20;
            return clock;
          });
          const arrival = at
            .map((minute) => ({ minute, comes: minute + (lateness.next().value ?? 0) }))
            .toSorted((left, right) => left.comes - right.comes);
          const visits = arrival.map(({ minute }) => visit('1a', start + minute * MINUTE));
          const book = new SessionBook(100);
          expect(
            isSameDivision(
              visits.map((each) => book.assign(each, rule)),
              cutByDefinition(visits, rule),
            ),
          ).toBe(true);
        },
      ),
      { numRuns: 1_000 },
    );
  });

  test('end after 30 minutes and not at them', () => {
    const book = new SessionBook(10);
    const first = book.assign(visit('1a', start), rule);
    expect(book.assign(visit('1a', start + 30 * MINUTE), rule)).toBe(first);
    expect(book.assign(visit('1a', start + 60 * MINUTE + 1), rule)).not.toBe(first);
    expect(book.assign(visit('1b', start), rule)).not.toBe(first);
  });

  test('have ids that everybody makes alike', () => {
    expect(new SessionBook(10).assign(visit('7adevice', start), rule)).toBe(new SessionBook(99).assign(visit('7adevice', start), rule));
    expect(keyOf(7, 'device', 'user')).toBe('7adevice');
    expect(keyOf(7, undefined, 'user')).toBe('7uuser');
  });

  test('carry on what another process tells, and take the id of the one that began earlier', () => {
    const here = new SessionBook(10);
    const there = new SessionBook(10);
    const learnt = (to: SessionBook) => (key: string, session: Parameters<SessionBook['learn']>[1]) => to.learn(key, session, rule);
    const first = there.assign(visit('1a', start), rule, learnt(here));
    expect(here.assign(visit('1a', start + 5 * MINUTE), rule)).toBe(first);
    // Both began without knowing of each other; then the news cross.
    const begunHere: Parameters<SessionBook['learn']>[] = [];
    const begunThere: Parameters<SessionBook['learn']>[] = [];
    here.assign(visit('1b', start), rule, (key, session) => begunHere.push([key, { ...session }, rule]));
    there.assign(visit('1b', start + 50), rule, (key, session) => begunThere.push([key, { ...session }, rule]));
    for (const news of begunHere) there.learn(...news);
    for (const news of begunThere) here.learn(...news);
    expect(there.assign(visit('1b', start + MINUTE), rule)).toBe(here.assign(visit('1b', start + MINUTE), rule));
  });

  test('tell others when they begin and when they went on for a third of the pause', () => {
    const told: number[] = [];
    const book = new SessionBook(10);
    for (let minute = 0; minute <= 60; minute += 2)
      book.assign(visit('1a', start + minute * MINUTE), rule, (_, { lastMs }) => told.push((lastMs - start) / MINUTE));
    expect(told).toEqual([0, 12, 24, 36, 48, 60]);
  });

  test('are remembered for a bounded number of devices', () => {
    const book = new SessionBook(1_000);
    for (let device = 0; device < 20_000; device++) book.assign(visit(`1a${device}`, start + device), rule);
    expect(book.size).toBeLessThanOrEqual(1_000);
    const held = book.assign(visit('1a19999', start + MINUTE), rule);
    expect(held).toBe(new SessionBook(1).assign(visit('1a19999', start + 19_999), rule));
  });
});
