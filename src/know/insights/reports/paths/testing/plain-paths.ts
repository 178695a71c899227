import { type PlainSession, plainSessions } from '../../sessions/testing/oracle.ts';
import type { Walk, WalkEvent } from '../../sessions/testing/walks.ts';
import type { PathNode, PathsQuestion } from '../question.ts';

/** A step of a path. */
interface Step {
  name: string;
  time: number;
}

/** What lies between two columns, for one path. */
export interface Move {
  person: number;
  column: number;
  from: string;
  to: string;
  ms: number | null;
}

const NONE = 'none';

/** `event`, `event value`, or `event (none)`: a place as one word of the oracle's own. */
export function nameOf(place: { kind?: string; event?: string; value?: string | null | undefined }): string {
  if (place.kind !== undefined && place.kind !== 'step') return `*${place.kind}`;
  return JSON.stringify([place.event, place.value === undefined ? NONE : place.value]);
}

function labelOf(event: WalkEvent, question: PathsQuestion): string {
  const label = question.labels.find((one) => one.event === event.event);
  if (!label) return nameOf({ event: event.event });
  const raw = event.properties[label.property];
  let value = raw === undefined ? null : String(raw);
  if (value !== null) {
    for (const { pattern, replacement } of question.cleaning) value = value.replaceAll(new RegExp(pattern, 'gu'), replacement);
    const text = value;
    value = question.groupings.find((pattern) => isLike(text, pattern)) ?? text;
  }
  const expanded = question.expanded.find(({ node }) => node.event === event.event && (node.value === undefined || node.value === value));
  if (expanded) value = `${value ?? ''} · ${event.properties[expanded.property] ?? '–'}`;
  return nameOf({ event: event.event, value });
}

function isLike(text: string, pattern: string): boolean {
  const [head = '', ...rest] = pattern.split('*');
  if (!text.startsWith(head)) return false;
  if (rest.length === 0) return text === head;
  let left = text.slice(head.length);
  const tail = rest.pop() ?? '';
  for (const part of rest) {
    const place = left.indexOf(part);
    if (place < 0) return false;
    left = left.slice(place + part.length);
  }
  return left.endsWith(tail);
}

const isNode = (step: Step, node: PathNode) =>
  node.value === undefined ? JSON.parse(step.name)[0] === node.event : step.name === nameOf({ event: node.event, value: node.value });

/** Every move of every path, and the paths. */
export function plainPaths(walk: Walk, question: PathsQuestion & { range: { kind: 'between'; from: string; to: string } }) {
  const sessions = plainSessions(walk, {
    rule: question.sessions,
    range: question.range,
    include: question.include,
    exclude: question.exclude,
    by: 'person',
    passes: (event) => question.filters.every((filter) => filter.test.op === 'equals' && event.properties[filter.property] === filter.test.value),
  });
  const paths = sessions.flatMap((session) => pathsOf(session, question).map((steps) => ({ person: session.person, steps })));
  return { paths, moves: paths.flatMap(({ person, steps }) => movesOf(steps, question).map((move) => ({ person, ...move }))) };
}

function pathsOf({ events }: PlainSession, question: PathsQuestion): Step[][] {
  const { start, end } = question;
  const named = events.map((event) => ({ name: labelOf(event, question), time: event.time }));
  const steps = question.collapse ? named.filter((step, index) => index === 0 || step.name !== named[index - 1]?.name) : named;
  const anchor = start ?? end;
  if (!anchor) return [steps];
  const all = steps.flatMap((step, index) => (isNode(step, anchor) ? [index] : []));
  const places = question.weight === 'occurrences' ? all : question.occurrence === 'first' ? all.slice(0, 1) : all.slice(-1);
  if (!start) return places.map((place) => steps.slice(0, place + 1));
  const begun = places.map((place) => steps.slice(place));
  if (!end) return begun;
  return begun.flatMap((path) => {
    const last = path.findIndex((step, index) => index > 0 && isNode(step, end));
    return last < 0 ? [] : [path.slice(0, last + 1)];
  });
}

function movesOf(path: readonly Step[], question: PathsQuestion): Omit<Move, 'person'>[] {
  const columns = question.start && question.end ? Math.max(3, question.maxSteps) : question.maxSteps;
  const isBackward = !question.start && (question.end !== undefined || question.direction === 'backward');
  const isWhole = path.length <= columns;
  const shown = shorten(path, columns, question, isBackward);
  const first = isBackward ? columns - shown.length : 0;
  const moves: Omit<Move, 'person'>[] = [];
  if (isBackward && isWhole) moves.push({ column: first - 1, from: '*entry', to: shown[0]?.name ?? '', ms: null });
  for (const [index, step] of shown.entries()) {
    const next = shown[index + 1];
    const isTimed = next && step.name !== '*between' && next.name !== '*between';
    const isExit = !next && isWhole && !isBackward && !question.end;
    moves.push({ column: first + index, from: step.name, to: next?.name ?? (isExit ? '*exit' : ''), ms: isTimed ? next.time - step.time : null });
    if (isExit) moves.push({ column: index + 1, from: '*exit', to: '', ms: null });
  }
  return moves;
}

function shorten(path: readonly Step[], columns: number, question: PathsQuestion, isBackward: boolean): Step[] {
  if (path.length <= columns) return [...path];
  if (!question.start || !question.end) return isBackward ? path.slice(-columns) : path.slice(0, columns);
  const head = Math.floor(columns / 2);
  return [...path.slice(0, head), { name: '*between', time: 0 }, ...path.slice(path.length - (columns - 1 - head))];
}

/** The greatest nodes of each column keep their names, the others are `*more`. Equal ones go by their text as the engine sorts it. */
export function nameMoves(moves: readonly Move[], question: PathsQuestion): Move[] {
  const weigh = (group: readonly Move[]) => (question.weight === 'people' ? new Set(group.map((move) => move.person)).size : group.length);
  const columns = Map.groupBy(
    moves.filter((move) => !move.from.startsWith('*')),
    (move) => move.column,
  );
  const top = new Map(
    [...columns].map(([column, group]) => {
      const nodes = [...Map.groupBy(group, (move) => move.from)].map(([name, of]) => ({ name, weight: weigh(of) }));
      nodes.sort((one, other) => other.weight - one.weight || (sortText(one.name) < sortText(other.name) ? -1 : 1));
      return [column, new Set(nodes.slice(0, question.topNodesPerStep).map((node) => node.name))];
    }),
  );
  const shown = (column: number, name: string) => (name === '' || name.startsWith('*') || top.get(column)?.has(name) ? name : '*more');
  return moves.map((move) => ({ ...move, from: shown(move.column, move.from), to: shown(move.column + 1, move.to) }));
}

/** Order of names in the engine: the event, then nothing, a missing value, or the value. */
function sortText(name: string): string {
  const [event, value] = JSON.parse(name) as [string, string | null];
  if (value === NONE) return event;
  return value === null ? `${event}\u001e` : `${event}\u001f${value}`;
}
