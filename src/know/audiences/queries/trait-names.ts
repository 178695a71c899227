import type { ClickHouse } from '../../../kernel/clickhouse/clickhouse.ts';
import type { Suggestion } from '../contract.ts';

/** People whose traits are looked through. */
const SAMPLE = 20_000;
const NAMES_MAX = 300;

/** Which traits do the people of a project have, of which types? From the newest people. Traits are `.`-separated paths, the most frequent first. */
export async function traitNames(clickhouse: ClickHouse, projectId: number): Promise<Suggestion[]> {
  return clickhouse.query<{ name: string; count: number; types: string[] }>(
    `SELECT pair.1 AS name, toUInt32(count()) AS count, groupUniqArray(8)(pair.2) AS types
     FROM (
       SELECT arrayJoin(CAST(JSONAllPathsWithTypes(traits), 'Array(Tuple(String, String))')) AS pair
       FROM (SELECT traits FROM people FINAL WHERE project_id = {projectId:UInt32} AND gone = 0 ORDER BY person_id DESC LIMIT {sample:UInt32})
     )
     GROUP BY name ORDER BY count DESC, name LIMIT {max:UInt32}`,
    { projectId, sample: SAMPLE, max: NAMES_MAX },
    { maxSeconds: 10 },
  );
}
