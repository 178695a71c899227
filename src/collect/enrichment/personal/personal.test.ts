import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import type { IncomingEvent } from '../../stream/contract.ts';
import type { PersonalRule } from '../contract.ts';
import { findPersonal, personalKindOf } from './detect.ts';
import { protect, protectionOf } from './protect.ts';

const key = Buffer.from('k'.repeat(32));
const hashOf = (text: string): string => `hmac:${createHmac('sha256', key).update(text).digest('hex')}`;

function event(over: Partial<IncomingEvent>): IncomingEvent {
  return { messageId: 'm', kind: 'track', event: 'E', time: 0, sequence: 0, properties: {}, context: {}, ...over };
}

function guarded(one: IncomingEvent, rules: readonly PersonalRule[]): IncomingEvent {
  const protection = protectionOf(rules, key);
  if (protection) protect(one, protection);
  return one;
}

test('hashes and drops in properties, nested ones too, and leaves the sender’s objects as they are', () => {
  const address = { phone: '139 1234 5678', city: '深圳' };
  const one = guarded(event({ properties: { email: ' A@B.com ', address, ssn: 1, kept: true, list: ['x', 'x'] } }), [
    { place: 'property', name: 'email', action: 'hash' },
    { place: 'property', name: 'address.phone', action: 'hash' },
    { place: 'property', name: 'ssn', action: 'drop' },
    { place: 'property', name: 'list', action: 'hash' },
    { place: 'property', name: 'kept', action: 'keep' },
    { place: 'property', name: 'not there', action: 'hash' },
  ]);
  expect(one.properties).toEqual({
    email: hashOf('a@b.com'),
    address: { phone: hashOf('13912345678'), city: '深圳' },
    kept: true,
    list: [hashOf('x'), hashOf('x')],
  });
  expect(address.phone).toBe('139 1234 5678');
});

test('reaches every way in which traits come', () => {
  const traits = { email: 'a@b.com', plan: 'pro' };
  const rules: PersonalRule[] = [{ place: 'trait', name: 'email', action: 'hash' }];
  const identify = guarded(event({ kind: 'identify', properties: traits, traits, context: { traits: { email: 'a@b.com' } } }), rules);
  const safe = { email: hashOf('a@b.com'), plan: 'pro' };
  expect(identify).toMatchObject({ properties: safe, traits: safe, context: { traits: { email: safe.email } } });
  const changes = [
    { operation: 'set' as const, name: 'email', value: 'a@b.com' },
    { operation: 'unset' as const, name: 'email' },
    { operation: 'increment' as const, name: 'visits', value: 1 },
  ];
  expect(guarded(event({ traitChanges: changes }), rules).traitChanges).toEqual([{ ...changes[0], value: safe.email }, changes[1], changes[2]]);
  expect(guarded(event({ traitChanges: changes }), [{ place: 'trait', name: 'email', action: 'drop' }]).traitChanges).toEqual([
    changes[1],
    changes[2],
  ]);
});

test('reaches into the context and external ids, and never hashes twice', () => {
  const rules: PersonalRule[] = [
    { place: 'context', name: 'device.advertisingId', action: 'drop' },
    { place: 'id', name: 'phone', action: 'hash' },
  ];
  const one = guarded(
    event({
      context: { device: { advertisingId: 'x', id: 'y' } },
      ids: [
        { kind: 'phone', value: '+86 13912345678' },
        { kind: 'openid', value: 'o' },
      ],
    }),
    rules,
  );
  expect(one.context).toEqual({ device: { id: 'y' } });
  expect(one.ids).toEqual([
    { kind: 'phone', value: hashOf('+8613912345678') },
    { kind: 'openid', value: 'o' },
  ]);
  expect(guarded(one, rules).ids).toEqual(one.ids);
  expect(protectionOf([{ place: 'id', name: 'phone', action: 'keep' }], key)).toBeUndefined();
});

const texts: readonly (readonly [text: string, kind: string | undefined])[] = [
  ['zhang.san@example.com', 'email'],
  ['a+b@mail.example.co.uk', 'email'],
  ['not an@email', undefined],
  ['@handle', undefined],
  ['13912345678', 'phone'],
  ['+86 139-1234-5678', 'phone'],
  ['+44 20 7946 0958', 'phone'],
  ['12912345678', undefined],
  ['20261120123456', undefined],
  ['110101199003070038', 'id_number'],
  ['11010519491231002X', 'id_number'],
  ['110101199003070039', undefined],
  ['iPhone 14', undefined],
  ['2026-11-20T08:00:00Z', undefined],
];

test.each(texts)('"%s" looks like %s', (text, kind) => {
  expect(personalKindOf(text)).toBe(kind);
});

test('tells where personal data stands, unless somebody has decided', () => {
  const one = event({
    properties: {
      contact: 'a@b.com',
      buyer: { phone: '13912345678' },
      mobile: 13_912_345_678,
      at: 1_795_331_818_026,
      decided: 'c@d.com',
      $referrer: 'e@f.com',
    },
    traits: { mail: 'a@b.com' },
  });
  expect(findPersonal(one, (_, name) => name === 'decided')).toEqual([
    { place: 'property', name: 'contact', kind: 'email' },
    { place: 'property', name: 'buyer', kind: 'phone' },
    { place: 'property', name: 'mobile', kind: 'phone' },
    { place: 'trait', name: 'mail', kind: 'email' },
  ]);
});
