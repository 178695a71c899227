import { expect, test } from 'vitest';
import { piecesOf, RowWriter } from '../../kernel/clickhouse/row-writer.ts';
import { LocalDays } from '../../kernel/local-days.ts';
import { checkEvent } from './check-event.ts';
import { eventLimits } from './contract.ts';
import { type EventRow, propertiesText, setPerson } from './event-row.ts';
import { trackEvent } from './testing/open-stream.ts';
import { readRow } from './testing/read-row.ts';

const receivedAt = Date.parse('2026-05-01T12:00:00Z');
const around = (sentAt?: number) => ({
  projectId: 1,
  timeZone: 'UTC',
  days: new LocalDays(),
  rows: new RowWriter(),
  arrivedAt: receivedAt,
  meta: { receivedAt, source: 'test', ...(sentAt !== undefined && { sentAt }) },
});
const contextOf = (row: EventRow) => JSON.parse(String(readRow(row).context)) as Record<string, unknown>;

test('a clock that is wrong is corrected by when the client says it sent the event; its own time is kept', () => {
  const wrongBy = 3 * 86_400_000;
  const happened = receivedAt - 60_000;
  const checked = checkEvent(trackEvent({ userId: 'u', time: happened + wrongBy }), around(receivedAt - 200 + wrongBy));
  expect(checked.time).toBe(happened + 200);
  expect(contextOf(checked.row)).toEqual({ originalTimestamp: new Date(happened + wrongBy).toISOString() });
  const right = checkEvent(trackEvent({ userId: 'u', time: happened }), around(receivedAt - 200));
  expect(right.time).toBe(happened + 200);
  expect(contextOf(right.row)).toEqual({});
});

test('an event from the future gets the time of its arrival, unless it is less than an hour away', () => {
  const at = (time: number) => checkEvent(trackEvent({ userId: 'u', time }), around()).time;
  expect(at(receivedAt + eventLimits.futureMaxMs)).toBe(receivedAt + eventLimits.futureMaxMs);
  expect(at(receivedAt + eventLimits.futureMaxMs + 1)).toBe(receivedAt);
  expect(at(receivedAt - 10 * 365 * 86_400_000)).toBe(receivedAt - 10 * 365 * 86_400_000);
});

test('what PostgreSQL cannot keep is taken out of texts, and ids with it are refused', () => {
  const checked = checkEvent(trackEvent({ userId: 'u', properties: { 'a\0b': 'x\0y', half: 'z\ud800', fine: '😀', slash: '\\u0000' } }), around());
  expect(JSON.parse(propertiesText(checked.row))).toEqual({ ab: 'xy', half: 'z\ufffd', fine: '😀', slash: '\\u0000' });
  expect(() => checkEvent(trackEvent({ userId: 'a\nb' }), around())).toThrow(expect.objectContaining({ code: 'stream.id_invalid' }));
  expect(() => checkEvent(trackEvent({ userId: 'u', messageId: ' ' }), around())).toThrow(expect.objectContaining({ code: 'stream.id_invalid' }));
});

test("nobody outside can take the ids of the system's own facts", () => {
  expect(checkEvent(trackEvent({ userId: 'u', messageId: 'fact:mail-1' }), around()).messageId).toBe('sent:fact:mail-1');
});

test("a client library's presets may begin with $, a sender's own names and the system's facts may not", () => {
  expect(checkEvent(trackEvent({ userId: 'u', event: '$rage_click', preset: true }), around()).event).toBe('$rage_click');
  const refused = expect.objectContaining({ code: 'stream.event_name_reserved' });
  expect(() => checkEvent(trackEvent({ userId: 'u', event: '$rage_click' }), around())).toThrow(refused);
  for (const event of ['$merged', '$message_sent', '$segment_entered']) {
    expect(() => checkEvent(trackEvent({ userId: 'u', event, preset: true }), around())).toThrow(refused);
    expect(() => checkEvent(trackEvent({ userId: 'u', event, preset: true, kind: 'page' }), around())).toThrow(refused);
  }
});

test('further ids name a person too, and what an event says about people and groups reaches identity as it was sent', () => {
  const said = {
    ids: [{ kind: 'email', value: 'a@b.example' }],
    unlink: [{ kind: 'phone', value: '+8613800000000' }],
    traitChanges: [{ operation: 'increment', name: 'visits', value: 1 }] as const,
    groups: [{ type: '公司', id: 'acme', changes: [{ operation: 'set', name: 'plan', value: 'pro' }] as const }],
  };
  const { claim, row, messageId } = checkEvent(trackEvent(said), around());
  expect(claim).toMatchObject({ ids: said.ids, unlink: said.unlink, changes: said.traitChanges, groups: said.groups, messageId });
  expect(contextOf(row)).toMatchObject({ externalIds: [{ type: 'email', id: 'a@b.example' }] });
});

test.each([
  ['ids without a kind', { ids: [{ kind: '', value: 'x' }] }, 'stream.id_invalid'],
  ['a kind with a space', { ids: [{ kind: 'e mail', value: 'x' }] }, 'stream.id_invalid'],
  ['an empty id', { userId: 'u', ids: [{ kind: 'email', value: ' ' }] }, 'stream.id_invalid'],
  ['too many ids', { ids: Array.from({ length: 21 }, (_, index) => ({ kind: 'email', value: `${index}` })) }, 'stream.too_many_properties'],
  ['an id that is taken away from nobody', { unlink: [{ kind: 'email', value: 'x' }] }, 'stream.person_missing'],
  ['a change without a name', { userId: 'u', traitChanges: [{ operation: 'set' as const, name: '' }] }, 'stream.id_invalid'],
  ['a group without an id', { userId: 'u', groups: [{ type: 'company', id: '' }] }, 'stream.id_invalid'],
])('%s is refused', (_, given, code) => {
  expect(() => checkEvent(trackEvent(given), around())).toThrow(expect.objectContaining({ code }));
});

const words = [
  'Undefined',
  'null',
  'NULL',
  '<null>',
  'anonymous',
  'None',
  'nil',
  'unknown',
  'guest',
  '[object Object]',
  'NaN',
  'true',
  'False',
  '0',
  '-1',
];
const zeros = [
  '000',
  '0.0',
  '00000000-0000-0000-0000-000000000000',
  '{00000000-0000-0000-0000-000000000000}',
  '""',
  "''",
  '" "',
  '"null"',
  '{}',
  '[]',
];
test.each([...words, ...zeros])('%s is nobody: it is taken as absent, and an event with nothing else is refused', (id) => {
  const kept = checkEvent(trackEvent({ userId: id, anonymousId: 'd', ids: [{ kind: 'email', value: id }] }), around());
  expect(kept.claim).toMatchObject({ anonymousId: 'd' });
  expect([kept.claim?.userId, kept.claim?.ids]).toEqual([undefined, undefined]);
  expect(readRow(kept.row).user_id).toBe('');
  const refusals = [
    [{ userId: id }, 'userId'],
    [{ anonymousId: id }, 'anonymousId'],
    [{ ids: [{ kind: 'openid', value: id }] }, 'openid'],
    [{ kind: 'alias', event: '$alias', userId: 'u', previousId: id }, 'previousId'],
  ] as const;
  for (const [given, field] of refusals)
    expect(() => checkEvent(trackEvent(given), around())).toThrow(
      expect.objectContaining({ code: 'stream.id_meaningless', details: expect.objectContaining({ field, id }) }),
    );
});

test.each(['1', '10', '0a', '-10', 'nobody', 'guest1', 'annul', '00000000-0000-0000-0000-000000000001'])('%s is an id like others', (id) => {
  expect(checkEvent(trackEvent({ userId: id }), around()).claim?.userId).toBe(id);
});

test('emails are compared in small letters and phones without marks; traits stay as they were sent', () => {
  const ids = [
    { kind: 'email', value: ' Li@Example.COM ' },
    { kind: 'phone', value: '+86 138-0000 0000' },
    { kind: 'openid', value: 'oA-b C' },
  ];
  const { claim, row } = checkEvent(trackEvent({ ids, traits: { email: ' Li@Example.COM ' } }), around());
  expect(claim?.ids?.map(({ value }) => value)).toEqual(['li@example.com', '+8613800000000', 'oA-b C']);
  expect(claim?.traits).toEqual({ email: ' Li@Example.COM ' });
  expect(contextOf(row)).toMatchObject({ externalIds: [{ id: 'li@example.com' }, { id: '+8613800000000' }, { id: 'oA-b C' }] });
});

test('a row holds every column as it was said, and whose it is comes last', () => {
  const long = 'é柚'.repeat(4_000);
  const event = trackEvent({
    time: receivedAt - 1_000,
    userId: 'u-柚',
    anonymousId: 'a'.repeat(200),
    sessionId: 's',
    sequence: 7,
    properties: { long, ключ: 1 },
    context: { a: '"\\\n' },
  });
  const shared = around();
  const first = checkEvent(event, shared);
  const second = checkEvent({ ...event, time: 1 - 2 * 3_600_000 + receivedAt, passive: true }, shared);
  setPerson(first.row, 4_294_967_295);
  const common = {
    project_id: 1,
    event: 'Viewed',
    sequence: 7,
    message_id: event.messageId,
    user_id: 'u-柚',
    anonymous_id: 'a'.repeat(200),
    session_id: 's',
  };
  const rest = { source: 'test', received_at: receivedAt, context: JSON.stringify(event.context), properties: JSON.stringify(event.properties) };
  expect(readRow(first.row)).toEqual({
    ...common,
    ...rest,
    person_id: 4_294_967_295,
    time: first.time,
    day: new Date(first.time).toISOString().slice(0, 10),
    passive: 0,
  });
  expect(readRow(second.row)).toEqual({ ...common, ...rest, person_id: 0, time: second.time, day: '2026-05-01', passive: 1 });
  expect(JSON.parse(propertiesText(second.row))).toEqual(event.properties);
});

test('what is refused leaves no room behind: neighbours go to the store as one piece', () => {
  const shared = around();
  const before = checkEvent(trackEvent({ userId: 'u' }), shared);
  expect(() => checkEvent(trackEvent({ userId: 'u', properties: { text: 'x'.repeat(eventLimits.eventSizeMaxBytes + 2_000) } }), shared)).toThrow(
    expect.objectContaining({ code: 'stream.event_too_large' }),
  );
  const after = checkEvent(trackEvent({ userId: 'u' }), shared);
  expect(piecesOf([before.row, after.row])).toHaveLength(before.row.block === after.row.block ? 1 : 2);
  expect(Buffer.concat(piecesOf([before.row, after.row]))).toHaveLength(before.row.end - before.row.start + after.row.end - after.row.start);
});
