import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openFrame } from '../../frame.ts';
import type { SessionMeasures, SessionsAnswer, SessionsCell } from './answer.ts';
import { type SessionsQuestion, sessionsSchema } from './question.ts';
import { answerSessions, peopleOfSessionsCell } from './sessions.ts';
import { attributeOf, dayOfSession, type MeasuredSession, measured, pages, peopleOf, sums, topOf } from './testing/plain-measures.ts';
import { openWalks, rangesOf, rules, type Walk, walks } from './testing/walks.ts';

/** Random walks with some questions each. `INSIGHTS_WORLDS` and `INSIGHTS_SEED` ask for more. */
const WORLDS = Number(process.env.INSIGHTS_WORLDS ?? 6);
const SEED = Number(process.env.INSIGHTS_SEED ?? 20_260_303);
const QUESTIONS_A_WALK = 4;

let on: Awaited<ReturnType<typeof openWalks>>;
beforeAll(async () => {
  on = await openWalks();
}, 60_000);
afterAll(() => on.close());

type Asked = SessionsQuestion & { range: { kind: 'between'; from: string; to: string } };
const attributes = ['channel', 'source', 'campaign', 'device', 'landing', 'exit', 'property:kind'] as const;

const questions = (walk: Walk): fc.Arbitrary<Asked> =>
  fc
    .record({
      kind: fc.constant('sessions'),
      range: rangesOf(walk),
      rule: rules,
      by: fc.constantFrom('person', 'device'),
      include: fc.constantFrom([], [], ['$page', 'buy', '$page_leave']),
      exclude: fc.constantFrom([], ['login']),
      viewsOnly: fc.boolean(),
      keyEvents: fc.constantFrom([], ['buy']),
      where: fc.constantFrom(
        [],
        [],
        [{ attribute: 'channel', value: 'Email' }],
        [{ attribute: 'landing', value: '/' }],
        [{ attribute: 'device', value: null }],
      ),
      breakdowns: fc.subarray([...attributes]),
      limit: fc.integer({ min: 1, max: 3 }),
      pages: fc.boolean(),
      compare: fc.boolean(),
    })
    .map((input) => sessionsSchema.parse(input) as Asked);

/** The same number of days before. */
function before({ from, to }: { from: string; to: string }): { from: string; to: string } {
  const days = Date.parse(to) - Date.parse(from);
  return { from: new Date(Date.parse(from) - days).toISOString().slice(0, 10), to: from };
}

function groupOf(session: MeasuredSession, attribute: (typeof attributes)[number], top: readonly string[]): string {
  const value = attributeOf(session, attribute);
  if (value === null) return 'none';
  return top.includes(value) ? `value ${value}` : 'other';
}

async function check(walk: Walk, stored: { projectId: number; first: number }, question: Asked, pick: number): Promise<void> {
  const frame = await openFrame(on.sources, { projectId: stored.projectId }, undefined);
  const said = await answerSessions(frame, question);
  const plain = measured(walk, question, question.range);
  const days = Map.groupBy(plain, (session) => dayOfSession(walk, session));
  expect({ question, total: said.total }).toEqual({ question, total: sums(plain) });
  expect({ question, series: said.series }).toEqual({ question, series: said.buckets.map((bucket) => sums(days.get(bucket.label) ?? [])) });
  if (question.compare)
    expect({ question, before: said.previousTotal }).toEqual({ question, before: sums(measured(walk, question, before(question.range))) });
  for (const table of said.tables) {
    const attribute = table.attribute as (typeof attributes)[number];
    const groups = Map.groupBy(plain, (session) => groupOf(session, attribute, topOf(plain, attribute, question.limit)));
    const rows = table.rows.map(({ group, ...measures }) => [group.kind === 'value' ? `value ${group.value}` : group.kind, measures] as const);
    const wanted = new Map<string, SessionMeasures>([...groups].map(([key, of]) => [key, sums(of)]));
    expect({ question, attribute, rows: new Map(rows) }).toEqual({ question, attribute, rows: wanted });
  }
  for (const row of said.pages?.rows ?? []) {
    const wanted = pages(plain).find(({ page }) => page === row.page);
    expect({ question, row: { ...row, dwellMs: null } }).toEqual({ question, row: { ...wanted, dwellMs: null } });
    if (wanted?.dwellMs === null) expect(row.dwellMs).toBeNull();
    else expect(row.dwellMs).toBeCloseTo(wanted?.dwellMs ?? Number.NaN, 6);
  }
  if (question.pages) expect(said.pages?.rows.length).toBe(pages(plain).length);
  await checkPeople({ walk, stored, question, said, plain, pick });
}

interface Checked {
  walk: Walk;
  stored: { projectId: number; first: number };
  question: Asked;
  said: SessionsAnswer;
  plain: MeasuredSession[];
  pick: number;
}

/** The people behind one number are those of the oracle. */
async function checkPeople({ walk, stored, question, said, plain, pick }: Checked): Promise<void> {
  const table = said.tables[pick % Math.max(1, said.tables.length)];
  const row = table?.rows[pick % Math.max(1, table.rows.length)];
  const page = said.pages?.rows[pick % Math.max(1, said.pages.rows.length)];
  const bucket = said.buckets[pick % said.buckets.length];
  const attribute = table?.attribute as (typeof attributes)[number];
  const top = table ? topOf(plain, attribute, question.limit) : [];
  const isOfPage = (session: MeasuredSession) => session.views.some((view) => (view.properties.path || null) === page?.page);
  const cells: {
    cell: Omit<SessionsCell, 'kind' | 'which' | 'previous' | 'group'> & Partial<SessionsCell>;
    plain: MeasuredSession[];
    count?: number | undefined;
  }[] = [
    { cell: { which: 'bounced' }, plain: plain.filter((session) => session.isBounced) },
    { cell: { which: 'engaged' }, plain: plain.filter((session) => session.isEngaged) },
    {
      cell: { bucket: bucket?.start },
      plain: plain.filter((session) => dayOfSession(walk, session) === bucket?.label),
      count: said.series[pick % said.buckets.length]?.people,
    },
    ...(row
      ? [
          {
            cell: { attribute, group: row.group },
            plain: plain.filter(
              (session) => groupOf(session, attribute, top) === (row.group.kind === 'value' ? `value ${row.group.value}` : row.group.kind),
            ),
            count: row.people,
          },
        ]
      : []),
    ...(page ? [{ cell: { page: { page: page.page, as: 'viewed' as const } }, plain: plain.filter(isOfPage), count: page.people }] : []),
  ];
  const asked = cells[pick % cells.length];
  if (!asked) return;
  const frame = await openFrame(on.sources, { projectId: stored.projectId, asOf: said.asOf }, undefined);
  const cell = { kind: 'sessions' as const, which: 'all' as const, previous: false, group: { kind: 'all' as const }, ...asked.cell };
  const rows = await frame.rows<{ person: number }>(await peopleOfSessionsCell(frame, question, cell));
  const people = rows.map((one) => one.person - stored.first).sort((one, other) => one - other);
  expect({ question, cell, people }).toEqual({ question, cell, people: peopleOf(asked.plain) });
  if (asked.count !== undefined) expect(people.length).toBe(asked.count);
}

test('sessions are those that following each event gives, with their measures, tables, pages and people', { timeout: 600_000 }, async () => {
  const cases = walks.chain((walk) =>
    fc.record({
      walk: fc.constant(walk),
      asked: fc.array(fc.tuple(questions(walk), fc.nat({ max: 100 })), { minLength: QUESTIONS_A_WALK, maxLength: QUESTIONS_A_WALK }),
    }),
  );
  await fc.assert(
    fc.asyncProperty(cases, async ({ walk, asked }) => {
      const stored = await on.store(walk);
      await Promise.all(asked.map(([question, pick]) => check(walk, stored, question, pick)));
    }),
    { numRuns: WORLDS, seed: SEED, endOnFailure: true },
  );
});
