import { sql } from 'kysely';
import PostalMime from 'postal-mime';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { HeldClock } from '../../kernel/clock.ts';
import { openTestStores, type TestStores } from '../../kernel/testing/open-test-stores.ts';
import { door as operationsDoor } from '../../try/operations/index.ts';
import type { DeliveryRequest } from './api.ts';
import { optOut, suppress } from './consent.ts';
import { deliverMany, type GateParts } from './deliver.ts';
import { door } from './index.ts';
import { openMailServer } from './mail-server.ts';
import { Sender } from './sender.ts';
import { saveSettings } from './settings.ts';
import type { DeliveryRow } from './tables.ts';
import { type MailSink, type MailSinkOptions, openMailSink } from './testing/mail-sink.ts';
import { waitUntil } from './testing/wait-until.ts';
import { signedWith } from './unsubscribe-link.ts';

const NOON = Date.UTC(2026, 4, 4, 12);
let stores: TestStores;
let parts: GateParts;
const clock = new HeldClock(NOON);
const links = signedWith('secret', 'https://x.test');

beforeAll(async () => {
  stores = await openTestStores({ slices: [operationsDoor, door], clock });
  const operations = await operationsDoor.start({ kernel: stores.kernel, config: {}, uses: {} as never });
  parts = { kernel: stores.kernel, operations: operations.api };
});
afterAll(() => stores.close());
beforeEach(async () => {
  clock.set(NOON);
  for (const table of ['deliveries', 'delivery_settings', 'opt_outs', 'suppressions', 'operation_facts'])
    await sql`TRUNCATE ${sql.table(table)}`.execute(stores.kernel.postgres.as<object>());
});

const request = (key: string, over: Partial<DeliveryRequest> = {}): DeliveryRequest => ({
  projectId: 1,
  personId: 10,
  channel: 'email',
  operation: 'journey:1',
  variant: '1',
  node: 'mail',
  idempotencyKey: key,
  category: 'marketing',
  cancelKey: 'run:1',
  arm: 'treatment',
  content: () => ({ subject: '你好', html: '<html><body>Hi %%unsubscribe_url%%</body></html>', text: 'Hi' }),
  traits: { email: 'li@example.com' },
  projectTimeZone: 'Asia/Shanghai',
  ...over,
});
const deliver = (...requests: DeliveryRequest[]) => stores.kernel.postgres.transaction((tx) => deliverMany(parts, requests, tx));
const rows = async (): Promise<DeliveryRow[]> =>
  (await sql<DeliveryRow>`SELECT * FROM deliveries ORDER BY idempotency_key`.execute(stores.kernel.postgres.as<object>())).rows;
const states = async () => (await rows()).map((row) => [row.state, row.reason]);
const facts = async (): Promise<[string, unknown][]> => {
  const kept = await sql<{ facts: { event: string; properties: { reason?: string } }[] }>`SELECT facts FROM operation_facts ORDER BY id`.execute(
    stores.kernel.postgres.as<object>(),
  );
  return kept.rows.flatMap((row) => row.facts.map((fact): [string, unknown] => [fact.event, fact.properties.reason]));
};

async function withSender(options: MailSinkOptions, work: (sender: Sender, sink: MailSink) => Promise<void>): Promise<void> {
  const sink = await openMailSink(options);
  const sender = new Sender({ ...parts, mailServer: openMailServer(sink.url), mailFrom: 'Shop <shop@example.com>', links });
  try {
    await work(sender, sink);
  } finally {
    await sender.stop();
    await sink.close();
  }
}

test('decisions come in the order of the gate, each with its reason, and sum up to the audience', async () => {
  const db = stores.kernel.postgres.as<object>();
  await optOut({ projectId: 1, personId: 2, channel: 'email', address: 'two@example.com', source: 'test', at: NOON }, db);
  await suppress({ projectId: 1, address: 'Three@example.com', reason: 'bounced', detail: null, at: NOON }, db);
  const decisions = await deliver(
    request('a', { personId: 1, traits: null }),
    request('b', { personId: 1, traits: { email: 'nonsense' }, arm: 'control' }),
    request('c', { personId: 2, traits: { email: 'two@example.com' }, arm: 'control' }),
    request('d', { personId: 22, traits: { email: 'TWO@example.com' } }),
    request('e', { personId: 2, traits: { email: 'two@example.com' }, category: 'transactional' }),
    request('f', { personId: 3, traits: { email: 'three@example.com' }, category: 'transactional' }),
    request('g', { personId: 4, arm: 'control' }),
    request('h', {
      personId: 5,
      content: () => {
        throw new Error('no');
      },
    }),
    request('i', { personId: 6 }),
  );
  expect(decisions.map((decision) => decision.reason ?? decision.outcome)).toEqual([
    'no_person',
    'no_address',
    'opted_out',
    'opted_out',
    'queued',
    'suppressed',
    'control',
    'render_failed',
    'queued',
  ]);
  expect(await facts()).toEqual([
    ['$message_skipped', 'no_person'],
    ['$message_skipped', 'no_address'],
    ['$message_skipped', 'opted_out'],
    ['$message_skipped', 'opted_out'],
    ['$message_skipped', 'suppressed'],
    ['$message_skipped', 'control'],
    ['$message_skipped', 'render_failed'],
  ]);
  expect((await rows()).length).toBe(9);
});

test('the same key gives the same decision and no second message', async () => {
  const [first] = await deliver(request('k'));
  const [again] = await deliver(request('k', { personId: 11 }));
  expect(again).toEqual({ ...first, isRepeat: true });
  expect(await rows()).toHaveLength(1);
});

test('caps count what is queued and sent, also within one batch, and tell which cap', async () => {
  await saveSettings(
    1,
    { quietHours: null, capPerDay: 2, capPerWeek: 3, fromName: null, fromAddress: null, replyTo: null },
    stores.kernel.postgres.as<object>(),
  );
  const first = await deliver(request('1'), request('2'), request('3'), request('4', { category: 'transactional' }), request('5', { personId: 11 }));
  expect(first.map((decision) => decision.reason)).toEqual([null, null, 'capped_day', null, null]);
  clock.advance(25 * 3_600_000);
  const next = await deliver(request('6'), request('7'));
  expect(next.map((decision) => decision.reason)).toEqual([null, 'capped_week']);
});

test('quiet hours hold a message in the zone of the person, and a cancelled run takes it back', async () => {
  await saveSettings(
    1,
    { quietHours: { from: '22:00', to: '08:00' }, capPerDay: null, capPerWeek: null, fromName: null, fromAddress: null, replyTo: null },
    stores.kernel.postgres.as<object>(),
  );
  clock.set(Date.UTC(2026, 4, 4, 15)); // 23:00 in Shanghai, 11:00 in New York
  const decisions = await deliver(
    request('a'),
    request('b', { traits: { email: 'ny@example.com', timezone: 'America/New_York' } }),
    request('c', { category: 'transactional' }),
  );
  expect(decisions.map((decision) => [decision.reason, decision.sendAt])).toEqual([
    ['quiet_hours', Date.UTC(2026, 4, 5, 0)],
    [null, clock.now()],
    [null, clock.now()],
  ]);
  const { api } = await door.start({
    kernel: stores.kernel,
    config: { PERENNIAL_MAIL_FROM: 'a@b.c' },
    uses: { operations: parts.operations } as never,
  });
  expect(await api.cancel(1, ['run:1'], stores.kernel.postgres.as<object>())).toBe(3);
  expect(await states()).toEqual([
    ['skipped', 'cancelled'],
    ['skipped', 'cancelled'],
    ['skipped', 'cancelled'],
  ]);
});

test('a mail arrives whole, with both unsubscribe headers and a stable id', async () => {
  await withSender({}, async (sender, sink) => {
    await deliver(request('a'), request('b', { personId: 11, category: 'transactional' }));
    expect(await sender.sendDue()).toBe(2);
    expect(await states()).toEqual([
      ['sent', null],
      ['sent', null],
    ]);
    const mails = await Promise.all(sink.mails.map((raw) => PostalMime.parse(raw)));
    const marketing = mails.find((mail) => mail.headers.some((header) => header.key === 'list-unsubscribe'));
    expect(marketing?.subject).toBe('你好');
    expect(marketing?.from).toEqual({ name: 'Shop', address: 'shop@example.com' });
    expect(marketing?.headers.find((header) => header.key === 'list-unsubscribe-post')?.value).toBe('List-Unsubscribe=One-Click');
    const link = /<(.*)>/.exec(marketing?.headers.find((header) => header.key === 'list-unsubscribe')?.value ?? '')?.[1] ?? '';
    expect(marketing?.html).toContain(link);
    expect(links.read(link.split('/u/')[1] ?? '')).toEqual({ projectId: 1, personId: 10, address: 'li@example.com' });
    expect(links.read(`${link.split('/u/')[1]}x`)).toBeUndefined();
    expect(new Set(sink.ids()).size).toBe(2);
    expect((await facts()).map(([event]) => event)).toEqual(['$message_sent', '$message_sent']);
  });
});

test('a server that is down delays with a growing wait, and sends once when it is back', async () => {
  const gone = await openMailSink();
  await gone.close();
  const mailServer = openMailServer(gone.url);
  const sender = new Sender({ ...parts, mailServer, mailFrom: 'shop@example.com', links });
  await deliver(...Array.from({ length: 20 }, (_, index) => request(`k${index}`, { personId: index + 1 })));
  await sender.sendDue();
  for (const row of await rows()) {
    expect(row).toMatchObject({ state: 'queued', reason: 'retrying', attempts: 1, lease_owner: null });
    expect(row.send_at?.getTime()).toBe(NOON + 10_000);
    expect(row.last_error).toMatch(/ECONNREFUSED/);
  }
  expect(await sender.sendDue()).toBe(0);
  clock.advance(10_000);
  await sender.sendDue();
  expect((await rows())[0]?.send_at?.getTime()).toBe(NOON + 30_000);
  const back = await openMailSink({ port: gone.port });
  clock.advance(20_000);
  await sender.sendDue();
  expect(await states()).toEqual(Array.from({ length: 20 }, () => ['sent', null]));
  expect(new Set(back.ids()).size).toBe(20);
  expect(back.mails).toHaveLength(20);
  await sender.stop();
  await back.close();
});

test('4xx tries again, 5xx fails, an unknown mailbox is never written to again', async () => {
  const refuseRecipient = (address: string) =>
    ({
      'busy@example.com': { code: 451, text: '4.3.0 later' },
      'gone@example.com': { code: 550, text: '5.1.1 user unknown' },
      'policy@example.com': { code: 554, text: '5.7.1 no' },
    })[address];
  await withSender({ refuseRecipient }, async (sender, sink) => {
    await deliver(
      ...['busy', 'gone', 'policy', 'ok'].map((name, index) => request(name, { personId: index + 1, traits: { email: `${name}@example.com` } })),
    );
    await sender.sendDue();
    expect((await rows()).map((row) => [row.idempotency_key, row.state, row.reason])).toEqual([
      ['busy', 'queued', 'retrying'],
      ['gone', 'failed', 'bounced'],
      ['ok', 'sent', null],
      ['policy', 'failed', 'rejected'],
    ]);
    expect(sink.mails).toHaveLength(1);
    const [after] = await deliver(request('gone again', { personId: 7, traits: { email: 'GONE@example.com' } }));
    expect(after?.reason).toBe('suppressed');
  });
});

test('an answer after the last byte decides; silence leaves the outcome unknown and is never repeated by itself', async () => {
  let calls = 0;
  const onMail = (raw: string) => {
    calls += 1;
    return raw.includes('x-later') ? { code: 451, text: 'later' } : undefined;
  };
  await withSender({ onMail }, async (sender, sink) => {
    await deliver(request('a', { content: () => ({ subject: 'x-later', html: 'x', text: 'x' }) }));
    await sender.sendDue();
    expect(await states()).toEqual([['queued', 'retrying']]);
    expect([calls, sink.mails.length]).toEqual([1, 0]);
  });
});

test('what a dead sender held is due again unless its hand-over had begun', async () => {
  await deliver(request('a'), request('b', { personId: 11 }), request('c', { personId: 12 }));
  await sql`UPDATE deliveries SET state = 'sending', lease_owner = 'dead', attempts = 1, lease_until = ${new Date(NOON + 60_000)},
    handing_at = CASE WHEN idempotency_key = 'b' THEN ${new Date(NOON)}::timestamptz END WHERE idempotency_key IN ('a', 'b')`.execute(
    stores.kernel.postgres.as<object>(),
  );
  await withSender({}, async (sender, sink) => {
    await sender.sendDue();
    expect(sink.mails).toHaveLength(1);
    clock.advance(60_001);
    await sender.start();
    await waitUntil('the free one is sent', async () => (await rows())[0]?.state === 'sent');
    expect(await states()).toEqual([
      ['sent', null],
      ['unknown', 'interrupted'],
      ['sent', null],
    ]);
    expect(sink.mails).toHaveLength(2);
  });
});

test('a sender that lost its lease lets go before the last byte', async () => {
  const sink = await openMailSink();
  const mailServer = openMailServer(sink.url);
  const result = await mailServer.send(
    { envelope: { from: 'a@example.com', to: 'b@example.com' }, raw: Buffer.from('Subject: x\r\n\r\nbody\r\n') },
    async () => false,
  );
  expect(result).toEqual({ outcome: 'lost_lease' });
  const sent = await mailServer.send(
    { envelope: { from: 'a@example.com', to: 'b@example.com' }, raw: Buffer.from('Subject: y\r\n\r\nbody\r\n') },
    async () => true,
  );
  expect(sent).toEqual({ outcome: 'sent' });
  expect(sink.mails).toEqual([expect.stringContaining('Subject: y')]);
  mailServer.close();
  await sink.close();
});

test('a connection that breaks after the last byte leaves the outcome unknown', async () => {
  const onMail = () => new Promise<undefined>(() => undefined);
  const sink = await openMailSink({ onMail });
  const sender = new Sender({ ...parts, mailServer: openMailServer(sink.url), mailFrom: 'shop@example.com', links });
  await deliver(request('a'));
  const sending = sender.sendDue();
  await waitUntil('the hand-over is marked', async () => (await rows())[0]?.handing_at !== null);
  await sink.close();
  await sending;
  expect(await states()).toEqual([['unknown', 'interrupted']]);
  await sender.stop();
});

test('consent withdrawn while a message waited stops it', async () => {
  await deliver(request('a'));
  await optOut({ projectId: 1, personId: 10, channel: 'email', address: null, source: 'test', at: NOON }, stores.kernel.postgres.as<object>());
  await withSender({}, async (sender, sink) => {
    await sender.sendDue();
    expect(await states()).toEqual([['skipped', 'opted_out']]);
    expect(sink.mails).toHaveLength(0);
  });
});

test('half a letter in a rendered mail is taken out instead of stopping everybody in the batch', async () => {
  const content = () => ({ subject: '😀'.slice(0, 1), html: `<p>${'😀'.slice(1)}\0</p>`, text: 'x' });
  await deliver(request('a', { content }), request('b', { personId: 11 }));
  expect(await states()).toEqual([
    ['queued', null],
    ['queued', null],
  ]);
});

test('without a mail server mails stay in the outbox', async () => {
  const sender = new Sender({ ...parts, mailServer: undefined, mailFrom: 'shop@example.com', links });
  await deliver(request('a'));
  await sender.sendDue();
  expect(await states()).toEqual([['outbox', null]]);
});
