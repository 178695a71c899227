import type { ClickHouse, Parameter } from '../../../kernel/clickhouse/clickhouse.ts';
import type { Scalar } from '../condition.ts';
import { Bindings, jsonPath } from '../sql/bindings.ts';
import { numberSql } from '../sql/test-sql.ts';

/** Rows that are looked through. */
const SAMPLE = 200_000;
const VALUES_MAX = 50;

export interface ValuesOf {
  projectId: number;
  /** Absent: a trait. */
  event?: string | undefined;
  name: string;
  /** Text that the value must contain, any case. */
  search?: string | undefined;
}

/** Which values does a trait, or a property of an event, have most often? Strings, numbers and booleans; items of lists of strings count one by one. */
export async function frequentValues(clickhouse: ClickHouse, wanted: ValuesOf): Promise<{ value: Scalar; count: number }[]> {
  const { sql, parameters } = valuesQuery(wanted);
  const rows = await clickhouse.query<{ kind: string; value: string; count: number }>(sql, parameters, { maxSeconds: 10 });
  return rows.map(({ kind, value, count }) => ({ value: kind === 'n' ? Number(value) : kind === 'b' ? value === 'true' : value, count }));
}

function valuesQuery({ projectId, event, name, search }: ValuesOf): { sql: string; parameters: Record<string, Parameter> } {
  const bindings = new Bindings('values');
  const project = bindings.add('UInt32', projectId);
  const path = jsonPath(event === undefined ? 'traits' : 'properties', name);
  const from =
    event === undefined
      ? `people FINAL WHERE project_id = ${project} AND gone = 0`
      : `events WHERE project_id = ${project} AND event = ${bindings.add('String', event)}`;
  const strings = `arrayMap(text -> ('s', assumeNotNull(text)), arrayFilter(text -> isNotNull(text), arrayPushBack(${path}.:\`Array(Nullable(String))\`, ${path}.:String)))`;
  const numbers = `if(isNull(${numberSql(path)}), [], [('n', toString(assumeNotNull(${numberSql(path)})))])`;
  const booleans = `if(isNull(${path}.:Bool), [], [('b', toString(assumeNotNull(${path}.:Bool)))])`;
  const filter = search ? `AND positionCaseInsensitiveUTF8(pair.2, ${bindings.add('String', search)}) > 0` : '';
  const sql = `SELECT pair.1 AS kind, pair.2 AS value, toUInt32(count()) AS count
    FROM (SELECT arrayJoin(arrayConcat(${strings}, ${numbers}, ${booleans})) AS pair FROM (SELECT * FROM ${from} AND isNotNull(${path}) LIMIT ${SAMPLE}))
    WHERE pair.2 != '' AND length(pair.2) <= 1000 ${filter}
    GROUP BY kind, value ORDER BY count DESC, value LIMIT ${VALUES_MAX}`;
  return { sql, parameters: bindings.parameters };
}
