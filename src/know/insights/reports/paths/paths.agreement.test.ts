import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openFrame } from '../../frame.ts';
import { openWalks, rangesOf, rules, type Walk, walks } from '../sessions/testing/walks.ts';
import type { PathsAnswer, PathsCell } from './answer.ts';
import { answerPaths, peopleOfPathsCell } from './paths.ts';
import { type PathNode, type PathsQuestion, pathsSchema } from './question.ts';
import { type Move, nameMoves, nameOf, plainPaths } from './testing/plain-paths.ts';

/** Random walks with some questions each. `INSIGHTS_WORLDS` and `INSIGHTS_SEED` ask for more. */
const WORLDS = Number(process.env.INSIGHTS_WORLDS ?? 6);
const SEED = Number(process.env.INSIGHTS_SEED ?? 20_260_302);
const QUESTIONS_A_WALK = 4;

let on: Awaited<ReturnType<typeof openWalks>>;
beforeAll(async () => {
  on = await openWalks();
}, 60_000);
afterAll(() => on.close());

const node: fc.Arbitrary<PathNode> = fc.oneof(
  fc.constantFrom({ event: '$page' }, { event: 'buy' }, { event: 'login' }),
  fc.constantFrom('/', '/a', '/a/*', null).map((value) => ({ event: '$page', value })),
);
const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 2 });
const cuttings = fc.oneof({ arbitrary: fc.constant({ kind: 'none' as const }), weight: 1 }, { arbitrary: rules, weight: 5 });

const questions = (walk: Walk): fc.Arbitrary<PathsQuestion> =>
  fc
    .record(
      {
        kind: fc.constant('paths'),
        range: rangesOf(walk),
        include: fc.constantFrom([], ['$page'], ['$page', 'buy', 'mail']),
        exclude: fc.constantFrom([], ['$page_leave']),
        filters: fc.constantFrom([], [], [{ property: 'kind', test: { op: 'equals', value: 'x' } }]),
        labels: fc.constantFrom(
          [],
          [{ event: '$page', property: 'path' }],
          [
            { event: '$page', property: 'path' },
            { event: 'buy', property: 'kind' },
          ],
        ),
        expanded: fc.constantFrom(
          [],
          [],
          [{ node: { event: '$page', value: '/a' }, property: '$channel' }],
          [{ node: { event: '$page', value: null }, property: 'kind' }],
        ),
        cleaning: fc.constantFrom([], [], [{ pattern: '/\\d+$', replacement: '/:id' }]),
        groupings: fc.constantFrom([], [], ['/a/*'], ['*b', '/*']),
        start: optional(node),
        end: optional(node),
        occurrence: fc.constantFrom('first', 'last'),
        direction: fc.constantFrom('forward', 'backward'),
        sessions: cuttings,
        maxSteps: fc.integer({ min: 2, max: 6 }),
        topNodesPerStep: fc.integer({ min: 1, max: 4 }),
        minEdgeWeight: optional(fc.constant(2)),
        edgeLimit: fc.constantFrom(500, 3),
        collapse: fc.boolean(),
        weight: fc.constantFrom('sessions', 'people', 'occurrences'),
        time: fc.constantFrom('median', 'average'),
      },
      { requiredKeys: ['kind', 'range'] },
    )
    .map((input) => pathsSchema.parse(JSON.parse(JSON.stringify(input))));

const peopleIn = (moves: readonly { person: number }[]) => [...new Set(moves.map((move) => move.person))].sort((one, other) => one - other);

function timeOf(moves: readonly Move[], time: 'median' | 'average'): number | null {
  const all = moves.flatMap((move) => move.ms ?? []).sort((one, other) => one - other);
  if (all.length === 0) return null;
  if (time === 'average') return all.reduce((sum, ms) => sum + ms, 0) / all.length;
  return ((all[Math.floor((all.length - 1) / 2)] ?? 0) + (all[Math.ceil((all.length - 1) / 2)] ?? 0)) / 2;
}

/** Edges of the oracle by their names, before limits. */
function edgesOf(moves: readonly Move[], question: PathsQuestion) {
  const grouped = Map.groupBy(
    moves.filter((move) => move.to !== ''),
    (move) => JSON.stringify([move.column, move.from, move.to]),
  );
  return new Map([...grouped].map(([key, of]) => [key, { paths: of.length, people: peopleIn(of).length, timeMs: timeOf(of, question.time) }]));
}

async function check(walk: Walk, stored: { projectId: number; first: number }, question: PathsQuestion, pick: number): Promise<void> {
  const frame = await openFrame(on.sources, { projectId: stored.projectId }, undefined);
  const said = await answerPaths(frame, question);
  const plain = plainPaths(walk, question as never);
  const moves = nameMoves(plain.moves, question);
  expect({ question, total: said.total }).toEqual({ question, total: { paths: plain.paths.length, people: peopleIn(plain.paths).length } });
  const weight = (edge: { paths: number; people: number }) => (question.weight === 'people' ? edge.people : edge.paths);
  const wanted = new Map([...edgesOf(moves, question)].filter(([, edge]) => weight(edge) >= (question.minEdgeWeight ?? 0)));
  const edges = said.edges.map(({ column, from, to, ...edge }) => [JSON.stringify([column, nameOf(from), nameOf(to)]), edge] as const);
  expect({ question, shown: edges.length }).toEqual({ question, shown: Math.min(question.edgeLimit, wanted.size) });
  for (const [key, edge] of edges) {
    const expected = wanted.get(key);
    expect({ question, key, paths: edge.paths, people: edge.people }).toEqual({ question, key, paths: expected?.paths, people: expected?.people });
    if (expected?.timeMs === null) expect(edge.timeMs).toBeNull();
    else expect(edge.timeMs).toBeCloseTo(expected?.timeMs ?? Number.NaN, 6);
  }
  const least = Math.min(...edges.map(([, edge]) => weight(edge)));
  for (const [key, edge] of wanted) if (!edges.some(([shown]) => shown === key)) expect(weight(edge)).toBeLessThanOrEqual(least);
  for (const { column, place, ...counts } of said.nodes) {
    const through = moves.filter((move) => move.column === column && move.from === nameOf(place));
    expect({ question, column, place, counts }).toEqual({
      question,
      column,
      place,
      counts: { paths: through.length, people: peopleIn(through).length },
    });
  }
  await checkPeople(moves, { stored, question, said, pick });
}

/** The people behind an edge, a node, or all paths are those of the oracle, and as many as the answer said. */
async function checkPeople(
  moves: readonly Move[],
  { stored, question, said, pick }: { stored: { projectId: number; first: number }; question: PathsQuestion; said: PathsAnswer; pick: number },
): Promise<void> {
  const frame = await openFrame(on.sources, { projectId: stored.projectId, asOf: said.asOf }, undefined);
  const edge = said.edges[pick % Math.max(1, said.edges.length)];
  const through = said.nodes[pick % Math.max(1, said.nodes.length)];
  const cells: (PathsCell & { people: number })[] = [
    { kind: 'paths', column: 0, people: said.total.people },
    ...(edge ? [{ kind: 'paths' as const, column: edge.column, from: edge.from, to: edge.to, people: edge.people }] : []),
    ...(through ? [{ kind: 'paths' as const, column: through.column, from: through.place, people: through.people }] : []),
  ];
  for (const { people, ...cell } of cells.slice(pick % cells.length).slice(0, 1)) {
    const rows = await frame.rows<{ person: number }>(await peopleOfPathsCell(frame, question, cell));
    const { from, to } = cell;
    const wanted = moves.filter(
      (move) =>
        (!from || (move.column === cell.column && move.from === nameOf(from))) && (!to || (move.column === cell.column && move.to === nameOf(to))),
    );
    expect({ question, cell, people: rows.map((row) => row.person - stored.first).sort((one, other) => one - other) }).toEqual({
      question,
      cell,
      people: peopleIn(wanted),
    });
    expect(rows.length).toBe(people);
  }
}

test('paths are those that following each session gives, and the people behind them too', { timeout: 600_000 }, async () => {
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
