import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { HeldClock } from '../../../kernel/clock.ts';
import { LocalDays } from '../../../kernel/local-days.ts';
import { createMetrics } from '../../../kernel/metrics.ts';
import type { Postgres } from '../../../kernel/postgres/postgres.ts';
import { columnsOf } from '../../../kernel/testing/columns-of.ts';
import { openTestStores, type TestStores } from '../../../kernel/testing/open-test-stores.ts';
import { purge } from '../jobs.ts';
import { type QualityReport, qualityReport } from '../queries/quality-report.ts';
import type { ChannelRulesRow, CollectionSettingsRow, CurrencyRateRow, PersonalFindingRow, PersonalRuleRow, QualityCountRow } from '../tables.ts';
import { QualityCounter } from './quality-counter.ts';

const NOW = Date.parse('2026-11-20T15:40:00Z');
const HOUR = 3_600_000;
const clock = new HeldClock(NOW);
let stores: TestStores;
beforeAll(async () => {
  stores = await openTestStores({ slices: [{ name: 'enrichment', folder: new URL('..', import.meta.url).pathname }], clock });
});
afterAll(() => stores.close());

function counter(postgres: Postgres = stores.kernel.postgres): QualityCounter {
  return new QualityCounter({ postgres, clock, metric: createMetrics().counter('test', 'test', ['measure']) });
}

function report(projectId: number, unit: 'hour' | 'day', over: { client?: string; fromMs?: number; toMs?: number } = {}): Promise<QualityReport> {
  const days = new LocalDays();
  const dayOf = (timeMs: number): string => days.dayOf('Asia/Shanghai', timeMs);
  return qualityReport(stores.kernel.postgres.as<object>(), projectId, { fromMs: NOW - 48 * HOUR, toMs: NOW + HOUR, unit, dayOf, ...over });
}

test('adds up what several processes count at the same time', async () => {
  const processes = Array.from({ length: 4 }, () => counter());
  for (let round = 0; round < 10; round++) {
    for (const each of processes) {
      each.count(1, { measure: 'received', client: 'web' });
      each.count(1, { measure: 'refused', client: 'web', reason: 'stream.too_deep' });
      each.count(1, { measure: 'received', client: 'app', count: 3 });
      each.count(2, { measure: 'received', client: 'web' });
    }
    await Promise.all(processes.map((each) => each.flush()));
  }
  const { totals, clients, reasons } = await report(1, 'day');
  expect(totals).toEqual({ received: 160, refused: 40 });
  expect(clients).toEqual([
    { client: 'app', counts: { received: 120 } },
    { client: 'web', counts: { received: 40, refused: 40 } },
  ]);
  expect(reasons).toEqual([{ measure: 'refused', reason: 'stream.too_deep', client: 'web', count: 40 }]);
  expect((await report(1, 'day', { client: 'app' })).totals).toEqual({ received: 120 });
  expect((await report(2, 'day')).totals).toEqual({ received: 40 });
});

test('keeps what could not be written until it can', async () => {
  let isDown = true;
  const { postgres } = stores.kernel;
  const shaky: Postgres = {
    ...postgres,
    as: <Tables>() => {
      if (isDown) throw new Error('down');
      return postgres.as<Tables>();
    },
  };
  const one = counter(shaky);
  one.count(3, { measure: 'accepted', client: 'web' });
  await expect(one.flush()).rejects.toThrow('down');
  one.count(3, { measure: 'accepted', client: 'web', count: 4 });
  isDown = false;
  await one.flush();
  await one.flush();
  expect((await report(3, 'day')).totals).toEqual({ accepted: 5 });
});

test('puts hours and days of the project in order, empty ones too, and half-open', async () => {
  const one = counter();
  for (const hours of [-30, -24, -1, 0]) {
    clock.set(NOW + hours * HOUR);
    one.count(4, { measure: 'late', client: 'web', reason: 'hours' });
  }
  clock.set(NOW);
  await one.flush();
  // 15:40 UTC is 23:40 in Shanghai: the next hour is another day there.
  const days = (await report(4, 'day', { fromMs: NOW - 47 * HOUR, toMs: NOW + 2 * HOUR })).series;
  expect(days.map(({ counts }) => counts.late ?? 0)).toEqual([2, 2, 0]);
  const hours = (await report(4, 'hour', { fromMs: NOW - 2 * HOUR, toMs: Math.floor(NOW / HOUR) * HOUR })).series;
  expect(hours.map(({ counts }) => counts.late ?? 0)).toEqual([0, 1]);
});

test('stays small whatever senders call themselves', async () => {
  const one = counter();
  for (let index = 0; index < 5_000; index++) one.count(5, { measure: 'received', client: `client ${index}\u0000\n\ud800${'x'.repeat(300)}` });
  await one.flush();
  expect((await report(5, 'day')).totals).toEqual({ received: 5_000 });
  const { rows } = await sql<{ count: number; longest: number }>`
    SELECT count(*)::int AS count, max(length(client))::int AS longest FROM quality_counts WHERE project_id = 5`.execute(
    stores.kernel.postgres.as<object>(),
  );
  expect(rows[0]?.count).toBeLessThanOrEqual(502);
  expect(rows[0]?.longest).toBeLessThanOrEqual(60);
});

test('forgets what is older than a year', async () => {
  clock.set(NOW - 500 * 24 * HOUR);
  const one = counter();
  one.count(6, { measure: 'received', client: 'web' });
  await one.flush();
  clock.set(NOW);
  one.count(6, { measure: 'received', client: 'web' });
  await one.flush();
  await purge(stores.kernel);
  const { rows } = await sql<{ count: number }>`SELECT sum(count)::int AS count FROM quality_counts WHERE project_id = 6`.execute(
    stores.kernel.postgres.as<object>(),
  );
  expect(rows[0]?.count).toBe(1);
});

test('the row types are those of the tables', async () => {
  const { postgres } = stores.kernel;
  const tables: Record<string, Record<string, true>> = {
    collection_settings: { project_id: true, settings: true, hash_key: true, updated_at: true } satisfies Record<keyof CollectionSettingsRow, true>,
    channel_rules: { project_id: true, rules: true, updated_at: true } satisfies Record<keyof ChannelRulesRow, true>,
    currency_rates: { project_id: true, base: true, quote: true, day: true, rate: true, source: true } satisfies Record<keyof CurrencyRateRow, true>,
    personal_rules: { project_id: true, place: true, name: true, action: true, updated_at: true } satisfies Record<keyof PersonalRuleRow, true>,
    personal_findings: {
      project_id: true,
      place: true,
      name: true,
      kind: true,
      seen: true,
      first_seen_at: true,
      last_seen_at: true,
    } satisfies Record<keyof PersonalFindingRow, true>,
    quality_counts: { project_id: true, hour: true, client: true, measure: true, reason: true, count: true } satisfies Record<
      keyof QualityCountRow,
      true
    >,
  };
  for (const [table, columns] of Object.entries(tables))
    expect([table, await columnsOf(postgres, table)]).toEqual([table, Object.keys(columns).sort()]);
});
