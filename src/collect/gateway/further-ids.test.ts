import { afterAll, beforeAll, expect, test } from 'vitest';
import { furtherIdsOf } from './further-ids.ts';
import { openTestGateway, type TestGateway } from './testing/open-gateway.ts';
import { storedEvents } from './testing/stored.ts';

let on: TestGateway;
beforeAll(async () => {
  on = await openTestGateway();
});
afterAll(() => on.stop());

const external = (type: string, id: unknown) => ({ id, type, collection: 'users', encoding: 'none' });
const send = (writeKey: string, messages: readonly object[]) =>
  fetch(`${on.url}/v1/batch`, {
    method: 'POST',
    headers: { 'x-write-key': writeKey },
    body: JSON.stringify({ batch: messages.map((message) => ({ type: 'track', event: 'Seen', ...message })) }),
  });

test("Segment's types become kinds; what the message names itself and what is no id is left out", () => {
  const sent = [
    external('user_id', 'u1'),
    external('email', 'a@example.com'),
    external('ios.idfa', 'I1'),
    external('ios.id', 'I2'),
    external('android.idfa', 'A1'),
    external('android.id', 'A2'),
    external('anonymous_id', 'd1'),
    external('cross_domain_id', 7),
    external('my id', 'x'),
    { id: 'acme', type: 'account', collection: 'accounts' },
  ];
  expect(furtherIdsOf([...sent, null, 3, {}, { type: 'email' }, { id: 'x' }], 'd1')).toEqual([
    { kind: 'email', value: 'a@example.com' },
    { kind: 'device', value: 'I1' },
    { kind: 'device', value: 'I2' },
    { kind: 'device', value: 'A1' },
    { kind: 'device', value: 'A2' },
    { kind: 'cross_domain_id', value: '7' },
    { kind: 'my_id', value: 'x' },
  ]);
  expect([furtherIdsOf(undefined, undefined), furtherIdsOf('x', undefined)]).toEqual([[], []]);
});

test('an event that names a person by further ids alone makes one, finds them again, and the user takes them over', async () => {
  const { projectId, writeKey } = await on.newKeys();
  const by = (...externalIds: object[]) => ({ context: { externalIds } });
  const answer = await send(writeKey, [
    by(external('email', 'Li@Example.com')),
    by(external('email', ' li@example.COM'), external('phone', '+86 138-0000-0000')),
    by(external('phone', '+8613800000000'), external('openid', 'o1')),
    { userId: 'u1', ...by(external('user_id', 'u1'), external('openid', 'o1')) },
    by(external('email', 'other@example.com')),
  ]);
  expect([answer.status, await answer.json()]).toMatchObject([200, { accepted: 5, refused: [] }]);
  const person = await on.identity.personOf(projectId, 'user', 'u1');
  for (const [kind, value] of [
    ['email', 'li@example.com'],
    ['phone', '+8613800000000'],
    ['openid', 'o1'],
  ] as const)
    expect(await on.identity.personOf(projectId, kind, value)).toBe(person);
  const again = await send(writeKey, [by(external('email', 'LI@example.com')), by(external('openid', 'o2'))]);
  expect(again.status).toBe(200);
  const rows = await storedEvents(on, projectId);
  expect(new Set(rows.map((row) => row.person_id)).size).toBe(3);
  expect(rows.find((row) => row.user_id === 'u1')?.context).toMatchObject({ externalIds: [{ type: 'openid', id: 'o1' }] });
});

test('placeholders join nobody; who sends nothing else is told which id it was', async () => {
  const { projectId, writeKey } = await on.newKeys();
  const messages = [
    { userId: 'undefined', anonymousId: 'd1' },
    { userId: 'undefined', anonymousId: 'd2' },
    { anonymousId: 'd3', context: { externalIds: [external('email', 'null')] } },
    { anonymousId: 'd4', context: { externalIds: [external('email', 'null')] } },
  ];
  expect(await (await send(writeKey, messages)).json()).toMatchObject({ accepted: 4 });
  const rows = await storedEvents(on, projectId);
  expect([new Set(rows.map((row) => row.person_id)).size, rows.map((row) => row.user_id)]).toEqual([4, ['', '', '', '']]);
  const refused = await fetch(`${on.url}/v1/track`, {
    method: 'POST',
    headers: { 'x-write-key': writeKey, 'accept-language': 'en' },
    body: JSON.stringify({ event: 'Seen', userId: '[object Object]' }),
  });
  expect([refused.status, await refused.text()]).toEqual([400, expect.stringContaining('“[object Object]” in userId is a placeholder')]);
});
