import { expect, test } from 'vitest';
import type { PersonalRule } from '../contract.ts';
import { type MaskRules, maskSent } from './mask.ts';
import { protectionOf } from './protect.ts';

const key = Buffer.from('k'.repeat(32));
const MASK = '••••••';

function rulesOf(rules: readonly PersonalRule[], ip: MaskRules['ip'] = 'keep'): MaskRules {
  return { protection: protectionOf(rules, key), ip };
}

test('hides values by the names of rules, wherever a client puts them', () => {
  const rules = rulesOf([
    { place: 'property', name: 'email', action: 'hash' },
    { place: 'property', name: 'address.phone', action: 'drop' },
    { place: 'context', name: 'device.advertisingId', action: 'drop' },
    { place: 'id', name: 'phone', action: 'hash' },
    { place: 'property', name: 'kept', action: 'keep' },
  ]);
  const sent = {
    event: 'Bought',
    properties: { email: 'a@b.com', address: { phone: '139', city: '深圳' }, kept: 'yes', phoneless: '' },
    context: { device: { advertisingId: 'x', id: 'y' }, externalIds: [{ type: 'phone', id: '13912345678', collection: 'users' }] },
    params: [{ key: 'email', value: { string_value: 'c@d.com' } }],
    $set: { $email: 'e@f.com' },
    traitChanges: [{ operation: 'set', name: 'email', value: 'g@h.com' }],
  };
  const { shown, masked } = maskSent(sent, '', rules);
  expect(shown).toEqual({
    event: 'Bought',
    properties: { email: MASK, address: { phone: MASK, city: '深圳' }, kept: 'yes', phoneless: '' },
    context: { device: { advertisingId: MASK, id: 'y' }, externalIds: [{ type: 'phone', id: MASK, collection: 'users' }] },
    params: [{ key: 'email', value: MASK }],
    $set: { $email: MASK },
    traitChanges: [{ operation: 'set', name: 'email', value: MASK }],
  });
  expect(masked).toEqual([
    { path: 'properties.email', action: 'hash' },
    { path: 'properties.address.phone', action: 'drop' },
    { path: 'context.device.advertisingId', action: 'drop' },
    { path: 'context.externalIds.0.id', action: 'hash' },
    { path: 'params.0.value', action: 'hash' },
    { path: '$set.$email', action: 'hash' },
    { path: 'traitChanges.0.value', action: 'hash' },
  ]);
  expect(sent.properties.email).toBe('a@b.com');
});

test('finds a hashed value under another name, and leaves what the event shows anyway', () => {
  const rules = rulesOf([
    { place: 'trait', name: 'mail', action: 'hash' },
    { place: 'trait', name: 'name', action: 'drop' },
  ]);
  const hash = String(rules.protection?.hash('a@b.com'));
  const became = JSON.stringify({ traits: { mail: hash }, context: { library: { name: 'web' } } });
  const { shown, masked } = maskSent({ em: ' A@B.com ', other: 'z', traits: { name: '李' }, context: { library: { name: 'web' } } }, became, rules);
  expect(shown).toEqual({ em: MASK, other: 'z', traits: { name: MASK }, context: { library: { name: 'web' } } });
  expect(masked).toEqual([
    { path: 'em', action: 'hash' },
    { path: 'traits.name', action: 'drop' },
  ]);
});

test('shows addresses as they are kept', () => {
  const sent = { context: { ip: '203.0.113.7', app: { version: '1.2.3.4' } }, $ip: '203.0.113.8' };
  expect(maskSent(sent, '', rulesOf([], 'keep'))).toEqual({ shown: sent, masked: [] });
  expect(maskSent(sent, '', rulesOf([], 'truncate'))).toEqual({
    shown: { context: { ip: '203.0.113.0', app: { version: '1.2.3.4' } }, $ip: '203.0.113.0' },
    masked: [
      { path: 'context.ip', action: 'truncate' },
      { path: '$ip', action: 'truncate' },
    ],
  });
  expect(maskSent(sent, '', rulesOf([], 'drop')).shown).toMatchObject({ context: { ip: MASK }, $ip: MASK });
});

test('a message of any depth and length is no danger', () => {
  let deep: unknown = 'secret';
  for (let depth = 0; depth < 5_000; depth += 1) deep = { in: deep };
  const rules = rulesOf([{ place: 'property', name: 'email', action: 'drop' }]);
  expect(JSON.stringify(maskSent(deep, '', rules).shown)).not.toContain('secret');
  const many = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`p${index}`, { email: `x${index}@y.com` }]));
  const { shown, masked } = maskSent(many, '', rules);
  expect(JSON.stringify(shown)).not.toContain('@y.com');
  expect(masked.length).toBe(20);
});
