import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestInsights, type TestInsights } from '../../testing/open-insights.ts';
import type { PathsAnswer } from '../paths/answer.ts';
import type { SessionsAnswer } from './answer.ts';
import type { NowAnswer } from './now-contract.ts';

const MINUTE_MS = 60_000;
/** Half past noon in Shanghai. */
const NOW = Date.parse('2026-05-10T04:30:00Z');

let on: TestInsights;
beforeAll(async () => {
  on = await openTestInsights(NOW);
}, 60_000);
afterAll(() => on.close());

const at = (minutesAgo: number) => NOW - minutesAgo * MINUTE_MS;
const page = (anonymousId: string, path: string, minutesAgo: number, properties: Record<string, unknown> = {}) => ({
  kind: 'page' as const,
  event: '$page',
  anonymousId,
  time: at(minutesAgo),
  properties: { path, ...properties },
});

/** Three visitors: one looks at three pages and buys, one bounces, one is there now and was an hour ago. */
async function site(): Promise<number> {
  const projectId = await on.newProject();
  const sent = [
    page('a', '/', 200, { $channel: 'organic_search' }),
    page('a', '/p/1', 198),
    page('a', '/cart', 197),
    { ...page('a', '', 196), kind: 'track' as const, event: 'buy' },
    page('b', '/', 150, { $channel: 'direct' }),
    page('c', '/', 70, { $channel: 'direct' }),
    page('c', '/p/2', 66),
    page('c', '/p/2', 3, { $channel: 'email' }),
    page('c', '/cart', 1),
  ].map((event, sequence) => ({ ...event, sequence, messageId: `web-${projectId}-${sequence}`, context: {} }));
  const { outcomes } = await on.stream.accept(projectId, sent, { receivedAt: NOW, source: 'test' });
  expect(outcomes.every((outcome) => outcome.status === 'accepted')).toBe(true);
  return projectId;
}

async function ask<A>(projectId: number, kind: string, question: object): Promise<A> {
  const { status, body } = await on.call('viewer', 'POST', `/api/projects/${projectId}/insights/${kind}`, question);
  expect([status, body.error]).toEqual([200, undefined]);
  return body as A;
}

const today = { kind: 'last', count: 1, unit: 'day' } as const;
const pages = { kind: 'paths', range: today, include: ['$page'], labels: [{ event: '$page', property: 'path' }], groupings: ['/p/*'] } as const;

test('visits of a day: figures, tables, pages', async () => {
  const projectId = await site();
  const said = await ask<SessionsAnswer>(projectId, 'sessions', {
    kind: 'sessions',
    range: today,
    viewsOnly: true,
    breakdowns: ['channel', 'landing'],
    pages: true,
  });
  expect(said.total).toEqual({
    sessions: 4,
    people: 3,
    visitors: 3,
    views: 8,
    events: 9,
    bounced: 1,
    engaged: 3,
    durationMs: (4 + 4 + 2) * MINUTE_MS,
  });
  expect(said.tables[0]?.rows.map(({ group, sessions, people }) => [group, sessions, people])).toEqual([
    [{ kind: 'value', value: 'direct' }, 2, 2],
    [{ kind: 'value', value: 'email' }, 1, 1],
    [{ kind: 'value', value: 'organic_search' }, 1, 1],
  ]);
  const cart = said.pages?.rows.find((row) => row.page === '/cart');
  expect(cart).toEqual({ page: '/cart', views: 2, people: 2, entries: 0, exits: 2, bounced: 0, dwellMs: null });
  const filtered = await ask<SessionsAnswer>(projectId, 'sessions', {
    kind: 'sessions',
    range: today,
    where: [{ attribute: 'channel', value: 'direct' }],
  });
  expect([filtered.total.sessions, filtered.total.bounced]).toEqual([2, 1]);
});

test('who is there now, by minute and page, also of one channel', async () => {
  const projectId = await site();
  const said = await ask<NowAnswer>(projectId, 'now', {});
  expect([said.peopleOf5Minutes, said.peopleOf30Minutes, said.minutes.length]).toEqual([1, 1, 30]);
  expect(said.minutes.flatMap((minute, place) => (minute.people > 0 ? [[place, minute.views]] : []))).toEqual([
    [26, 1],
    [28, 1],
  ]);
  expect(said.pages).toEqual([
    { page: '/cart', people: 1, views: 1 },
    { page: '/p/2', people: 1, views: 1 },
  ]);
  const where = (value: string) => ask<NowAnswer>(projectId, 'now', { where: [{ attribute: 'channel', value }] });
  expect((await where('email')).peopleOf30Minutes).toBe(1);
  expect((await where('organic_search')).peopleOf30Minutes).toBe(0);
});

test('paths over HTTP: edges, the people behind one, saved and read again', async () => {
  const projectId = await site();
  const said = await ask<PathsAnswer>(projectId, 'paths', pages);
  expect(said.total).toEqual({ paths: 4, people: 3 });
  const left = said.edges.find((edge) => edge.column === 0 && edge.to.kind === 'exit');
  expect([left?.from, left?.paths]).toEqual([{ kind: 'step', event: '$page', value: '/' }, 1]);
  const cell = { kind: 'paths', column: 0, from: { kind: 'step', event: '$page', value: '/' }, to: { kind: 'step', event: '$page', value: '/p/*' } };
  const question = { question: pages, asOf: said.asOf, cell };
  const people = await on.call('viewer', 'POST', `/api/projects/${projectId}/insights/people`, question);
  expect(people.body).toMatchObject({ total: 2 });
  const segment = await on.call('operator', 'POST', `/api/projects/${projectId}/insights/segment`, { ...question, name: 'From home to a product' });
  expect([segment.status, segment.body]).toMatchObject([201, { people: 2 }]);
  const saved = await on.call('operator', 'POST', `/api/projects/${projectId}/insights`, { name: 'Ways', question: pages });
  expect([saved.status, saved.body]).toMatchObject([201, { question: { maxSteps: 5, collapse: true } }]);
});

test('patterns that are not linear, and limits that exclude each other, are refused', async () => {
  const projectId = await site();
  const status = async (part: object) => (await on.call('viewer', 'POST', `/api/projects/${projectId}/insights/paths`, { ...pages, ...part })).status;
  for (const pattern of ['(?=a)', '(?<!b)c', '(a)\\1', '(', 'a{5000}', '[', '(?i)a{2,1}'])
    expect([pattern, await status({ cleaning: [{ pattern, replacement: '' }] })]).toEqual([pattern, 400]);
  expect(await status({ cleaning: [{ pattern: '\\d{2,4}$', replacement: 'n' }] })).toBe(200);
  expect(await status({ cleaning: [{ pattern: '((a{500}){500}){500}', replacement: '' }] })).toBe(400);
  expect(await status({ minEdgeWeight: 5, maxEdgeWeight: 2 })).toBe(400);
  expect(await status({ maxSteps: 21 })).toBe(400);
});
