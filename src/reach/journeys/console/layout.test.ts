import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { JourneyDefinition } from '../contract.ts';
import { connect, insertStep, reachable, removeStep } from './edit-graph.ts';
import { layOut } from './layout.ts';

const empty: JourneyDefinition = {
  trigger: { kind: 'event', event: 'X', where: [] },
  start: 'end1',
  nodes: [{ id: 'end1', kind: 'exit', exits: {} }],
  goal: null,
  exitOnGoal: true,
  controlPercent: 10,
  reentry: { kind: 'once' },
};

const edits = fc.array(
  fc.record({
    act: fc.constantFrom('insert', 'insert', 'insert', 'remove', 'connect'),
    at: fc.nat(30),
    to: fc.nat(30),
    kind: fc.constantFrom('wait', 'wait_until', 'branch', 'email'),
  }),
  { maxLength: 25 },
);

function edited(steps: { act: string; at: number; to: number; kind: string }[]): JourneyDefinition {
  let definition = empty;
  for (const { act, at, to, kind } of steps) {
    const ways = [
      { from: null as string | null, name: 'next' },
      ...definition.nodes.flatMap((node) => Object.keys(node.exits).map((name) => ({ from: node.id as string | null, name }))),
    ];
    const way = ways[at % ways.length] ?? { from: null, name: 'next' };
    const node = definition.nodes[to % definition.nodes.length];
    if (act === 'insert') definition = insertStep(definition, way, kind as 'wait').definition;
    else if (act === 'connect' && node) definition = connect(definition, way, node.id);
    else if (act === 'remove' && node && node.kind !== 'exit') definition = removeStep(definition, node.id);
  }
  return definition;
}

test('whatever is drawn, no two steps stand upon each other and every step stands somewhere', () => {
  fc.assert(
    fc.property(edits, (steps) => {
      const definition = edited(steps);
      const placed = layOut(definition);
      expect(placed).toHaveLength(definition.nodes.length + 1);
      for (const [index, one] of placed.entries())
        for (const other of placed.slice(index + 1)) expect(one.row === other.row && Math.abs(one.column - other.column) < 1).toBe(false);
    }),
    { numRuns: 300 },
  );
});

test('adding and removing steps leaves no way to nowhere and nothing cut off', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.record({
          act: fc.constantFrom('insert', 'remove'),
          at: fc.nat(30),
          to: fc.nat(30),
          kind: fc.constantFrom('wait', 'wait_until', 'branch', 'email'),
        }),
        { maxLength: 25 },
      ),
      (steps) => {
        const definition = edited(steps);
        const ids = new Set(definition.nodes.map((node) => node.id));
        expect(ids.size).toBe(definition.nodes.length);
        for (const node of definition.nodes) for (const target of Object.values(node.exits)) expect(ids.has(String(target))).toBe(true);
        expect(reachable(definition).size).toBe(definition.nodes.length);
      },
    ),
    { numRuns: 300 },
  );
});
