import type { Piece } from '../../../frame.ts';
import { propertyText } from '../../../property.ts';
import type { PathPlace } from '../answer.ts';
import { NODE_VALUE_MAX, type PathNode, type PathsQuestion } from '../question.ts';

/** A node is one text in SQL: `=event`, `=event␟value`, or `=event␞` for an event without its property; words without `=` are places that are no step. */
const VALUE_MARK = '\u001f';
const NONE_MARK = '\u001e';
export const EXIT = 'exit';
export const ENTRY = 'entry';
export const MORE = 'more';
export const BETWEEN = 'between';
/** Behind the last step shown, when the path goes on or has come to its end node. */
export const NOWHERE = '';

/** The place that a text stands for. */
export function placeOfText(text: string): PathPlace {
  if (!text.startsWith('=')) return { kind: text as Exclude<PathPlace['kind'], 'step'> };
  const value = text.indexOf(VALUE_MARK);
  if (value >= 0) return { kind: 'step', event: text.slice(1, value), value: text.slice(value + 1) };
  return text.endsWith(NONE_MARK) ? { kind: 'step', event: text.slice(1, -1), value: null } : { kind: 'step', event: text.slice(1) };
}

/** The text of a place. */
export function textOfPlace(place: PathPlace): string {
  if (place.kind !== 'step') return place.kind;
  if (place.value === undefined) return `=${place.event}`;
  return place.value === null ? `=${place.event}${NONE_MARK}` : `=${place.event}${VALUE_MARK}${place.value}`;
}

/** SQL of an events row's node. */
export function nodeSql(question: PathsQuestion): Piece {
  if (question.labels.length === 0) return { sql: `concat('=', event)`, parameters: {} };
  const parameters: Piece['parameters'] = {};
  const bind = (value: string) => {
    const name = `label${Object.keys(parameters).length}`;
    parameters[name] = value;
    return `{${name}:String}`;
  };
  const labels = question.labels.flatMap(({ event, property }) => [`event = ${bind(event)}`, cleaned(question, propertyText(property), bind)]);
  const isLabelled = `event IN (${question.labels.map(({ event }) => bind(event)).join(', ')})`;
  const value = `multiIf(${labels.join(', ')}, NULL)`;
  const expanded = question.expanded.length === 0 ? value : expandedValue(question, value, bind);
  return {
    sql: `if(${isLabelled}, concat('=', event, ifNull(concat('${VALUE_MARK}', ${expanded}), '${NONE_MARK}')), concat('=', event))`,
    parameters,
  };
}

/** The value after cleaning and grouping; null stays null. */
function cleaned(question: PathsQuestion, text: string, bind: (value: string) => string): string {
  const replaced = question.cleaning.reduce(
    (value, { pattern, replacement }) => `replaceRegexpAll(${value}, ${bind(pattern)}, ${bind(replacement)})`,
    `substringUTF8(${text}, 1, ${NODE_VALUE_MAX})`,
  );
  if (question.groupings.length === 0) return replaced;
  const groups = question.groupings.flatMap((pattern) => [`clean_value LIKE ${bind(likeOf(pattern))}`, bind(pattern)]);
  return `arrayMap(clean_value -> multiIf(${groups.join(', ')}, clean_value), [${replaced}])[1]`;
}

function likeOf(pattern: string): string {
  return pattern.replaceAll(/[\\%_]/g, (sign) => `\\${sign}`).replaceAll('*', '%');
}

function expandedValue(question: PathsQuestion, value: string, bind: (value: string) => string): string {
  const further = question.expanded.flatMap(({ node, property }) => [
    `event = ${bind(node.event)} AND ${valueTest('node_value', node, bind)}`,
    `concat(ifNull(node_value, ''), ' · ', ifNull(substringUTF8(${propertyText(property)}, 1, ${NODE_VALUE_MAX}), '–'))`,
  ]);
  return `arrayMap(node_value -> multiIf(${further.join(', ')}, node_value), [${value}])[1]`;
}

function valueTest(value: string, node: PathNode, bind: (value: string) => string): string {
  if (node.value === undefined) return '1';
  return node.value === null ? `isNull(${value})` : `ifNull(${value} = ${bind(node.value)}, 0)`;
}

/** SQL of the condition that the node text `node` is a node of the question. Binds parameters that begin with `prefix`. */
export function nodeTest(node: PathNode, prefix: string): Piece {
  if (node.value !== undefined)
    return { sql: `node = {${prefix}Node:String}`, parameters: { [`${prefix}Node`]: textOfPlace({ kind: 'step', ...node }) } };
  const text = `=${node.event}`;
  return {
    sql: `(node = {${prefix}Node:String} OR node = concat({${prefix}Node:String}, '${NONE_MARK}') OR startsWith(node, concat({${prefix}Node:String}, '${VALUE_MARK}')))`,
    parameters: { [`${prefix}Node`]: text },
  };
}
