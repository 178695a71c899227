import type { ClickHouse } from '../../../kernel/clickhouse/clickhouse.ts';

/** Which people have a trait whose value contains this text, any case? The newest people first. Reads all traits of the project once. */
export async function peopleWithText(clickhouse: ClickHouse, projectId: number, text: string, limit: number): Promise<number[]> {
  // The text as it stands inside JSON, after a colon and earlier items of a list: names of traits do not count.
  const inJson = JSON.stringify(text).slice(1, -1);
  const pattern = `(?i):(?:\\[(?:"(?:[^"\\\\]|\\\\.)*",|[^"\\],]*,)*)?"?(?:[^"\\\\]|\\\\.)*?${inJson.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}`;
  const rows = await clickhouse.query<{ person_id: number }>(
    `SELECT person_id FROM people FINAL WHERE project_id = {projectId:UInt32} AND gone = 0 AND match(toJSONString(traits), {pattern:String})
     ORDER BY person_id DESC LIMIT {limit:UInt32}`,
    { projectId, pattern, limit },
    { maxSeconds: 10, settings: { output_format_json_escape_forward_slashes: 0 } },
  );
  return rows.map((row) => row.person_id);
}
