import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { HeldClock } from '../../kernel/clock.ts';
import { createServer } from '../../kernel/http/server.ts';
import { loadTexts } from '../../kernel/http/texts.ts';
import { createMetrics } from '../../kernel/metrics.ts';
import { openTestStores, type TestStores } from '../../kernel/testing/open-test-stores.ts';
import { door as access } from '../../workspace/access/index.ts';
import { type Client, Workspace } from '../../workspace/access/testing/open-workspace.ts';
import { door as audit } from '../../workspace/audit/index.ts';
import { door as projects } from '../../workspace/projects/index.ts';
import { door as identity } from '../identity/index.ts';
import { door as stream } from '../stream/index.ts';
import type { EnrichmentApi } from './api.ts';
import { defaultSettings } from './contract.ts';
import { door } from './index.ts';

const NOW = Date.parse('2026-11-20T08:30:00Z');
let stores: TestStores;
let workspace: Workspace;
let enrichment: EnrichmentApi;
let projectId: number;
let owner: Client;
let viewer: Client;
let stranger: Client;

beforeAll(async () => {
  const clock = new HeldClock(NOW);
  stores = await openTestStores({ slices: [audit, projects, access, identity, stream, door], clock });
  const { kernel } = stores;
  const auditing = await audit.start({ kernel, config: {}, uses: {} });
  const project = await projects.start({ kernel, config: {}, uses: { audit: auditing.api } });
  const member = await access.start({ kernel, config: {}, uses: { projects: project.api, audit: auditing.api } });
  const enriching = await door.start({
    kernel,
    config: { PERENNIAL_SESSION_DEVICES: 1_000 },
    uses: { audit: auditing.api, projects: project.api, stream: undefined },
  });
  enrichment = enriching.api;
  member.api.setPermissions({ ...audit.permissions, ...projects.permissions, ...access.permissions, ...door.permissions });
  const app = await createServer({
    routes: [auditing, project, member, enriching].flatMap((slice) => slice.routes ?? []),
    plugins: [],
    guard: member.api,
    texts: loadTexts([audit, projects, access, door]),
    log: kernel.log,
    metrics: createMetrics(),
    ids: kernel.ids,
    isReady: async () => ({}),
    checkReplies: true,
  });
  workspace = new Workspace({ kernel, clock, projects: project.api, access: member.api, app, stopJobs: async () => {} });
  const made = await workspace.makeProject();
  projectId = made.project.id;
  owner = await workspace.signedIn(projectId, 'owner');
  viewer = await workspace.signedIn(projectId, 'viewer');
  stranger = await workspace.signedIn((await workspace.makeProject()).project.id, 'owner');
});
afterAll(async () => {
  await workspace.close();
  await stores.close();
});

const path = (rest: string): string => `/api/projects/${projectId}/${rest}`;
const day = 'from=2026-11-20T00:00:00Z&to=2026-11-21T00:00:00Z';
const reads = ['collection/settings', 'collection/channels', 'collection/rates', 'collection/personal', `quality?${day}`];
const rule = { channel: 'red', any: [{ all: [{ field: 'source', operator: 'is', values: ['xiaohongshu'] }] }] };
const writes: readonly (readonly ['PUT' | 'POST' | 'DELETE', string, object | undefined])[] = [
  ['PUT', 'collection/settings', defaultSettings],
  ['PUT', 'collection/channels', { rules: [rule] }],
  ['DELETE', 'collection/channels', undefined],
  ['PUT', 'collection/rates', { base: 'USD', quote: 'CNY', day: '2026-01-01', rate: 7 }],
  ['POST', 'collection/rates/import', { csv: 'Date,USD\n2026-01-01,1.1\n' }],
  ['DELETE', 'collection/rates?base=USD&quote=CNY&day=2026-01-01', undefined],
  ['PUT', 'collection/personal', { place: 'property', name: 'email', action: 'hash' }],
  ['DELETE', 'collection/personal?place=property&name=email', undefined],
];

describe('who may', () => {
  test.each(reads)('read %s', async (rest) => {
    expect((await workspace.client().send('GET', path(rest))).status).toBe(401);
    expect((await stranger.send('GET', path(rest))).status).toBe(404);
    expect((await viewer.send('GET', path(rest))).status).toBe(200);
  });

  test.each(writes)('%s %s', async (method, rest, body) => {
    const options = body ? { body } : {};
    expect((await workspace.client().send(method, path(rest), options)).status).toBe(401);
    expect((await stranger.send(method, path(rest), options)).status).toBe(404);
    expect((await viewer.send(method, path(rest), options)).status).toBe(403);
    expect([200, 204]).toContain((await owner.send(method, path(rest), options)).status);
  });
});

test('refuses wrong input with its reason', async () => {
  const wrong: readonly (readonly ['PUT' | 'POST' | 'GET' | 'DELETE', string, object | undefined, number, string])[] = [
    ['PUT', 'collection/settings', { ...defaultSettings, ip: 'blur' }, 400, 'http.invalid_input'],
    ['PUT', 'collection/settings', { ...defaultSettings, ownHosts: ['http://x y'] }, 400, 'http.invalid_input'],
    ['PUT', 'collection/channels', { rules: [] }, 400, 'http.invalid_input'],
    ['PUT', 'collection/channels', { rules: [withCondition('matches', '(a+)+$')] }, 400, 'enrichment.pattern_too_slow'],
    ['PUT', 'collection/channels', { rules: [withCondition('matches', '(')] }, 400, 'enrichment.pattern_unreadable'],
    ['PUT', 'collection/channels', { rules: [withCondition('in_list', 'papers')] }, 400, 'enrichment.list_unknown'],
    ['PUT', 'collection/channels', { rules: [withCondition('is')] }, 400, 'enrichment.values_missing'],
    ['POST', 'collection/test', { rules: [withCondition('matches', '(a+)+$')], url: 'x' }, 400, 'enrichment.pattern_too_slow'],
    ['PUT', 'collection/rates', { base: 'USD', quote: 'USD', day: '2026-01-01', rate: 7 }, 400, 'enrichment.currency_same'],
    ['PUT', 'collection/rates', { base: 'USD', quote: 'QQQ', day: '2026-01-01', rate: 7 }, 400, 'enrichment.currency_unknown'],
    ['PUT', 'collection/rates', { base: 'USD', quote: 'CNY', day: '2026-02-30', rate: 7 }, 400, 'http.invalid_input'],
    ['POST', 'collection/rates/import', { csv: 'hello' }, 400, 'enrichment.rates_unreadable'],
    ['DELETE', 'collection/rates?base=USD&quote=CNY&day=1999-01-01', undefined, 404, 'enrichment.rate_unknown'],
    ['DELETE', 'collection/personal?place=trait&name=nothing', undefined, 404, 'enrichment.rule_unknown'],
    ['GET', 'quality?from=2026-11-20T00:00:00Z&to=2026-11-20T00:00:00Z', undefined, 400, 'enrichment.range_invalid'],
    ['GET', 'quality?from=2026-01-01T00:00:00Z&to=2026-11-20T00:00:00Z', undefined, 400, 'enrichment.range_invalid'],
  ];
  for (const [method, rest, body, status, code] of wrong) {
    const answer = await owner.send(method, path(rest), body ? { body } : {});
    expect([rest, answer.status, answer.body?.error.code]).toEqual([rest, status, code]);
    expect(answer.body.error.message).not.toMatch(/\{\{/);
  }
});

function withCondition(operator: string, ...values: string[]): object {
  return { channel: 'x', any: [{ all: [{ field: 'source', operator, values }] }] };
}

test('a change counts for the next event: settings, channels, rates, personal rules', async () => {
  const apply = async () => {
    const properties = { url: 'https://shop.example.com/?utm_source=xiaohongshu&utm_medium=cpc', revenue: 10, currency: 'USD', phone: '13912345678' };
    const event = {
      messageId: 'm',
      kind: 'page' as const,
      event: '$page',
      anonymousId: 'd',
      time: NOW,
      sequence: 0,
      properties,
      context: { ip: '120.24.78.68' },
    };
    (await enrichment.prepare(projectId)).apply(event, { ip: '', receivedAt: NOW });
    return event;
  };
  expect((await apply()).properties).toMatchObject({ $channel: 'paid_social', $country: 'CN', phone: '13912345678' });
  await owner.send('PUT', path('collection/channels'), { body: { rules: [rule] } });
  await owner.send('PUT', path('collection/rates'), { body: { base: 'USD', quote: 'CNY', day: '2026-11-19', rate: 7.25 } });
  await owner.send('PUT', path('collection/personal'), { body: { place: 'property', name: 'phone', action: 'drop' } });
  await owner.send('PUT', path('collection/settings'), { body: { ...defaultSettings, isGeographyOn: false, ip: 'keep' } });
  const { properties, context } = await apply();
  expect(properties).toMatchObject({ $channel: 'red', $revenue: 72.5 });
  expect(properties).not.toHaveProperty('phone');
  expect(properties).not.toHaveProperty('$country');
  expect(context.ip).toBe('120.24.78.68');
  await owner.send('DELETE', path('collection/channels'));
  expect((await apply()).properties).toMatchObject({ $channel: 'paid_social' });
  expect((await owner.send('GET', path('audit?action=enrichment.'))).body.items.length).toBeGreaterThanOrEqual(5);
});

test('a mark of another slice counts until the project has its own rule', async () => {
  enrichment.registerPersonalMarks(async (id) => (id === projectId ? [{ place: 'trait', name: 'email', action: 'drop' }] : []));
  enrichment.personalMarksChanged(projectId);
  const traits = async () => {
    const event = {
      messageId: 'm',
      kind: 'identify' as const,
      event: '$identify',
      userId: 'u',
      time: NOW,
      sequence: 0,
      properties: {},
      traits: { email: 'a@b.com' },
      context: {},
    };
    (await enrichment.prepare(projectId)).apply(event, { ip: '', receivedAt: NOW });
    return event.traits;
  };
  expect(await traits()).toEqual({});
  expect((await owner.send('GET', path('collection/personal'))).body.rules).toContainEqual({
    place: 'trait',
    name: 'email',
    action: 'drop',
    isOwn: false,
  });
  await owner.send('PUT', path('collection/personal'), { body: { place: 'trait', name: 'email', action: 'keep' } });
  expect(await traits()).toEqual({ email: 'a@b.com' });
});

test('the same file of rates twice changes nothing, and pages join', async () => {
  const lines = Array.from(
    { length: 40 },
    (_, index) => `2026-03-${String((index % 28) + 1).padStart(2, '0')},${1 + index / 100},${8 + index / 100}`,
  );
  const csv = `Date,USD,CNY\n${lines.slice(0, 28).join('\n')}\n`;
  expect((await owner.send('POST', path('collection/rates/import'), { body: { csv } })).body).toMatchObject({
    read: 56,
    changed: 56,
    firstDay: '2026-03-01',
    lastDay: '2026-03-28',
    faults: [],
  });
  expect((await owner.send('POST', path('collection/rates/import'), { body: { csv } })).body).toMatchObject({ read: 56, changed: 0 });
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const page: { items: { day: string; base: string; quote: string }[]; nextCursor?: string } = (
      await owner.send('GET', path(`collection/rates?limit=25${cursor ? `&cursor=${cursor}` : ''}`))
    ).body;
    seen.push(...page.items.map((each) => `${each.day}${each.base}${each.quote}`));
    cursor = page.nextCursor;
  } while (cursor);
  expect(new Set(seen).size).toBe(seen.length);
  expect(seen).toEqual(seen.toSorted().reverse());
  expect(seen.length).toBe((await owner.send('GET', path('collection/rates'))).body.total);
});

test('tries clues out without counting anything', async () => {
  const before = (await owner.send('GET', path(`quality?${day}`))).body.totals;
  const answer = await viewer.send('POST', path('collection/test'), {
    body: { url: 'https://a.example.com/?utm_source=xiaohongshu', referrer: '', userAgent: 'Mozilla/5.0 (compatible; Googlebot/2.1)', rules: [rule] },
  });
  expect(answer.body).toMatchObject({ channel: 'red', ruleIndex: 0, source: 'xiaohongshu', medium: '(not set)', properties: { $is_bot: true } });
  expect((await owner.send('GET', path(`quality?${day}`))).body.totals).toEqual(before);
});
