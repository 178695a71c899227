import { expect, test } from 'vitest';
import { readMessage } from './segment-message.ts';

const around = { kind: undefined, sequence: 0, receivedAt: 1_000, sentAt: undefined, newId: () => 'made' };
const read = (message: Record<string, unknown>) => readMessage({ anonymousId: 'a', ...message }, around);

test('names that our SDKs give may begin with $, others may not', () => {
  expect(read({ type: 'track', event: '$click' }).preset).toBe(true);
  expect(read({ type: 'track', event: '$merged' }).preset).toBeUndefined();
  expect(read({ type: 'track', event: '$made_up' }).preset).toBeUndefined();
});

test('changes of traits come as they were sent, in their order', () => {
  const traitChanges = [{ operation: 'increment', name: 'orders', value: 2 }, { operation: 'unset', name: 'nick' }, { operation: 'unset_all' }];
  expect(read({ type: 'identify', traitChanges }).traitChanges).toEqual([traitChanges[0], traitChanges[1], { operation: 'unset_all', name: '' }]);
  for (const wrong of [{}, [{ operation: 'drop', name: 'x' }], [{ operation: 'unset' }], [3], Array.from({ length: 251 }, () => traitChanges[0])])
    expect(() => read({ type: 'identify', traitChanges: wrong })).toThrow(expect.objectContaining({ code: 'gateway.field_invalid' }));
});

test('a group has a type, and says what is known about it; later events name the groups that the person acts in', () => {
  expect(read({ type: 'group', groupId: 'acme', traits: { plan: 'pro', old: null } }).groups).toEqual([
    {
      type: 'company',
      id: 'acme',
      changes: [
        { operation: 'set', name: 'plan', value: 'pro' },
        { operation: 'unset', name: 'old' },
      ],
    },
  ]);
  expect(read({ type: 'group', groupId: 'h1', groupType: 'household' })).toMatchObject({
    groups: [{ type: 'household', id: 'h1' }],
    properties: { groupId: 'h1', groupType: 'household' },
  });
  expect(read({ type: 'track', event: 'Bought', context: { groups: { company: 'acme', team: 7 } } }).groups).toEqual([
    { type: 'company', id: 'acme' },
  ]);
  expect(read({ type: 'track', event: 'Bought' }).groups).toBeUndefined();
});
