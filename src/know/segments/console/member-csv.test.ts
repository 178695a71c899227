import { expect, test } from 'vitest';
import { memberCsv } from './member-csv.ts';

test('every trait that anybody has is a column; ids stand together, lists as JSON', () => {
  const text = memberCsv(
    [
      { personId: 1, userIds: ['li', 'li-2'], anonymousIds: [], enteredAt: 0, traits: { city: '上海', tags: ['a', 'b'] } },
      { personId: 2, userIds: [], anonymousIds: ['v'], enteredAt: 60_000, traits: { age: 30 } },
    ],
    (key) => key.replace('members.', ''),
  );
  expect(text.split('\r\n')).toEqual([
    '\uFEFFpersonId,userIds,anonymousIds,entered,age,city,tags',
    '1,li li-2,,1970-01-01T00:00:00.000Z,,上海,"[""a"",""b""]"',
    '2,,v,1970-01-01T00:01:00.000Z,30,,',
    '',
  ]);
});
