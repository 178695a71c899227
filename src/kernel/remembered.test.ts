import { expect, test } from 'vitest';
import { HeldClock } from './clock.ts';
import { Remembered } from './remembered.ts';

const limits = { foundMax: 3, foundTtlMs: 60_000, absentMax: 3, absentTtlMs: 10_000 };

function questions(truth: Map<string, number>) {
  const clock = new HeldClock(0);
  const asked: string[] = [];
  const ask = async (key: string): Promise<number | undefined> => {
    asked.push(key);
    return truth.get(key);
  };
  return { clock, asked, remembered: new Remembered(ask, clock, limits) };
}

test('asks once for many callers and remembers the answer until it is old', async () => {
  const { clock, asked, remembered } = questions(new Map([['a', 1]]));
  expect(await Promise.all([remembered.get('a'), remembered.get('a'), remembered.get('a')])).toEqual([1, 1, 1]);
  clock.advance(59_999);
  expect(await remembered.get('a')).toBe(1);
  expect(asked).toEqual(['a']);
  clock.advance(1);
  expect(await remembered.get('a')).toBe(1);
  expect(asked).toEqual(['a', 'a']);
});

test('remembers that there is none, for a shorter time', async () => {
  const truth = new Map<string, number>();
  const { clock, asked, remembered } = questions(truth);
  expect(await remembered.get('a')).toBeUndefined();
  truth.set('a', 1);
  clock.advance(9_999);
  expect(await remembered.get('a')).toBeUndefined();
  clock.advance(1);
  expect(await remembered.get('a')).toBe(1);
  expect(asked).toEqual(['a', 'a']);
});

test('holds a bounded number, and guesses do not push out what is in use', async () => {
  const { asked, remembered } = questions(
    new Map([
      ['a', 1],
      ['b', 2],
      ['c', 3],
      ['d', 4],
    ]),
  );
  for (const key of ['b', 'c', 'd', 'x1', 'x2', 'x3', 'x4']) await remembered.get(key);
  asked.length = 0;
  for (const key of ['b', 'c', 'd', 'x2', 'x3', 'x4']) await remembered.get(key);
  expect(asked).toEqual([]);
  await remembered.get('x1');
  await remembered.get('a');
  expect(asked).toEqual(['x1', 'a']);
  await remembered.get('b');
  expect(asked).toEqual(['x1', 'a', 'b']);
});

test('does not keep an answer that was on its way when it was forgotten', async () => {
  const truth = new Map([['a', 1]]);
  let release = (): void => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const remembered = new Remembered<string, number>(
    async (key) => {
      const value = truth.get(key);
      await held;
      return value;
    },
    new HeldClock(0),
    limits,
  );
  const early = remembered.get('a');
  truth.set('a', 2);
  remembered.forget();
  release();
  expect(await early).toBe(1);
  expect(await remembered.get('a')).toBe(2);
});

test('a failed question is asked again', async () => {
  let isBroken = true;
  const remembered = new Remembered<string, number>(
    async () => {
      if (isBroken) throw new Error('store is away');
      return 1;
    },
    new HeldClock(0),
    limits,
  );
  await expect(remembered.get('a')).rejects.toThrow('store is away');
  isBroken = false;
  expect(await remembered.get('a')).toBe(1);
});
