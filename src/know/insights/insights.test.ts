import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Answer, Cell } from './answers.ts';
import type { Question, QuestionInput } from './questions.ts';
import { questionSchema } from './questions.ts';
import { openTestInsights, type TestInsights } from './testing/open-insights.ts';

const DAY = 86_400_000;
/** Noon in Shanghai. */
const NOW = Date.parse('2026-05-10T04:00:00Z');
const at = (daysAgo: number, minutes = 0) => NOW - daysAgo * DAY + minutes * 60_000;

let on: TestInsights;
beforeAll(async () => {
  on = await openTestInsights(NOW);
});
afterAll(() => on.close());

const trend: QuestionInput = {
  kind: 'trend',
  event: 'view',
  measure: { kind: 'people' },
  interval: 'day',
  range: { kind: 'last', count: 7, unit: 'day' },
};
const funnel: QuestionInput = {
  kind: 'funnel',
  steps: [{ event: 'view' }, { event: 'buy' }],
  window: { count: 1, unit: 'day' },
  range: { kind: 'last', count: 7, unit: 'day' },
};
const retention: QuestionInput = {
  kind: 'retention',
  start: 'view',
  return: 'view',
  interval: 'day',
  offsets: 3,
  range: { kind: 'last', count: 5, unit: 'day' },
};
const shanghai = { kind: 'trait', trait: 'city', test: { op: 'equals', value: '上海' } } as const;

/** Three people: li (Shanghai) views on three days and buys, wang (Beijing) views twice, a visitor views once. */
async function shop(): Promise<{ projectId: number; li: number; wang: number; visitor: number }> {
  const projectId = await on.newProject();
  const [li = 0, wang = 0, visitor = 0] = await on.send(projectId, [
    { user: 'li', traits: { city: '上海', name: 'Li' }, time: at(6) },
    { user: 'wang', traits: { city: '北京' }, time: at(6) },
    { anonymous: 'visitor', event: 'view', time: at(4), properties: { device: 'phone' } },
    { user: 'li', event: 'view', time: at(4), properties: { device: 'phone' } },
    { user: 'li', event: 'buy', time: at(4, 5), properties: { price: 20 } },
    { user: 'li', event: 'view', time: at(3), properties: { device: 'desktop' } },
    { user: 'li', event: 'view', time: at(1), properties: { device: 5 } },
    { user: 'wang', event: 'view', time: at(4), properties: { device: 'phone' } },
    { user: 'wang', event: 'view', time: at(3) },
  ]);
  return { projectId, li, wang, visitor };
}

async function ask<A extends Answer>(projectId: number, question: QuestionInput): Promise<A> {
  const { status, body } = await on.call('viewer', 'POST', `/api/projects/${projectId}/insights/${question.kind}`, question);
  expect([status, body.error]).toEqual([200, undefined]);
  return body as unknown as A;
}

async function peopleOf(projectId: number, question: QuestionInput, cell: Cell): Promise<number[]> {
  const answer = await ask(projectId, question);
  const { body } = await on.call('viewer', 'POST', `/api/projects/${projectId}/insights/people`, { question, asOf: answer.asOf, cell });
  expect(body.error).toBeUndefined();
  expect(body.total).toBe(body.items.length);
  return body.items.map((person: { personId: number }) => person.personId);
}

test('an audience narrows all three questions to the same people', async () => {
  const { projectId, li } = await shop();
  const narrowed = await ask<Extract<Answer, { kind: 'trend' }>>(projectId, { ...trend, audience: shanghai } as QuestionInput);
  expect(narrowed.series[0]?.values).toEqual([0, 0, 1, 1, 0, 1, 0]);
  expect(narrowed.total).toBe(1);
  const scanned = await ask<Extract<Answer, { kind: 'trend' }>>(projectId, {
    ...trend,
    measure: { kind: 'events' },
    audience: shanghai,
  } as QuestionInput);
  expect(scanned.total).toBe(3);
  const steps = await ask<Extract<Answer, { kind: 'funnel' }>>(projectId, { ...funnel, audience: shanghai } as QuestionInput);
  expect(steps.groups[0]?.steps.map((step) => step.people)).toEqual([1, 1]);
  const cohorts = await ask<Extract<Answer, { kind: 'retention' }>>(projectId, { ...retention, audience: shanghai } as QuestionInput);
  expect(cohorts.cohorts.map((cohort) => cohort.size)).toEqual([1, 0, 0, 0, 0]);
  expect(
    await peopleOf(projectId, { ...retention, audience: shanghai } as QuestionInput, {
      kind: 'retention',
      cohort: '2026-05-06',
      offset: 1,
      outcome: 'returned',
    }),
  ).toEqual([li]);
  expect((await ask<Extract<Answer, { kind: 'trend' }>>(projectId, trend)).series[0]?.values).toEqual([0, 0, 3, 2, 0, 1, 0]);
});

test('a number that a rule can say becomes that rule; any other becomes a fixed list', async () => {
  const { projectId, li, wang, visitor } = await shop();
  const start = (days: number) => Date.parse('2026-05-09T16:00:00Z') - days * DAY;
  const byDevice: QuestionInput = {
    ...trend,
    kind: 'trend',
    measure: { kind: 'people' },
    breakdown: { property: 'device', limit: 1 },
  } as QuestionInput;
  const cases: { question: QuestionInput; cell: Cell; kind: string; people: number[] }[] = [
    {
      question: trend,
      cell: { kind: 'trend', bucket: start(4), group: { kind: 'all' }, previous: false },
      kind: 'condition',
      people: [li, wang, visitor],
    },
    {
      question: byDevice,
      cell: { kind: 'trend', bucket: start(4), group: { kind: 'value', value: 'phone' }, previous: false },
      kind: 'condition',
      people: [li, wang, visitor],
    },
    { question: byDevice, cell: { kind: 'trend', bucket: start(1), group: { kind: 'other' }, previous: false }, kind: 'condition', people: [li] },
    { question: byDevice, cell: { kind: 'trend', bucket: start(3), group: { kind: 'none' }, previous: false }, kind: 'condition', people: [wang] },
    { question: trend, cell: { kind: 'trend', group: { kind: 'all' }, previous: false }, kind: 'list', people: [li, wang, visitor] },
    { question: funnel, cell: { kind: 'funnel', step: 1, outcome: 'droppedOff', group: { kind: 'all' } }, kind: 'list', people: [wang, visitor] },
    { question: retention, cell: { kind: 'retention', cohort: '2026-05-06', offset: 1, outcome: 'returned' }, kind: 'condition', people: [li, wang] },
    {
      question: retention,
      cell: { kind: 'retention', cohort: '2026-05-06', offset: 3, outcome: 'lost' },
      kind: 'condition',
      people: [wang, visitor],
    },
    {
      question: { ...retention, audience: shanghai } as QuestionInput,
      cell: { kind: 'retention', cohort: '2026-05-06', outcome: 'returned' },
      kind: 'list',
      people: [li],
    },
  ];
  for (const [index, { question, cell, kind, people }] of cases.entries()) {
    const sorted = people.toSorted((one, other) => one - other);
    expect(await peopleOf(projectId, question, cell)).toEqual(sorted);
    const { status, body } = await on.call('operator', 'POST', `/api/projects/${projectId}/insights/segment`, {
      question,
      asOf: NOW,
      cell,
      name: `Kept ${index}`,
    });
    expect({ index, status, ...body }).toMatchObject({ index, status: 201, kind, people: people.length });
    const segment = await on.segments.segment(projectId, body.segmentId);
    if (!segment) throw new Error('no segment');
    expect((await on.audiences.peopleOf(projectId, segment.condition)).toSorted((one, other) => one - other)).toEqual(sorted);
  }
});

test('people who become one are one in every answer', async () => {
  const { projectId, li } = await shop();
  await on.send(projectId, [{ user: 'li', anonymous: 'visitor', traits: { plan: 'gold' }, time: at(0) }]);
  const said = await ask<Extract<Answer, { kind: 'trend' }>>(projectId, trend);
  expect([said.series[0]?.values[2], said.total]).toEqual([2, 2]);
  const cohorts = await ask<Extract<Answer, { kind: 'retention' }>>(projectId, retention);
  expect(cohorts.cohorts[0]).toMatchObject({ size: 2, cells: [{ people: 2 }, { people: 2 }, { people: 0 }, { people: 1 }] });
  expect(await peopleOf(projectId, funnel, { kind: 'funnel', step: 1, outcome: 'reached', group: { kind: 'all' } })).toEqual([li]);
});

test('names of events and properties may hold any sign', async () => {
  const projectId = await on.newProject();
  const event = `it's "quoted" \`back\` {x:String} \\ 事件`;
  for (const property of ["o'hara", 'back`tick', 'a\\b', '{projectId:UInt32}', '价格', 'a.b', 'sp ace', '"q"']) {
    await on.send(projectId, [{ user: 'li', event, time: at(1), properties: property === 'a.b' ? { a: { b: 'v' } } : { [property]: 'v' } }]);
    const question: QuestionInput = {
      ...trend,
      event,
      measure: { kind: 'events' },
      filters: [{ property, test: { op: 'equals', value: 'v' } }],
      breakdown: { property, limit: 3 },
    } as QuestionInput;
    const said = await ask<Extract<Answer, { kind: 'trend' }>>(projectId, question);
    expect([property, said.total, said.series[0]?.group]).toEqual([property, 1, { kind: 'value', value: 'v' }]);
  }
});

test('wrong questions are refused with what is wrong where', async () => {
  const projectId = await on.newProject();
  const post = (kind: string, body: unknown) => on.call('viewer', 'POST', `/api/projects/${projectId}/insights/${kind}`, body);
  const paths = (body: { error: { issues?: { path: string }[] } }) => body.error.issues?.map((issue) => issue.path);
  const oneStep = await post('funnel', { ...funnel, steps: [{ event: 'view' }] });
  expect([oneStep.status, paths(oneStep.body)]).toEqual([400, ['body.steps']]);
  const wrong = await post('trend', {
    ...trend,
    interval: 'year',
    range: { kind: 'between', from: '2026-02-30', to: 'x' },
    measure: { kind: 'sum' },
  });
  expect([wrong.status, paths(wrong.body)?.sort()]).toEqual([400, ['body.interval', 'body.measure.property', 'body.range.from', 'body.range.to']]);
  const backwards = await post('trend', { ...trend, range: { kind: 'between', from: '2026-02-03', to: '2026-02-03' } });
  expect([backwards.status, paths(backwards.body)]).toEqual([400, ['body.range.to']]);
  const long = await post('trend', { ...trend, interval: 'hour', range: { kind: 'last', count: 90, unit: 'day' } });
  expect([long.status, long.body.error.code]).toEqual([400, 'insights.too_many_buckets']);
  const early = await post('trend', { ...trend, interval: 'month', range: { kind: 'last', count: 900, unit: 'month' } });
  expect([early.status, early.body.error.code]).toEqual([400, 'insights.too_many_buckets']);
  const unknownSegment = await post('trend', { ...trend, audience: { kind: 'segment', segmentId: 999_999 } });
  expect([unknownSegment.status, unknownSegment.body.error.code]).toEqual([400, 'audiences.condition_invalid']);
  const cell = await post('people', { question: trend, asOf: NOW, cell: { kind: 'trend', bucket: 5 } });
  expect([cell.status, cell.body.error.code]).toEqual([400, 'insights.no_such_cell']);
  const other = await post('people', { question: trend, asOf: NOW, cell: { kind: 'funnel', step: 1 } });
  expect([other.status, other.body.error.code]).toEqual([400, 'insights.no_such_cell']);
});

test('no question makes a failure of ours', async () => {
  const { projectId } = await shop();
  const odd = fc.oneof(fc.anything({ maxDepth: 2 }), fc.constantFrom('\0', 'view\0', '*', '$page', -1, 1e300, null, '2026-05-01'));
  const bodies = fc.oneof(
    fc
      .constantFrom(trend, funnel, retention)
      .chain((question) =>
        fc.tuple(fc.constant(question), fc.constantFrom(...Object.keys(question)), odd).map(([base, key, value]) => ({ ...base, [key]: value })),
      ),
    fc.record({
      question: fc.constantFrom(trend, funnel, retention),
      asOf: fc.oneof(fc.constantFrom(NOW, 0, 4e12), odd),
      cell: fc.oneof(fc.constantFrom({ kind: 'trend' }, { kind: 'funnel', step: 1 }, { kind: 'retention', cohort: '2026-05-06', offset: 1 }), odd),
      name: fc.string({ minLength: 1 }),
    }),
  );
  await fc.assert(
    fc.asyncProperty(bodies, fc.constantFrom('trend', 'funnel', 'retention', 'people', 'segment'), async (body, kind) => {
      const payload = JSON.parse(JSON.stringify(body, (_, value) => (typeof value === 'bigint' ? String(value) : value)) ?? 'null');
      const { status } = await on.call('owner', 'POST', `/api/projects/${projectId}/insights/${kind}`, payload);
      expect(status).toBeLessThan(500);
    }),
    { numRuns: 150, seed: 7 },
  );
});

test('insights are kept, changed, listed page by page and removed, each in its own project', async () => {
  const [projectId, elsewhere] = [await on.newProject(), await on.newProject()];
  const path = `/api/projects/${projectId}/insights`;
  const ids: string[] = [];
  for (const [index, question] of [trend, funnel, retention].entries()) {
    on.clock.advance(1_000);
    const { status, body } = await on.call('analyst', 'POST', path, { name: `Insight ${index} 100%`, question });
    expect(status).toBe(201);
    expect(body.question).toEqual(questionSchema.parse(question) satisfies Question);
    ids.unshift(body.insightId);
  }
  const first = await on.call('viewer', 'GET', `${path}?limit=2`);
  const second = await on.call('viewer', 'GET', `${path}?limit=2&cursor=${first.body.nextCursor}`);
  expect([...first.body.items, ...second.body.items].map((item) => item.insightId)).toEqual(ids);
  expect(second.body.nextCursor).toBeUndefined();
  expect((await on.call('viewer', 'GET', `${path}?search=1%20100%25`)).body.items).toHaveLength(1);
  expect((await on.call('viewer', 'GET', `${path}?kind=funnel`)).body.items).toHaveLength(1);
  expect((await on.call('viewer', 'GET', `${path}?cursor=nonsense`)).body.error.code).toBe('insights.bad_cursor');
  const [id] = ids;
  const changed = await on.call('operator', 'PATCH', `${path}/${id}`, { name: 'Renamed' });
  expect(changed.body).toMatchObject({ name: 'Renamed', kind: 'retention' });
  expect((await on.call('viewer', 'GET', `${path}/${id}`)).body.name).toBe('Renamed');
  for (const [method, body] of [['GET'], ['PATCH', { name: 'x' }], ['DELETE']] as const)
    expect((await on.call('owner', method, `/api/projects/${elsewhere}/insights/${id}`, body)).body.error.code).toBe('insights.unknown_insight');
  expect((await on.call('owner', 'DELETE', `${path}/${id}`)).status).toBe(204);
  expect((await on.call('owner', 'GET', `${path}/${id}`)).status).toBe(404);
  for (const name of ['', ' ', 'nul\0', 'x'.repeat(121)])
    expect([name, (await on.call('owner', 'POST', path, { name, question: trend })).status]).toEqual([name, 400]);
});

test('viewers ask but keep nothing; strangers do neither', async () => {
  const projectId = await on.newProject();
  const path = `/api/projects/${projectId}/insights`;
  expect((await on.call('viewer', 'POST', path, { name: 'Mine', question: trend })).status).toBe(403);
  expect((await on.call('viewer', 'POST', `${path}/segment`, {})).status).toBe(403);
  for (const kind of ['trend', 'funnel', 'retention', 'people', 'segment'])
    expect((await on.call(undefined, 'POST', `${path}/${kind}`, {})).status).toBe(401);
});

test('a reader who leaves ends the query', async () => {
  const projectId = await on.newProject();
  const gone = new AbortController();
  const asked = on.insights.answer(projectId, questionSchema.parse(trend), gone.signal);
  gone.abort();
  await expect(asked).rejects.toThrow();
});
