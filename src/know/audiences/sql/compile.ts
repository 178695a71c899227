import type { Canonical } from '../../../collect/identity/index.ts';
import type { CompiledAudience, SegmentSource } from '../api.ts';
import type { Condition, SegmentCondition, TraitCondition } from '../condition.ts';
import { dayOfInstant } from '../days.ts';
import { Bindings, jsonPath } from './bindings.ts';
import { eventLeaf, type LeafContext, type LeafQuery } from './event-sql.ts';
import { testSql } from './test-sql.ts';

/** What a condition is compiled for. */
export interface CompileContext {
  projectId: number;
  /** ms */
  now: number;
  timeZone: string;
  canonical: Canonical;
  segments: Pick<SegmentSource, 'membersSql'>;
  persons?: readonly number[];
  prefix?: string;
}

/** The name under which the people of the project stand in the query. */
const UNIVERSE = 'universe';

/**
 * Which people does the condition match? Each leaf is one scalar bitmap; groups are bitmap arithmetic; everything is cut with the people who exist.
 * Costs one aggregation per leaf and one pass over the people.
 */
export function compileAudience(condition: Condition, context: CompileContext): CompiledAudience {
  const prefix = context.prefix ?? 'audience';
  const bindings = new Bindings(prefix);
  const leaf: LeafContext = {
    bindings,
    instant: { now: context.now, timeZone: context.timeZone, today: dayOfInstant(context.now, context.timeZone) },
    canonical: context.canonical,
    project: bindings.add('UInt32', context.projectId),
    ...(context.persons && { persons: bindings.add('Array(UInt32)', context.canonical.numbersOf(context.persons)) }),
  };
  const writer = new TreeWriter(leaf, context);
  const whole = writer.write(condition);
  const expression = whole === UNIVERSE ? UNIVERSE : `bitmapAnd(${whole}, ${UNIVERSE})`;
  const universe = `(SELECT groupBitmapState(person_id) FROM people FINAL WHERE ${peopleWhere(leaf)}) AS ${UNIVERSE}`;
  const queries = [universe, ...writer.queries.map((sql, index) => `(${sql}) AS leaf_${index}`)];
  return {
    sql: `WITH ${queries.join(',\n')}\nSELECT arrayJoin(bitmapToArray(${expression})) AS person_id`,
    parameters: { ...context.canonical.parameters, ...writer.parameters, ...bindings.parameters },
  };
}

function peopleWhere(leaf: LeafContext): string {
  const persons = leaf.persons === undefined ? '' : ` AND person_id IN ${leaf.persons}`;
  return `project_id = ${leaf.project} AND gone = 0${persons}`;
}

/** Writes the tree as one bitmap expression and gathers the leaves' queries. */
class TreeWriter {
  readonly queries: string[] = [];
  readonly parameters: CompiledAudience['parameters'] = {};
  readonly #leaf: LeafContext;
  readonly #context: CompileContext;

  constructor(leaf: LeafContext, context: CompileContext) {
    this.#leaf = leaf;
    this.#context = context;
  }

  write(condition: Condition): string {
    switch (condition.kind) {
      case 'all':
        return condition.conditions.map((inner) => this.write(inner)).reduce((left, right) => `bitmapAnd(${left}, ${right})`, UNIVERSE);
      case 'any':
        return condition.conditions.map((inner) => this.write(inner)).reduce((left, right) => `bitmapOr(${left}, ${right})`, nobody());
      case 'not':
        return complement(this.write(condition.condition));
      case 'trait':
        return this.#add(this.#trait(condition));
      case 'event':
        return this.#add(eventLeaf(condition, this.#leaf));
      case 'segment':
        return this.#add(this.#segment(condition));
    }
  }

  #add(query: LeafQuery): string {
    const name = `leaf_${this.queries.length}`;
    this.queries.push(query.sql);
    return query.isComplement ? complement(name) : name;
  }

  #trait(condition: TraitCondition): LeafQuery {
    const test = testSql(condition.test, jsonPath('traits', condition.trait), this.#leaf.bindings, this.#leaf.instant);
    return { sql: `SELECT groupBitmapState(person_id) FROM people FINAL WHERE ${peopleWhere(this.#leaf)} AND ${test}`, isComplement: false };
  }

  #segment(condition: SegmentCondition): LeafQuery {
    const prefix = `${this.#context.prefix ?? 'audience'}_s${this.queries.length}`;
    const members = this.#context.segments.membersSql(this.#context.projectId, condition.segmentId, prefix);
    Object.assign(this.parameters, members.parameters);
    return { sql: `SELECT groupBitmapState(toUInt32(person_id)) FROM (${members.sql})`, isComplement: false };
  }
}

function complement(expression: string): string {
  return `bitmapAndnot(${UNIVERSE}, ${expression})`;
}

function nobody(): string {
  return `bitmapAndnot(${UNIVERSE}, ${UNIVERSE})`;
}
